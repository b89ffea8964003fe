"""Character cards, V1 to V3: the character as an entry of lore, its book, its first message. Pure.

The card itself is kept whole with the character's entry, and goes out again from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import uuid4

from storyforge.domain.lore import LoreEntry
from storyforge.lorebooks import character_book
from storyforge.lorebooks.book import NAMES, Book
from storyforge.lorebooks.placeholders import CHAR, named
from storyforge.lorebooks.taking import line, mapping, text, unplaced

#: where the character's entry keeps the card
KEY = "card"
#: where it keeps the id of the attachment that is the card's picture or archive
PICTURE = "card_file"
#: where it and the entries of its book keep what tells that they belong together
MARK = "card_id"

_V1 = ("name", "description", "personality", "scenario", "first_mes", "mes_example")
_SPECS = {"chara_card_v2": 2, "chara_card_v3": 3}
# "The Keeper" is not called "The", nor "Captain Voss" "Captain".
_NO_NAMES = frozenset(
    ("a", "an", "the", "der", "die", "das", "le", "la", "les", "el", "los", "il", "lo", "un", "une",
     "mister", "miss", "mrs", "lady", "lord", "sir", "dame", "king", "queen", "prince", "princess",
     "captain", "doctor", "professor", "saint", "aunt", "uncle", "father", "mother", "old", "young",
     "little", "big", "great", "black", "white", "red")
)  # fmt: skip
# What a card has of an entry in its own way, or anybody's.
_HELD = frozenset({"id", "title", "content", "extra"})
# What an author finds in the story afterwards.
_PLACED = frozenset({*_V1[:5], "nickname", "character_book", "character_version"})


@dataclass(frozen=True, slots=True)
class Card:
    """A character card.

    Attributes:
        character: the entry for the character, called by its names.
        book: the entries that come with it.
        first_message: how the chat begins; may be empty.
    """

    name: str
    version: int
    character: LoreEntry
    book: Book
    first_message: str = ""
    left_out: tuple[str, ...] = ()


def version_of(value: Mapping[str, Any]) -> int:
    """Which version of the format a JSON object is; 0 for none."""
    known = _SPECS.get(text(value.get("spec")), 0)
    if known:
        return known if isinstance(value.get("data"), dict) else 0
    flat = sum(isinstance(value.get(name), str) for name in _V1)
    return 1 if "name" in value and flat >= 4 else 0


def read(value: Mapping[str, Any]) -> Card:
    """A card of any version."""
    version = version_of(value)
    data = mapping(value.get("data")) if version > 1 else dict(value)
    book = character_book.read(mapping(data.get("character_book")))
    mark = uuid4().hex
    character = replace(_character(data), extra={KEY: _without_entries(value), MARK: mark})
    marked = tuple(replace(one, extra={**one.extra, MARK: mark}) for one in book.entries)
    return Card(
        line(data.get("name")),
        version,
        character,
        replace(book, entries=marked, rest={}),
        text(data.get("first_mes")),
        unplaced(data, _PLACED),
    )


def written(character: LoreEntry, entries: Sequence[LoreEntry], version: int) -> dict[str, Any]:
    """The card of a character, of version 2 or 3, with these entries as its book."""
    original = mapping(character.extra.get(KEY))
    known = version_of(original) > 1
    data = mapping(original.get("data")) if known else dict(original)
    was = named(_character(data), mapping(character.extra.get(NAMES)))
    if was.title != character.title:
        data = {**data, "name": character.title}
    if was.content != character.content:  # one text holds all three
        data = {**data, "description": character.content, "personality": "", "scenario": ""}
    book = mapping(data.get("character_book"))
    if entries or book:
        data = {**data, "character_book": character_book.written(entries, book)}
    spec = next(spec for spec, number in _SPECS.items() if number == version)
    around = original if known else {}
    head = {"spec": spec, "spec_version": f"{version}.0"}
    return {**around, **head, "data": {**_empty(version), **data}}


def unequal_there(character: LoreEntry, card: Mapping[str, Any]) -> tuple[str, ...]:
    """The rules of a character's entry that its card has no field for, by our names."""
    there = read(card).character
    names = (one.name for one in fields(LoreEntry) if one.name not in _HELD)
    return tuple(name for name in names if getattr(there, name) != getattr(character, name))


def _character(data: Mapping[str, Any]) -> LoreEntry:
    name = line(data.get("name"))
    nickname = line(data.get("nickname"))
    parts = [
        text(data.get(part)).strip(" \t\n") for part in ("description", "personality", "scenario")
    ]
    called = tuple(dict.fromkeys(key for key in (name, nickname, *_aliases(name)) if key))
    entry = LoreEntry(uuid4().hex, name, called, "\n\n".join(part for part in parts if part))
    # A card speaks of its character by the placeholder: its name is known here.
    return named(replace(entry, category=""), {CHAR: nickname or name} if name else {})


def _aliases(name: str) -> list[str]:
    """ "Mara Voss" is called Mara, too; a name without spaces has no parts."""
    first = name.split(" ")[0]
    known = first.isalpha() and len(first) > 2 and first.lower() not in _NO_NAMES
    return [first] if first != name and known else []


def _without_entries(value: Mapping[str, Any]) -> dict[str, Any]:
    """The card but for the entries of its book, which are in the story's book."""
    data = mapping(value.get("data"))
    if not isinstance(data.get("character_book"), dict):
        return dict(value)
    book = {name: one for name, one in data["character_book"].items() if name != "entries"}
    return {**value, "data": {**data, "character_book": book}}


def _empty(version: int) -> dict[str, Any]:
    made: dict[str, Any] = dict.fromkeys(
        (*_V1, "creator_notes", "system_prompt", "post_history_instructions", "creator",
         "character_version"), ""
    )  # fmt: skip
    made |= {"alternate_greetings": [], "tags": [], "extensions": {}}
    return made | ({"group_only_greetings": []} if version == 3 else {})
