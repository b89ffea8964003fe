"""Makes a `Book`, what readers see, of a `Draft`, what the author wrote. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from storyforge.domain import markup
from storyforge.domain.counting import Counts, count
from storyforge.domain.inline import Run, plain, runs
from storyforge.domain.scene_breaks import is_scene_break
from storyforge.domain.text import one_line
from storyforge.export import wording
from storyforge.export.blocks import (
    Block,
    Book,
    Break,
    Chapter,
    ChapterStart,
    Draft,
    Matter,
    Paragraph,
    Scene,
    SceneStart,
    SceneText,
)
from storyforge.export.markdown import lines_are_paragraphs
from storyforge.export.settings import ExportSettings

# What XML 1.0 cannot hold; control characters but for tab and newline are cleaned away long before.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INDENT = "\u3000"
# No verse has lines that long.
_LONG_LINE = 80


@dataclass(slots=True)
class _Part:
    """A chapter while it is gathered: its scenes with their texts."""

    start: ChapterStart
    scenes: list[tuple[SceneStart, str]]


def book_of(draft: Draft, settings: ExportSettings) -> Book:
    """The book of `draft` that `settings` ask for."""
    parts = _parts(draft)
    chosen = [part for part in parts if not settings.chapters or part.start.id in settings.chapters]
    by_lines = lines_are_paragraphs(text for part in parts for _, text in part.scenes)
    front = replace(
        draft.front,
        title=_xml(draft.front.title),
        author=_xml(settings.byline or draft.front.author),
        counts=draft.front.counts if len(chosen) == len(parts) else _counts(chosen),
    )
    names = _headings(parts, settings, draft.front.language)
    chapters = tuple(
        _chapter(part, names[index], by_lines, settings)
        for index, part in enumerate(parts)
        if part in chosen
    )
    chapters = tuple(chapter for chapter in chapters if chapter.heading or chapter.scenes)
    return Book(
        front,
        tuple(_matter(("dedication", "copyright"), settings, draft.front.language)),
        chapters,
        tuple(_matter(("afterword", "about"), settings, draft.front.language)),
        indented=_is_indented(chapters),
    )


def headed(draft: Draft, settings: ExportSettings) -> Draft:
    """`draft` with its chapters called as `settings` ask; those that stay behind have no words."""
    names = iter(_headings(_parts(draft), settings, draft.front.language))
    blocks: list[Block] = []
    goes = True
    for block in draft.blocks:
        if isinstance(block, ChapterStart):
            name = next(names)
            goes = not settings.chapters or block.id in settings.chapters
            blocks.append(replace(block, title=name if settings.chapter_titles else ""))
        elif isinstance(block, SceneText) and not goes:
            blocks.append(SceneText(""))
        else:
            blocks.append(block)
    return replace(draft, blocks=tuple(blocks))


def _parts(draft: Draft) -> list[_Part]:
    parts: list[_Part] = []
    for block in draft.blocks:
        if isinstance(block, ChapterStart):
            parts.append(_Part(block, []))
        elif isinstance(block, SceneStart):
            parts[-1].scenes.append((block, ""))
        elif isinstance(block, SceneText):
            start, _ = parts[-1].scenes[-1]
            parts[-1].scenes[-1] = (start, block.text)
    return parts


def _counts(parts: Iterable[_Part]) -> Counts:
    return sum((count(text) for part in parts for _, text in part.scenes), Counts())


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


# Headings.


def _headings(parts: list[_Part], settings: ExportSettings, language: str) -> list[str]:
    """What each chapter is called; a prologue and its like take no number."""
    names: list[str] = []
    number = 0
    for part in parts:
        title = _xml(plain(part.start.title))
        if wording.is_unnumbered(title):
            names.append(title)
            continue
        number += 1
        spelled = wording.numeral(number, settings.numerals, language)
        template = settings.heading if title else settings.untitled_heading
        name = wording.heading(template, spelled, title)
        if not name.strip():
            name = title or wording.heading(wording.words_of(language).chapter, spelled, "")
        names.append(_xml(one_line(name)))
    return names


def _chapter(part: _Part, name: str, by_lines: bool, settings: ExportSettings) -> Chapter:
    scenes = tuple(
        Scene(
            _xml(plain(start.title)) if settings.scene_titles else "",
            tuple(paragraphs(text, a_line_a_paragraph=_reads_by_lines(text, by_lines))),
            start.picture and replace(start.picture, alt=_xml(start.picture.alt)),
        )
        for start, text in part.scenes
    )
    # A scene without words is a plan; readers see none of it, its picture neither.
    seen = tuple(scene for scene in scenes if scene.body)
    return Chapter(name, name if settings.chapter_titles else "", seen)


def _matter(kinds: tuple[str, ...], settings: ExportSettings, language: str) -> Iterator[Matter]:
    for kind in kinds:
        text: str = getattr(settings, kind)
        body = tuple(paragraphs(text, a_line_a_paragraph=lines_are_paragraphs((text,))))
        if body:
            name: str = getattr(wording.words_of(language), kind)
            yield Matter(kind, name, name if kind in ("afterword", "about") else "", body)


# Paragraphs.


def _reads_by_lines(text: str, story: bool) -> bool:
    """Whether a newline alone ends a paragraph in this scene.

    It does as in the whole `story`, but where the scene plainly knows the other way only: it was
    pasted from elsewhere.
    """
    lines = text.strip(" \t\n").split("\n")
    if story:
        blank = [markup.is_blank(line) for line in lines]
        return not any(blank) or any(not (one or two) for one, two in pairwise(blank))
    parted = any(map(markup.is_blank, lines))
    return not parted and len(lines) > 2 and max(map(len, lines)) > _LONG_LINE


def paragraphs(text: str, *, a_line_a_paragraph: bool) -> Iterator[Paragraph | Break]:
    """The paragraphs of a page, and the breaks that stand among them.

    Args:
        a_line_a_paragraph: each line is one, and a blank line asks for room. Otherwise blank lines
            part paragraphs, lines directly above one another are one paragraph, and it takes two
            blank lines to ask for room.
    """
    lines: list[tuple[Run, ...]] = []
    blanks = 0
    begun = False
    for line in (*_xml(text).split("\n"), ""):
        blank = markup.is_blank(line)
        broken = not blank and is_scene_break(line)
        if lines and (blank or broken or a_line_a_paragraph):
            yield Paragraph(tuple(lines), gap=begun and blanks >= (1 if a_line_a_paragraph else 2))
            lines, blanks, begun = [], 0, True
        if broken:
            yield Break(line.strip(" \t\u3000"))
            blanks, begun = 0, False
        elif blank:
            blanks += 1
        else:
            found = runs(line.strip(" \t"))
            if found:
                lines.append(found)


def _is_indented(chapters: Iterable[Chapter]) -> bool:
    return any(
        isinstance(block, Paragraph) and block.text.startswith(_INDENT)
        for chapter in chapters
        for scene in chapter.scenes
        for block in scene.body
    )
