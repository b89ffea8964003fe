"""Looking at a prompt without sending it: the request of the next continuation, part by part.

It is the very request that a continuation at the same caret would send; nothing is written by
looking. Without a model, or with one that may not get the text, the parts are there all the same,
with their tokens estimated.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, cast

from storyforge.backends.base import Backend
from storyforge.domain.counting import counts_characters
from storyforge.domain.generation import Cached, Loading, Request
from storyforge.domain.model import Capabilities, ModelCard
from storyforge.domain.sections import PromptEdit, Section, SectionKind, SectionState
from storyforge.domain.story import Passage
from storyforge.errors import ModelError
from storyforge.i18n import _
from storyforge.prompting.edited import merged
from storyforge.studio.continuing import Wish, loaded
from storyforge.studio.permission import NotAllowed
from storyforge.studio.prompt.asking import ask

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Characters of a token of prose: about four in English, about one in scripts without spaces.
_CHARACTERS = 4
# So many scenes above the window are told one by one: a long book has hundreds.
_FEW = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What the model would see.

    Attributes:
        request: as the next continuation would send it.
        window: the model's window in tokens.
        assembled: the prompt as it is without the author's own edit.
        cached: what of the prompt is in the model's cache; None where that cannot be told.
        resumed: the draft over the prompt as it is now; empty where it does not fit any more.
        notes: what the author should hear about the request.
        problem: why there is no model; the tokens are estimated then. Empty where there is one.
        estimated: the tokens were not counted by the model itself.
    """

    request: Request
    assembled: str
    window: int
    cached: Cached | None = None
    resumed: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""
    estimated: bool = False


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class _Estimating:
    """Stands for a model that is not there, so that a prompt can be laid out for its window."""

    card: ModelCard
    language: str

    async def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """About as many as a model's tokenizer would make."""
        each = 1 if counts_characters(self.language) else _CHARACTERS
        return tuple(-(-len(text) // each) for text in texts)


async def look(
    story: "StoryFile",
    passage: Passage,
    backend: Backend,
    wish: Wish,
    window: int,
    *,
    draft: PromptEdit | None = None,
    busy: str = "",
) -> AsyncIterator[Loading | Look]:
    """The progress of loading the model, then what it would see at `passage`.

    Args:
        window: the window to lay the prompt out for where there is no model.
        draft: what the author wrote on an earlier prompt of the scene.
        busy: why the model is not to be asked now; it is taken for one that is not there.

    Raises:
        Refused: there is nothing to go on from.
        BadInput: a template is at fault.
    """
    try:
        if busy:
            raise ModelError(busy)
        async with aclosing(loaded(backend, asyncio.Event(), story)) as progress:
            async for loading in progress:
                yield loading
        asked = backend
        window, problem = backend.card.context_tokens, ""
    except (ModelError, NotAllowed) as error:
        outline = await asyncio.to_thread(story.outline)
        can = Capabilities(continues=backend.card.can.continues)
        card = replace(backend.card, place="", context_tokens=window, can=can)
        asked = cast(Backend, _Estimating(card, outline.language))
        problem = str(error)
    request, notes = await ask(story, passage, asked, wish.length, wish.sampling)
    assembled = request.prompt
    if any(section.kind is SectionKind.EDITED for section in request.sections):
        plain, _notes = await ask(story, passage, asked, wish.length, wish.sampling, edited=False)
        assembled = plain.prompt
    cached = None if problem else await _cached(backend, request)
    resumed, lost = merged(draft, assembled) if draft is not None else ("", 0)
    resumed = "" if lost else resumed
    estimated = bool(problem) or not backend.card.can.counts
    yield Look(request, assembled, window, cached, resumed, notes, problem, estimated)


async def _cached(backend: Backend, request: Request) -> Cached | None:
    try:
        cached = await backend.cached(request)
    except ModelError:
        return None
    said = sum(one.given for one in request.sections if one.kind is SectionKind.CHAT)
    return replace(cached, total=cached.total + said)


@dataclass(frozen=True, slots=True)
class Part:
    """A section, and how much of it is in the model's cache, 0 to 1."""

    section: Section
    cached: float = 0.0


def gathered(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The sections with many scenes in a row that are above the window told as one."""
    told: list[Section] = []
    for above, run in groupby(sections, _above):
        row = tuple(run)
        if above and len(row) > _FEW:
            wanted = sum(section.wanted for section in row)
            row = (replace(row[0], name=_("Earlier scenes"), source="", wanted=wanted),)
        told += row
    return tuple(told)


def _above(section: Section) -> bool:
    return section.kind is SectionKind.STORY and section.state is SectionState.LEFT_OUT


def parts(request: Request, cached: Cached | None) -> tuple[Part, ...]:
    """The sections with what of each need not be read again: a cache holds a prompt's beginning."""
    if cached is None or not cached.total:
        return tuple(Part(section) for section in gathered(request.sections))
    left, whole = float(cached.reused), cached.reused >= cached.total
    told = []
    for section in gathered(request.sections):
        share = min(max(left / section.given, 0.0), 1.0) if section.given else 0.0
        left -= section.given
        told.append(Part(section, float(section.given > 0) if whole else share))
    return tuple(told)
