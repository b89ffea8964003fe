"""Has a model sum a scene or a chapter up: in parts where it must, again where it failed.

It asks behind the author's own wishes (`backends.sharing`). What comes is freed of the model's own
words, and what is no summary is not kept.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace as changed
from typing import TYPE_CHECKING, TypeVar

from storyforge.backends.sharing import Shared
from storyforge.backends.stopping import Stopped, unless_stopped
from storyforge.domain.chatter import as_summary, is_whole_summary
from storyforge.domain.counting import counts_characters
from storyforge.domain.degenerate import Flaw, flaw_of
from storyforge.domain.generation import Request, StopReason, TokenCounter
from storyforge.domain.sampling import Sampling
from storyforge.domain.sentences import last_sentence_end
from storyforge.domain.summary import Summary, SummaryOf, SummaryState, chapter_source, scene_source
from storyforge.errors import ModelError, Refused
from storyforge.i18n import _
from storyforge.prompting import library
from storyforge.prompting.budget import no_room, tokens_of
from storyforge.prompting.parts import in_parts
from storyforge.studio.permission import check
from storyforge.studio.prompt.talking import DOCUMENT, own_talk, window_of
from storyforge.studio.prompt.token_counts import counts_of
from storyforge.studio.spending import note_spent
from storyforge.studio.summaries import listing as summaries
from storyforge.studio.summaries.listing import Entry, name_of

if TYPE_CHECKING:
    from storyforge.prompting.template import Template
    from storyforge.store.story_file import StoryFile

_Made = TypeVar("_Made")

#: what is read for summaries is kept apart from what is read for scenes
SLOT = ":summaries"
# A scene shorter than this (in characters, twice as many where words have spaces) is told as
# quickly as summed up.
_SHORT = 200
# Tokens of an answer; scripts without spaces take more for the same.
_SCENE_TOKENS, _CHAPTER_TOKENS, _WIDE_FACTOR = 160, 240, 2
_SENTENCES = {SummaryOf.SCENE: 3, SummaryOf.CHAPTER: 5}
# Reading costs more than its length on a processor, and small models lose the thread: longer
# texts are summed up in parts, though a window might hold them.
_PART_TOKENS = 4096
_LEAST_ROOM = 64
# Sober first; the second attempt has another seed and more freedom.
ATTEMPTS = (Sampling(temperature=0.3, seed=1), Sampling(temperature=0.7, seed=2))


class NoSummary(ModelError):
    """The model gave no summary twice; `flaw` says what it gave instead."""

    def __init__(self, name: str, flaw: Flaw) -> None:
        super().__init__(
            _("No summary of {name}: {why}.").format(name=name, why=flaw_words(flaw)),
            title=_("No summary"),
            hint=_("Write it yourself, or try another model."),
        )
        self.flaw = flaw


class OwnSummary(Refused):
    """The author has written one, and it stays."""

    def __init__(self, one: Entry) -> None:
        super().__init__(
            _("The summary of {name} is your own, and it was left as it is.").format(
                name=name_of(one)
            ),
            title=_("Your own summary"),
            hint=_("Say that it may be replaced, or forget it first."),
        )


def flaw_words(flaw: Flaw) -> str:
    """What the model gave in the place of a summary."""
    return {
        Flaw.EMPTY: _("the model wrote nothing of use"),
        Flaw.LOOP: _("the model went round in circles"),
        Flaw.COPY: _("the model only repeated the text"),
        Flaw.FOREIGN: _("the model wrote of something else"),
        Flaw.REFUSAL: _("the model refused"),
    }[flaw]


class Summariser:
    """Makes summaries of one story.

    Attributes:
        seconds: what the model has worked at them, without any waiting for the author.
    """

    def __init__(self, story: "StoryFile", shared: Shared) -> None:
        self._story = story
        self._shared = shared
        self._outline = story.outline()
        self._stop = asyncio.Event()
        self.seconds = 0.0

    async def make(
        self, one: Entry, stop: asyncio.Event, *, replace: bool = False
    ) -> Summary | None:
        """Sum up and keep; None when it was stopped, or there is nothing to be summed up any more.

        Args:
            replace: the author has said that their own may be replaced.

        Raises:
            NotAllowed: the story's text may not go to that model.
            NoSummary: the model gave none, twice.
            OwnSummary: the author's own stands there, or was changed meanwhile.
            BadInput: a template is at fault.
            ModelError: the model cannot be loaded, or it failed.
        """
        now = await asyncio.to_thread(summaries.entry, self._story, one.of, one.id)
        if now is None or now.state is SummaryState.EMPTY:
            return None
        if now.own and not replace:
            raise OwnSummary(now)
        self._outline = await asyncio.to_thread(self._story.outline)
        await check(self._story, self._shared.card)
        self._stop = stop
        try:
            await unless_stopped(self._load(), self._stop)
            await check(self._story, self._shared.card)
            if one.of is SummaryOf.SCENE:
                text, source = await self._scene(now, stop)
            else:
                text, source = await self._chapter(now, stop)
        except Stopped:
            return None
        return await asyncio.to_thread(self._keep, now, text, source, replace)

    async def _scene(self, one: Entry, stop: asyncio.Event) -> tuple[str, str]:
        """(the summary, the digest of what it was made from)."""
        text = await asyncio.to_thread(summaries.scene_text, self._story, one.id)
        source = scene_source(text)
        if len(text) <= _SHORT * (1 if self._wide else 2):
            return " ".join(text.split("\n")), source
        template = await self._template("summary/scene")

        def framed(part: str, at: int = 1, of: int = 1) -> str:
            return template.render(
                text=part, title=self._title, part=at, parts=of, sentences=_SENTENCES[one.of]
            )

        room = await self._room(one, template, framed(""))
        parts = await self._counted(
            lambda count: in_parts(text, room, count, self._outline.language)
        )
        told = [
            await self._ask(one, part, framed(part, at, len(parts)), template, stop)
            for at, part in enumerate(parts, start=1)
        ]
        return await self._rolled(one, told, stop), source

    async def _chapter(self, one: Entry, stop: asyncio.Event) -> tuple[str, str]:
        texts = await asyncio.to_thread(
            summaries.scene_summaries, self._story, self._outline, one.id
        )
        if not texts:
            raise Stopped
        return await self._rolled(one, texts, stop), chapter_source(texts)

    async def _rolled(self, one: Entry, texts: Sequence[str], stop: asyncio.Event) -> str:
        """One summary from several; what does not fit is rolled up in groups first."""
        if len(texts) == 1:
            return texts[0]
        template = await self._template("summary/chapter")
        chapter = one.title if one.of is SummaryOf.CHAPTER else ""

        def framed(group: Sequence[str]) -> str:
            return template.render(
                texts=group,
                title=self._title,
                chapter=chapter,
                whole=one.of is SummaryOf.CHAPTER,
                sentences=_SENTENCES[one.of],
            )

        room = await self._room(one, template, framed(()))
        groups = await self._counted(
            lambda count: _groups(texts, room, count, self._outline.language)
        )
        told = [
            await self._ask(one, "\n\n".join(group), framed(group), template, stop)
            for group in groups
        ]
        return await self._rolled(one, told, stop)

    async def _ask(
        self, one: Entry, text: str, prompt: str, template: "Template", stop: asyncio.Event
    ) -> str:
        """The model's summary of `text`, by a prompt that holds it."""
        flaw = Flaw.EMPTY
        for sampling in ATTEMPTS:
            answered = await self._shared.answer_behind(
                Request(
                    prompt,
                    self._answer_tokens(one),
                    sampling=sampling,
                    template_hash=template.hash,
                    slot=SLOT,
                    language=self._outline.language,
                    chat=DOCUMENT,
                    talk=await asyncio.to_thread(self._talk),
                ),
                stop,
                is_whole_summary,
            )
            if answered is None:
                raise Stopped
            self.seconds += answered.usage.read_seconds + answered.usage.write_seconds
            await asyncio.to_thread(note_spent, self._story, answered.usage)
            if answered.reason in (StopReason.REFUSED, StopReason.FILTERED):
                # By the model or its provider: another attempt would be paid for, too.
                raise NoSummary(name_of(one), Flaw.REFUSAL)
            # The prompt ends within the summary's first sentence.
            summary = as_summary(answered.text)
            summary = summary[:1].upper() + summary[1:]
            if answered.reason is StopReason.LENGTH:
                end = last_sentence_end(summary, self._outline.language)
                summary = summary[:end] if end else summary
            found = await asyncio.to_thread(flaw_of, summary, text)
            if found is None:
                return summary
            flaw = found
        raise NoSummary(name_of(one), flaw)

    def _talk(self) -> str:
        own, language = self._story.prompt_copies.all(), self._outline.language
        return own_talk(own, self._shared.beneath, language, DOCUMENT)

    async def _template(self, name: str) -> "Template":
        own = await asyncio.to_thread(self._story.prompt_copies.all)
        return await asyncio.to_thread(library.find, name, self._outline.language, own)

    async def _room(self, one: Entry, template: "Template", frame: str) -> int:
        """Tokens of text that go into one prompt."""
        language = self._outline.language
        own = await asyncio.to_thread(self._story.prompt_copies.all)
        window = await window_of(self._shared.beneath, language, DOCUMENT, own)
        framing = await self._counted(lambda count: tokens_of(frame, count))
        # A hundredth is kept back: pieces are counted one by one, and some tokens join.
        room = window - framing - self._answer_tokens(one) - window // 100 - 8
        if room < _LEAST_ROOM:
            raise no_room(template.path, window)
        return min(room, _PART_TOKENS)

    async def _counted(self, make: "Callable[[TokenCounter], _Made]") -> "_Made":
        counting = counts_of(self._shared).made(self._shared.beneath, make)
        return await unless_stopped(counting, self._stop)

    async def _load(self) -> None:
        async for _loading in self._shared.beneath.load():
            continue

    def _answer_tokens(self, one: Entry) -> int:
        tokens = _SCENE_TOKENS if one.of is SummaryOf.SCENE else _CHAPTER_TOKENS
        tokens *= _WIDE_FACTOR if self._wide else 1
        return min(tokens, self._shared.beneath.card.context_tokens // 4)

    @property
    def _wide(self) -> bool:
        return counts_characters(self._outline.language)

    @property
    def _title(self) -> str:
        return self._outline.title.strip()

    def _keep(self, began: Entry, text: str, source: str, replace: bool) -> Summary | None:
        """Put it into the file, unless the author wrote one meanwhile."""
        with self._story.together():
            now = summaries.entry(self._story, began.of, began.id)
            if now is None:
                return None
            if now.own and not (replace and now.summary == began.summary):
                raise OwnSummary(now)
            if not text:
                self._story.summaries.remove(now.of, now.id)
                return None
            # Of the text as it was read: written in since, the summary is dated at once.
            now = changed(now, source=source)
            made = summaries.made_now(now, text, self._shared.card.writer or "?")
            self._story.summaries.put(made)
        return made


def _groups(texts: Sequence[str], room: int, count: TokenCounter, language: str) -> list[list[str]]:
    """`texts` in as few groups as fit; each but the last has two texts at the least."""
    pieces = [piece for text in texts for piece in in_parts(text, room // 2, count, language)]
    groups: list[list[str]] = [[]]
    filled = 0
    for piece, tokens in zip(pieces, count(tuple(pieces)), strict=True):
        if groups[-1] and filled + tokens > room:
            groups.append([])
            filled = 0
        groups[-1].append(piece)
        filled += tokens
    return groups
