"""What to ask a model: gathers the story around the caret and has a prompt made of it.

It counts in the model's own tokens; how the prompt is laid out and fitted is decided in
`prompting`. It also says in words what the model will not see. Nothing is written by asking: what a
prompt was told is kept when it is sent (`lore_memory.sent`).
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from storyforge.backends.base import Backend
from storyforge.domain.counting import count as count_text
from storyforge.domain.counting import counts_characters
from storyforge.domain.generation import Request, TokenCounter
from storyforge.domain.hidden import is_within, never_closed
from storyforge.domain.length import Length
from storyforge.domain.model import ModelCard
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import Section, SectionKind, SectionState
from storyforge.domain.story import Passage
from storyforge.domain.tags import base_language
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _, listed, ngettext
from storyforge.prompting import library
from storyforge.prompting.context import assemble, assemble_opening
from storyforge.prompting.edited import with_edit
from storyforge.prompting.scene_plan import Beat
from storyforge.prompting.template import Template
from storyforge.studio.languages import language_name
from storyforge.studio.lore.memory import LoreMemory, memory_of
from storyforge.studio.permission import check
from storyforge.studio.prompt.gathering import Asking, Gathered, gathered
from storyforge.studio.prompt.talking import around, own_talk
from storyforge.studio.prompt.token_counts import counts_of

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# Times that a story is fitted anew around an author's prompt that is longer than the assembled one.
_TRIES = 4
#: by so much of its beginning the text that is kept is known again
_BEGINNING = 60


class _Note(NamedTuple):
    """A sentence for the author, and what it is about: of that no more is said in a session."""

    about: str
    text: str


class _Made(NamedTuple):
    """A request, its sections before the author's edit, and how many changes of it were let go."""

    request: Request
    assembled: tuple[Section, ...]
    lost: int = 0


async def ask(
    story: "StoryFile",
    passage: Passage,
    backend: Backend,
    length: Length,
    sampling: Sampling,
    *,
    wish: str = "",
    infill: bool = False,
    edited: bool = True,
    beat: Beat | None = None,
) -> tuple[Request, tuple[str, ...]]:
    """(the request, sentences that the author should hear about it).

    Args:
        wish: what the author wants of this one continuation; may be empty.
        infill: the answer is to lead to what stands behind the caret.
        edited: with the author's own edit, where one is kept for the scene.
        beat: what is to be written now, where a scene is drafted.

    Raises:
        NotAllowed: the story's text may not go to that model.
        Refused: there is nothing to go on from.
        BadInput: a template is at fault, or the author's own prompt leaves no room for the story.
        ModelError: the model could not count.
    """
    card = backend.card
    await check(story, card)
    own = await asyncio.to_thread(story.prompt_copies.all)
    said: Section | None = None
    if not card.can.continues:
        outline = await asyncio.to_thread(story.outline)
        said = await around(backend, outline.language, own=own)
    window = card.context_tokens - (said.given if said is not None else 0)
    asking = Asking(length, sampling, window, wish, infill, edited, beat)
    found = await asyncio.to_thread(gathered, story, passage, asking)
    language = found.outline.language
    if found.wanted.is_opening and not found.wanted.title and beat is None:
        raise Refused(
            _("There is no text to go on from, and the story has no title to open with."),
            title=_("Nothing to go on from"),
            hint=_("Write a first line, or give the story a title."),
        )
    task = "draft/opening" if found.wanted.is_opening else "draft/continue"
    if beat is not None:
        task = "draft/beat"
    template = await asyncio.to_thread(library.find, task, language, own)

    def make(count: TokenCounter) -> tuple[_Made, list[_Note]]:
        made = _made(found, template, count)
        return made, _notes(story, found, passage, made, card)

    made, notes = await counts_of(backend).made(backend, make)
    calls, about = found.wanted.told.calls, [note.about for note in notes]
    memory_of(story).looked(passage.scene_id, made.assembled, calls, about)
    sections = made.request.sections if said is None else (said, *made.request.sections)
    talk = await asyncio.to_thread(own_talk, own, backend, language)
    request = replace(made.request, sections=sections, language=language, talk=talk)
    return request, tuple(note.text for note in notes)


def _made(found: Gathered, template: Template, count: TokenCounter) -> _Made:
    wanted = found.wanted
    less = 0
    for _try in range(_TRIES):
        if wanted.is_opening and wanted.told.beat is None:
            request = assemble_opening(wanted, template, found.chapter.title, count)
        else:
            request = assemble(wanted, template, count, less)
        if found.edit is None:
            return _Made(request, request.sections)
        edited, longer, lost = with_edit(request, found.edit, wanted.room, count)
        if not longer:
            return _Made(edited, request.sections, lost)
        # Another cut may bring back what was let go: then it is tried once more.
        less = max(longer, less + 1)
    raise BadInput(
        _("The prompt that you keep for this scene leaves no room for the story."),
        title=_("Prompt too long"),
        hint=_("Shorten it under “What the model sees”, or let it go."),
    )


def _notes(
    story: "StoryFile", found: Gathered, passage: Passage, made: _Made, card: ModelCard
) -> list[_Note]:
    """What the author has not heard in this session."""
    memory = memory_of(story)
    language = _language_note(found.outline.language, card)
    notes = [_Note(f"language:{card.name}", language)] if language else []
    notes += _all_notes(found, passage, made, memory)
    return [note for note in notes if note.about not in memory.told]


def _all_notes(
    found: Gathered, passage: Passage, made: _Made, memory: LoreMemory
) -> Iterator[_Note]:
    key = passage.scene_id
    if made.lost:
        yield _Note(
            f"lost:{key}:{made.lost}",
            _(
                "A part of the prompt that you keep for this scene does not fit the text any more "
                "and was let go. Look at it under “What the model sees”."
            ),
        )
    for fault in found.wanted.told.calls.faults:
        yield _Note(fault.told, fault.told)
    whole = passage.before + passage.after
    if opened := len(never_closed(whole)):
        text = _("A “@/*” in this scene is never closed: it hides the rest of its paragraph only.")
        yield _Note(f"open:{key}:{opened}", text)
    if is_within(whole, len(passage.before)):
        text = _("The caret stands in a hidden part: what the model writes there is hidden, too.")
        yield _Note(f"within:{key}", text)
    yield from _shortened(made.assembled)
    story = [one for one in made.assembled if one.kind is SectionKind.STORY]
    if any(one.state is not SectionState.WHOLE for one in story) or found.wanted.here.cut:
        beginning = next((one.text[:_BEGINNING] for one in story if one.text), "")
        about = f"left:{key}:{beginning}"
        if about not in memory.left_out:
            # To count the words of 1 MB takes a tenth of a second.
            memory.left_out = {about: _left_out(found, passage, story)}
        yield _Note(about, memory.left_out[about])


def _shortened(sections: tuple[Section, ...]) -> Iterator[_Note]:
    """What of the author's own texts for the model had no room."""
    told = {
        SectionKind.MEMORY: _("The memory is too long for its share: its end is left out."),
        SectionKind.NOTE: _("The author's note is too long for its share: its end is left out."),
        SectionKind.STYLE: _(
            "The style notes are too long for their share: their end is left out."
        ),
        SectionKind.WISH: _("The wish is too long for its share: its end is left out."),
    }
    for section in sections:
        if section.kind in told and section.given < section.wanted:
            none = _("{part}: there is no room for it, and the model is not told of it.")
            text = told[section.kind] if section.given else none.format(part=section.name)
            yield _Note(f"{section.kind}:{section.wanted}:{not section.given}", text)
    lore = sum(one.kind is SectionKind.LORE and one.given < one.wanted for one in sections)
    if lore:
        text = ngettext(
            "{count} entry of lore that was called had no room, or not for all of it.",
            "{count} entries of lore that were called had no room, or not for all of them.",
            lore,
        ).format(count=lore)
        yield _Note(f"lore:{lore}", text)


def _left_out(found: Gathered, passage: Passage, story: list[Section]) -> str:
    """How much of the story is not in the prompt, in words or characters."""
    language = found.outline.language
    given = sum(count_text(section.text).of(language) for section in story)
    left = max(found.before + count_text(passage.before).of(language) - given, 1)
    if counts_characters(language):
        message = ngettext(
            "The oldest character is left out: the model's window is full.",
            "The oldest {count:,} characters are left out: the model's window is full.",
            left,
        )
    else:
        message = ngettext(
            "The oldest word is left out: the model's window is full.",
            "The oldest {count:,} words are left out: the model's window is full.",
            left,
        )
    return message.format(count=left)


def _language_note(language: str, card: ModelCard) -> str:
    """A word of warning; "" where there is nothing to say."""
    known = {base_language(tag) for tag in card.languages}
    if not known or base_language(language) in known:
        return ""
    return _(
        "{model} knows {known} only; for {language} choose another model: "
        "storyforge models use PATH"
    ).format(
        model=card.name,
        known=listed(map(language_name, card.languages)),
        language=language_name(language),
    )
