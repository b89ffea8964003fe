"""Reads novelWriter projects, from their folder or a zip of it. Pure but for the parts it asks for.

`#` titles and parts, `##` chapters, `###` scenes, `####` sections. What stands beside the text
(@tags, %synopsis, comments) goes to the scene's card; characters, places and the like become the
book of lore; other notes become attachments.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

from lxml import etree

from storyforge.domain.cards import Card, Status
from storyforge.domain.lore import LoreEntry
from storyforge.domain.text import clean, one_line
from storyforge.i18n import _, ngettext
from storyforge.importing.containers import xml_root
from storyforge.importing.foreign import Break, Heading, Piece, Words
from storyforge.importing.formats.brought import Brought
from storyforge.importing.formats.novelwriter_text import heading_of, note_of, page_line
from storyforge.importing.formats.xml_names import attribute, child, descendants, text_of
from storyforge.importing.limits import Extent, broken
from storyforge.importing.marks import is_scene_break
from storyforge.importing.values import ImportedAttachment

PROJECT = "nwProject.nwx"
_HANDLE = re.compile(r"[0-9a-f]{13}")
_ASIDE = ("ARCHIVE", "TEMPLATE", "TRASH", "NO_CLASS")
_STATUSES = {
    "new": Status.IDEA,
    "note": Status.IDEA,
    "notes": Status.IDEA,
    "draft": Status.DRAFT,
    "started": Status.DRAFT,
    "1st draft": Status.DRAFT,
    "2nd draft": Status.REVISED,
    "3rd draft": Status.REVISED,
    "finished": Status.DONE,
}
_META = re.compile(r"%%~(?:name|path|kind|hash|date):")


class Parts(Protocol):
    """A zip's parts or a folder's files, by name."""

    names: tuple[str, ...]

    def __contains__(self, name: str) -> bool: ...

    def read(self, name: str) -> bytes:
        """The bytes of one."""


def project_in(names: tuple[str, ...]) -> str | None:
    """The folder of the project among the names, "" for the top; None where there is none."""
    found = [name for name in names if name.rpartition("/")[2] == PROJECT]
    return min(found, key=len).removesuffix(PROJECT) if found else None


@dataclass(frozen=True, slots=True)
class _Item:
    """One entry of the project's tree."""

    handle: str
    parent: str
    kind: str
    group: str
    layout: str
    name: str
    status: str
    active: bool
    order: int


def read_novelwriter(parts: Parts, file: str) -> Brought:
    """The project among `parts`.

    Raises:
        BadInput: its list of items or one of its texts is damaged.
    """
    return _Project(parts, file).read()


@dataclass(slots=True)
class _Told:
    """What the documents bring, in order."""

    pieces: list[Piece] = field(default_factory=list)
    lore: list[LoreEntry] = field(default_factory=list)
    attachments: list[ImportedAttachment] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class _Project:
    def __init__(self, parts: Parts, file: str) -> None:
        self._parts = parts
        self._file = file
        self._folder = project_in(parts.names) or ""
        name = f"{self._folder}{PROJECT}"
        self._root = xml_root(parts.read(name), file, name)
        self._statuses = {
            attribute(entry, "key"): one_line(text_of(entry))
            for entry in _entries(child(self._root, "settings", "status"))
        }
        self._told = _Told()
        self._extent = Extent(file)
        self._title = ""

    def read(self) -> Brought:
        project = child(self._root, "project")
        for item in self._in_order():
            if item.kind == "FILE":
                self._document(item)
        told = self._told
        notes = []
        if told.missing:
            notes.append(
                _("“{file}” lists texts that are not there: {names}.").format(
                    file=one_line(self._file), names=", ".join(told.missing)
                )
            )
        if told.lore:
            notes.append(
                ngettext(
                    "{count} note on characters, places and things became an entry of lore.",
                    "{count} notes on characters, places and things became entries of lore.",
                    len(told.lore),
                ).format(count=len(told.lore))
            )
        language = text_of(child(self._root, "settings", "language"))
        name = one_line(text_of(child(project, "name")))
        return Brought(
            kind=_("novelWriter project"),
            pieces=tuple(told.pieces),
            chapter_level=2,
            title=self._title or name,
            author=one_line(text_of(child(project, "author"))),
            language="" if language == "None" else re.split(r"[_-]", one_line(language))[0],
            lore=tuple(told.lore),
            attachments=tuple(told.attachments),
            keep=True,
            left_out=(*told.left, _("settings of the project")),
            notes=tuple(notes),
        )

    def _in_order(self) -> Iterator[_Item]:
        """The items as the author sees them: each before its children, by their order."""
        items = [self._item(element) for element in descendants(self._root, "item")]
        known = {item.handle for item in items}
        under: dict[str, list[_Item]] = {}
        for item in items:
            parent = item.parent if item.parent in known and item.parent != item.handle else ""
            under.setdefault(parent, []).append(item)
        waiting = sorted(under.pop("", []), key=lambda item: -item.order)
        while waiting:
            item = waiting.pop()
            yield item
            waiting += sorted(under.pop(item.handle, []), key=lambda item: -item.order)
        # Items that are their own grandparents would never be reached, and never be read.
        for lost in under.values():
            yield from lost

    def _item(self, element: etree._Element) -> _Item:
        self._extent.add(elements=4)
        handle = attribute(element, "handle")
        if not _HANDLE.fullmatch(handle):
            raise broken(
                self._file,
                PROJECT,
                _("“{handle}” is no handle of an item.").format(handle=one_line(handle)[:80]),
            )
        name = child(element, "name")
        order = attribute(element, "order")
        return _Item(
            handle=handle,
            parent=attribute(element, "parent"),
            kind=attribute(element, "type"),
            group=attribute(element, "class"),
            layout=attribute(element, "layout"),
            name=one_line(text_of(name)) or handle,
            status=self._statuses.get(attribute(name, "status"), ""),
            active=attribute(name, "active", "yes") != "no",
            order=int(order) if order.isascii() and order.isdecimal() and len(order) < 9 else 0,
        )

    def _document(self, item: _Item) -> None:
        path = f"{self._folder}content/{item.handle}.nwd"
        if path not in self._parts:
            self._told.missing.append(f"{item.name} ({item.handle})")
            return
        data = self._parts.read(path)
        try:
            text = clean(data.decode("utf-8-sig"))
            self._extent.add_text(text)
        except UnicodeDecodeError as error:
            place = _("{part}, byte {offset}").format(part=path, offset=error.start)
            raise broken(self._file, place, _("it is not UTF-8.")) from error
        lines = [line for line in text.split("\n") if not _META.match(line)]
        if item.group in _ASIDE or not item.active:
            self._told.left.append(
                _("“{name}” (not part of the manuscript)").format(name=item.name)
            )
        elif item.group == "NOVEL" and item.layout != "NOTE":
            self._told.pieces += _manuscript(lines, item.status, self)
        elif item.group == "NOVEL":
            self._attach(item, lines)
        else:
            self._told.lore.append(_lore(item, lines))

    def _attach(self, item: _Item, lines: list[str]) -> None:
        data = "\n".join(lines).strip("\n").encode("utf-8")
        safe = re.sub(r'[\\/:*?"<>|]', "-", item.name)[:80]
        self._told.attachments.append(
            ImportedAttachment(f"{safe}.md", "text/markdown", data, _("a novelWriter note"))
        )

    def is_called(self, title: str) -> bool:
        """Whether `title` is the novel's: the first title page says it; a second novel's is not."""
        self._title = self._title or title
        return self._title == title


@dataclass(slots=True)
class _Region:
    """The lines between two headings, and what stands beside them."""

    status: str
    lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def end(self) -> Iterator[Words]:
        """The words, if there are any or something to say beside them; then an empty region."""
        text = "\n".join(self.lines).strip("\n")
        card = Card(
            self.status if self.status.lower() not in _STATUSES else "",
            _STATUSES.get(self.status.lower(), Status.NONE),
            notes="\n".join(self.notes),
        )
        if text.strip(" \t\n"):
            yield Words(re.sub(r"\n{3,}", "\n\n", text), card)
        elif self.notes:
            yield Words("", card)
        self.lines, self.notes = [], []


def _entries(holder: etree._Element | None) -> Iterator[etree._Element]:
    return iter(()) if holder is None else descendants(holder, "entry")


def _lore(item: _Item, lines: list[str]) -> LoreEntry:
    """A note on someone or something; its tag and its name call it."""
    tags = [
        one_line(tag)
        for line in lines
        if line.lower().startswith("@tag:")
        for tag in line[5:].replace("|", ",").split(",")
    ]
    body = [line for line in lines if not line.lower().startswith("@tag:")]
    if body and body[0].startswith("#"):
        del body[0]
    keys = tuple(dict.fromkeys(key for key in (item.name, *tags) if key))
    content = "\n".join(page_line(line) for line in body).strip("\n")
    return LoreEntry(
        uuid4().hex, item.name, keys, content, category=item.group.lower().replace("_", " ")
    )


def _manuscript(lines: list[str], status: str, project: _Project) -> Iterator[Piece]:
    region = _Region(status)
    for line in lines:
        found = heading_of(line)
        if found is not None:
            yield from region.end()
            level, title, names_novel = found
            if not (names_novel and project.is_called(title)):
                yield Heading(level, title)
        elif line.startswith(("@", "%")):
            region.notes.append(note_of(line))
        elif is_scene_break(line):
            yield from region.end()
            yield Break()
        else:
            region.lines.append(page_line(line))
    yield from region.end()
