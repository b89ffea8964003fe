"""Reads Word's DOCX: headings, emphasis, ruby, breaks, comments, footnotes; changes as accepted.

Straight from the XML, because python-docx hides what matters to a story: readings, tracked
changes, footnotes. What a page has no place for is counted by name.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from storyforge.domain.text import clean, one_line
from storyforge.i18n import _, ngettext
from storyforge.importing.containers import Archive, xml_root
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.leftovers import named
from storyforge.importing.formats.paragraphs import Pages, Paragraph, is_of_title_page
from storyforge.importing.formats.word_styles import (
    NO_LOOK,
    Look,
    Styles,
    is_roomy,
    paragraph_look,
    run_look,
)
from storyforge.importing.formats.xml_names import (
    attribute,
    child,
    children,
    descendants,
    local,
    text_of,
)
from storyforge.importing.limits import Extent

#: elements whose children are read as if they stood in the element's place
_THROUGH = frozenset(
    {"hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "dir", "bdo",
     "customXml", "rubyBase", "rt", "AlternateContent", "Choice"}
)  # fmt: skip
_DELETED = frozenset({"del", "moveFrom"})
_PICTURES = frozenset({"drawing", "pict", "object"})
_QUOTED = 40


def read_docx(archive: Archive, file: str) -> Brought:
    """The manuscript in a DOCX file.

    Raises:
        BadInput: a part that it needs is missing or damaged.
    """
    return _Reader(archive, file).read()


class _Reader:
    def __init__(self, archive: Archive, file: str) -> None:
        self._archive = archive
        self._file = file
        self._main = next(n for n in archive.names if n.endswith("word/document.xml"))
        self._styles = Styles(self._part("styles.xml"))
        self._comments = self._texts("comments.xml", "comment", by="author")
        self._footnotes = self._texts("footnotes.xml", "footnote")
        self._footnotes |= {
            f"e{key}": text for key, text in self._texts("endnotes.xml", "endnote").items()
        }
        self._pages = Pages(Extent(file))
        self._left: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()
        self._ended: set[str] = set()
        self._title = ""
        self._paragraph = Paragraph()
        self._going_on: list[str] = []
        self._boxes: list[etree._Element] = []
        self._base = NO_LOOK

    def read(self) -> Brought:
        body = child(self._root(self._main), "body")
        if body is not None:
            self._blocks(body)
        self._flush()
        title, author, language = self._properties()
        self._left[_("emphasis in lines of mere signs")] += self._pages.unset
        if any("header" in name or "footer" in name for name in self._archive.names):
            self._left[_("headers and footers")] += 1
        return Brought(
            kind=_("Word (DOCX)"),
            pieces=self._pages.pieces(),
            title=self._title or title,
            author=author,
            language=language,
            left_out=(*named(self._left), *((_("what was deleted"),) if self._seen["del"] else ())),
            notes=tuple(self._said()),
        )

    # Parts.

    def _root(self, name: str) -> etree._Element:
        return xml_root(self._archive.read(name), self._file, name)

    def _part(self, name: str) -> etree._Element | None:
        whole = self._main.removesuffix("document.xml") + name
        return self._root(whole) if whole in self._archive else None

    def _texts(self, part: str, name: str, by: str = "") -> dict[str, str]:
        """The notes of one kind by id; separators between notes and text left out."""
        root = self._part(part)
        found: dict[str, str] = {}
        for note in root if root is not None else ():
            if local(note) != name or attribute(note, "type"):
                continue
            lines = [
                "".join(text_of(t) for t in descendants(p, "t")) for p in descendants(note, "p")
            ]
            text = clean("\n".join(lines)).strip(" \t\n")
            who = one_line(attribute(note, by)) if by else ""
            found[attribute(note, "id")] = f"{who}: {text}" if who else text
        return found

    def _properties(self) -> tuple[str, str, str]:
        if "docProps/core.xml" not in self._archive:
            return "", "", self._styles.language.partition("-")[0]
        core = self._root("docProps/core.xml")
        author = one_line(text_of(child(core, "creator")))
        language = text_of(child(core, "language")) or self._styles.language
        return (
            one_line(text_of(child(core, "title"))),
            "" if author == "python-docx" else author,
            one_line(language).partition("-")[0],
        )

    def _said(self) -> Iterator[str]:
        seen = self._seen
        if seen["del"] or seen["ins"]:
            yield _(
                "“{file}” has tracked changes: insertions are in ({inserted}), deletions are out "
                "({deleted})."
            ).format(file=one_line(self._file), inserted=seen["ins"], deleted=seen["del"])
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
            if name == "p":
                self._take(block)
            elif name == "tbl":
                self._left[_("the shape of tables")] += 1
                self._blocks(block)
            elif name == "sdt" and self._is_contents(block):
                self._left[_("the table of contents")] += 1
            elif name == "altChunk":
                self._left[_("an embedded document")] += 1
            elif name in _DELETED:
                self._seen["del"] += 1
            elif name in _THROUGH or name in ("tr", "tc"):
                self._blocks(block)

    @staticmethod
    def _is_contents(block: etree._Element) -> bool:
        gallery = child(block, "sdtPr", "docPartObj", "docPartGallery")
        return attribute(gallery, "val") == "Table of Contents"

    def _take(self, block: etree._Element) -> None:
        properties = children(child(block, "pPr"))
        style = self._styles.look(attribute(properties.get("pStyle"), "val"))
        look = paragraph_look(properties).over(style)
        if look.name.startswith("toc "):
            self._left[_("the table of contents")] += 1
            return
        if look.page_break:
            self._flush()
            self._pages.page_break()
        if "numPr" in properties and not look.level:
            self._left[_("numbers and signs of lists")] += 1
        self._base = replace(look, bold=None, italic=None) if look.level else look
        for text in self._going_on:
            self._paragraph.open_comment(text)
        self._going_on = []
        self._inline(block)
        if _DELETED & children(properties.get("rPr")).keys():
            return  # the deleted end of a paragraph: the next one goes on in it
        self._finish(look, ruled="pBdr" in properties, roomy=is_roomy(properties))
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._blocks(box)

    def _finish(self, look: Look, *, ruled: bool, roomy: bool = False) -> None:
        paragraph, self._paragraph = self._paragraph, Paragraph()
        raw = paragraph.raw.strip(" \t\n　")
        if look.level and raw and not paragraph.notes:
            self._going_on += paragraph.end()
            self._pages.heading(look.level, raw)
        elif look.name == "title" and raw and not self._title:
            self._title = one_line(raw)
        elif is_of_title_page(look.name, raw):
            self._left[_("the title page")] += 1
        elif ruled and not raw:
            self._pages.scene_break()
        else:
            self._going_on += self._pages.paragraph(paragraph, roomy=roomy)

    def _flush(self) -> None:
        """What a deleted paragraph end has left over is a paragraph of its own."""
        if self._paragraph.runs:
            self._finish(NO_LOOK, ruled=False)

    # Runs.

    def _inline(self, parent: etree._Element) -> None:
        for one in parent:
            name = local(one)
            if name == "r":
                self._run(one)
            elif name in _THROUGH:
                self._seen["ins"] += name == "ins"
                self._inline(one)
            elif name in _DELETED:
                self._seen["del"] += 1
            elif name == "ruby":
                self._ruby(one)
            elif name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
                self._comment(name, attribute(one, "id"))
            elif name in ("oMath", "oMathPara"):
                self._left[_("formulas")] += 1

    def _run(self, run: etree._Element) -> None:
        properties = children(child(run, "rPr"))
        look = self._base
        if properties:
            style = self._styles.look(attribute(properties.get("rStyle"), "val"))
            look = run_look(properties).over(style).over(self._base)
        if look.hidden:
            self._left[_("hidden text")] += 1
            return
        for one in run:
            name = local(one)
            if name == "t":
                self._add(text_of(one), look)
            elif name in ("tab", "ptab"):
                self._add("\t", look)
            elif name == "cr" or (name == "br" and attribute(one, "type") in ("", "textWrapping")):
                self._add("\n", look)
            elif name == "br":
                self._break()
            elif name == "noBreakHyphen":
                self._add("\u2011", look)
            elif name in ("footnoteReference", "endnoteReference"):
                self._note(attribute(one, "id"), "e" if name.startswith("e") else "")
            elif name == "commentReference":
                self._comment(name, attribute(one, "id"))
            elif name == "ruby":
                self._ruby(one)
            elif name == "sym":
                self._left[_("signs of a symbol font")] += 1
            else:
                self._picture(one)

    def _add(self, text: str, look: Look) -> None:
        self._paragraph.add(
            text, italic=bool(look.italic), bold=bool(look.bold), dots=bool(look.dots)
        )

    def _break(self) -> None:
        """A page break within a paragraph ends it."""
        if self._paragraph.raw.strip(" \t\n"):
            self._going_on += self._pages.paragraph(self._paragraph)
            self._paragraph = Paragraph()
        self._pages.page_break()

    def _ruby(self, ruby: etree._Element) -> None:
        base, reading = (
            "".join(text_of(t) for t in descendants(part, "t")) if part is not None else ""
            for part in (child(ruby, "rubyBase"), child(ruby, "rt"))
        )
        look = self._base
        self._paragraph.add_ruby(base, reading, italic=bool(look.italic), bold=bool(look.bold))

    def _comment(self, name: str, key: str) -> None:
        text = self._comments.get(key)
        if not text:
            return
        if name == "commentRangeStart":
            self._paragraph.open_comment(text)
            return
        if name == "commentReference":
            if key not in self._ended:
                self._paragraph.close_comment(text)
                self._seen["comment"] += 1
        else:
            self._paragraph.close_comment(text)
            self._seen["comment"] += 1
        self._ended.add(key)

    def _note(self, key: str, kind: str) -> None:
        text = self._footnotes.get(kind + key)
        if text:
            before = self._paragraph.tail(_QUOTED)
            self._paragraph.notes.append(
                _("Footnote after “…{words}”: {text}").format(words=before, text=text)
            )
            self._seen["note"] += 1

    def _picture(self, one: etree._Element) -> None:
        # Word writes a text box twice, once for old readers; boxes in boxes come with theirs.
        whole = child(one, "Choice") if local(one) == "AlternateContent" else one
        boxes: list[etree._Element] = []
        for box in descendants(one if whole is None else whole, "txbxContent"):
            if not any(outer in boxes for outer in box.iterancestors("{*}txbxContent")):
                boxes.append(box)
        self._boxes += boxes
        if local(one) in _PICTURES and not boxes:
            self._left[_("pictures")] += 1
