"""Writes a book as a Word document: a manuscript for an editor or pages for readers.

The rules are William Shunn's ("Proper Manuscript Format"): contact and rounded length at the head,
the title half-way down, `#` between scenes, each chapter on a new page a third of the way down,
surname, title and page above every page but the first, END behind the last line. A novel, a story
of several chapters, has a page of its own for the title, and its first chapter is on page 1.
"""

import io

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm
from lxml.etree import _Element as Element
from lxml.etree import tostring

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
from storyforge.export.docx_runs import paragraph, simple
from storyforge.export.docx_styles import (
    BODY,
    BREAK,
    CENTRED,
    CONTACT,
    FIRST,
    set_facts,
    set_page,
    set_styles,
)
from storyforge.export.pages import title_of
from storyforge.export.settings import ExportSettings
from storyforge.export.sheets import Sheet, contact_lines, sheet_of, within
from storyforge.export.xhtml import OPENING

_TWO_LINES = 480
# Millimetres that a picture may have across and down, on any paper.
_LARGEST = (120.0, 150.0)
_RUN = "<w:r><w:drawing>{}</w:drawing></w:r>"


def to_docx(book: Book, settings: ExportSettings, progress: Progress | None = None) -> bytes:
    """`book` as a .docx file."""
    sheet = sheet_of(book, settings)
    document = docx.Document()
    novel = len(book.chapters) > 1
    set_styles(document, sheet, book.front)
    set_page(document, sheet, book.front, titled=settings.title_page and novel)
    set_facts(document, book.front, title_of(book))
    body = _Body(document, sheet)
    if settings.title_page:
        _title_page(body, book, settings)
    for matter in book.before:
        _matter(body, matter)
    for index, chapter in enumerate(watched(book.chapters, progress)):
        # A short story goes on below its title; so does a first chapter without a title page.
        new_page = index > 0 or (settings.title_page and (novel or bool(book.before)))
        _chapter(body, chapter, new_page=new_page)
        body.flush()
    if sheet.manuscript:
        body.add(simple(wording.words_of(book.front.language).end, CENTRED, sheet))
    for matter in book.behind:
        _matter(body, matter)
    body.flush()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class _Body:
    """The document's body, filled before its last element."""

    def __init__(self, document: Document, sheet: Sheet) -> None:
        self.sheet = sheet
        self._part = document.part
        self._end: Element = document.element.body.sectPr
        self._waiting: list[str] = []

    def add(self, paragraph: str) -> None:
        """Append a paragraph."""
        self._waiting.append(paragraph)

    def flush(self) -> None:
        """Put what was added into the document."""
        parsed = parse_xml(f"<w:body {nsdecls('w')}>{''.join(self._waiting)}</w:body>")
        for child in list(parsed):
            self._end.addprevious(child)
        self._waiting.clear()

    def picture(self, picture: Illustration, *, new_page: bool | None = None) -> None:
        """Append a picture on a line of its own."""
        width, height = (Mm(side) for side in within(picture, *_LARGEST))
        inline = self._part.new_pic_inline(io.BytesIO(picture.load()), width, height)
        inline.docPr.set("descr", picture.alt)
        drawn = tostring(inline, encoding="unicode")
        line = simple("", CENTRED, self.sheet, new_page=new_page)
        self.add(line.replace("</w:p>", f"{_RUN.format(drawn)}</w:p>"))

    def put(
        self,
        blocks: tuple[Paragraph | Break, ...],
        style: str = "",
        *,
        new_page: bool | None = None,
    ) -> None:
        """Append paragraphs and breaks, in `style` or as the story's text.

        Args:
            new_page: whether the first of them begins a page.
        """
        sheet, opening = self.sheet, True
        for block in blocks:
            if isinstance(block, Break):
                self.add(simple(block.sign, BREAK, sheet, new_page=new_page))
                opening = True
            else:
                flush = sheet.east_asian and sheet.indent > 0 and block.text.startswith(OPENING)
                named = style or (FIRST if opening else BODY)
                self.add(paragraph(block, named, sheet, new_page=new_page, flush=flush))
                opening = False
            new_page = None


def _title_page(body: _Body, book: Book, settings: ExportSettings) -> None:
    sheet = body.sheet
    if sheet.manuscript:
        for line in contact_lines(book, settings):
            body.add(simple(line, CONTACT, sheet))
    body.add(simple(title_of(book), "Title", sheet))
    if book.front.author:
        by = wording.words_of(book.front.language).by.format(author=book.front.author)
        body.add(simple(by, "Subtitle", sheet))


def _chapter(body: _Body, chapter: Chapter, *, new_page: bool) -> None:
    begins: bool | None = new_page or None
    if chapter.heading:
        if new_page:
            body.add(simple(chapter.heading, "Heading1", body.sheet))
        else:
            # The style begins a page and goes a third of it down; not so below a title.
            made = Paragraph(((Run(chapter.heading),),))
            body.add(paragraph(made, "Heading1", body.sheet, new_page=False, before=_TWO_LINES))
        begins = None
    for index, scene in enumerate(chapter.scenes):
        if scene.heading:
            body.add(simple(scene.heading, "Heading2", body.sheet, new_page=begins))
            begins = None
        elif index:
            body.add(simple(body.sheet.sign, BREAK, body.sheet))
        # An editor wants none in a manuscript.
        if scene.picture is not None and not body.sheet.manuscript:
            body.picture(scene.picture, new_page=begins)
            begins = None
        body.put(scene.body, new_page=begins)
        begins = None


def _matter(body: _Body, matter: Matter) -> None:
    if matter.heading:
        body.add(simple(matter.heading, "Heading1", body.sheet))
        body.put(matter.paragraphs)
    else:
        body.put(matter.paragraphs, CENTRED, new_page=True)
