"""Reads NovelAI's `.story` and `.scenario`: text, memory, author's note, lorebook. Pure.

A story's text stands in fragments, each with who wrote it, or in older files in one piece. Newer
files keep it packed in a way (msgpack in base64) whose layout we could not check against real
files: that text is not read, and the author is told so.
"""

import re
from collections.abc import Iterator
from typing import Any

from storyforge.domain.text import one_line
from storyforge.i18n import _, ngettext
from storyforge.importing.formats import fields
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.passages import Passage, pieces_of
from storyforge.lorebooks import novelai as lorebook
from storyforge.lorebooks import taking
from storyforge.lorebooks.book import Book

_CONTENT = frozenset({"storyContentVersion", "story", "context", "lorebook"})
_STORY = frozenset({"fragments", "text", "step", "version"})
_METADATA = frozenset({"title", "storyMetadataVersion", "id", "textPreview"})
_SCENARIO = frozenset({"scenarioVersion", "title", "author", "prompt", "context", "lorebook"})
_PLACEHOLDER = re.compile(r"\$\{[^{}\n]{1,300}\}")


def is_story(container: dict[str, Any]) -> bool:
    """Whether a JSON object is a `.story`."""
    return "storyContainerVersion" in container


def is_scenario(scenario: dict[str, Any]) -> bool:
    """Whether a JSON object is a `.scenario`."""
    return "scenarioVersion" in scenario


def read_story(container: dict[str, Any], file: str) -> Brought:
    """The story in a `.story`."""
    content = taking.mapping(container.get("content"))
    metadata = taking.mapping(container.get("metadata"))
    story = taking.mapping(content.get("story"))
    passages = list(_passages(story))
    book = _lorebook(content, file)
    notes = []
    packed = isinstance(content.get("document"), str) and bool(content["document"])
    if packed and not any(passage.text for passage in passages):
        notes.append(
            _(
                "The text of “{file}” was not read: this newer NovelAI file packs it in a way "
                "(msgpack) that could not be checked. Export the story as plain text and import "
                "that; what stands around the text came along."
            ).format(file=one_line(file))
        )
    return Brought(
        kind=_("NovelAI story"),
        pieces=pieces_of(passages, file),
        title=one_line(taking.text(metadata.get("title"))),
        memory=_context(content, 0),
        author_note=_context(content, 1),
        lore=book.entries,
        lore_books={lorebook.KEY: book.rest} if book.rest else {},
        keep=True,
        left_out=(
            *fields.not_placed(metadata, _METADATA),
            *fields.not_placed(content, _CONTENT),
            *fields.not_placed(story, _STORY),
            *_lorebook_left(book),
        ),
        notes=tuple(notes),
    )


def read_scenario(scenario: dict[str, Any], file: str) -> Brought:
    """The opening of a story in a `.scenario`; its placeholders stand as they are."""
    prompt = taking.text(scenario.get("prompt"))
    slots = _PLACEHOLDER.findall(prompt)
    book = _lorebook(scenario, file)
    notes = []
    if slots:
        notes.append(
            ngettext(
                "{count} placeholder of the scenario stands in the text as it is: {example}",
                "{count} placeholders of the scenario stand in the text as they are: {example}",
                len(slots),
            ).format(count=len(slots), example=slots[0])
        )
    return Brought(
        kind=_("NovelAI scenario"),
        pieces=pieces_of([Passage(prompt)], file),
        title=one_line(taking.text(scenario.get("title"))),
        author=one_line(taking.text(scenario.get("author"))),
        memory=_context(scenario, 0),
        author_note=_context(scenario, 1),
        lore=book.entries,
        lore_books={lorebook.KEY: book.rest} if book.rest else {},
        keep=True,
        left_out=(
            *fields.not_placed(scenario, _SCENARIO),
            *_lorebook_left(book),
        ),
        notes=tuple(notes),
    )


def _passages(story: dict[str, Any]) -> Iterator[Passage]:
    fragments = list(taking.objects(story.get("fragments")))
    for fragment in fragments:
        yield Passage(taking.text(fragment.get("data")), fragment.get("origin") == "ai")
    if not any(fragment.get("data") for fragment in fragments):
        yield Passage(taking.text(story.get("text")))


def _context(holder: dict[str, Any], index: int) -> str:
    slots = taking.listed(holder.get("context"))
    return taking.text(taking.mapping(slots[index]).get("text")) if index < len(slots) else ""


def _lorebook(holder: dict[str, Any], file: str) -> Book:
    told = taking.mapping(holder.get("lorebook"))
    fields.require_book(told, file)
    return lorebook.read(told)


def _lorebook_left(book: Book) -> list[str]:
    """What of the book itself, and of rules of its entries, has no equal here."""
    names = [*book.left_out, *(name for one in book.unequal for name in one.fields)]
    return [f"lorebook.{name}" for name in dict.fromkeys(names)]
