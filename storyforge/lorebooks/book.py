"""A book of lore that came from a file, and what both ways need: frozen values and small rules."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from storyforge.domain.lore import LoreEntry
from storyforge.lorebooks.placeholders import named
from storyforge.lorebooks.taking import mapping

#: what a message of a chat counts for: a paragraph, which is a line of the page, and so many
#: characters of it
CHARACTERS_A_MESSAGE = 400
#: the key in `LoreEntry.extra` for the names that were put in the place of placeholders
NAMES = "names"
#: what other tools call the usual place in their order; higher stands further down and stays longer
USUAL_ORDER = 100
#: where our own rules stand in the files of tools that keep the fields of others
OURS = "storyforge"

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Unequal:
    """An entry with rules that have no equal on the other side.

    Attributes:
        fields: their names as the tool that has them writes them.
    """

    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A book as a file has it.

    Attributes:
        rest: the fields of the book itself, all but its entries, for the way back out.
        left_out: the names of those that have no equal here.
    """

    entries: tuple[LoreEntry, ...]
    name: str = ""
    rest: Mapping[str, Any] = field(default_factory=dict)
    unequal: tuple[Unequal, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """How one tool writes an entry.

    Attributes:
        key: where `LoreEntry.extra` keeps the entry as the tool had it.
        read: an entry of the tool's; the same fields give the same rules.
        fields: what the tool's fields are for an entry of ours.
        usual: the fields of a new entry, where `fields` does not name them.
    """

    key: str
    read: Callable[[dict[str, Any]], LoreEntry | None]
    fields: Callable[[LoreEntry], dict[str, Any]]
    usual: Mapping[str, Any] = field(default_factory=dict)

    def written(self, entry: LoreEntry) -> dict[str, Any]:
        """The entry in the tool's fields.

        One that came from there goes out as it was but for what the author changed, so that
        nothing is rounded twice and what we do not know stays.
        """
        made = self.fields(entry)
        original = mapping(entry.extra.get(self.key))
        read = self.read(original) if original else None
        if read is None:
            return {**self.usual, **made}
        was = named(read, mapping(entry.extra.get(NAMES)))
        return renewed(original, made, self.fields(was))


def taken_in(
    told: Iterable[dict[str, Any]],
    read: Callable[[dict[str, Any]], LoreEntry | None],
    unequal: Callable[[dict[str, Any]], tuple[str, ...]],
) -> tuple[tuple[LoreEntry, ...], tuple[Unequal, ...]]:
    """(the entries that are none of the empty ones, what of each has no equal here)."""
    found, odd = [], []
    for one in told:
        entry = read(one)
        if entry is not None:
            found.append(entry)
            if names := unequal(one):
                odd.append(Unequal(entry.title, names))
    return tuple(found), tuple(odd)


def renewed(
    original: Mapping[str, Any], made: Mapping[str, Any], was: Mapping[str, Any]
) -> dict[str, Any]:
    """`original` with those fields of `made` that are not what they were."""
    out = dict(original)
    for name in dict.fromkeys((*original, *made, *was)):
        now, before = made.get(name, _MISSING), was.get(name, _MISSING)
        if now == before:
            continue
        if isinstance(now, dict) or (now is _MISSING and isinstance(before, dict)):
            out[name] = renewed(mapping(out.get(name)), mapping(now), mapping(before))
            if now is _MISSING and not out[name]:
                del out[name]
        elif now is _MISSING:
            out.pop(name, None)
        else:
            out[name] = now
    return out


def our_own(entry: LoreEntry) -> dict[str, Any]:
    """What no other tool has a field for, and is written under `OURS`."""
    found = {"category": entry.category, "share": entry.share, "from_scene": entry.from_scene}
    return {name: value for name, value in found.items() if value}
