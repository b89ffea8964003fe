"""Reads EPUB books: the files of the spine in order, names of chapters from its contents. Pure."""

import contextlib
import posixpath
from collections import Counter
from urllib.parse import unquote

from lxml import etree

from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.importing.containers import Archive, xml_root
from storyforge.importing.foreign import Heading, Piece, Words
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.css import Style, classes
from storyforge.importing.formats.html import read_page
from storyforge.importing.formats.leftovers import named
from storyforge.importing.formats.paragraphs import Pages
from storyforge.importing.formats.xml_names import attribute, child, descendants, local, text_of
from storyforge.importing.limits import Extent, broken, refused

_CONTAINER = "META-INF/container.xml"
_TEXTS = frozenset({"application/xhtml+xml", "text/html"})
#: pages that a book has and a story has not
_APART = frozenset({"cover", "titlepage", "toc", "copyright-page", "landmarks", "colophon"})
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def is_epub(archive: Archive) -> bool:
    """Whether an archive is a book."""
    return _CONTAINER in archive


def read_epub(archive: Archive, file: str) -> Brought:
    """The text of a book.

    Raises:
        BadInput: it is protected, or a part that it needs is missing or damaged.
    """
    return _Book(archive, file).read()


class _Book:
    def __init__(self, archive: Archive, file: str) -> None:
        self._archive = archive
        self._file = file
        self._left: Counter[str] = Counter()
        container = xml_root(archive.read(_CONTAINER), file, _CONTAINER)
        roots = (attribute(root, "full-path") for root in descendants(container, "rootfile"))
        self._package = next((path for path in roots if path), "")
        if not self._package:
            raise broken(file, _CONTAINER, _("it names no package."))
        self._folder = posixpath.dirname(self._package)
        self._root = xml_root(archive.read(self._package), file, self._package)
        self._items = {attribute(item, "id"): item for item in descendants(self._root, "item")}

    def read(self) -> Brought:
        self._refuse_protected()
        styles = self._styles()
        named_by_contents = self._contents()
        pieces: list[Piece] = []
        extent = Extent(self._file)
        for path in self._spine():
            pages = Pages(extent)
            page = read_page(self._archive.read(path), self._file, pages, extent, styles)
            if any(kind in _APART for kind in page.kinds):
                self._left[_("pages beside the text (cover, contents)")] += 1
                continue
            self._left += page.left
            self._left[_("emphasis in lines of mere signs")] += pages.unset
            found = pages.pieces()
            title = named_by_contents.get(path, "")
            if title and not any(isinstance(piece, Heading) for piece in found):
                pieces.append(Heading(2, title))
            pieces += found
        metadata = child(self._root, "metadata")
        return Brought(
            kind=_("EPUB book"),
            pieces=tuple(pieces),
            title=self._said(metadata, "title"),
            author=self._said(metadata, "creator"),
            language=self._said(metadata, "language").partition("-")[0],
            left_out=named(self._all_left(pieces)),
        )

    def _all_left(self, pieces: list[Piece]) -> Counter[str]:
        left = +self._left
        if any(attribute(i, "media-type").startswith("image/") for i in self._items.values()):
            left[_("the book's pictures")] = 1
        if not any(isinstance(piece, Words) for piece in pieces):
            left[_("pages without text")] = 1
        return left

    def _said(self, metadata: etree._Element | None, name: str) -> str:
        return one_line(text_of(child(metadata, name)))

    def _path(self, href: str) -> str:
        """A part's name in the archive; links out of it are refused by name."""
        bare = unquote(href.partition("#")[0])
        path = posixpath.normpath(posixpath.join(self._folder, bare))
        if path.startswith(("..", "/")) or "://" in bare:
            raise refused(
                _("“{file}” holds a path that climbs out of it: “{part}”.").format(
                    file=one_line(self._file), part=one_line(href)
                ),
                _("Nothing of it was read."),
            )
        return path

    def _spine(self) -> list[str]:
        found = []
        for reference in descendants(self._root, "itemref"):
            item = self._items.get(attribute(reference, "idref"))
            if item is None or attribute(item, "media-type") not in _TEXTS:
                continue
            if "nav" in attribute(item, "properties").split():
                continue
            path = self._path(attribute(item, "href"))
            if path not in found:
                found.append(path)
        return found

    def _styles(self) -> dict[str, Style]:
        found: dict[str, Style] = {}
        for item in self._items.values():
            if attribute(item, "media-type") == "text/css":
                path = self._path(attribute(item, "href"))
                if path in self._archive:
                    found |= classes(self._archive.read(path).decode("utf-8", "replace"))
        return found

    def _contents(self) -> dict[str, str]:
        """What the book's table of contents calls each file: its first entry for it."""
        found: dict[str, str] = {}
        for item in self._items.values():
            is_nav = "nav" in attribute(item, "properties").split()
            if not is_nav and attribute(item, "media-type") != "application/x-dtbncx+xml":
                continue
            path = self._path(attribute(item, "href"))
            if path not in self._archive:
                continue
            # The contents of a book are XML by its rules; without them its chapters have no names.
            with contextlib.suppress(BadInput):
                found |= self._entries(xml_root(self._archive.read(path), self._file, path), found)
        return found

    def _entries(self, root: etree._Element, known: dict[str, str]) -> dict[str, str]:
        """The entries of a nav (`a`) or an ncx (`navPoint`), the first one for each file."""
        found: dict[str, str] = {}
        for entry in descendants(root, "a", "navPoint"):
            point = local(entry) == "navPoint"
            link = attribute(
                child(entry, "content") if point else entry, "src" if point else "href"
            )
            title = one_line(text_of(child(entry, "navLabel", "text") if point else entry))
            path = self._path(link) if link else ""
            if path and title and path not in known:
                found.setdefault(path, title)
        return found

    def _refuse_protected(self) -> None:
        path = "META-INF/encryption.xml"
        if path not in self._archive:
            return
        root = xml_root(self._archive.read(path), self._file, path)
        for method in descendants(root, "EncryptionMethod"):
            if attribute(method, "Algorithm") not in _FONTS:
                raise refused(
                    _("“{file}” is encrypted (DRM): its text cannot be read.").format(
                        file=one_line(self._file)
                    ),
                    _("Import the manuscript that the book was made from."),
                )
