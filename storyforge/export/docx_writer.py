"""Writes a book as a Word document: a manuscript for an editor or pages for readers.

The rules are William Shunn's ("Proper Manuscript Format"): contact and rounded length at the head,
the title half-way down, `#` between scenes, each chapter on a new page a third of the way down,
surname, title and page above every page but the first, END behind the last line. A novel, a story
of several chapters, has a page of its own for the title, and its first chapter is on page 1.
"""

import io

import docx
from lxml.etree import _Element as Element

from storyforge.export import wording
from storyforge.export.blocks import Book, Break, Chapter, Matter, Paragraph, Progress, watched
from storyforge.export.docx_runs import element, paragraph, simple
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
from storyforge.export.sheets import Sheet, sheet_of
from storyforge.export.xhtml import OPENING


def to_docx(book: Book, settings: ExportSettings, progress: Progress | None = None) -> bytes:
    """`book` as a .docx file."""
    sheet = sheet_of(book, settings)
    document = docx.Document()
    novel = len(book.chapters) > 1
    set_styles(document, sheet, book.front)
    set_page(document, sheet, book.front, titled=settings.title_page and novel)
    set_facts(document, book.front, title_of(book))
    body = _Body(document.element.body.sectPr, sheet)
    if settings.title_page:
        _title_page(body, book, settings)
    for matter in book.before:
        _matter(body, matter)
    for index, chapter in enumerate(watched(book.chapters, progress)):
        # A short story goes on below its title; so does a first chapter without a title page.
        new_page = index > 0 or (settings.title_page and (novel or bool(book.before)))
        _chapter(body, chapter, new_page=new_page)
    if sheet.manuscript:
        body.add(simple(wording.words_of(book.front.language).end, CENTRED, sheet))
    for matter in book.behind:
        _matter(body, matter)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class _Body:
    """The document's body, filled before its last element."""

    def __init__(self, end: Element, sheet: Sheet) -> None:
        self.sheet = sheet
        self._end = end
        self._page_begins = False

    def begin_page(self) -> None:
        """Put what is added next on a new page."""
        self._page_begins = True

    def add(self, made: Element) -> None:
        """Append a paragraph."""
        if self._page_begins:
            made[0].insert(1, element("pageBreakBefore"))
            self._page_begins = False
        self._end.addprevious(made)

    def blocks(self, blocks: tuple[Paragraph | Break, ...], style: str = "") -> None:
        """Append paragraphs and breaks, in `style` or as the story's text."""
        sheet, opening = self.sheet, True
        for block in blocks:
            if isinstance(block, Break):
                self.add(simple(block.sign, BREAK, sheet))
                opening = True
                continue
            flush = sheet.east_asian and sheet.indent > 0 and block.text.startswith(OPENING)
            self.add(paragraph(block, style or (FIRST if opening else BODY), sheet, flush=flush))
            opening = False


def _title_page(body: _Body, book: Book, settings: ExportSettings) -> None:
    front, sheet = book.front, body.sheet
    words = wording.words_of(front.language)
    if sheet.manuscript:
        contact = [line for line in settings.contact.split("\n") if line.strip(" \t")]
        first, *rest = contact or [front.author]
        count = wording.length(front.counts.of(front.language), front.language)
        head = simple(first, CONTACT, sheet)
        tab = element("r")
        tab.append(element("tab"))
        head.append(tab)
        head.extend(list(simple(count, CONTACT, sheet))[1:])
        body.add(head)
        for line in rest:
            body.add(simple(line, CONTACT, sheet))
    body.add(simple(title_of(book), "Title", sheet))
    if front.author:
        body.add(simple(words.by.format(author=front.author), "Subtitle", sheet))


def _chapter(body: _Body, chapter: Chapter, *, new_page: bool) -> None:
    if new_page:
        body.begin_page()
    if chapter.heading:
        made = simple(chapter.heading, "Heading1", body.sheet)
        if not new_page:
            # The style begins a page and goes a third of it down; not so below a title.
            made[0].append(element("pageBreakBefore", val="0"))
            made[0].append(element("spacing", before=480))
        body.add(made)
    for index, scene in enumerate(chapter.scenes):
        if scene.heading:
            body.add(simple(scene.heading, "Heading2", body.sheet))
        elif index:
            body.add(simple(body.sheet.sign, BREAK, body.sheet))
        body.blocks(scene.body)


def _matter(body: _Body, matter: Matter) -> None:
    body.begin_page()
    if matter.heading:
        body.add(simple(matter.heading, "Heading1", body.sheet))
    body.blocks(matter.paragraphs, "" if matter.heading else CENTRED)
