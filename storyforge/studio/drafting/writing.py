"""One beat, written in pieces until it is long enough, and kept as a take while it grows.

A model stops too early, goes on too long, or says again what stands there. So it is asked for a
piece at a time; of each what is prose and new stays, up to a sentence's end, and where nothing
stays it is asked again with another seed and more freedom.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.backends.sharing import Answered, Shared
from storyforge.backends.stopping import Stopped
from storyforge.domain.counting import count, counts_characters
from storyforge.domain.generation import (
    Asked,
    Request,
    StopReason,
    Take,
    TakeKind,
    TakeState,
    Usage,
)
from storyforge.domain.length import Length, LengthUnit
from storyforge.domain.model import ModelCard
from storyforge.domain.prose import in_paragraphs, indent_of, indented, only_prose
from storyforge.domain.sampling import Sampling
from storyforge.domain.seam import fit_tail
from storyforge.domain.sentences import last_sentence_end
from storyforge.domain.standing import Standing
from storyforge.domain.text import clean
from storyforge.errors import StoryforgeError
from storyforge.prompting.scene_plan import Beat
from storyforge.studio import speeds
from storyforge.studio.drafting.page import Spot
from storyforge.studio.lore.memory import sent
from storyforge.studio.prompt.asking import ask
from storyforge.studio.reading_in.naming import callings
from storyforge.studio.takes.keeper import TakeKeeper

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: how often a piece is asked for again where nothing of it can stay
ATTEMPTS = 3
# Near enough to the length that was aimed at.
_ENOUGH = 0.9
# Tokens of a word, or of a character of a script without spaces, at the most, and of a piece. A
# longer piece would be cut at its first repetition anyway.
_TOKENS, _PIECE = 3, 400
# A small model would rather end than write the third sentence.
_NOT_BEFORE = 48
# More freedom with each attempt.
_FREER = 0.15
# Whatever a model does, a beat comes to an end.
_MOST_PIECES = 24
# Of a name these alone are nobody.
_NO_NAMES = frozenset(
    ("the", "and", "der", "die", "das", "den", "und", "von", "van", "les", "des", "los", "las")
)
# Here a model begins to speak of something else than the scene.
_STOPS = ("\n[", "\n【", "\n#")


@dataclass(frozen=True, slots=True)
class Part:
    """What is to be written, and where.

    Attributes:
        lead: what parts it from the text before; it belongs to the take.
        gap: what parts its paragraphs.
        beat: as the prompt is told it; its size is the length aimed at.
        names: who has to come on stage in it, if need be in a paragraph that begins with them.
        planned: lines of the plan, which are no prose.
    """

    spot: Spot
    lead: str
    gap: str
    beat: Beat
    sampling: Sampling
    language: str
    names: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()


class BeatWriter:
    """Writes one beat once.

    Attributes:
        attempt: 1, or how often the piece that is written now was asked for.
        repeats: it says again what stands there already, however often it was asked for.
        refused: the model, or its provider's filter, would not write it.

    Args:
        standing: what stands in the story before it.
        hear: is told the text as it grows.
    """

    def __init__(
        self,
        story: "StoryFile",
        shared: Shared,
        part: Part,
        standing: Standing,
        hear: Callable[[str], None],
    ) -> None:
        self._story = story
        self._shared = shared
        self._part = part
        self._standing = standing
        self._hear = hear
        self._text = ""
        self._spare = ""
        self._seed = part.sampling.seed or 0
        self._usage = Usage()
        self.attempt = 1
        self.repeats = False
        self.refused = False

    async def write(self, stop: asyncio.Event) -> Take | None:
        """The beat as a take that is whole; None where the model wrote nothing of use.

        Raises:
            Stopped: what came is kept as a take that stands nowhere.
            ModelError, StoryFileError: the same.
        """
        part = self._part
        keeper = TakeKeeper(
            self._story,
            part.spot.passage.scene_id,
            part.spot.place_id,
            self._shared.card.writer,
            await self._request(part.beat.size),
            Asked(TakeKind.DRAFT, part.beat.told, part.spot.parent_id),
            place=self._shared.card.place,
        )
        await keeper.begin()
        async with keeper:
            try:
                await self._write(keeper, stop)
            except BaseException as error:
                # Nothing is awaited any more: it may be a cancellation.
                failed = isinstance(error, StoryforgeError)
                state = TakeState.FAILED if failed else TakeState.STOPPED
                reason = StopReason.FAILED if failed else StopReason.STOPPED
                self._end(keeper, keeper.texts[0], state, reason)
                raise
            done = (TakeState.FINISHED, StopReason.LENGTH)
            if self._text:
                return await asyncio.to_thread(self._end, keeper, part.lead + self._text, *done)
            # What was of no use is kept with the takes, but stands nowhere.
            await asyncio.to_thread(self._end, keeper, keeper.texts[0], *done, stands=False)
            return None

    def _end(
        self,
        keeper: TakeKeeper,
        text: str,
        state: TakeState,
        reason: StopReason,
        *,
        stands: bool = True,
    ) -> Take | None:
        kept = len(text) if stands else 0
        return keeper.finish(0, text, kept, state, reason, self._usage)

    async def _write(self, keeper: TakeKeeper, stop: asyncio.Event) -> None:
        size = self._part.beat.size
        # Those who have to come get a paragraph each, which is a part of the beat's length.
        entrance = size // (len(self._part.names) + 2)
        for _piece in range(_MOST_PIECES):
            waiting = sum(not mentions(self._text, name) for name in self._part.names)
            left = size - entrance * waiting - self._size(self._text)
            if left <= size * (1 - _ENOUGH) or self.attempt > ATTEMPTS:
                break
            await self._piece(keeper, stop, left)
            if self.refused:
                return  # another attempt would be paid for, too
        self.attempt = 1
        for name in self._part.names * ATTEMPTS:
            if self._text and not (self.refused or mentions(self._text, name)):
                await self._piece(keeper, stop, entrance, self._in_prose(name))
        if not self._text:
            self._text, self.repeats = self._spare, bool(self._spare)

    async def _piece(
        self, keeper: TakeKeeper, stop: asyncio.Event, left: int, name: str = ""
    ) -> None:
        """Ask for a piece of so many words or characters, and let what is good of it stand.

        Args:
            name: what it begins with, in a paragraph of its own.
        """
        # The second attempt opens a paragraph: it leaves the circle that the sentence led into.
        opens = bool(name) or (self.attempt > 1 and bool(self._text))
        ahead = self._text + (self._part.gap if opens and self._text else "")
        ahead += (self._indent or "") + name if name else ""
        answered = await self._answer(keeper, stop, left, ahead)
        await asyncio.to_thread(speeds.note, self._shared.card, answered.usage)
        keeper.check()
        self._usage += answered.usage
        if answered.reason in (StopReason.REFUSED, StopReason.FILTERED):
            self.refused = True
            return
        opens = opens or answered.text.lstrip(" ").startswith("\n")
        begins = opens or not self._text
        prose = indented(self._prose(answered, name), self._indent, begins=begins)
        whole = self._joined(prose, opens)
        # Looked at whole: a paragraph that came in two pieces may stand already.
        at = self._standing.repeats_at(whole)
        good = whole if at is None else whole[:at].rstrip()
        if self._size(good) <= self._size(self._text):
            self._spare = max(self._spare, prose, key=len)
            self.attempt += not name
        else:
            self.attempt = 1
        self._text = good
        keeper.texts[0] = self._part.lead + self._text
        self._hear(self._text)

    @property
    def _indent(self) -> str | None:
        return indent_of(f"{self._part.spot.passage.before}\n{self._text}")

    def _in_prose(self, name: str) -> str:
        """A name as a paragraph may begin with it: a plan parts family and given name."""
        parted = name.isascii() or not counts_characters(self._part.language)
        return name if parted else "".join(name.split())

    async def _answer(
        self, keeper: TakeKeeper, stop: asyncio.Event, left: int, ahead: str
    ) -> Answered:
        def enough(text: str) -> bool:
            grown = clean(text)
            keeper.texts[0] = self._part.lead + ahead + grown
            self._hear(ahead + grown)
            if self._size(grown) < left:
                return False
            end = last_sentence_end(grown, self._part.language)
            return end is not None and self._size(grown[:end]) >= left * _ENOUGH

        request = await self._request(left, ahead)
        answered = await self._shared.answer_behind(request, stop, enough)
        if answered is None:
            raise Stopped
        return answered

    async def _request(self, left: int, ahead: str = "") -> Request:
        part, card = self._part, self._shared.card
        self._seed += 1
        told = part.sampling
        sampling = replace(
            told,
            seed=self._seed % 2**32,
            temperature=told.temperature + _FREER * (self.attempt - 1),
            min_tokens=max(told.min_tokens, min(left, _NOT_BEFORE)),
        )
        tokens = 24 + left * _TOKENS
        # Another length of the answer must not move the cut of the story.
        most = piece_tokens(card)
        passage = replace(part.spot.passage, before=part.spot.passage.before + part.lead + ahead)
        request, _notes = await ask(
            self._story,
            passage,
            self._shared.beneath,
            Length(LengthUnit.TOKENS, min(tokens, most)),
            sampling,
            edited=False,
            beat=replace(part.beat, back=len(ahead)),
        )
        await asyncio.to_thread(sent, self._story, passage.scene_id)
        return replace(request, stop=_STOPS)

    def _prose(self, answered: Answered, name: str) -> str:
        """What of an answer may stand, up to its last whole sentence."""
        part = self._part
        if name and answered.text.lstrip(" ").startswith("\n"):
            return ""  # the name stands there alone, as a heading
        text = f"{name}{answered.text}" if name else answered.text
        told = only_prose(clean(text), (part.beat.told, *part.planned))
        end = last_sentence_end(told, part.language)
        if answered.reason is StopReason.END and end is None:
            end = len(told)
        return in_paragraphs(told[: end or 0], part.gap)

    def _joined(self, good: str, opens: bool) -> str:
        if not (self._text and good):
            return self._text or good
        return self._text + self._part.gap + good if opens else fit_tail(self._text, good) + good

    def _size(self, text: str) -> int:
        return count(text).of(self._part.language)


def piece_tokens(card: ModelCard) -> int:
    """Tokens that a model is asked for at once, at the most."""
    return min(_PIECE, max(card.context_tokens // 8, 64))


def mentions(text: str, name: str) -> bool:
    """Whether somebody is named in a text: by the whole name, or by a part of it."""
    folded = text.casefold()
    parts = (part for part in callings(name) if _tells(part))
    return any(_stands(one, folded) for one in (name.casefold(), *parts))


def _tells(part: str) -> bool:
    """Whether a part of a name names somebody; a Japanese one has two characters mostly."""
    return len(part) > (2 if part.isascii() else 1) and part not in _NO_NAMES


def _stands(name: str, text: str) -> bool:
    at = text.find(name)
    while at >= 0:
        around = text[max(at - 1, 0) : at] + text[at + len(name) : at + len(name) + 1]
        # Scripts without spaces have no word borders; "Tom" does not stand in "tomorrow".
        if not any(sign.isascii() and sign.isalnum() for sign in around) or not name.isascii():
            return True
        at = text.find(name, at + 1)
    return False
