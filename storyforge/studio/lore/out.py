"""The story's book of lore as a file, ours or another tool's; cards back into their pictures.

What came from a format goes out in it as it was, but for what the author changed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storyforge.domain.kept_json import read_json
from storyforge.domain.lore import LoreEntry, name_of
from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.export import lore_files as writing
from storyforge.export.files import write_whole
from storyforge.i18n import _, listed
from storyforge.lorebooks import cards, novelai, own
from storyforge.lorebooks.book import Unequal
from storyforge.lorebooks.taking import mapping
from storyforge.store.story_file import StoryFile

#: the name of a card among the formats that lore goes out in
CARD = cards.KEY
#: the formats of books: their names on the command line, with (label, ending)
FORMATS: Mapping[str, tuple[str, str]] = writing.BOOK_FORMATS

# The setting of the story that holds the fields of a foreign book itself.
_REST = "lore_book:{kind}"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written.

    Attributes:
        unequal: by entry, the rules of ours that the format has no field for.
    """

    path: Path
    count: int
    unequal: tuple[Unequal, ...] = ()


def write_lore(
    story: StoryFile, out: Path | None = None, *, form: str = own.KEY, force: bool = False
) -> Written:
    """Write the story's book of lore as a file; what came from that format goes out as it was.

    Args:
        out: None is beside the story, under its name. form: a key of `FORMATS`.

    Raises:
        Refused: something is there already and `force` is not set.
        BadInput: it cannot be written there, or there is no such format.
    """
    if form not in FORMATS:
        raise BadInput(
            _("There is no format “{name}” for lore.").format(name=one_line(form)),
            title=_("Not exported"),
            hint=_("Known are: {names}.").format(names=", ".join((*FORMATS, CARD))),
        )
    entries = story.context.lore()
    named = {"name": story.outline().title} if form != novelai.KEY else {}
    data = writing.book_bytes(form, entries, {**named, **rest_of(story, form)})
    path = _place(story, out, FORMATS[form][1])
    write_whole(path, data, force=force)
    unequal = (Unequal(e.title, writing.unequal_there(form, e)) for e in entries)
    return Written(path, len(entries), tuple(one for one in unequal if one.fields))


def characters(story: StoryFile) -> tuple[LoreEntry, ...]:
    """The entries that came as character cards, and can go out as such again."""
    return tuple(entry for entry in story.context.lore() if cards.KEY in entry.extra)


def write_card(
    story: StoryFile,
    character_id: str = "",
    out: Path | None = None,
    *,
    version: int = 0,
    force: bool = False,
) -> Written:
    """Write a character card, into its own picture or archive where it came in one, else as JSON.

    Its book holds the entries that came with it.

    Args:
        character_id: of any entry; "" is the only one of `characters`.
        version: 2 or 3; 0 is that of the card, or 2.

    Raises:
        Refused: something is there already and `force` is not set.
        BadInput: there is no such entry, or none was named and not exactly one came as a card.
    """
    character = _character(story, character_id)
    mark = character.extra.get(cards.MARK)
    others = [
        entry
        for entry in story.context.lore()
        if entry.id != character.id and entry.extra.get(cards.MARK) == mark is not None
    ]
    version = version or max(cards.version_of(mapping(character.extra.get(cards.KEY))), 2)
    card = cards.written(character, others, version)
    original = _original(story, character)
    path = _place(story, out, writing.card_ending(original), one_line(character.title))
    write_whole(path, writing.card_bytes(card, original), force=force)
    lost = Unequal(name_of(character), cards.unequal_there(character, card))
    return Written(path, len(others) + 1, (lost,) if lost.fields else ())


def card_place(story: StoryFile, character_id: str) -> Path:
    """Where the card of an entry is written where its author names no place."""
    character = _character(story, character_id)
    ending = writing.card_ending(_original(story, character))
    return _place(story, None, ending, one_line(character.title))


def _original(story: StoryFile, character: LoreEntry) -> bytes:
    """The picture or archive that a character came in; empty where it came in none."""
    kept_as = character.extra.get(cards.PICTURE)
    attached = story.attachments.list()
    held = next((one for one in attached if kept_as and kept_as in (one.id, one.name)), None)
    return story.attachments.read(held.id) if held is not None else b""


def _character(story: StoryFile, character_id: str) -> LoreEntry:
    known = characters(story)
    chosen = [e for e in story.context.lore() if e.id == character_id] if character_id else known
    if len(chosen) == 1:
        return chosen[0]
    if not known:
        raise BadInput(
            _("The book has no entry that came as a character card."),
            title=_("Not exported"),
            hint=_("Name the entry that shall become one, or export the book as a lorebook."),
        )
    raise BadInput(
        _("Which character? These came as cards: {names}.").format(
            names=listed(entry.title for entry in known)
        ),
        title=_("Not exported"),
        hint=_("Name one of them."),
    )


def remember_rest(story: StoryFile, kind: str, told: Mapping[str, Any]) -> None:
    """Keep what a foreign book itself says, for the way back out; the later one's words count."""
    if told:
        story.remember(_REST.format(kind=kind), json.dumps({**rest_of(story, kind), **told}))


def rest_of(story: StoryFile, kind: str) -> dict[str, Any]:
    """What books of this kind that were brought in said of themselves."""
    return mapping(read_json(story.recall(_REST.format(kind=kind))))


def _place(story: StoryFile, out: Path | None, ending: str, name: str = "") -> Path:
    if out is not None and not out.is_dir():
        return out
    safe = "".join(sign for sign in name if sign not in '/\\:*?"<>|').strip(". ")
    beside = story.path.with_name(f"{safe or story.path.stem}{ending}")
    return beside if out is None else out / beside.name
