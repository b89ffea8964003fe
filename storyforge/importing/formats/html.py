"""Reads HTML and the XHTML of e-books: headings, emphasis, ruby, breaks. Pure; fetches nothing."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from storyforge.domain.text import one_line
from storyforge.i18n import _
from storyforge.importing.containers import refused
from storyforge.importing.encodings import decode
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.css import Style, classes, declared
from storyforge.importing.formats.leftovers import named
from storyforge.importing.formats.paragraphs import Pages, Paragraph
from storyforge.importing.formats.xml_names import attribute, local

_SPACES = re.compile(r"[ \t\r\n\f]+")
_CHARSET = re.compile(rb"""(?:charset|encoding)=["']?([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "header", "footer", "li", "ul", "ol", "blockquote",
     "td", "th", "tr", "table", "dd", "dt", "dl", "figure", "figcaption", "body", "pre", "aside",
     "address", "center", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "details", "summary", "form"}
)  # fmt: skip
_SILENT = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "rp", "rt", "rtc", "iframe",
     "object", "nav", "select", "button", "textarea", "math"}
)  # fmt: skip
_ITALIC = frozenset({"em", "i", "cite", "dfn", "var"})
_BOLD = frozenset({"strong", "b"})
_PICTURES = frozenset({"img", "svg", "picture", "video", "audio", "canvas"})
_NOTES = ("footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote")
_NOTE_MARKS = ("noteref", "doc-noteref")


@dataclass(slots=True)
class Left:
    """What was met and not placed; shared by the files of a book."""

    counted: Counter[str] = field(default_factory=Counter)


def is_html(text: str) -> bool:
    """Whether a text is HTML; a text that merely has a tag in it is not."""
    head = text[:4096].lstrip("\ufeff \t\r\n").lower()
    head = re.sub(r"^<\?xml[^>]{0,200}\?>\s*", "", head)
    head = re.sub(r"^(?:<!--.{0,2000}?-->\s*){1,3}", "", head, flags=re.DOTALL)
    return head.startswith(("<!doctype html", "<html", "<head", "<body"))


def read_html(data: bytes, file: str, encoding: str | None = None) -> Brought:
    """The text of an HTML file.

    Raises:
        BadInput: it cannot be decoded, or is no HTML at all.
    """
    root = html_root(data, file, encoding)
    left = Left()
    pages = Pages()
    sheet = "".join(str(style.text or "") for style in root.iter("style"))
    read_body(root, pages, left, classes(sheet))
    title, author = "", ""
    for element in root.iter("title", "meta"):
        if element.tag == "title":
            title = title or one_line(_SPACES.sub(" ", str(element.text or "")))
        elif attribute(element, "name").lower() == "author":
            author = one_line(attribute(element, "content"))
    return Brought(
        kind=_("HTML"),
        pieces=pages.pieces(),
        title=title,
        author=author,
        language=one_line(attribute(root, "lang")).partition("-")[0],
        left_out=named(left.counted),
    )


def html_root(data: bytes, file: str, encoding: str | None = None) -> etree._Element:
    """The root element of an HTML text, as lenient as browsers are; comments left out."""
    text = _decoded(data, file, encoding)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    # The parser may not follow a charset that the text names: it is UTF-8 by now.
    clean_text = text.encode("utf-8", "replace").replace(b"\0", b"")
    try:
        root = etree.fromstring(clean_text, parser)
    except (etree.XMLSyntaxError, ValueError, MemoryError) as error:
        raise refused(_("“{file}” holds no text.").format(file=one_line(file))) from error
    if root is None:
        raise refused(_("“{file}” holds no text.").format(file=one_line(file)))
    return root


def _decoded(data: bytes, file: str, encoding: str | None) -> str:
    if encoding is None and (named_in_it := _CHARSET.search(data[:2048])):
        try:
            return data.decode(named_in_it[1].decode("ascii"))
        except (LookupError, ValueError):
            pass  # it says so, but is not
    return decode(data, file, encoding).text


def read_body(root: etree._Element, pages: Pages, left: Left, styles: Mapping[str, Style]) -> None:
    """Put all text below `root` on `pages`.

    Args:
        styles: what the classes of its style sheets mean.
    """
    reader = _Reader(pages, left, styles)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            reader.start(element)
        else:
            reader.end(element)
            if element is not root:
                reader.text(str(element.tail or ""))
    reader.flush()


@dataclass(frozen=True, slots=True)
class _Mode:
    """How the text within an element is taken; `silent` is left out."""

    italic: bool = False
    bold: bool = False
    dots: bool = False
    silent: bool = False
    exact: bool = False
    level: int = 0
    note: bool = False


class _Reader:
    """Takes the events of a walk; no recursion, however deep the elements nest."""

    def __init__(self, pages: Pages, left: Left, styles: Mapping[str, Style]) -> None:
        self._pages = pages
        self._left = left
        self._styles = styles
        self._modes = [_Mode()]
        self._paragraph = Paragraph()
        self._spaced = True  # a space before this point would be the second one
        self._ruby: list[str] = []  # the base that waits for its reading
        self._reading: list[str] | None = None
        self._in_ruby = 0
        self._notes: list[str] = []

    def start(self, element: etree._Element) -> None:
        name = local(element).lower()
        outer = self._modes[-1]
        if name in _BLOCKS and not outer.silent:
            self.flush()
        self._modes.append(self._inner(element, name, outer))
        mode = self._modes[-1]
        if name == "rt" and self._in_ruby and not outer.silent:
            self._reading = []
        elif name == "ruby" and not mode.silent:
            self._in_ruby += 1
        if not mode.silent:
            self._mark(element, name)
        self.text(str(element.text or ""))

    def end(self, element: etree._Element) -> None:
        name = local(element).lower()
        mode = self._modes[-1]
        if name in _BLOCKS and not mode.silent:
            self.flush()
        if name == "rt" and self._reading is not None:
            self._close_ruby("".join(self._reading))
            self._reading = None
        elif name == "ruby" and not mode.silent and self._in_ruby:
            self._in_ruby -= 1
            self._close_ruby("")
        self._modes.pop()

    def text(self, text: str) -> None:
        """Text in the mode of the element that is open."""
        if not text:
            return
        if self._reading is not None:
            self._reading.append(text)
            return
        mode = self._modes[-1]
        if mode.silent:
            return
        if not mode.exact:
            text = _SPACES.sub(" ", text)
            if self._spaced:
                text = text.removeprefix(" ")
            self._spaced = text.endswith(" ") if text else self._spaced
        if self._in_ruby:
            self._ruby.append(text)
        elif text:
            self._paragraph.add(text, italic=mode.italic, bold=mode.bold, dots=mode.dots)

    def flush(self) -> None:
        """End the paragraph."""
        self._close_ruby("")
        paragraph, self._paragraph = self._paragraph, Paragraph()
        self._spaced = True
        raw = paragraph.raw.strip(" \t\n\xa0")
        mode = self._modes[-1]
        if not raw and not paragraph.runs:
            return
        if mode.note:
            self._notes.append(raw)
            self._left.counted[_("footnotes")] += 1
        elif mode.level:
            self._pages.heading(mode.level, raw)
        else:
            if not raw:
                paragraph = Paragraph()  # a lone space between two blocks, or &nbsp; for a gap
            self._pages.paragraph(paragraph)

    def _inner(self, element: etree._Element, name: str, outer: _Mode) -> _Mode:
        style = self._style(element)
        kinds = f"{attribute(element, 'type')} {attribute(element, 'role')}".split()
        return _Mode(
            italic=_said(style.italic, outer.italic or name in _ITALIC),
            bold=_said(style.bold, outer.bold or name in _BOLD),
            dots=_said(style.dots, outer.dots),
            silent=outer.silent
            or name in _SILENT
            or style.hidden
            or any(kind in _NOTE_MARKS for kind in kinds),
            exact=outer.exact or name == "pre",
            level=int(name[1]) if re.fullmatch(r"h[1-6]", name) else outer.level,
            note=outer.note or any(kind in _NOTES for kind in kinds),
        )

    def _style(self, element: etree._Element) -> Style:
        style = Style()
        own = [self._styles[c] for c in attribute(element, "class").split() if c in self._styles]
        if inline := attribute(element, "style"):
            own.append(declared(inline[:2000]))
        for one in own:
            style = Style(
                one.italic if one.italic is not None else style.italic,
                one.bold if one.bold is not None else style.bold,
                one.dots if one.dots is not None else style.dots,
                one.hidden or style.hidden,
            )
        return style

    def _mark(self, element: etree._Element, name: str) -> None:
        if name == "br":
            self._paragraph.add("\n")
            self._spaced = True
        elif name == "hr":
            self._pages.scene_break()
        elif name in _PICTURES:
            self._left.counted[_("pictures")] += 1
        elif name == "table":
            self._left.counted[_("the shape of tables")] += 1
        elif name == "li" and (above := element.getparent()) is not None:
            self._paragraph.add("- " if local(above).lower() != "ol" else f"{_place(element)}. ")

    def _close_ruby(self, reading: str) -> None:
        base, self._ruby = "".join(self._ruby), []
        mode = self._modes[-1]
        if not base:
            return
        reading = _SPACES.sub("", reading)
        # A dot above each character is emphasis, the way sites without dots spell it.
        if reading and not reading.strip("・﹅•●"):
            self._paragraph.add(base, italic=mode.italic, bold=mode.bold, dots=True)
        elif reading:
            self._paragraph.add_ruby(base, reading, italic=mode.italic, bold=mode.bold)
        else:
            self._paragraph.add(base, italic=mode.italic, bold=mode.bold, dots=mode.dots)
        self._spaced = False


def _said(own: bool | None, around: bool) -> bool:
    return around if own is None else own


def _place(item: etree._Element) -> int:
    """An item's number in its list; far down it costs too much to count."""
    place = 1
    before = item.getprevious()
    while before is not None and place < 1000:
        place += local(before).lower() == "li"
        before = before.getprevious()
    return place
