"""Scenes drafted one after the other, beat by beat: with progress, an estimate, pause and stop.

What is drafted is in the story file (`story.drafted`), so what is left is found by looking, after a
kill as after an edit of the plan. The wish itself is kept with the story until it is fulfilled.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.backends.sharing import Shared
from storyforge.domain.sampling import Sampling
from storyforge.studio.drafting.page import PageWriter

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class Doing:
    """The beat that is being written.

    Attributes:
        scene: the number of the scene in the story, from 1. title: its title; may be empty.
        beat, beats: its number within the scene, from 1, and how many there are.
        told: what happens in it, as it is planned.
        text: what of it was written so far.
        attempt: 1, 2, …: it is written again where it repeated itself.
        candidate, candidates: which one is written, and of how many.
    """

    scene_id: str
    scene: int
    title: str
    beat: int
    beats: int
    told: str
    text: str = ""
    attempt: int = 1
    candidate: int = 1
    candidates: int = 1


@dataclass(frozen=True, slots=True)
class NotDrafted:
    """A scene that was passed over, and why, in a sentence for the author."""

    scene_id: str
    scene: int
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the queue is.

    Attributes:
        words, total_words: written and aimed at; characters where a language has no spaces.
        scenes, total_scenes: done, and all; those that were passed over are done with too.
        now: what is being written; None before and at the end.
        seconds_left: of the model's work; None until a speed is known.
        failed: scenes that were passed over.
        notes: sentences that the author should hear, the latest last.
    """

    words: int = 0
    total_words: int = 0
    scenes: int = 0
    total_scenes: int = 0
    now: Doing | None = None
    seconds_left: float | None = None
    paused: bool = False
    failed: tuple[NotDrafted, ...] = ()
    notes: tuple[str, ...] = ()


class DraftQueue:
    """Drafts scenes. One run at a time.

    Attributes:
        progress: the latest.

    Args:
        scenes: their ids, in any order; they are drafted in the story's.
        candidates: how many are written of each beat, 1 to 8; the best of them stands.
        words: what each scene is aimed at, in the place of what its plan says; 0 leaves it.
        written: also scenes that have text already: the draft goes on behind it.
        sampling: how the words are drawn.
        agreed: the author knows what it costs.
    """

    def __init__(
        self,
        story: "StoryFile",
        shared: Shared,
        page: PageWriter,
        *,
        scenes: Sequence[str],
        candidates: int = 1,
        words: int = 0,
        written: bool = False,
        sampling: Sampling | None = None,
        agreed: bool = False,
    ) -> None:
        self.progress = Progress()

    @property
    def paused(self) -> bool:
        """Whether it waits for the author's word."""

    def pause(self) -> None:
        """Stop the model and wait; the beat that was half written is begun again later."""

    def resume(self) -> None:
        """Go on."""

    def cancel(self) -> None:
        """End the run; what is drafted stays, and so does the wish: it can be gone on with."""

    async def run(self) -> AsyncIterator[Progress]:
        """Draft them all; yields at each beat, twice a second while one is written, and at the end.

        Raises:
            NotAllowed: the story's text may not go to that model.
            NeedsYes: it costs more than is spent without asking.
            LimitReached: the day's limit would be passed; what is drafted stays.
            ModelError: the model cannot be loaded, or it failed.
            BadInput: a template is at fault.
            StoryFileError: the story cannot be written.
        """


#: from `studio.drafting.queue`, for whoever offers to go on: `Waiting`, `waiting(story)`,
#: `forget(story)`, `progress_words(progress)`, `ended_words(progress)`
