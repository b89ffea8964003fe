"""Scenes drafted one after the other, beat by beat: with progress, an estimate, pause and stop.

What is drafted is in the story file, so what is left is found by looking, after a kill as after an
edit of the plan. It asks behind the author (`backends.sharing`): whose own wish goes first. A beat
that is half written when it is stopped is written again; what came of it is kept as a take.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.backends.sharing import Shared
from storyforge.backends.stopping import Stopped
from storyforge.domain.counting import count
from storyforge.domain.generation import Take
from storyforge.domain.plan.staleness import PROSE
from storyforge.domain.sampling import Sampling
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.studio import speeds
from storyforge.studio.drafting import order as orders
from storyforge.studio.drafting.drafter import Drafter
from storyforge.studio.drafting.order import Order
from storyforge.studio.drafting.page import PageWriter
from storyforge.studio.drafting.scenes import Scene, mend, note_drafted, scene_now
from storyforge.studio.drafting.words import ended_words, progress_words
from storyforge.studio.pausing import Pausable
from storyforge.studio.permission import check
from storyforge.studio.spending import ask_first
from storyforge.studio.staleness import rest_now

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

__all__ = ["Doing", "DraftQueue", "NotDrafted", "Progress", "ended_words", "progress_words"]

# Seconds between two words about a beat that is being written.
_TELL_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class Doing:
    """The beat that is being written.

    Attributes:
        scene: the number of the scene in the story, from 1. title: its title; may be empty.
        beat, beats: its number within the scene, from 1, and how many there are.
        told: what happens in it, as it is planned.
        text: what of it was written so far.
        attempt: 1, 2, …: a piece of it is written again where it repeated itself.
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
        words, total_words: written and aimed at; characters where the `language` has no spaces.
        scenes, total_scenes: done, and all; those that were passed over are done with too.
        now: what is being written; None before and at the end.
        seconds_left: of the model's work; None until a speed is known.
        failed: scenes that were passed over.
        notes: sentences that the author should hear, the latest last.
    """

    words: int = 0
    total_words: int = 0
    language: str = "en"
    scenes: int = 0
    total_scenes: int = 0
    now: Doing | None = None
    seconds_left: float | None = None
    paused: bool = False
    failed: tuple[NotDrafted, ...] = ()
    notes: tuple[str, ...] = ()


class DraftQueue(Pausable):
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
        super().__init__()
        self._story = story
        self._shared = shared
        self._page = page
        candidates = min(max(candidates, 1), orders.MOST_CANDIDATES)
        self._order = Order(tuple(scenes), candidates, words, written)
        told = sampling or Sampling()
        seed = secrets.randbits(31) if told.seed is None else told.seed
        self._drafter = Drafter(story, shared, replace(told, seed=seed), candidates)
        self._agreed = agreed
        self._pace: float | None = None
        self._done_words = 0
        self.progress = Progress()

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
        card = self._shared.card
        await check(self._story, card)
        found = await asyncio.to_thread(orders.survey, self._story, card, self._order)
        if not self._agreed:
            await ask_first(found.cost, parts=max(found.beats, 1))
        await asyncio.to_thread(orders.keep, self._story, self._order)
        async for _loading in self._shared.beneath.load():
            continue
        await check(self._story, self._shared.card)
        language = (await asyncio.to_thread(self._story.outline)).language
        self._tell(total_words=found.words, language=language, total_scenes=len(found.scenes))
        left = list(found.scenes)
        while left and not self._ended.is_set():
            async for progress in self._scene(left[0]):
                yield progress
            if not self._ended.is_set():
                left.pop(0)
                self._tell(scenes=self.progress.scenes + 1)
        if not left:
            await asyncio.to_thread(orders.keep, self._story, None)
        yield self._tell(now=None, paused=False, seconds_left=0.0 if not left else None)

    async def _scene(self, known: Scene) -> AsyncIterator[Progress]:
        """Draft what is left of one scene, by what its plan says then and there."""
        while not self._ended.is_set():
            scene = await self._now(known)
            if scene is None:
                self._pass_over(known, _("It was deleted, or joined with another one, meanwhile."))
                return
            if not scene.beats:
                self._pass_over(scene, _nothing_planned())
                return
            if scene.done:
                await self._finish(scene)
                return
            if await asyncio.to_thread(mend, self._story, scene):
                continue
            await self._measure(scene)
            doing = _doing(scene, self._order.candidates)
            if self.paused:
                # What is half written is a take, and is still shown; it counts when it is whole.
                half = replace(doing, text=self._drafter.text)
                yield self._tell(now=half, paused=True, words=self._done_words)
                await self._may_go.wait()
                continue
            self._stop = asyncio.Event()
            yield self._tell(now=doing, paused=False)
            writing = asyncio.create_task(self._beat(scene))
            try:
                while not writing.done():
                    await asyncio.wait((writing,), timeout=_TELL_EVERY)
                    if not writing.done():
                        yield self._tell_written(doing)
                went_on = writing.result()
            finally:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
            if not went_on:
                return

    async def _beat(self, scene: Scene) -> bool:
        """Write the scene's next beat and put it there; False where the model would not."""
        spot = await self._page.spot(scene.scene_id)
        try:
            drafted = await self._drafter.draft(scene, spot, self._stop)
        except Stopped:
            return True  # paused, or at an end
        except BadInput:
            if await self._now(scene) is None:
                return True  # its takes went with it
            raise
        if await self._now(scene) is None:
            return True  # what came is among the takes, and stands in no scene of the trash
        for note in drafted.notes:
            self._note(note)
        if drafted.take is None:
            self._pass_over(scene, drafted.why)
            return False
        await self._page.put(spot, drafted.take)
        self._drafter.text = ""
        await asyncio.to_thread(note_drafted, self._story, scene, drafted.take.id, drafted.ranking)
        self._done_words += await asyncio.to_thread(self._size, drafted.take)
        self._tell(words=self._done_words)
        return True

    async def _now(self, known: Scene) -> Scene | None:
        """A scene as it is now; None where it is not in the story any more."""
        words = self._order.words
        return await asyncio.to_thread(scene_now, self._story, known.scene_id, words)

    async def _finish(self, scene: Scene) -> None:
        """The scene is drafted: it rests on the plan as it is now, and is summed up if need be."""
        await asyncio.to_thread(rest_now, self._story, scene.scene_id, (PROSE,))
        if note := await self._drafter.sum_up(scene.scene_id, self._stop):
            self._note(note)

    async def _measure(self, scene: Scene) -> None:
        """How long a word takes, by the model's speed of late."""
        card, a_word = self._shared.card, await asyncio.to_thread(orders.tokens_a_word, self._story)
        thousand = int(1000 * a_word * self._order.candidates)
        # A beat reads its own lines, and what was written of the one before.
        lines = int(thousand + 80 * 1000 * len(scene.beats) / max(scene.aim, 1))
        took = await asyncio.to_thread(speeds.seconds, card, lines, thousand)
        self._pace = None if took is None else took / 1000

    def _size(self, take: Take) -> int:
        return count(take.standing).of(self._story.outline().language)

    def _tell_written(self, doing: Doing) -> Progress:
        drafter = self._drafter
        words = self._done_words + count(drafter.text).of(drafter.language)
        now = replace(
            doing, text=drafter.text, attempt=drafter.attempt, candidate=drafter.candidate
        )
        return self._tell(now=now, words=words)

    def _pass_over(self, scene: Scene, why: str) -> None:
        one = NotDrafted(scene.scene_id, scene.number, scene.title, why)
        self._tell(failed=(*self.progress.failed, one))

    def _note(self, note: str) -> None:
        if note not in self.progress.notes:
            self._tell(notes=(*self.progress.notes, note))

    def _tell(self, **changes: object) -> Progress:
        told = replace(self.progress, **changes)  # type: ignore[arg-type]
        left = max(told.total_words - told.words, 0)
        if "seconds_left" not in changes and self._pace is not None:
            told = replace(told, seconds_left=self._pace * left)
        self.progress = told
        return told


def _doing(scene: Scene, candidates: int) -> Doing:
    return Doing(
        scene.scene_id,
        scene.number,
        scene.title,
        scene.told + 1,
        len(scene.beats),
        scene.beats[scene.told],
        candidates=candidates,
    )


def _nothing_planned() -> str:
    return _("There is nothing to draft it from: its plan has neither beats nor a purpose.")
