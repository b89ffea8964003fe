"""A book as XHTML pages in their order, for EPUB and the single HTML file. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.export import wording, xhtml
from storyforge.export.blocks import Book, Progress, watched
from storyforge.export.settings import ExportSettings

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_TAG = re.compile("[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_SEMANTICS = {
    "dedication": ("dedication", "doc-dedication"),
    "copyright": ("copyright-page", ""),
    "afterword": ("afterword", "doc-afterword"),
    "about": ("backmatter", ""),
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a book.

    Attributes:
        id: unique; letters, digits and hyphens.
        name: what a list of contents calls it.
        kind: its style's class.
        semantics, role: what it is, in EPUB's and in ARIA's words; the role may be empty.
        listed: whether the list of contents names it.
        landmark: its place among the landmarks, or empty.
    """

    id: str
    name: str
    kind: str
    semantics: str
    role: str
    body: "Markup"
    listed: bool = True
    landmark: str = ""

    @property
    def file(self) -> str:
        """The page's file."""
        return f"{self.id}.xhtml"


def pages_of(
    book: Book,
    settings: ExportSettings,
    progress: Progress | None = None,
    *,
    level: int = 1,
    source: xhtml.Source = xhtml.in_folder,
) -> Iterator[Page]:
    """The parts of `book` from dedication to the author's life, in order.

    Args:
        level: of a chapter's heading.
        source: where pictures are found.
    """
    look = xhtml.Look.of(book, settings)
    for matter in book.before:
        yield _matter_page(matter.kind, matter.name, xhtml.matter_body(matter, look, level))
    digits = max(2, len(str(len(book.chapters))))
    for index, chapter in enumerate(watched(book.chapters, progress)):
        body = xhtml.chapter_body(chapter, look, level, source)
        yield _chapter_page(index, digits, chapter.name, body)
    for matter in book.behind:
        yield _matter_page(matter.kind, matter.name, xhtml.matter_body(matter, look, level))


def _chapter_page(index: int, digits: int, name: str, body: "Markup") -> Page:
    return Page(
        f"chapter-{index + 1:0{digits}}",
        name,
        "chapter",
        "chapter",
        "doc-chapter",
        body,
        landmark="bodymatter" if index == 0 else "",
    )


def _matter_page(kind: str, name: str, body: "Markup") -> Page:
    semantics, role = _SEMANTICS[kind]
    listed = kind in ("afterword", "about")
    return Page(kind, name, kind, semantics, role, body, listed=listed)


def facts(book: Book, settings: ExportSettings) -> Mapping[str, Any]:
    """What every template may ask for."""
    language = language_tag(book.front.language)
    return {
        "title": title_of(book),
        "author": book.front.author,
        "language": language,
        "rtl": wording.is_right_to_left(language),
        "east_asian": wording.is_east_asian(language),
        "vertical": settings.vertical,
        "by_hand": book.indented,
        "contents": wording.words_of(language).contents,
    }


def title_of(book: Book) -> str:
    """The book's title; a book without one is called by its first chapter."""
    return book.front.title.strip() or next((one.name for one in book.chapters), "—")


def language_tag(language: str) -> str:
    """`language` as a well-formed tag; `und` where it is none."""
    tag = language.strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) else "und"


@lru_cache(maxsize=1)
def templates() -> "Environment":
    """The templates beside this module; everything that comes into them is escaped."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
