"""Files of lore: a look at one, into an open story, and taken back.

`look` says what a file would bring and asks for nothing; `bring` takes it into the story as one
step; `take_back` undoes the last such step. Slow for large books: call them from a worker. The way
out is `lore_out`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from storyforge.domain.kept_json import read_json
from storyforge.domain.lore import LoreEntry
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.domain.text import clean, one_line
from storyforge.export.lore_files import book_bytes
from storyforge.i18n import _
from storyforge.importing.keeping import LARGEST_KEPT
from storyforge.importing.lore_files import KINDS, LoreRead, read_lore
from storyforge.lorebooks import own
from storyforge.lorebooks.book import NAMES, Unequal
from storyforge.lorebooks.packing import is_png
from storyforge.lorebooks.placeholders import CHAR, named, occurring, replaced, texts_of
from storyforge.lorebooks.taking import mapping
from storyforge.store.story_file import StoryFile
from storyforge.studio.lore.out import remember_rest

# The setting of the story that tells of the last import.
_LAST = "lore_import"


class How(StrEnum):
    """Where the entries of a file go."""

    ADD = "add"
    #: in the place of the whole book
    REPLACE = "replace"


class Twins(StrEnum):
    """What becomes of an entry whose title is in the book already."""

    BOTH = "both"
    SKIP = "skip"
    #: it takes the place of the one in the book
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class LoreFile:
    """What a file would bring; nothing is kept yet.

    Attributes:
        kind: what it is, in words. name: of the book or the character; may be empty.
        entries: placeholders stand in them as they are.
        placeholders: of "user" and "char" those that occur: `bring` wants names for them.
        suggested: names for some of them.
        unequal: by entry, the rules of the file that have no equal here. They go out again.
        left_out: of the book or card itself, the fields that have no equal here.
        first_message: what could open the story; empty where the file has none.
        read: for `bring`.
    """

    kind: str
    name: str
    entries: tuple[LoreEntry, ...]
    placeholders: tuple[str, ...]
    suggested: Mapping[str, str]
    unequal: tuple[Unequal, ...]
    left_out: tuple[str, ...]
    first_message: str
    read: LoreRead = field(repr=False)


@dataclass(frozen=True, slots=True)
class Brought:
    """What `bring` or `take_back` did.

    Attributes:
        added, replaced, skipped: titles, in the order of the file.
        early: titles of entries that are true from a scene on which this story does not have: they
            are off now, lest they be told too early.
        kept: the name of the attachment that holds the book as it was; empty where nothing was
            taken from it.
        opened: the id of the scene that holds the first message; empty for none.
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    early: tuple[str, ...] = ()
    kept: str = ""
    opened: str = ""


def look(path: Path) -> LoreFile:
    """What the file at `path` would bring.

    Raises:
        BadInput: it cannot be read, is damaged or dangerous, or holds no lore that is known; says
            the file, the place in it and the reason.
    """
    return preview_of(read_lore(path))


def preview_of(found: LoreRead) -> LoreFile:
    """What a file that was read would bring."""
    card = found.card
    first = card.first_message.strip() if card else ""
    texts = (first, *(text for entry in found.entries for text in texts_of(entry)))
    name = card.name if card else found.book.name
    return LoreFile(
        _(KINDS[found.kind]),
        name,
        found.entries,
        occurring(texts),
        {CHAR: card.name} if card and card.name else {},
        found.book.unequal,
        (*(card.left_out if card else ()), *found.book.left_out),
        first,
        found,
    )


def twins(story: StoryFile, found: LoreFile, names: Mapping[str, str] | None = None) -> list[str]:
    """The titles of those entries of a file that the story's book has already."""
    known = {_folded(entry.title) for entry in story.context.lore()}
    titles = (replaced(entry.title, names or {}) for entry in found.entries)
    return [title for title in titles if _folded(title) in known]


def bring(
    story: StoryFile,
    found: LoreFile,
    *,
    names: Mapping[str, str] | None = None,
    how: How = How.ADD,
    same: Twins = Twins.BOTH,
    open_with_first_message: bool = False,
) -> Brought:
    """Take a file into the story, as one step that `take_back` undoes.

    Args:
        names: what stands for the placeholders, "user" and "char"; one without a name stays.
        same: for titles that are in the book already; with `How.REPLACE` there are none.
        open_with_first_message: it becomes the first scene's text where that is empty, else a new
            first scene.
    """
    names = {key: one_line(name) for key, name in (names or {}).items() if one_line(name)}
    with story.together():
        old = story.context.lore()
        entries, early = _fitting(story, _with_file(story, found.read), names)
        book, told = _joined(() if how is How.REPLACE else old, entries, same)
        was, now = ({entry.id for entry in entries} for entries in (old, book))
        kept = ""
        if was - now or told.replaced:
            kept = _keep_book(story, old, Path(found.read.file).stem)
        story.context.set_lore(book)
        remember_rest(story, found.read.kind, found.read.book.rest)
        fresh = [entry.id for entry in book if entry.id not in was]
        story.remember(_LAST, json.dumps({"added": fresh, "kept": kept}))
        opened = ""
        if open_with_first_message and found.first_message:
            text = replaced(found.first_message, names)
            opened = _open_with(story, clean(text), found.name)
    return replace(told, early=early, kept=kept, opened=opened)


def take_back(story: StoryFile) -> Brought | None:
    """Undo the last `bring`: what it added goes, what it took away is back. None for nothing.

    The book as it was before is kept as an attachment; a first scene stays, with its text.
    """
    last = mapping(read_json(story.recall(_LAST)))
    if not last:
        return None
    with story.together():
        now = story.context.lore()
        kept = next((a for a in story.attachments.list() if a.name == last.get("kept")), None)
        added = last.get("added")
        gone = set(added) if isinstance(added, list) else set()
        back = tuple(entry for entry in now if entry.id not in gone)
        if kept is not None:
            book = mapping(read_json(story.attachments.read(kept.id).decode("utf-8", "replace")))
            back = own.read(book).entries if own.is_own(book) else back
        name = _keep_book(story, now, _("what was taken back"))
        story.context.set_lore(back)
        story.remember(_LAST, None)
    there = {entry.id for entry in back}
    removed = tuple(entry.title for entry in now if entry.id not in there)
    return Brought(skipped=removed, replaced=_titles(back), kept=name)


def _fitting(
    story: StoryFile, entries: Sequence[LoreEntry], names: Mapping[str, str]
) -> tuple[list[LoreEntry], tuple[str, ...]]:
    """The entries for this story, and the titles of those whose scene it does not have."""
    scenes = {scene.id for scene in story.outline().scenes}
    fitting, early = [], []
    for entry in entries:
        if names and (used := occurring(texts_of(entry))):
            given = {key: names[key] for key in used if key in names}
            entry = replace(named(entry, given), extra={**entry.extra, NAMES: given})
        if entry.from_scene and entry.from_scene not in scenes:
            early.append(entry.title)
            entry = replace(entry, from_scene="", enabled=False)
        fitting.append(entry)
    return fitting, tuple(early)


def _joined(
    old: Sequence[LoreEntry], entries: Sequence[LoreEntry], same: Twins
) -> tuple[list[LoreEntry], Brought]:
    """The book of both, and what became of each entry of the file."""
    book = list(old)
    places = {_folded(entry.title): place for place, entry in enumerate(old)}
    ids = {entry.id for entry in old}
    added, replaced_, skipped = [], [], []
    for entry in entries:
        place = places.get(_folded(entry.title)) if same is not Twins.BOTH else None
        if place is not None and same is Twins.SKIP:
            skipped.append(entry.title)
        elif place is not None:
            book[place] = replace(entry, id=book[place].id)
            replaced_.append(entry.title)
        else:
            if entry.id in ids:
                entry = replace(entry, id=uuid4().hex)
            ids.add(entry.id)
            book.append(entry)
            added.append(entry.title)
    return book, Brought(tuple(added), tuple(replaced_), tuple(skipped))


def _with_file(story: StoryFile, read: LoreRead) -> tuple[LoreEntry, ...]:
    """The entries of a file; its picture or archive is kept, and the character knows where."""
    if not read.data or len(read.data) > LARGEST_KEPT:
        return read.entries
    media = "image/png" if is_png(read.data) else "application/zip"
    kept = story.attachments.add(read.file, media, _(KINDS[read.kind]), read.data)
    return read.entries_kept(kept.id)


def _keep_book(story: StoryFile, entries: Sequence[LoreEntry], before: str) -> str:
    """Keep a book as an attachment; its name."""
    taken = {one.name for one in story.attachments.list()}
    plain = _("lore before {name}").format(name=one_line(before))
    name, number = f"{plain}.json", 2
    while name in taken:
        name, number = f"{plain} {number}.json", number + 1
    data = book_bytes(own.KEY, entries, {})
    story.attachments.add(name, "application/json", _("the book of lore as it was"), data)
    return name


def _open_with(story: StoryFile, text: str, name: str) -> str:
    """Let the story begin with this text; the scene's id."""
    outline = story.outline()
    first = outline.chapters[0]
    if outline.scenes and first.scenes and not story.scenes.text(outline.scenes[0].id).strip():
        scene = outline.scenes[0].id
    else:
        scene = story.binder.add_scene(first.id, name or _("Opening"))
        story.binder.move_scene(scene, first.id, 0)
    story.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.IMPORTED), len(text)))
    return scene


def _titles(entries: Sequence[LoreEntry]) -> tuple[str, ...]:
    return tuple(entry.title for entry in entries)


def _folded(title: str) -> str:
    return one_line(title).casefold()
