"""What to ask a model: gathers the story around the caret and has a prompt made of it.

It loads what `prompting` needs and counts in the model's own tokens; how the prompt is laid out and
fitted is decided there. It also says in words what the model will not see.
"""

import asyncio
from typing import TYPE_CHECKING

from storyforge.backends.base import Backend
from storyforge.domain.counting import count as count_text
from storyforge.domain.counting import counts_characters
from storyforge.domain.generation import Length, Request, SectionState
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import EarlierScene, Outline, Passage
from storyforge.errors import Refused
from storyforge.i18n import _, ngettext
from storyforge.prompting import library
from storyforge.prompting.context import Wanted, assemble, assemble_opening
from storyforge.studio.edited_prompts import with_edit
from storyforge.studio.languages import base_language, language_name
from storyforge.studio.token_counts import counts_of

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# More than tokenizers put into a token of prose on average (4 to 5): enough to fill the window.
_CHARACTERS_A_TOKEN = 8

#: (story, model) pairs whose author has heard that the model does not know the language
_warned: set[tuple[str, str]] = set()


async def ask(
    story: "StoryFile",
    passage: Passage,
    backend: Backend,
    length: Length,
    sampling: Sampling,
    *,
    edited: bool = True,
) -> tuple[Request, tuple[str, ...]]:
    """(the request, sentences that the author should hear about it).

    Args:
        edited: with the author's own edit, where one is kept for the scene.

    Raises:
        Refused: there is nothing to go on from.
        BadInput: a template is at fault.
        ModelError: the model could not count.
    """
    request, notes = await _assembled(story, passage, backend, length, sampling)
    if edited:
        request, note = await with_edit(story, passage.scene_id, request, backend)
        notes = (*notes, note) if note else notes
    return request, notes


async def _assembled(
    story: "StoryFile", passage: Passage, backend: Backend, length: Length, sampling: Sampling
) -> tuple[Request, tuple[str, ...]]:
    card = backend.card
    outline = await asyncio.to_thread(story.outline)
    head, chapter = outline.scene(passage.scene_id), outline.chapter_of(passage.scene_id)
    if head is None or chapter is None:
        raise Refused(
            _("This scene is no longer in the story."),
            title=_("Scene not found"),
            hint=_("Open another scene, or bring this one back with undo."),
        )
    scenes = outline.scenes
    before = scenes[: scenes.index(head)]
    opens = chapter.title if chapter.scenes[0] is head else None
    most = card.context_tokens * _CHARACTERS_A_TOKEN
    # Of a scene larger than any window its end will do: 1 MB would take half a second to look at.
    skipped = max(len(passage.before) - most, 0)
    start = sum(scene.length for scene in before) + skipped
    text = passage.before[skipped:]
    reach = 0 if skipped else most
    wanted = Wanted(
        title=outline.title.strip(),
        author=outline.author.strip(),
        earlier=await asyncio.to_thread(story.scenes.before, passage.scene_id, reach),
        here=EarlierScene(passage.scene_id, head.title, opens, text, start, cut=skipped > 0),
        window=card.context_tokens,
        length=length,
        sampling=sampling,
        language=outline.language,
    )
    notes = [_language_note(outline, card.name, card.languages)]
    counts = counts_of(backend)
    if wanted.is_opening:
        if not wanted.title:
            raise Refused(
                _("There is no text to go on from, and the story has no title to open with."),
                title=_("Nothing to go on from"),
                hint=_("Write a first line, or give the story a title."),
            )
        opening = library.find("draft/opening", outline.language)
        request = await counts.made(
            backend, lambda count: assemble_opening(wanted, opening, chapter.title, count)
        )
    else:
        template = library.find("draft/continue", outline.language)
        request = await counts.made(backend, lambda count: assemble(wanted, template, count))
        there = sum(scene.counts.of(outline.language) for scene in before)
        # In a thread: counting the words of 1 MB takes a tenth of a second.
        notes.append(
            await asyncio.to_thread(_left_out, request, there, passage.before, outline.language)
        )
    return request, tuple(note for note in notes if note)


def _left_out(request: Request, earlier: int, before: str, language: str) -> str:
    """How much of the story is not in the prompt, in words or characters; "" when all of it is."""
    given = sum(count_text(section.text).of(language) for section in request.sections)
    left = earlier + count_text(before).of(language) - given
    trimmed = any(section.state is not SectionState.WHOLE for section in request.sections)
    if left <= 0 and not trimmed:
        return ""
    left = max(left, 1)
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


def _language_note(outline: Outline, model: str, languages: tuple[str, ...]) -> str:
    """A word of warning, once a process and story; "" where there is nothing to say."""
    known = {base_language(tag) for tag in languages}
    key = (outline.story_id, model)
    if not known or base_language(outline.language) in known or key in _warned:
        return ""
    _warned.add(key)
    return _(
        "{model} knows {known} only; for {language} choose another model: "
        "storyforge models use PATH"
    ).format(
        model=model,
        known=", ".join(language_name(tag) for tag in languages),
        language=language_name(outline.language),
    )
