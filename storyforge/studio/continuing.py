"""A continuation from the caret to the kept takes: the only place where its rooms meet.

It loads the model, has the prompt made and the takes written, and yields what happened. It knows no
screen; how takes are kept whatever ends them is `taking`'s business.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from storyforge.backends.base import Backend
from storyforge.domain.generation import Asked, Loading, Noted, Request, TakeKind
from storyforge.domain.length import Length, LengthUnit
from storyforge.domain.profile import Profile
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import Section, SectionKind
from storyforge.domain.story import Passage
from storyforge.i18n import _
from storyforge.prompting.library import find
from storyforge.studio.lore.memory import sent
from storyforge.studio.permission import check
from storyforge.studio.presets import sampling_of, unheeded_note
from storyforge.studio.prompt.asking import ask
from storyforge.studio.prompt.talking import own_talk, window_of
from storyforge.studio.takes.answer import Answer
from storyforge.studio.takes.taking import (
    Event,
    TakeBegan,
    TakeFinished,
    Writing,
    write_takes,
)

if TYPE_CHECKING:
    from storyforge.settings import Settings
    from storyforge.store.story_file import StoryFile

__all__ = [
    "Event",
    "Noted",
    "TakeBegan",
    "TakeFinished",
    "Wish",
    "continue_story",
    "loaded",
]

# The most tokens for a sentence and for a paragraph: a long one of each, in scripts that take three
# tokens a character too.
_SENTENCE_CAP = 200
_PARAGRAPH_CAP = 800


@dataclass(frozen=True, slots=True)
class Wish:
    """How the author wants a continuation."""

    length: Length
    sampling: Sampling
    trim_to_sentence: bool
    stop: tuple[str, ...] = ()

    @classmethod
    def from_settings(
        cls,
        settings: "Settings",
        *,
        story: "StoryFile | None" = None,
        preset: str | None = None,
        profile: Profile | None = None,
        max_tokens: int | None = None,
        seed: int | None = None,
        temperature: float | None = None,
    ) -> "Wish":
        """The settings' wish, with what is given here in the place of theirs.

        It may read a file: the author's own preset.

        Args:
            story: one that may have a preset of its own.
            preset: another preset, this once.
            profile: whose preset goes before the one in use.

        Raises:
            BadInput: there is no such preset, or a value cannot be used.
        """
        told = settings.writing
        if max_tokens is not None:
            length = Length(LengthUnit.TOKENS, max_tokens)
        elif told.length == LengthUnit.SENTENCE:
            length = Length(LengthUnit.SENTENCE, _SENTENCE_CAP)
        elif told.length == LengthUnit.PARAGRAPH:
            length = Length(LengthUnit.PARAGRAPH, _PARAGRAPH_CAP)
        else:
            length = Length(LengthUnit.TOKENS, int(told.length))
        sampling = sampling_of(
            settings,
            preset=preset or (profile.preset if profile else "") or None,
            story=story,
            seed=seed,
            temperature=temperature,
        )
        return cls(length, sampling, told.trim_to_sentence, tuple(told.stop))


async def continue_story(
    story: "StoryFile",
    passage: Passage,
    place_id: str,
    backend: Backend,
    wish: Wish,
    stop: asyncio.Event,
    *,
    asked: Asked | None = None,
    takes: int = 1,
    lead: str = "",
    standing: int = 0,
    agreed: bool = False,
) -> AsyncGenerator[Event, None]:
    """Continue the story at the caret; the page must have been saved before.

    A take without any text is forgotten, and no `TakeFinished` comes for it. When the model fails
    half-way, `TakeFinished` comes with what there is, and then the error is raised. Closing the
    iterator or cancelling its task keeps what was yielded so far.

    Args:
        asked: their kind, wish and parent, and the prompt where the author has changed it.
        takes: how many to write, 1 to 8.
        lead: what every take begins with; so many characters of it as `standing` are on the page.
        agreed: the author knows what several takes cost.

    Raises:
        NotAllowed: the story's text may not go to that model.
        NeedsYes: several takes cost more than is spent without asking.
        LimitReached: the day's limit would be passed.
        Refused: there is nothing to go on from, or the story is read-only.
        BadInput: a template is at fault.
        ModelError: the model cannot be loaded, or it failed.
        StoryFileError: the story cannot be written.
    """
    asked = asked or Asked()
    async with aclosing(loaded(backend, stop, story)) as progress:
        async for loading in progress:
            yield loading
    if stop.is_set():
        return
    reached = replace(passage, before=passage.before + lead)
    language = (await asyncio.to_thread(story.outline)).language
    request, notes = await _asked_for(story, reached, backend, wish, asked, language)
    for note in (*notes, unheeded_note(wish.sampling, backend.card)):
        if note:
            yield Noted(note)
    if stop.is_set():
        return
    leads_on = asked.kind is TakeKind.INFILL
    around = (passage.before, passage.after, wish.length.unit, language)
    answer = partial(Answer, *around, lead=lead, standing=standing, leads_on=leads_on)
    request = replace(request, takes=takes, stop=wish.stop)
    writing = Writing(
        passage.scene_id, place_id, request, answer, wish.trim_to_sentence, asked, agreed
    )
    async with aclosing(write_takes(story, writing, backend, stop)) as events:
        async for event in events:
            yield event


async def _asked_for(
    story: "StoryFile",
    passage: Passage,
    backend: Backend,
    wish: Wish,
    asked: Asked,
    language: str,
) -> tuple[Request, tuple[str, ...]]:
    """The request, and what the author should hear about it."""
    if not asked.prompt:
        request, notes = await ask(
            story,
            passage,
            backend,
            wish.length,
            wish.sampling,
            wish="" if asked.kind is TakeKind.CHOICE else asked.wish,
            infill=asked.kind is TakeKind.INFILL,
        )
        await asyncio.to_thread(sent, story, passage.scene_id)
        if request.suffix and not backend.card.can.infill:
            request = await asyncio.to_thread(_led_by_prompt, story, request)
        return request, notes
    (tokens,) = await backend.count_tokens((asked.prompt,))
    own = await asyncio.to_thread(story.prompt_copies.all)
    window = await window_of(backend, language, own=own)
    return (
        Request(
            prompt=asked.prompt,
            max_tokens=max(min(wish.length.tokens, window - tokens), 1),
            sampling=wish.sampling,
            sections=(
                Section(
                    _("Edited prompt"),
                    asked.prompt,
                    tokens,
                    tokens,
                    kind=SectionKind.EDITED,
                    start=0,
                ),
            ),
            slot=passage.scene_id,
            language=language,
            talk=await asyncio.to_thread(own_talk, own, backend, language),
        ),
        (),
    )


def _led_by_prompt(story: "StoryFile", request: Request) -> Request:
    """The same for a model without tokens for it: what follows is shown before the story.

    Room for it was left when the prompt was made; the few words around it come out of the answer's.
    """
    template = find("draft/infill", story.outline().language, story.prompt_copies.all())
    prompt = template.render(after=request.suffix, story=request.prompt)
    shift = max(prompt.rfind(request.prompt), 0)
    sections = tuple(
        replace(section, start=section.start + shift) if section.start >= 0 else section
        for section in request.sections
    )
    return replace(
        request, prompt=prompt, suffix="", sections=sections, template_hash=template.hash
    )


async def loaded(
    backend: Backend, stop: asyncio.Event, story: "StoryFile"
) -> AsyncGenerator[Loading, None]:
    """The progress of loading; ends early when `stop` is set.

    Raises:
        NotAllowed: the story's text may not go to that model.
        ModelError: the model cannot be loaded.
    """
    await check(story, backend.card)
    steps = backend.load()
    stopped = asyncio.create_task(stop.wait())
    step: asyncio.Task[Loading | None] | None = None
    try:
        while not stop.is_set():
            step = asyncio.create_task(_next(steps))
            await asyncio.wait((step, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not step.done():
                return
            loading = step.result()
            if loading is None:
                # Loading may tell that a server on this machine only passes on what it gets.
                await check(story, backend.card)
                return
            yield loading
    finally:
        stopped.cancel()
        if step is not None and not step.done():
            step.cancel()
            await asyncio.wait((step,))
        await steps.aclose()


async def _next(steps: AsyncGenerator[Loading, None]) -> Loading | None:
    return await anext(steps, None)
