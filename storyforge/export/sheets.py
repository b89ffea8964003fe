"""How a page of paper is set: sizes, fonts and lines, for DOCX and ODT. Pure.

English and its like: William Shunn's manuscript format, modern (Times New Roman, italics) or
classic (Courier New, underlined), 12 points, double spaced, an inch of margin, half an inch of
indent.
Japanese: A4 with a grid of 40 characters by 30 lines, in columns on a sheet lying on its side, as
prizes and publishers ask for. The layout "book" is for readers instead.
"""

from dataclasses import dataclass
from typing import Literal

from storyforge.domain.extent import Extent, extent, measures_pages
from storyforge.domain.tags import base_language
from storyforge.export import wording
from storyforge.export.blocks import Book, Break, Chapter, Front, Illustration
from storyforge.export.settings import ExportSettings

#: width and height in millimetres
_LETTER = (215.9, 279.4)
_A4 = (210.0, 297.0)
_MINCHO = "ＭＳ 明朝"
#: characters and lines of a Japanese sheet
GRID = (40, 30)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page and the text on it. Lengths are millimetres, sizes points.

    Attributes:
        latin, east: fonts of the two scripts.
        spacing: lines of text a line takes; 0 where a grid sets them.
        slant: how emphasis is shown.
        indent: of a paragraph's first line, in millimetres; in ems where `east_asian`.
        manuscript: for an editor, with contact, count and END; else for readers.
        sign: between scenes.
    """

    width: float
    height: float
    margin: float
    latin: str
    east: str
    size: float
    spacing: float
    slant: Literal["italic", "underline"]
    indent: float
    justified: bool
    manuscript: bool
    east_asian: bool
    vertical: bool
    rtl: bool
    sign: str

    @property
    def text_width(self) -> float:
        """Between the margins."""
        return self.width - 2 * self.margin

    @property
    def text_height(self) -> float:
        """Between the margins."""
        return self.height - 2 * self.margin


def sheet_of(book: Book, settings: ExportSettings) -> Sheet:
    """The page for `book` as `settings` ask for it."""
    language = book.front.language
    if wording.is_east_asian(language):
        return _japanese(book, settings)
    paper = settings.paper
    if paper == "auto":
        paper = "letter" if base_language(language) == "en" else "a4"
    width, height = _LETTER if paper == "letter" else _A4
    classic = settings.layout == "classic"
    manuscript = settings.layout != "book"
    latin = "Courier New" if classic else "Times New Roman" if manuscript else "Georgia"
    return Sheet(
        width, height, 25.4, latin, _MINCHO,
        size=12 if manuscript else 11,
        spacing=2 if manuscript else 1.3,
        slant="underline" if classic else "italic",
        indent=12.7 if manuscript else 6,
        justified=not manuscript,
        manuscript=manuscript,
        east_asian=False,
        vertical=False,
        rtl=wording.is_right_to_left(language),
        sign=settings.scene_break or ("#" if manuscript else "* * *"),
    )  # fmt: skip


def _japanese(book: Book, settings: ExportSettings) -> Sheet:
    width, height = _LETTER if settings.paper == "letter" else _A4
    if settings.vertical:
        width, height = height, width
    return Sheet(
        width, height, 30, "Times New Roman", _MINCHO,
        size=10.5,
        spacing=0,
        slant="italic",
        indent=0 if book.indented else 1,
        justified=True,
        manuscript=settings.layout != "book",
        east_asian=True,
        vertical=settings.vertical,
        rtl=False,
        sign=settings.scene_break or "＊",
    )  # fmt: skip


def running_head(front: Front, sheet: Sheet) -> str:
    """What stands before the page's number: Surname / TITLE / for a manuscript, else nothing."""
    if not sheet.manuscript:
        return ""
    between = "\u3000" if sheet.east_asian else " / "
    said = (surname(front.author, front.language), short_title(front.title))
    return "".join(part + between for part in said if part)


def contact_lines(book: Book, settings: ExportSettings) -> list[str]:
    """The head of a manuscript: name and address, and the length at the right of the first line."""
    front = book.front
    lines = [line for line in settings.contact.split("\n") if line.strip(" \t")]
    first, *rest = lines or [front.author]
    if measures_pages(front.language):
        whole = sum((extent(_as_read(chapter)) for chapter in book.chapters), Extent())
        length = wording.length(whole.without_readings, front.language)
        # What prizes and publishers ask for: pages of 400 squares.
        length += f"（400字詰{whole.pages}枚）"
    else:
        length = wording.length(front.counts.of(front.language), front.language)
    return [f"{first}\t{length}", *rest]


def _as_read(chapter: Chapter) -> str:
    """The chapter's words a line a paragraph, room as an empty line."""
    lines: list[str] = []
    for scene in chapter.scenes:
        for block in scene.body:
            if isinstance(block, Break):
                lines.append(block.sign)
            else:
                lines += ["", block.text] if block.gap else [block.text]
    return "\n".join(lines)


def surname(author: str, language: str) -> str:
    """The name for a running head: the last word of a Western name, a Japanese one whole."""
    if wording.is_east_asian(language) or not author.strip():
        return author.strip()
    return author.split()[-1]


def short_title(title: str) -> str:
    """A title for a running head: in capitals, a long one by its first few words of weight."""
    words = title.upper().split()
    if len(title) <= 30 or len(words) < 2:
        return title.upper()[:40]
    while len(words) > 1 and words[0] in ("THE", "A", "AN"):
        words = words[1:]
    kept = words[:1]
    for word in words[1:4]:
        if len(" ".join([*kept, word])) <= 24:
            kept.append(word)
    return " ".join(kept)[:40]


def within(picture: Illustration, width: float, height: float) -> tuple[float, float]:
    """How large a picture is set in a box of `width` and `height`, in the same measure."""
    across, down = max(picture.width, 1), max(picture.height, 1)
    share = min(width / across, height / down)
    return across * share, down * share
