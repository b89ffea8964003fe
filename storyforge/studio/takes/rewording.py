"""A selection put otherwise by a verb: asked of the model, kept as takes over the selection.

The author's own words are the first take of that place, so that walking the takes leads back to
them. It knows no screen: it yields what happened, as a continuation does.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyforge.backends.base import Backend
from storyforge.domain.chatter import without_chatter
from storyforge.domain.generation import Asked, Request, TakeKind
from storyforge.domain.hidden import visible
from storyforge.domain.length import LengthUnit
from storyforge.domain.refusals import is_refusal
from storyforge.domain.sampling import Sampling
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.prompting.rewording import Reworded, assemble_rewording
from storyforge.prompting.verbs import Verb, template_of, verbs
from storyforge.studio.continuing import loaded
from storyforge.studio.prompt.talking import DOCUMENT, own_talk, window_of
from storyforge.studio.prompt.token_counts import counts_of
from storyforge.studio.takes.answer import Answer
from storyforge.studio.takes.taking import Event, Writing, write_takes

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# More than tokenizers put into the part of the story that a verb is shown.
_BEFORE = 16_000


@dataclass(frozen=True, slots=True)
class Selected:
    """A piece of a page.

    Attributes:
        parent_id: the take whose words stand before it.
    """

    scene_id: str
    before: str
    text: str
    after: str
    parent_id: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What shall become of a selection.

    Attributes:
        line: what the author was asked for; empty where the verb asks nothing.
        agreed: the author knows what several takes cost.
    """

    verb: Verb
    line: str = ""
    takes: int = 1
    agreed: bool = False

    @property
    def wish(self) -> str:
        """How the takes are named in lists; `order_of` reads it back."""
        return f"{self.verb.title}: {self.line}" if self.line else self.verb.title


def order_of(wish: str, language: str) -> Order | None:
    """The order that a kept wish names, for one more take; None where its verb is gone."""
    for verb in verbs(language):
        if wish == verb.title:
            return Order(verb)
        if verb.asks and wish.startswith(f"{verb.title}: "):
            return Order(verb, wish.removeprefix(f"{verb.title}: "))
    return None


class _Rewording(Answer):
    """An answer that takes a passage's place: white space at its ends stays the passage's."""

    def __init__(self, passage: str) -> None:
        super().__init__("", "", LengthUnit.TOKENS)
        bare = passage.strip()
        at = passage.find(bare)
        self._around = (passage[:at], passage[at + len(bare) :])
        self._refuses = is_refusal(bare)

    def standing(self, *, trim: bool) -> tuple[str, int]:
        """The answer without what a model says about it; nothing of it is ever cut at a sentence.

        A refusal is no text: then nothing stands, unless the passage was one.
        """
        del trim
        text = without_chatter(self.text)
        if not text or (is_refusal(text) and not self._refuses):
            return "", 0
        whole = self._around[0] + text + self._around[1]
        return whole, len(whole)


async def reword(
    story: "StoryFile",
    selected: Selected,
    place_id: str,
    backend: Backend,
    order: Order,
    sampling: Sampling,
    stop: asyncio.Event,
) -> AsyncGenerator[Event, None]:
    """Carry out a verb on a selection, as takes at a place that stands over it.

    Raises:
        NotAllowed: the story's text may not go to that model.
        NeedsYes: several takes cost more than is spent without asking.
        LimitReached: the day's limit would be passed.
        Refused: nothing is selected, or the story is read-only.
        BadInput: a template is at fault, or the selection is larger than the window.
        ModelError: the model cannot be loaded, or it failed.
        StoryFileError: the story cannot be written.
    """
    if not selected.text.strip():
        raise Refused(
            _("Nothing is selected."),
            title=_("Nothing to change"),
            hint=_("Select text: Shift and the arrows."),
        )
    async with aclosing(loaded(backend, stop, story)) as progress:
        async for loading in progress:
            yield loading
    if stop.is_set():
        return
    request = await _request(story, selected, backend, order, sampling)
    asked = Asked(TakeKind.REWRITE, order.wish, selected.parent_id)
    await asyncio.to_thread(_keep_original, story, selected, place_id, asked)
    writing = Writing(
        selected.scene_id,
        place_id,
        request,
        lambda: _Rewording(selected.text),
        trim=False,
        asked=asked,
        agreed=order.agreed,
    )
    async with aclosing(write_takes(story, writing, backend, stop)) as events:
        async for event in events:
            yield event


async def _request(
    story: "StoryFile", selected: Selected, backend: Backend, order: Order, sampling: Sampling
) -> Request:
    outline = await asyncio.to_thread(story.outline)
    own = await asyncio.to_thread(story.prompt_copies.all)
    wanted = Reworded(
        selected.text,
        visible(selected.before[-_BEFORE:]),
        selected.after,
        order.line,
        outline.title,
        outline.author,
        await window_of(backend, outline.language, DOCUMENT, own),
        sampling,
        outline.language,
    )
    template = await asyncio.to_thread(template_of, order.verb, outline.language, own)
    request = await counts_of(backend).made(
        backend, lambda count: assemble_rewording(wanted, order.verb.title, template, count)
    )
    return replace(
        request,
        takes=order.takes,
        slot=f"{selected.scene_id}:{order.verb.name}",
        language=outline.language,
        chat=DOCUMENT,
        talk=await asyncio.to_thread(own_talk, own, backend, outline.language, DOCUMENT),
    )


def _keep_original(story: "StoryFile", selected: Selected, place_id: str, asked: Asked) -> None:
    """The author's words are the first take of their place."""
    if not story.takes.of_place(place_id):
        page = story.scenes.load(selected.scene_id)
        kept = story.revisions.keep(page, reason="before continuation", exact=True)
        story.takes.keep_edited(
            selected.scene_id,
            place_id,
            selected.text,
            asked=Asked(asked.kind, parent_id=asked.parent_id, revision_id=kept.id),
        )
