"""Writes a book as one HTML file with its style inside, for a browser or a printer. Pure."""

import base64

from storyforge.export.blocks import Book, Illustration, Progress
from storyforge.export.pages import facts, pages_of, templates
from storyforge.export.settings import ExportSettings


def to_html(book: Book, settings: ExportSettings, progress: Progress | None = None) -> bytes:
    """`book` as one HTML page in UTF-8 that asks for nothing from elsewhere."""
    parts = list(pages_of(book, settings, progress, level=2, source=_inside))
    page = (
        templates()
        .get_template("single.html.j2")
        .render(
            **facts(book, settings),
            parts=parts,
            listed=[part for part in parts if part.listed],
            title_page=settings.title_page,
            single=True,
        )
    )
    return page.encode("utf-8")


def _inside(picture: Illustration) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture.load()).decode('ascii')}"
