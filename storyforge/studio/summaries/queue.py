"""All summaries that are missing or dated, one after the other: with progress and an estimate.

The queue keeps no list of its own anywhere: what is done is in the story file, so what is left is
found by looking, after a restart as after an edit. It can be paused, and is ended by a stop. That
it is not at its end yet is kept with the story (`wanted`).
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.backends.sharing import Shared
from storyforge.domain.counting import counts_characters
from storyforge.domain.summary import SummaryOf
from storyforge.i18n import _, listed, ngettext, sentences
from storyforge.studio.durations import time_words
from storyforge.studio.pausing import Pausable
from storyforge.studio.spending import Estimate, ask_first
from storyforge.studio.spending import estimate as estimate_cost
from storyforge.studio.summaries import listing as summaries
from storyforge.studio.summaries import wanted
from storyforge.studio.summaries.listing import Entry
from storyforge.studio.summaries.making import ATTEMPTS, NoSummary, OwnSummary, Summariser

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the story's setting: seconds a character, and the model that was measured
_SPEED = "summary_speed"
# Writing a summary takes about as long as reading so many characters.
_WRITING = 600
# Of a chapter's summary what it is made from is not known before its scenes'.
_ROLLED = 1_200
# For what it costs: characters of a token of prose, tokens of the words around a text, and of an
# answer.
_CHARACTERS, _FRAME, _WRITTEN = 4, 300, 160
# Names in one sentence; more are counted.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the queue is.

    Attributes:
        done, total: summaries; those that failed are done with too.
        now: what is being summed up; None at the end.
        seconds_left: of the model's work; None until a speed is known.
        failed: what the model gave no summary of, and why.
    """

    done: int
    total: int
    now: Entry | None = None
    seconds_left: float | None = None
    paused: bool = False
    failed: tuple[NoSummary, ...] = ()


class SummaryQueue(Pausable):
    """Makes what is missing or dated. One run at a time.

    Attributes:
        progress: the latest.

    Args:
        agreed: the author knows what it costs.
    """

    def __init__(self, story: "StoryFile", shared: Shared, *, agreed: bool = False) -> None:
        super().__init__()
        self._story = story
        self._shared = shared
        self._agreed = agreed
        self.progress = Progress(0, 0)

    async def run(self) -> AsyncIterator[Progress]:
        """Make them all; yields before each, when it pauses or goes on, and at the end.

        Raises:
            NotAllowed: the story's text may not go to that model.
            NeedsYes: it costs more than is spent without asking.
            LimitReached: the day's limit would be passed; what is done stays.
            ModelError: the model cannot be loaded, or it failed.
            BadInput: a template is at fault.
            StoryFileError: the story cannot be written.
        """
        found = await asyncio.to_thread(summaries.entries, self._story)
        left = list(summaries.to_make(found))
        if not self._agreed:
            expected = await asyncio.to_thread(cost, self._story, self._shared, found)
            await ask_first(expected, parts=len(left))
        summariser = await asyncio.to_thread(Summariser, self._story, self._shared)
        speed = await asyncio.to_thread(_Speed, self._story, self._shared)
        self.progress = Progress(0, len(left))
        await asyncio.to_thread(wanted.keep, self._story, wanted=bool(left))
        try:
            while left and not self._ended.is_set():
                one = left[0]
                if self.paused:
                    yield self._tell(now=one, seconds_left=speed.needed(left), paused=True)
                    await self._may_go.wait()
                    continue
                self._stop = asyncio.Event()
                yield self._tell(now=one, seconds_left=speed.needed(left), paused=False)
                before = summariser.seconds
                await self._make(summariser, one)
                if self._stop.is_set():
                    continue
                left.pop(0)
                speed.measured(one, summariser.seconds - before)
                self._tell(done=self.progress.done + 1)
        finally:
            await asyncio.to_thread(speed.remember)
        if not left:
            await asyncio.to_thread(wanted.keep, self._story, wanted=False)
        yield self._tell(now=None, seconds_left=0.0, paused=False)

    async def _make(self, summariser: Summariser, one: Entry) -> None:
        now = await asyncio.to_thread(summaries.entry, self._story, one.of, one.id)
        if now is None or not now.to_do:
            return  # deleted, written by the author, or done right before a pause
        try:
            await summariser.make(one, self._stop)
        except NoSummary as error:
            self._tell(failed=(*self.progress.failed, error))
        except OwnSummary:
            pass  # the author has written one meanwhile: that is what was wanted

    def _tell(self, **changes: object) -> Progress:
        self.progress = replace(self.progress, **changes)  # type: ignore[arg-type]
        return self.progress


class _Speed:
    """What the model needs for a character, measured in this run or remembered from another."""

    def __init__(self, story: "StoryFile", shared: Shared) -> None:
        self._story = story
        self._model = shared.card.name
        self._seconds = 0.0
        self._units = 0
        self._known = _remembered(story, self._model)

    @property
    def rate(self) -> float | None:
        """Seconds a unit; None where nothing was measured yet."""
        return self._seconds / self._units if self._units else self._known

    def measured(self, one: Entry, seconds: float) -> None:
        """Something was made; without the model's work it tells nothing."""
        if seconds > 0:
            self._seconds += seconds
            self._units += _units(one)

    def needed(self, left: "list[Entry]") -> float | None:
        """Seconds for all of `left`."""
        rate = self.rate
        return None if rate is None else rate * sum(map(_units, left))

    def remember(self) -> None:
        """For the next estimate."""
        if self._units:
            self._story.remember(_SPEED, f"{self._seconds / self._units:.6g} {self._model}")


def estimate(story: "StoryFile", shared: Shared, found: "tuple[Entry, ...]") -> float | None:
    """Seconds that the model would need for all that is missing or dated; None where unknown."""
    return _Speed(story, shared).needed(list(summaries.to_make(found)))


def cost(story: "StoryFile", shared: Shared, found: "tuple[Entry, ...]") -> Estimate | None:
    """What all that is missing or dated costs; None where no price is set."""
    left = summaries.to_make(found)
    a_token = 1 if counts_characters(story.outline().language) else _CHARACTERS
    read = sum(_FRAME + _characters(one) // a_token for one in left)
    found_cost = estimate_cost(shared.card, read, _WRITTEN * len(left))
    return None if found_cost is None else replace(found_cost, tries=len(ATTEMPTS))


def _remembered(story: "StoryFile", model: str) -> float | None:
    rate, _space, name = story.recall(_SPEED).partition(" ")
    try:
        return float(rate) if name == model and float(rate) > 0 else None
    except ValueError:
        return None


def _units(one: Entry) -> int:
    return _WRITING + _characters(one)


def _characters(one: Entry) -> int:
    return one.characters if one.of is SummaryOf.SCENE else _ROLLED


def ended_words(progress: Progress) -> str:
    """What a run has come to, in a sentence or two for the author."""
    made = progress.done - len(progress.failed)
    told = [
        ngettext("{count} summary was made.", "{count} summaries were made.", made).format(
            count=made
        )
    ]
    if left := progress.total - progress.done:
        missing = ngettext("{count} is still missing.", "{count} are still missing.", left)
        told.append(missing.format(count=left))
    if progress.failed:
        told += [one.message for one in progress.failed[:_NAMED]]
        more = len(progress.failed) - _NAMED
        if more > 0:
            others = ngettext("Nor of {count} more.", "Nor of {count} more.", more)
            told.append(others.format(count=more))
        told.append(progress.failed[0].hint)
    return sentences(told)


def progress_words(progress: Progress) -> str:
    """ "summaries 3 of 12, about 4 min", for a status line; "" at the end."""
    if progress.now is None:
        return ""
    told = _("summaries {done} of {total}").format(done=progress.done, total=progress.total)
    if progress.paused:
        return listed((told, _("paused")))
    left = time_words(progress.seconds_left)
    return listed((told, left)) if left else told
