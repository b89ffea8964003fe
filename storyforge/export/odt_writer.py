"""Writes a book as an OpenDocument text, by the same sheet and rules as the Word document.

Styles and text come whole from templates of our own: nothing of a library's look (French, with
sans headings) is left in a manuscript, and a novel of a million words takes 2 seconds, not the 43
it took through odfdo's paragraphs, which read each one anew for every run put into it. odfdo makes
the package and its facts. Opens no file of the author's.
"""

import io
import re
from datetime import datetime

from markupsafe import Markup, escape

from storyforge.domain.inline import Run
from storyforge.export import wording
from storyforge.export.blocks import (
    Book,
    Break,
    Chapter,
    Illustration,
    Matter,
    Paragraph,
    Progress,
    watched,
)
from storyforge.export.pages import language_tag, templates, title_of
from storyforge.export.settings import ExportSettings
from storyforge.export.sheets import (
    GRID,
    Sheet,
    contact_lines,
    running_head,
    sheet_of,
    within,
)
from storyforge.export.xhtml import OPENING

_BODY, _FIRST, _BREAK, _CENTRED = "Text_20_body", "First_20_paragraph", "Scene_20_break", "Centred"
# White space that a reader would fold: tabs, and all spaces behind the first.
_SPACES = re.compile("((?<= ) +|\t)")
# Millimetres that a picture may have across and down, on any paper.
_LARGEST = (120.0, 150.0)
_THUMBNAIL = "Thumbnails/thumbnail.png"
_NO_COUNTRY = ("none", "none")
# A line of verse stays as long as it is; the library's template draws it out to the margin.
_VERSE = b'config:name="DoNotJustifyLinesWithManualBreak" config:type="boolean">'


def to_odt(book: Book, settings: ExportSettings, progress: Progress | None = None) -> bytes:
    """`book` as an .odt file."""
    from odfdo import Document

    sheet = sheet_of(book, settings)
    document = Document("text")
    meta = document.meta
    meta.set_title(title_of(book))
    meta.set_creator(book.front.author)
    meta.set_language(language_tag(book.front.language))
    made = datetime.combine(book.front.date, datetime.min.time())
    meta.set_creation_date(made)
    meta.set_modification_date(made)
    if not sheet.manuscript:
        for picture in book.pictures:
            place = f"Pictures/{picture.name}"
            document.set_part(place, picture.load())
            document.manifest.add_full_path(place, "image/png")
    document.set_part("styles.xml", _styles(book, sheet).encode("utf-8"))
    document.set_part("content.xml", _content(book, settings, sheet, progress).encode("utf-8"))
    kept = document.container.get_part("settings.xml") if document.container else b""
    assert isinstance(kept, bytes)
    document.set_part("settings.xml", kept.replace(_VERSE + b"false", _VERSE + b"true"))
    document.del_part(_THUMBNAIL)  # of the library's template
    document.manifest.del_full_path(_THUMBNAIL)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _content(book: Book, settings: ExportSettings, sheet: Sheet, progress: Progress | None) -> str:
    text = _Text(sheet)
    titled = settings.title_page and (len(book.chapters) > 1 or bool(book.before))
    if settings.title_page:
        _title_page(text, book, settings, titled=titled)
    for matter in book.before:
        _matter(text, matter)
    for index, chapter in enumerate(watched(book.chapters, progress)):
        _chapter(text, chapter, new_page=index > 0 or titled, first=titled and index == 0)
    if sheet.manuscript:
        text.line(wording.words_of(book.front.language).end, _CENTRED)
    for matter in book.behind:
        _matter(text, matter)
    body = Markup("\n".join(text.parts))
    return templates().get_template("odt_content.xml.j2").render(body=body)


class _Text:
    """The document's text as it grows, in pieces of XML."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.parts: list[str] = []

    def line(self, text: str, style: str) -> None:
        """Append one line of plain text."""
        self.parts.append(f'<text:p text:style-name="{style}">{_text(text)}</text:p>')

    def heading(self, level: int, text: str, style: str) -> None:
        """Append a heading."""
        self.parts.append(
            f'<text:h text:outline-level="{level}" text:style-name="{style}">{_text(text)}</text:h>'
        )

    def picture(self, picture: Illustration, style: str) -> None:
        """Append a picture on a line of its own."""
        width, height = within(picture, *_LARGEST)
        self.parts.append(
            f'<text:p text:style-name="{style}"><draw:frame text:anchor-type="as-char" '
            f'svg:width="{width:.1f}mm" svg:height="{height:.1f}mm"><draw:image '
            f'xlink:href="Pictures/{picture.name}" xlink:type="simple" xlink:show="embed" '
            f'xlink:actuate="onLoad"/><svg:desc>{escape(picture.alt)}</svg:desc></draw:frame>'
            "</text:p>"
        )

    def put(
        self, given: tuple[Paragraph | Break, ...], style: str = "", first_style: str = ""
    ) -> None:
        """Append paragraphs and breaks, in `style` or as the story's text.

        Args:
            first_style: of the first paragraph, if it is another one.
        """
        opening = True
        for block in given:
            if isinstance(block, Break):
                self.line(block.sign, _BREAK)
                opening = True
                continue
            named = first_style or style or self._style(block, opening)
            lines = ("".join(map(_run, line)) for line in block.lines)
            inner = "<text:line-break/>".join(lines)
            self.parts.append(f'<text:p text:style-name="{named}">{inner}</text:p>')
            opening, first_style = False, ""

    def _style(self, block: Paragraph, opening: bool) -> str:
        sheet = self.sheet
        flush = sheet.east_asian and sheet.indent > 0 and block.text.startswith(OPENING)
        if block.gap:
            return "Flush_20_after_20_room" if flush else "After_20_room"
        return "Flush" if flush else _FIRST if opening else _BODY


def _run(run: Run) -> str:
    if run.ruby:
        said = (
            f'<text:ruby text:style-name="Ruby"><text:ruby-base>{_text(run.text)}</text:ruby-base>'
            f'<text:ruby-text text:style-name="Rubies">{escape(run.ruby)}</text:ruby-text>'
            "</text:ruby>"
        )
    else:
        said = _text(run.text)
    for style, wanted in (
        ("Dots", run.dots),
        ("Strong_20_Emphasis", run.bold),
        ("Emphasis", run.italic),
    ):
        if wanted:
            said = f'<text:span text:style-name="{style}">{said}</text:span>'
    return said


def _text(text: str) -> str:
    if _SPACES.search(text) is None:
        return str(escape(text))
    return "".join(map(_spaced, _SPACES.split(text)))


def _spaced(piece: str) -> str:
    if piece == "\t":
        return "<text:tab/>"
    if piece and not piece.strip(" "):
        return f'<text:s text:c="{len(piece)}"/>'
    return str(escape(piece))


def _title_page(text: _Text, book: Book, settings: ExportSettings, *, titled: bool) -> None:
    # The first paragraph asks for a page without a running head.
    first = "_20_p1" if titled else ""
    if text.sheet.manuscript:
        for line in contact_lines(book, settings):
            text.line(line, f"Contact{first}")
            first = ""
    text.line(title_of(book), f"Title{first}")
    if book.front.author:
        by = wording.words_of(book.front.language).by.format(author=book.front.author)
        text.line(by, "Subtitle")


def _chapter(text: _Text, chapter: Chapter, *, new_page: bool, first: bool) -> None:
    style = "Heading_20_1" if new_page else "Heading_20_here"
    if chapter.heading:
        text.heading(1, chapter.heading, f"{style}_20_p1" if first else style)
    opening = ""
    if not chapter.heading and new_page:
        opening = "Text_20_body_20_p1" if first else "Page_20_of_20_text"
    for index, scene in enumerate(chapter.scenes):
        if scene.heading:
            text.heading(2, scene.heading, "Heading_20_2")
        elif index:
            text.line(text.sheet.sign, _BREAK)
        if scene.picture is not None and not text.sheet.manuscript:
            text.picture(scene.picture, opening or _CENTRED)
            opening = ""
        text.put(scene.body, first_style=opening)
        opening = ""


def _matter(text: _Text, matter: Matter) -> None:
    if matter.heading:
        text.heading(1, matter.heading, "Heading_20_1")
        text.put(matter.paragraphs)
    else:
        text.put(matter.paragraphs, _CENTRED, "Page_20_of_20_matter")


def _styles(book: Book, sheet: Sheet) -> str:
    tag = language_tag(book.front.language).split("-")
    language = (tag[0], tag[1].upper() if len(tag) > 1 and len(tag[1]) == 2 else "none")
    indent = f"{sheet.indent * sheet.size}pt" if sheet.east_asian else f"{sheet.indent}mm"
    return (
        templates()
        .get_template("odt_styles.xml.j2")
        .render(
            sheet=sheet,
            grid=GRID,
            indent=indent,
            head=running_head(book.front, sheet),
            western=_NO_COUNTRY if sheet.east_asian or sheet.rtl else language,
            asian=language if sheet.east_asian else _NO_COUNTRY,
            complex=language if sheet.rtl else _NO_COUNTRY,
        )
    )
