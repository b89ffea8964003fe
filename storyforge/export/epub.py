"""Writes a book as EPUB 3, clean by epubcheck. Pure but for its parts' templates; opens no file.

One XHTML page a chapter, a list of contents for EPUB 3 and one for old readers. Files inside are
named by number, never by what the story calls them.
"""

import io
import uuid
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from markupsafe import Markup, escape

from storyforge.export import wording
from storyforge.export.blocks import Book, Progress
from storyforge.export.covers import Cover
from storyforge.export.pages import Page, facts, pages_of, templates, title_of
from storyforge.export.settings import ExportSettings
from storyforge.export.xhtml import in_folder

_MIMETYPE = b"application/epub+zip"
# Readers know a book by its identifier; a story without one gets it from its own name.
_NAMESPACE = uuid.UUID("6ef2a8d5-4a3e-4f7b-9c55-6d3a0fb9a7c1")


def to_epub(
    book: Book,
    settings: ExportSettings,
    *,
    cover: Cover | None = None,
    modified: datetime | None = None,
    progress: Progress | None = None,
) -> bytes:
    """`book` as an EPUB 3 file.

    Args:
        modified: when this edition was made; now, if None.
    """
    stamp = (modified or datetime.now(UTC)).astimezone(UTC)
    pages = [*_front_pages(book, settings, cover), *pages_of(book, settings, progress)]
    values = {
        **facts(book, settings),
        "pages": pages,
        "cover": cover,
        "pictures": book.pictures,
        "identifier": identifier(book),
        "modified": stamp.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "single": False,
    }
    kit = templates()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:

        def put(name: str, data: str | bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
            info = zipfile.ZipInfo(name, stamp.timetuple()[:6])
            info.compress_type = method
            archive.writestr(info, data)

        # The first entry, and not compressed: by this readers know the file.
        put("mimetype", _MIMETYPE, zipfile.ZIP_STORED)
        put("META-INF/container.xml", kit.get_template("container.xml.j2").render())
        for name in ("package.opf", "nav.xhtml", "toc.ncx", "style.css"):
            put(f"EPUB/{name}", kit.get_template(f"{name}.j2").render(values))
        if cover is not None:
            put(f"EPUB/{cover.name}", cover.data, zipfile.ZIP_STORED)
        for picture in book.pictures:
            put(f"EPUB/{in_folder(picture)}", picture.load(), zipfile.ZIP_STORED)
        template = kit.get_template("page.xhtml.j2")
        for page in pages:
            put(f"EPUB/{page.file}", template.render(values, page=page))
    return out.getvalue()


def identifier(book: Book) -> str:
    """The book's own URN: the story's UUID, or one made of its title and author."""
    try:
        own = uuid.UUID(book.front.identifier)
    except ValueError:
        own = uuid.uuid5(_NAMESPACE, f"{book.front.author}\n{book.front.title}")
    return own.urn


def _front_pages(book: Book, settings: ExportSettings, cover: Cover | None) -> Iterator[Page]:
    words = wording.words_of(book.front.language)
    title = escape(title_of(book))
    if cover is not None:
        body = Markup(f'<img src="{cover.name}" alt="{words.cover}: {title}"/>')
        yield Page("cover", words.cover, "cover", "cover", "", body, False, "cover")
    if settings.title_page or not book.chapters:
        body = Markup(f"<h1>{title}</h1>")
        if book.front.author:
            body += Markup(f'\n<p class="author">{escape(book.front.author)}</p>')
        listed = not book.chapters
        yield Page("title", title_of(book), "title", "titlepage", "", body, listed, "titlepage")
