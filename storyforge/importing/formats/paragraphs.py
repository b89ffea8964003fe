"""Puts the paragraphs of a word processor on pages: emphasis as marks, breaks, headings, comments.

Shared by DOCX, ODT, HTML and EPUB. Where paragraphs are Japanese they stand a line each, as authors
of Japanese write; elsewhere a blank line parts them. Pure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from storyforge.domain.cards import Card
from storyforge.domain.inline import Run, spelled
from storyforge.domain.text import clean, one_line
from storyforge.importing.foreign import Break, Heading, Piece, Words
from storyforge.importing.limits import Extent
from storyforge.importing.marks import is_chapter_line, is_scene_break
from storyforge.importing.scripts import guess_language
from storyforge.importing.values import ImportedComment

_LONGEST_TITLE = 200
# Where a comment begins and ends while its line is spelled: its number between noncharacters, which
# no text holds.
_OPEN, _CLOSE, _END = "\ufdd0", "\ufdd1", "\ufdd2"
_SIGN = re.compile(f"([{_OPEN}{_CLOSE}])([0-9]+){_END}")
_FOREIGN_SIGNS = re.compile("[\ufdd0-\ufdef]")
_SAMPLE = 400
_ENDS = (
    "END", "ENDE", "FIN", "FINE", "FIM", "КОНЕЦ", "النهاية", "סוף", "（了）", "（完）", "끝"
)  # fmt: skip
# The second is what LibreOffice calls ours when it makes a Word file of our OpenDocument text.
_OF_TITLE_PAGE = ("contact", "contact on its page", "subtitle")
_COSTLY = re.compile(r"[*_\\《]")
# Spelling costs up to 40 µs a sign; a novel of a million words has a few thousand.
_MOST_SIGNS = 50_000
# A comment that goes on for longer ends where it stands: Word's own go over a few paragraphs.
_MOST_GOING_ON = 50


@dataclass(slots=True)
class Paragraph:
    """One paragraph in the making."""

    runs: list[Run] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _open: dict[str, int] = field(default_factory=dict)

    def add(
        self, text: str, *, italic: bool = False, bold: bool = False, dots: bool = False
    ) -> None:
        """More text; a newline in it is a line break within the paragraph."""
        text = _FOREIGN_SIGNS.sub("", clean(text))
        if text:
            self.runs.append(Run(text, italic, bold, dots=dots))

    def add_ruby(
        self, base: str, reading: str, *, italic: bool = False, bold: bool = False
    ) -> None:
        """A base with its reading above it."""
        base, reading = (_FOREIGN_SIGNS.sub("", one_line(text)) for text in (base, reading))
        if base:
            self.runs.append(Run(base, italic, bold, ruby=reading))

    def open_comment(self, text: str) -> None:
        """What follows is commented on, until `close_comment`."""
        if text in self._open:
            return
        self.comments.append(text)
        self._open[text] = len(self.comments) - 1
        self.runs.append(Run(f"{_OPEN}{len(self.comments) - 1}{_END}"))

    def close_comment(self, text: str) -> None:
        """The commented words end here; without a beginning it stands at this point."""
        self.open_comment(text)
        self.runs.append(Run(f"{_CLOSE}{self._open.pop(text)}{_END}"))

    def end(self) -> list[str]:
        """Close every comment that is still open; they go on in the next paragraph."""
        still = list(self._open)
        for text in still:
            self.close_comment(text)
        return still[:_MOST_GOING_ON]

    @property
    def raw(self) -> str:
        """What is read of it, without marks."""
        return _SIGN.sub("", "".join(run.text for run in self.runs))

    @property
    def signs(self) -> int:
        """How many signs and emphasised runs it has: what spelling it costs."""
        return sum(len(_COSTLY.findall(run.text)) + (not run.is_plain) for run in self.runs)

    def tail(self, characters: int) -> str:
        """The end of what is read of it."""
        kept: list[str] = []
        length = 0
        for run in reversed(self.runs):
            kept.append(_SIGN.sub("", run.text))
            length += len(kept[-1])
            if length >= characters:
                break
        return one_line("".join(reversed(kept)))[-characters:]

    def spelled(self) -> str:
        """The lines as they stand on a page, comments still marked."""
        if not self.signs:
            whole = "".join(run.text for run in self.runs)
            return "\n".join(line.strip(" \t") for line in whole.split("\n"))
        return "\n".join(spelled(line).strip(" \t") for line in _lines(self.runs))


def is_of_title_page(style: str, text: str) -> bool:
    """Whether a paragraph of this style (in lower case) stands on a manuscript's title page.

    Our own manuscripts have them, and end in a centred line that says so.
    """
    return style in _OF_TITLE_PAGE or (style == "centred" and text in _ENDS)


def _lines(runs: Iterable[Run]) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    for run in runs:
        for index, text in enumerate(run.text.split("\n")):
            if index:
                lines.append([])
            if text:
                lines[-1].append(Run(text, run.italic, run.bold, run.ruby, run.dots))
    return lines


@dataclass(frozen=True, slots=True)
class _Line:
    """A finished paragraph."""

    raw: str
    text: str
    comments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    roomy: bool = False


@dataclass(frozen=True, slots=True)
class _PageBreak:
    """The author began a new page here."""


class Pages:
    """Gathers paragraphs, headings and breaks in order.

    Attributes:
        unset: lines that are mere signs beyond any use, and were taken without emphasis.
    """

    def __init__(self, extent: Extent) -> None:
        self.unset = 0
        self._extent = extent
        self._signs = 0
        self._all: list[_Line | Heading | Break | _PageBreak] = []

    def heading(self, level: int, title: str) -> None:
        """A heading; an empty one is nothing, one as long as a page is text."""
        title = _SIGN.sub("", one_line(title.replace("\n", " ").strip(" \t\n　")))
        if len(title) > _LONGEST_TITLE:
            self._all.append(_Line(title, title))
        elif title:
            self._all.append(Heading(min(max(level, 1), 6), title))

    def scene_break(self) -> None:
        """A mark between two scenes."""
        self._all.append(Break())

    def page_break(self) -> None:
        """A new page: a new chapter in a text without headings, else a break."""
        self._all.append(_PageBreak())

    def paragraph(self, paragraph: Paragraph, *, roomy: bool = False) -> list[str]:
        """The next paragraph; the comments that go on behind it.

        Args:
            roomy: it is set off from the one above it, as by an empty line.
        """
        still = paragraph.end()
        raw = paragraph.raw
        self._extent.add(characters=len(raw))
        if is_scene_break(raw) and not paragraph.comments:
            self._all.append(Break())
        else:
            self._signs += paragraph.signs
            affordable = self._signs <= _MOST_SIGNS
            self.unset += not affordable
            text = paragraph.spelled() if affordable else raw
            comments = tuple(paragraph.comments) if affordable else ()
            self._all.append(_Line(raw, text, comments, tuple(paragraph.notes), roomy))
        return still

    def note(self, text: str) -> None:
        """Something to stand beside the scene."""
        self._all.append(_Line("", "", notes=(text,)))

    def pieces(self) -> tuple[Piece, ...]:
        """Everything, by the marks that the text has."""
        if not any(isinstance(one, Heading) for one in self._all):
            self._find_chapters()
        lines = [one for one in self._all if isinstance(one, _Line)]
        sample = "".join(line.raw for line in lines[:_SAMPLE])
        parting = "\n" if guess_language(sample) in ("ja", "zh") else "\n\n"
        spaced = _blank_lines_part(self._all) and parting == "\n\n"
        # Where most paragraphs have room above them that is how they are set, and says nothing.
        roomy = 2 * sum(line.roomy for line in lines) < len(lines)
        out: list[Piece] = []
        region: list[_Line] = []
        for one in [*self._all, Break()]:
            if isinstance(one, _Line):
                if roomy and one.roomy and region and region[-1].raw.strip():
                    region.append(_Line("", ""))
                region.append(one)
                continue
            words = _words(region, parting, without_blank=spaced)
            region = []
            if words is not None:
                out.append(words)
            if isinstance(one, _PageBreak):
                one = Break()
            if isinstance(one, Heading) or (out and not isinstance(out[-1], Break)):
                out.append(one)
        return tuple(out[:-1] if out and isinstance(out[-1], Break) else out)

    def _find_chapters(self) -> None:
        """In a text without headings, lines such as "Chapter 1" are ones, else new pages are."""
        lines = {
            index
            for index, one in enumerate(self._all)
            if isinstance(one, _Line) and not one.comments and is_chapter_line(one.raw)
        }
        for index, one in enumerate(self._all):
            if isinstance(one, _Line) and index in lines:
                self._all[index] = Heading(1, one_line(one.raw.strip(" \t　")))
            elif isinstance(one, _PageBreak) and not lines:
                self._all[index] = Heading(1, "")


def _blank_lines_part(everything: Iterable[object]) -> bool:
    """Whether this author hits Enter twice: most paragraphs are followed by an empty one."""
    blank = full = 0
    for one in everything:
        if isinstance(one, _Line):
            blank += not one.raw.strip()
            full += bool(one.raw.strip())
    return blank > full / 2


def _words(region: list[_Line], parting: str, *, without_blank: bool) -> Words | None:
    notes = [note for line in region for note in line.notes]
    lines = [line for line in region if line.text.strip(" \t\n") or not without_blank]
    full = [index for index, line in enumerate(lines) if line.text.strip(" \t\n")]
    lines = lines[full[0] : full[-1] + 1] if full else []
    if not lines and not notes:
        return None
    parts: list[str] = []
    comments: list[ImportedComment] = []
    length = 0
    for line in lines:
        blank = not line.text.strip(" \t\n")
        if parts:
            # An empty paragraph is one more blank line, not two.
            parts.append("\n" if blank else parting)
            length += len(parts[-1])
        bare, found = _without_signs(line.text, line.comments, length)
        parts.append(bare)
        length += len(bare)
        comments += found
    return Words("".join(parts), Card(notes="\n".join(notes)), tuple(comments))


def _without_signs(
    text: str, comments: tuple[str, ...], offset: int
) -> tuple[str, list[ImportedComment]]:
    """A line without the signs of its comments, and where those stand."""
    if not comments:
        return text, []
    out: list[str] = []
    length = offset
    starts: dict[str, int] = {}
    found: list[ImportedComment] = []
    at = 0
    for sign in _SIGN.finditer(text):
        out.append(text[at : sign.start()])
        length += len(out[-1])
        at = sign.end()
        if sign[1] == _OPEN:
            starts[sign[2]] = length
        else:
            said = comments[int(sign[2])]
            found.append(ImportedComment(starts.get(sign[2], length), length, said))
    out.append(text[at:])
    return "".join(out), found
