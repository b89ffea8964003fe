"""Tidying a page by the customs of its language: what would change, and the text it gives. Pure.

Each rule is the author's to switch. The answer lists every change with its offsets, so that a
screen can show it before anything is touched; tidying what was tidied changes nothing. Readings,
scene breaks and lines that are blank stay as they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from storyforge.domain import tidying_japanese, tidying_western
from storyforge.domain.replacing import Edit
from storyforge.domain.ruby import Ruby, annotations
from storyforge.domain.tidying_rules import Change, Rule, is_japanese, labels


@dataclass(frozen=True, slots=True)
class Tidied:
    """A text that was tidied.

    Attributes:
        text: with all changes made.
        changes: in text order; none overlaps another.
    """

    text: str
    changes: tuple[Change, ...]

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The changes as `domain.replacing.with_edits` makes them on a page."""
        return tuple(Edit(change.start, change.end, change.text) for change in self.changes)


@dataclass(frozen=True, slots=True)
class TidyOptions:
    """What to tidy.

    Attributes:
        language: the story's, a BCP 47 tag; rules that it does not know are passed over.
    """

    language: str
    rules: frozenset[Rule]


# What not every author wants is left to be switched on.
_OFF = frozenset((Rule.WIDE_DIGITS, Rule.SPACE_AFTER))


def default_options(language: str) -> TidyOptions:
    """The rules that hardly an author of `language` objects to."""
    return TidyOptions(language, frozenset(labels(language)) - _OFF)


def tidy(text: str, options: TidyOptions) -> Tidied:
    """`text` tidied."""
    rules = options.rules & labels(options.language).keys()
    if is_japanese(options.language):
        found = tidying_japanese.changes(text, rules)
    else:
        found = tidying_western.changes(text, rules, options.language)
    changes = _outside_readings(text, found)
    return Tidied(_applied(text, changes), changes)


def _outside_readings(text: str, found: Iterable[Change]) -> tuple[Change, ...]:
    """What of `found` really changes something, in order, and touches no ruby."""
    kept = []
    ruby = [one for one in annotations(text) if isinstance(one, Ruby)]
    index = 0
    for change in sorted(found, key=lambda change: (change.start, change.end)):
        while index < len(ruby) and ruby[index].end <= change.start:
            index += 1
        inside = index < len(ruby) and ruby[index].start < max(change.end, change.start + 1)
        at_its_head = index < len(ruby) and change.start == change.end == ruby[index].start
        if (at_its_head or not inside) and text[change.start : change.end] != change.text:
            kept.append(change)
    return tuple(kept)


def _applied(text: str, changes: Iterable[Change]) -> str:
    pieces = []
    at = 0
    for change in changes:
        pieces += [text[at : change.start], change.text]
        at = change.end
    return "".join((*pieces, text[at:]))
