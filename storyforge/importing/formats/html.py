"""Reads HTML and the XHTML of e-books: headings, emphasis, ruby, breaks. Pure; fetches nothing.

The parser's events are taken as they come and no tree is built: a tag with 100,000 attributes costs
a tree a minute, and the events a tenth of a second.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from storyforge.domain.text import one_line
from storyforge.i18n import _
from storyforge.importing.encodings import decode
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.css import PLAIN, Style, classes, declared
from storyforge.importing.formats.leftovers import named
from storyforge.importing.formats.paragraphs import Pages, Paragraph
from storyforge.importing.limits import Extent, broken, refused

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
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HEAD = frozenset({"html", "meta", "title", "style", "body", "section"})
#: elements that change how the text in them is taken
_TELLING = _SILENT | _ITALIC | _BOLD | _HEADINGS | {"pre"}
_NOTES = ("footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote")
_NOTE_MARKS = ("noteref", "doc-noteref")


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
    extent = Extent(file)
    pages = Pages(extent)
    page = read_page(data, file, pages, extent, encoding=encoding)
    left = page.left + Counter({_("emphasis in lines of mere signs"): pages.unset})
    return Brought(
        kind=_("HTML"),
        pieces=pages.pieces(),
        title=page.title,
        author=page.author,
        language=page.language.partition("-")[0],
        left_out=named(left),
    )


def read_page(
    data: bytes,
    file: str,
    pages: Pages,
    extent: Extent,
    styles: Mapping[str, Style] | None = None,
    encoding: str | None = None,
) -> "Page":
    """Put the text of an HTML file on `pages`, as leniently as browsers read it.

    Args:
        styles: what the classes of its style sheets mean, beside its own.

    Raises:
        BadInput: it cannot be decoded, nests too deep or has far too many elements.
    """
    page = Page(pages, dict(styles or {}), extent)
    target: Any = page  # the stubs know targets of bytes only
    text = _decoded(data, file, encoding)
    parser = etree.HTMLParser(
        target=target, encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True
    )
    # The parser may not follow a charset that the text names: it is UTF-8 by now.
    try:
        etree.fromstring(text.encode("utf-8", "replace").replace(b"\0", b""), parser)
    except (etree.XMLSyntaxError, ValueError, MemoryError) as error:
        raise refused(_("“{file}” holds no text.").format(file=one_line(file))) from error
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise broken(file, _("its text"), _("elements are nested too deep."))
    return page


def _decoded(data: bytes, file: str, encoding: str | None) -> str:
    if encoding is None and (named_in_it := _CHARSET.search(data[:2048])):
        try:
            return data.decode(named_in_it[1].decode("ascii"))
        except (LookupError, ValueError):
            pass  # it says so, but is not
    return decode(data, file, encoding).text


@dataclass(frozen=True, slots=True)
class _Mode:
    """How the text within an element is taken; `silent` is left out."""

    tag: str = ""
    italic: bool = False
    bold: bool = False
    dots: bool = False
    silent: bool = False
    exact: bool = False
    level: int = 0
    note: bool = False
    roomy: bool = False


class Page:
    """Takes the parser's events; no recursion, however deep the elements nest.

    Attributes:
        kinds: what the body or its first section calls itself (`epub:type`), such as "cover".
        left: what was met and not placed.
    """

    def __init__(self, pages: Pages, styles: dict[str, Style], extent: Extent) -> None:
        self.title = self.author = self.language = ""
        self.kinds: list[str] = []
        self.left: Counter[str] = Counter()
        self._pages = pages
        self._styles = styles
        self._extent = extent
        self._modes = [_Mode()]
        self._items: list[int] = []  # how many items each open list has; -1 where none is counted
        self._paragraph = Paragraph()
        self._spaced = True  # a space before this point would be the second one
        self._ruby: list[str] = []  # the base that waits for its reading
        self._reading: list[str] | None = None
        self._in_ruby = 0
        self._aside: list[str] | None = None  # the text of a title or a style sheet
        self._waiting: list[str] = []
        self._sections = 0

    # What the parser calls.

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if self._waiting:
            self._take_text()
        self._extent.add(elements=1)
        name = tag.rpartition(":")[2].lower()
        outer = self._modes[-1]
        if name in _BLOCKS and not outer.silent:
            self.flush()
        mode = self._inner(attributes, name, outer)
        self._modes.append(mode)
        if name in _HEAD:
            self._of_head(name, attributes)
        elif name == "rt" and self._in_ruby and not outer.silent:
            self._reading = []
        elif name == "ruby" and not mode.silent:
            self._in_ruby += 1
        if not mode.silent:
            self._mark(name)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._waiting:
            self._take_text()
        name = tag.rpartition(":")[2].lower()
        mode = self._modes[-1]
        if name in _BLOCKS and not mode.silent:
            self.flush()
        if name in ("ol", "ul") and self._items:
            self._items.pop()
        if name in ("title", "style") and self._aside is not None:
            self._close_aside(name)
        elif name == "rt" and self._reading is not None:
            self._close_ruby("".join(self._reading))
            self._reading = None
        elif name == "ruby" and not mode.silent and self._in_ruby:
            self._in_ruby -= 1
            self._close_ruby("")
        if len(self._modes) > 1:
            self._modes.pop()

    def data(self, text: str) -> None:
        """Text in the element that is open; it waits for the next tag, as it may come in crumbs."""
        self._waiting.append(text)

    def close(self) -> None:
        """Everything was read."""
        self._take_text()
        self.flush()

    # What comes of it.

    def _take_text(self) -> None:
        text = "".join(self._waiting)
        self._waiting.clear()
        if self._aside is not None:
            self._aside.append(text)
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
        self._spaced = True
        if not self._paragraph.runs:
            return
        paragraph, self._paragraph = self._paragraph, Paragraph()
        raw = paragraph.raw.strip(" \t\n\xa0")
        mode = self._modes[-1]
        if mode.note:
            self._pages.note(_("Footnote: {text}").format(text=raw))
        elif mode.level:
            self._pages.heading(mode.level, raw)
        else:
            # A lone space between two blocks, or &nbsp; for a gap, is an empty line.
            self._pages.paragraph(paragraph if raw else Paragraph(), roomy=mode.roomy)

    def _of_head(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "html":
            self.language = one_line(attributes.get("lang") or attributes.get("xml:lang") or "")
        elif name == "meta":
            if attributes.get("name", "").lower() == "author":
                self.author = one_line(attributes.get("content", ""))
        elif name in ("title", "style"):
            self._aside = []
        elif self._sections < 2:  # the body and the first section in it
            self._sections += 1
            self.kinds += attributes.get("epub:type", "").split()

    def _close_aside(self, name: str) -> None:
        text, self._aside = "".join(self._aside or ()), None
        if name == "style":
            self._styles |= classes(text)
        elif not self.title:
            self.title = one_line(_SPACES.sub(" ", text))

    def _inner(self, attributes: Mapping[str, str], name: str, outer: _Mode) -> _Mode:
        style, kinds = PLAIN, ""
        if attributes:
            style = self._style(attributes)
            kinds = f"{attributes.get('epub:type', '')} {attributes.get('role', '')}"
        elif name not in _TELLING:
            return outer
        level = int(name[1]) if name in _HEADINGS else outer.level
        return _Mode(
            name,
            _said(style.italic, outer.italic or name in _ITALIC),
            _said(style.bold, outer.bold or name in _BOLD),
            _said(style.dots, outer.dots),
            outer.silent
            or name in _SILENT
            or style.hidden
            or any(kind in _NOTE_MARKS for kind in kinds.split()),
            outer.exact or name == "pre",
            level,
            outer.note or any(kind in _NOTES for kind in kinds.split()),
            outer.roomy or (name == "p" and attributes.get("class", "").split()[-1:] == ["gap"]),
        )

    def _style(self, attributes: Mapping[str, str]) -> Style:
        style = PLAIN
        if self._styles:
            for one in attributes.get("class", "").split()[:20]:
                if one in self._styles:
                    style = self._styles[one].over(style)
        inline = attributes.get("style")
        return declared(inline[:2000]).over(style) if inline else style

    def _mark(self, name: str) -> None:
        if name == "br":
            self._paragraph.add("\n")
            self._spaced = True
        elif name == "hr":
            self._pages.scene_break()
        elif name in _PICTURES:
            self.left[_("pictures")] += 1
        elif name == "table":
            self.left[_("the shape of tables")] += 1
        elif name in ("ol", "ul"):
            self._items.append(0 if name == "ol" else -1)
        elif name == "li":
            counted = bool(self._items) and self._items[-1] >= 0
            if counted:
                self._items[-1] += 1
            self._paragraph.add(f"{self._items[-1]}. " if counted else "- ")

    def _close_ruby(self, reading: str) -> None:
        if not self._ruby:
            return
        base, self._ruby = "".join(self._ruby), []
        mode = self._modes[-1]
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
