"""Reads OpenDocument texts, packed (ODT) or flat (FODT): what DOCX gives, by OpenDocument's names.

Straight from the XML: readings, notes and tracked changes stand in it plainly.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from storyforge.domain.text import clean, one_line
from storyforge.i18n import _, ngettext
from storyforge.importing.containers import Archive, xml_root
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.leftovers import named
from storyforge.importing.formats.odt_styles import Look, Styles
from storyforge.importing.formats.paragraphs import Pages, Paragraph, is_of_title_page
from storyforge.importing.formats.xml_names import attribute, child, descendants, local, text_of
from storyforge.importing.limits import Extent, broken, refused

_SPACES = re.compile(r"[ \t\r\n]+")
_CONTENT = "content.xml"
_MIMETYPE = b"application/vnd.oasis.opendocument.text"
_INDEXES = frozenset(
    {"table-of-content", "alphabetical-index", "illustration-index", "bibliography", "user-index",
     "table-index", "object-index"}
)  # fmt: skip
_BLOCKS = frozenset(
    {"section", "list", "list-item", "list-header", "table-row", "table-cell", "table-rows",
     "table-header-rows", "numbered-paragraph", "text-box"}
)  # fmt: skip
_SILENT = frozenset({"tracked-changes", "annotation-end", "bookmark", "forms", "sequence-decls"})
# Our own styles of a paragraph that is set off from the one above it.
_ROOMY = ("after room", "flush after room")
_QUOTED = 40


def is_odt(archive: Archive) -> bool:
    """Whether an archive is an OpenDocument text."""
    if "mimetype" in archive and archive.read("mimetype").strip().startswith(_MIMETYPE):
        return True
    return _CONTENT in archive and "META-INF/manifest.xml" in archive


def is_flat_odt(text: str) -> bool:
    """Whether a text is an OpenDocument text in one XML file."""
    return "<office:document" in text[:4096]


def read_odt(archive: Archive, file: str) -> Brought:
    """The manuscript in an ODT file.

    Raises:
        BadInput: it is encrypted, or a part is missing or damaged.
    """
    manifest = "META-INF/manifest.xml"
    if manifest in archive and b"encryption-data" in archive.read(manifest):
        raise refused(
            _("“{file}” is encrypted: the part “{part}” cannot be read.").format(
                file=one_line(file), part=_CONTENT
            ),
            _("Save it without a password first."),
        )
    root = xml_root(archive.read(_CONTENT), file, _CONTENT)
    styles = _part(archive, file, "styles.xml")
    meta = _part(archive, file, "meta.xml")
    return _Reader(file, root, Styles(styles, root), child(meta, "meta"), styles).read()


def read_flat_odt(data: bytes, file: str) -> Brought:
    """The manuscript in a FODT file.

    Raises:
        BadInput: it is no sound XML.
    """
    root = xml_root(data, file)
    return _Reader(file, root, Styles(root), child(root, "meta"), root).read()


def _part(archive: Archive, file: str, name: str) -> etree._Element | None:
    return xml_root(archive.read(name), file, name) if name in archive else None


class _Reader:
    def __init__(
        self,
        file: str,
        root: etree._Element,
        styles: Styles,
        meta: etree._Element | None,
        defaults: etree._Element | None,
    ) -> None:
        self._file = file
        body = child(root, "body", "text")
        if body is None:
            raise broken(file, _CONTENT, _("it holds no text document."))
        self._body = body
        self._styles = styles
        self._meta = meta
        self._defaults = defaults
        self._pages = Pages(Extent(file))
        self._left: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()
        self._title = ""
        self._paragraph = Paragraph()
        self._spaced = True
        self._comments: dict[str, str] = {}
        self._going_on: list[str] = []
        self._boxes: list[etree._Element] = []

    def read(self) -> Brought:
        self._blocks(self._body)
        if self._seen["change"]:
            self._left[_("what was deleted")] += 1
        self._left[_("emphasis in lines of mere signs")] += self._pages.unset
        author = text_of(child(self._meta, "initial-creator"))
        return Brought(
            kind=_("OpenDocument text"),
            pieces=self._pages.pieces(),
            title=self._title or one_line(text_of(child(self._meta, "title"))),
            author=one_line(author or text_of(child(self._meta, "creator"))),
            language=self._language(),
            left_out=named(self._left),
            notes=tuple(self._said()),
        )

    def _language(self) -> str:
        said = one_line(text_of(child(self._meta, "language")))
        if not said and self._defaults is not None:
            for style in descendants(self._defaults, "default-style"):
                said = said or attribute(child(style, "text-properties"), "language")
        return "" if said == "none" else said.partition("-")[0]

    def _said(self) -> Iterator[str]:
        seen = self._seen
        if seen["change"]:
            yield _(
                "“{file}” has tracked changes: what was inserted is in, what was deleted is out."
            ).format(file=one_line(self._file))
        if seen["comment"]:
            yield ngettext(
                "{count} comment stands at its place.",
                "{count} comments stand at their places.",
                seen["comment"],
            ).format(count=seen["comment"])
        if seen["note"]:
            yield ngettext(
                "{count} footnote went to the notes beside its scene.",
                "{count} footnotes went to the notes beside their scenes.",
                seen["note"],
            ).format(count=seen["note"])

    # Blocks.

    def _blocks(self, parent: etree._Element) -> None:
        for block in parent:
            name = local(block)
            if name in ("p", "h"):
                self._take(block, heading=name == "h")
            elif name in _INDEXES:
                self._left[_("the table of contents")] += 1
            elif name == "table":
                self._left[_("the shape of tables")] += 1
                self._blocks(block)
            elif name == "tracked-changes":
                self._seen["change"] += 1
            elif name in _BLOCKS:
                if name == "list":
                    self._left[_("numbers and signs of lists")] += 1
                self._blocks(block)
            elif name == "frame":
                self._frame(block)
                self._emptied()

    def _take(self, block: etree._Element, *, heading: bool) -> None:
        style = attribute(block, "style-name")
        look, names = self._styles.look(style), self._styles.names(style)
        if look.page_break:
            self._pages.page_break()
        for text in self._going_on:
            self._paragraph.open_comment(text)
        self._going_on = []
        self._spaced = True
        self._inline(block, replace(look, bold=None, italic=None) if heading else look)
        paragraph, self._paragraph = self._paragraph, Paragraph()
        raw = paragraph.raw.strip(" \t\n　")
        if heading and raw and not paragraph.notes:
            self._going_on += paragraph.end()
            level = attribute(block, "outline-level", "1")
            self._pages.heading(int(level) if level in tuple("123456789") else 1, raw)
        elif "title" in names and raw and not self._title:
            self._title = one_line(raw)
        elif any(is_of_title_page(name, raw) for name in names):
            self._left[_("the title page")] += 1
        elif not raw and (look.ruled or "horizontal line" in names):
            self._pages.scene_break()
        else:
            roomy = not names.isdisjoint(_ROOMY)
            self._going_on += self._pages.paragraph(paragraph, roomy=roomy)
        self._emptied()

    def _emptied(self) -> None:
        """Text boxes come behind the paragraph that they are anchored in."""
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._blocks(box)

    # Within a paragraph.

    def _inline(self, parent: etree._Element, look: Look) -> None:
        self._text(str(parent.text or ""), look)
        for one in parent:
            self._one(one, look)
            self._text(str(one.tail or ""), look)

    def _one(self, one: etree._Element, look: Look) -> None:
        name = local(one)
        if name == "span":
            self._inline(one, self._styles.look(attribute(one, "style-name")).over(look))
        elif name == "s":
            count = attribute(one, "c", "1")
            known = count.isascii() and count.isdecimal() and len(count) < 3
            self._add(" " * (int(count) if known else 1), look)
        elif name == "tab":
            self._add("\t", look)
        elif name == "line-break":
            self._add("\n", look)
        elif name == "ruby":
            base, reading = (text_of(child(one, n)) for n in ("ruby-base", "ruby-text"))
            self._paragraph.add_ruby(base, reading, italic=bool(look.italic), bold=bool(look.bold))
            self._spaced = False
        elif name == "note":
            self._note(one)
        elif name == "annotation":
            self._comment(one)
        elif name == "annotation-end":
            text = self._comments.get(attribute(one, "name"))
            if text:
                self._paragraph.close_comment(text)
        elif name == "frame":
            self._frame(one)
        elif name == "change-start":
            self._seen["change"] += 1
        elif name not in _SILENT:
            self._inline(one, look)

    def _text(self, text: str, look: Look) -> None:
        """White space in the file is one space, and none at a paragraph's beginning."""
        text = _SPACES.sub(" ", text)
        if self._spaced:
            text = text.removeprefix(" ")
        if text:
            self._add(text, look)
            self._spaced = text.endswith(" ")

    def _add(self, text: str, look: Look) -> None:
        if look.hidden:
            self._left[_("hidden text")] += 1
            return
        self._paragraph.add(
            text, italic=bool(look.italic), bold=bool(look.bold), dots=bool(look.dots)
        )
        self._spaced = text.endswith("\n")

    def _note(self, note: etree._Element) -> None:
        text = _lines(child(note, "note-body"))
        before = self._paragraph.tail(_QUOTED)
        self._paragraph.notes.append(
            _("Footnote after “…{words}”: {text}").format(words=before, text=text)
        )
        self._seen["note"] += 1

    def _comment(self, annotation: etree._Element) -> None:
        who = one_line(text_of(child(annotation, "creator")))
        said = _lines(annotation)
        text = f"{who}: {said}" if who else said
        if not said:
            return
        self._seen["comment"] += 1
        key = attribute(annotation, "name")
        if key:
            self._comments[key] = text
            self._paragraph.open_comment(text)
        else:
            self._paragraph.close_comment(text)

    def _frame(self, frame: etree._Element) -> None:
        box = child(frame, "text-box")
        if box is not None:
            self._boxes.append(box)
        else:
            self._left[_("pictures")] += 1


def _lines(holder: etree._Element | None) -> str:
    if holder is None:
        return ""
    lines = (_SPACES.sub(" ", text_of(p)) for p in descendants(holder, "p"))
    return clean("\n".join(lines)).strip(" \n\t")
