"""Writes a book as an OpenDocument text, by the same sheet and rules as the Word document.

The styles come whole from a template, so that nothing of a library's own look (French, with sans
headings) is left in an author's manuscript. Opens no file of the author's.
"""

import io
import re
from collections.abc import Iterable
from datetime import datetime

from odfdo import Document, Element, Header, LineBreak, Paragraph, Spacer, Span, Tab

from storyforge.domain.inline import Run
from storyforge.export import blocks, wording
from storyforge.export.blocks import Book, Break, Chapter, Matter, Progress, watched
from storyforge.export.pages import language_tag, templates, title_of
from storyforge.export.settings import ExportSettings
from storyforge.export.sheets import GRID, Sheet, running_head, sheet_of
from storyforge.export.xhtml import OPENING

_BODY, _FIRST, _BREAK, _CENTRED = "Text_20_body", "First_20_paragraph", "Scene_20_break", "Centred"
# White space that a reader of XML would fold.
_SPACES = re.compile("(^ +| {2,}| +$|\t)")
_THUMBNAIL = "Thumbnails/thumbnail.png"
_NO_COUNTRY = ("none", "none")


def to_odt(book: Book, settings: ExportSettings, progress: Progress | None = None) -> bytes:
    """`book` as an .odt file."""
    sheet = sheet_of(book, settings)
    document = Document("text")
    document.set_part("styles.xml", _styles(book, sheet).encode("utf-8"))
    document.del_part(_THUMBNAIL)  # of the library's template
    document.manifest.del_full_path(_THUMBNAIL)
    _set_facts(document, book)
    body = document.body
    body.clear()
    text = _Text(body, sheet)
    novel = len(book.chapters) > 1
    titled = settings.title_page and (novel or bool(book.before))
    if settings.title_page:
        _title_page(text, book, settings, master="Title_20_page" if titled else "")
    for matter in book.before:
        _matter(text, matter)
    for index, chapter in enumerate(watched(book.chapters, progress)):
        _chapter(text, chapter, new_page=index > 0 or titled, first=titled and index == 0)
    if sheet.manuscript:
        text.line(wording.words_of(book.front.language).end, _CENTRED)
    for matter in book.behind:
        _matter(text, matter)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class _Text:
    """The document's body as it grows."""

    def __init__(self, body: Element, sheet: Sheet) -> None:
        self.sheet = sheet
        self._body = body

    def line(self, text: str, style: str) -> Paragraph:
        """Append one line of plain text."""
        made = Paragraph(style=style)
        _add_text(made, text)
        self._body.append(made)
        return made

    def heading(self, level: int, text: str, style: str) -> None:
        """Append a heading."""
        made = Header(level=level)
        made.style = style
        _add_text(made, text)
        self._body.append(made)

    def put(
        self, given: Iterable[blocks.Paragraph | Break], style: str = "", first_style: str = ""
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
            made = Paragraph(style=first_style or style or self._style(block, opening))
            _fill(made, block)
            self._body.append(made)
            opening, first_style = False, ""

    def _style(self, block: blocks.Paragraph, opening: bool) -> str:
        sheet = self.sheet
        flush = sheet.east_asian and sheet.indent > 0 and block.text.startswith(OPENING)
        if block.gap:
            return "Flush_20_after_20_room" if flush else "After_20_room"
        return "Flush" if flush else _FIRST if opening else _BODY


def _fill(made: Paragraph, block: blocks.Paragraph) -> None:
    for index, line in enumerate(block.lines):
        if index:
            made.append(LineBreak())
        for run in line:
            _add_run(made, run)


def _add_run(parent: Element, run: Run) -> None:
    for style, wanted in (
        ("Emphasis", run.italic),
        ("Strong_20_Emphasis", run.bold),
        ("Dots", run.dots),
    ):
        if wanted:
            inner = Span(style=style)
            parent.append(inner)
            parent = inner
    if run.ruby:
        parent.append(_ruby(run))
    else:
        _add_text(parent, run.text)


def _ruby(run: Run) -> Element:
    ruby = Element.from_tag("text:ruby")
    ruby.set_attribute("text:style-name", "Ruby")
    base, reading = Element.from_tag("text:ruby-base"), Element.from_tag("text:ruby-text")
    base.text, reading.text = run.text, run.ruby
    reading.set_attribute("text:style-name", "Rubies")
    ruby.append(base)
    ruby.append(reading)
    return ruby


def _add_text(parent: Element, text: str) -> None:
    for piece in _SPACES.split(text):
        if piece == "\t":
            parent.append(Tab())
        elif piece and not piece.strip(" "):
            parent.append(Spacer(len(piece)))
        elif piece:
            parent.append(piece)


def _title_page(text: _Text, book: Book, settings: ExportSettings, *, master: str) -> None:
    front, words = book.front, wording.words_of(book.front.language)
    if text.sheet.manuscript:
        contact = [line for line in settings.contact.split("\n") if line.strip(" \t")]
        first, *rest = contact or [front.author]
        count = wording.length(front.counts.of(front.language), front.language)
        text.line(f"{first}\t{count}", "Contact_20_p1" if master else "Contact")
        for line in rest:
            text.line(line, "Contact")
        text.line(title_of(book), "Title")
    else:
        text.line(title_of(book), "Title_20_p1" if master else "Title")
    if front.author:
        text.line(words.by.format(author=front.author), "Subtitle")


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


def _set_facts(document: Document, book: Book) -> None:
    meta = document.meta
    meta.set_title(title_of(book))
    meta.set_creator(book.front.author)
    meta.set_language(language_tag(book.front.language))
    made = datetime.combine(book.front.date, datetime.min.time())
    meta.set_creation_date(made)
    meta.set_modification_date(made)
