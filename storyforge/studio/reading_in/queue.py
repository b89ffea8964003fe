"""The manuscript read in, step by step: with progress and an estimate, a pause and a stop.

The queue keeps no list of its own: what was read is in the story's proposals, so what is left is
found by looking, after a restart as after an edit. The story remembers only that it was begun.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.backends.sharing import Shared
from storyforge.backends.stopping import Stopped
from storyforge.i18n import _, listed, ngettext, sentences
from storyforge.studio.durations import time_words
from storyforge.studio.pausing import Pausable
from storyforge.studio.reading_in.reader import Reader
from storyforge.studio.reading_in.steps import Step, StepOf, cost, seconds, steps
from storyforge.studio.spending import ask_first

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the story's setting: a reading was begun and has not come to its end
BEGUN = "reading_in"
# Sentences about what could not be read; more are counted.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Failed:
    """What a model had no good answer to, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading is.

    Attributes:
        done, total: steps; those that failed are done with too.
        now: what is being read; None at the end.
        seconds_left: of the model's work; None until a speed is known.
    """

    done: int
    total: int
    now: Step | None = None
    seconds_left: float | None = None
    paused: bool = False
    failed: tuple[Failed, ...] = ()


class ReadingQueue(Pausable):
    """Reads what was not read yet, and proposes what comes of it. One run at a time.

    Attributes:
        progress: the latest.

    Args:
        scenes: the ids of those to be read; all where there are none. The premise is read from all.
        anew: read what was read before, too.
        agreed: the author knows what it costs.
    """

    def __init__(
        self,
        story: "StoryFile",
        shared: Shared,
        *,
        scenes: Sequence[str] = (),
        anew: bool = False,
        agreed: bool = False,
    ) -> None:
        super().__init__()
        self._story = story
        self._shared = shared
        self._scenes = tuple(scenes)
        self._anew = anew
        self._agreed = agreed
        self._leaving = False
        self.progress = Progress(0, 0)

    def cancel(self, *, leaving: bool = False) -> None:
        """End the run; what was read stays.

        Args:
            leaving: the story is closed: it may be gone on with when it is opened again.
        """
        self._leaving = leaving
        super().cancel()

    async def run(self) -> AsyncIterator[Progress]:
        """Read it all; yields before each step, when it pauses or goes on, and at the end.

        Raises:
            NotAllowed: the story's text may not go to that model.
            NeedsYes: it costs more than is spent without asking.
            LimitReached: the day's limit would be passed; what was read stays.
            ModelError: the model cannot be loaded, or it failed.
            BadInput: a template is at fault.
            StoryFileError: the story cannot be written.
        """
        left = list(await asyncio.to_thread(steps, self._story, self._scenes, anew=self._anew))
        card, language = self._shared.card, self._story.plan.read().plan_language
        if not self._agreed:
            await ask_first(cost(card, left, language), parts=sum(not one.known for one in left))
        self.progress = Progress(0, len(left))
        reader = Reader(self._story, self._shared, anew=self._anew)
        ready = False
        if left and not self._scenes:
            await asyncio.to_thread(self._story.remember, BEGUN, "yes")
        while left and not self._ended.is_set():
            told = self._tell(now=left[0], seconds_left=seconds(card, left, language))
            if self.paused:
                yield self._tell(paused=True)
                await self._may_go.wait()
                continue
            self._stop = asyncio.Event()
            yield replace(told, paused=False)
            self._tell(paused=False)
            try:
                if not ready:
                    await reader.begin(self._stop)
                    ready = True
                await self._read(reader, left[0])
            except Stopped:
                continue
            left.pop(0)
            self._tell(done=self.progress.done + 1)
        if not self._leaving:
            await asyncio.to_thread(self._story.remember, BEGUN, None)
        yield self._tell(now=None, seconds_left=0.0, paused=False)

    async def _read(self, reader: Reader, step: Step) -> None:
        if step.of is StepOf.SCENE:
            await reader.scene(step.id, self._stop)
        elif step.of is StepOf.CHAPTER:
            await reader.chapter(step.id, self._stop)
        elif step.of is StepOf.CAST:
            await reader.cast(self._stop)
        else:
            await reader.premise(self._stop)
        if reader.flaws:
            failed = Failed(step.name, reader.flaws[0])
            self._tell(failed=(*self.progress.failed, failed))

    def _tell(self, **changes: object) -> Progress:
        self.progress = replace(self.progress, **changes)  # type: ignore[arg-type]
        return self.progress


def was_begun(story: "StoryFile") -> bool:
    """Whether a reading was begun that did not come to its end."""
    return bool(story.recall(BEGUN))


def forget(story: "StoryFile") -> None:
    """The author does not want to go on with it."""
    story.remember(BEGUN, None)


def progress_words(progress: Progress) -> str:
    """ "reading in 3 of 12, about 4 minutes", for a status line; "" at the end."""
    if progress.now is None:
        return ""
    told = _("reading in {done} of {total}").format(done=progress.done, total=progress.total)
    if progress.paused:
        return listed((told, _("paused")))
    left = time_words(progress.seconds_left)
    return listed((told, left)) if left else told


def ended_words(progress: Progress) -> str:
    """What a run has come to, in a few sentences for the author."""
    if not progress.total:
        return _("There is no text to be read yet.")
    told = []
    if left := progress.total - progress.done:
        told.append(
            ngettext(
                "{count} step is not read yet.", "{count} steps are not read yet.", left
            ).format(count=left)
        )
    else:
        told.append(_("The manuscript is read; what was found is proposed, nothing was changed."))
    told += [
        _("{name}: {why}").format(name=one.name, why=one.why) for one in progress.failed[:_NAMED]
    ]
    more = len(progress.failed) - _NAMED
    if more > 0:
        told.append(
            ngettext(
                "{count} more had no good answer.", "{count} more had no good answer.", more
            ).format(count=more)
        )
    return sentences(told)
