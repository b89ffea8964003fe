"""Parts one foreign text into headings, breaks and words. Pure; makes no chapters of them.

Page and file agree newline for newline: blank lines between paragraphs stay, emphasis stays as it
is written. Only blank lines around headings and breaks go.
"""

import re
from dataclasses import dataclass

from storyforge.domain import markup
from storyforge.domain.cards import Card
from storyforge.domain.text import one_line
from storyforge.importing.marks import is_chapter_line, is_scene_break
from storyforge.importing.values import NO_CARD, ImportedComment
from storyforge.importing.wrapping import find_margin, join

_LONGEST_TITLE = 200
_UNDERLINE_1 = re.compile(r" {0,3}={3,}[ \t]*")
# Three dashes under a line are a scene break to most authors; more of them underline a title.
_UNDERLINE_2 = re.compile(r" {0,3}-{4,}[ \t]*")
_FENCE = re.compile(r" {0,3}```")
_SENTENCE = re.compile(r"[.!?。！？」』”\"…,;:]\Z")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line; `level` 1 is the highest."""

    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Break:
    """A scene break."""


@dataclass(frozen=True, slots=True)
class Words:
    """Text between two marks, without blank lines around it; empty only where a card has notes.

    Attributes:
        comments, model: as in `ImportedScene`.
    """

    text: str
    card: Card = NO_CARD
    comments: tuple[ImportedComment, ...] = ()
    model: tuple[tuple[int, int], ...] = ()


Piece = Heading | Break | Words


@dataclass(frozen=True, slots=True)
class Parted:
    """A text in pieces.

    Attributes:
        joined: how many line breaks a hard wrap had set and that were taken out.
        plain_chapters: lines such as "Chapter 1" were taken as headings.
    """

    pieces: tuple[Piece, ...]
    joined: int = 0
    plain_chapters: bool = False


def part(lines: list[str], *, markdown: bool, join_lines: bool | None) -> Parted:
    """The pieces of a text.

    Args:
        lines: cleaned, without front matter.
        markdown: backslash escapes and hard breaks are meant.
        join_lines: as in `ImportOptions`.
    """
    marks = _marks(lines)
    plain = not any(isinstance(mark, Heading) for mark in marks.values())
    if plain:
        chapters = _chapter_lines(lines)
        marks |= chapters
        plain = bool(chapters)
    text = [line if index not in marks else "" for index, line in enumerate(lines)]
    margin = find_margin(text) if join_lines is None else None
    joins = join_lines or margin is not None
    pieces: list[Piece] = []
    joined = 0
    region: list[str] = []
    for index, line in enumerate([*lines, ""]):
        if index < len(lines) and index not in marks:
            region.append(line)
            continue
        words = _without_blank_ends(region)
        region = []
        if words:
            words, taken_out = join(words, margin) if joins else (words, 0)
            joined += taken_out
            pieces.append(Words(_page(words, markdown)))
        mark = marks.get(index)
        if mark is not None:
            pieces.append(mark)
    return Parted(tuple(pieces), joined, plain)


def _marks(lines: list[str]) -> dict[int, Piece | None]:
    """Headings and breaks by line; None where a line is a heading's underline."""
    marks: dict[int, Piece | None] = {}
    fenced = _fenced(lines)
    for index, line in enumerate(lines):
        if index in fenced or markup.is_blank(line):
            continue
        underlined = _underlined(lines, index)
        found = markup.heading(line)
        if underlined is not None and index not in marks:
            marks[index - 1] = underlined
            marks[index] = None
        elif found is not None and found[1] and len(found[1]) <= _LONGEST_TITLE:
            marks[index] = Heading(found[0], one_line(found[1]))
        elif is_scene_break(line):
            marks[index] = Break()
    return marks


def _underlined(lines: list[str], index: int) -> Heading | None:
    """The heading that line `index` underlines: one short line with nothing above it."""
    level = 1 if _UNDERLINE_1.fullmatch(lines[index]) else 2
    if level == 2 and not _UNDERLINE_2.fullmatch(lines[index]):
        return None
    if index == 0 or (index > 1 and not markup.is_blank(lines[index - 2])):
        return None
    title = one_line(lines[index - 1])
    if not title or len(title) > 80 or is_scene_break(title) or markup.heading(title):
        return None
    return Heading(level, title) if level == 1 or not _SENTENCE.search(title) else None


def _fenced(lines: list[str]) -> set[int]:
    """The lines within ``` fences that are closed again."""
    fenced: set[int] = set()
    opened: int | None = None
    for index, line in enumerate(lines):
        if _FENCE.match(line):
            if opened is None:
                opened = index
            else:
                fenced.update(range(opened, index + 1))
                opened = None
    return fenced


def _chapter_lines(lines: list[str]) -> dict[int, Piece | None]:
    """Lines such as "Chapter One" or 第一章 that stand alone."""
    found: dict[int, Piece | None] = {}
    for index, line in enumerate(lines):
        above = index == 0 or markup.is_blank(lines[index - 1])
        below = index + 1 == len(lines) or markup.is_blank(lines[index + 1])
        title = one_line(line.strip("　"))
        japanese = title.startswith(("第", "序章", "終章", "プロ", "エピ"))
        if above and (below or japanese) and is_chapter_line(line):
            found[index] = Heading(1, title)
    return found


def _without_blank_ends(lines: list[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and markup.is_blank(lines[start]):
        start += 1
    while end > start and markup.is_blank(lines[end - 1]):
        end -= 1
    return lines[start:end]


def _page(lines: list[str], markdown: bool) -> str:
    return markup.page_text(lines, a_line_a_paragraph=False) if markdown else "\n".join(lines)
