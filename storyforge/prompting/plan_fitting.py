"""Fits what is told of a plan into a number of tokens: how much of it, in which detail. Pure.

Groups get their room one after the other, each at most its share. Within one, what matters first
is told whole; then all others as briefly as they can be, then in full, in the order of their rank;
what finds no room is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from storyforge.domain.generation import TokenCounter
from storyforge.domain.sections import Section, SectionKind, SectionState
from storyforge.i18n import _
from storyforge.prompting.trimming import shortened

#: more characters than a token has: what cannot fit anyway is not counted
LETTERS_A_TOKEN = 8
# Tokens of a text for which it is not worth its heading.
_LEAST = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that can be told, in more or less detail.

    Attributes:
        levels: what is told of it, the briefest first.
        rank: the lower, the sooner it gets room.
        first: it is told in full before others are told at all.
    """

    levels: tuple[Mapping[str, str], ...]
    rank: int = 0
    first: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one sort.

    Attributes:
        key: the template's variable.
        share: the most that it may take of the whole room, 0 to 1.
        pieces: in the order in which they are told.
        cut: values are shortened where a piece does not fit, instead of leaving it out.
    """

    key: str
    name: str
    kind: SectionKind
    share: float
    pieces: tuple[Piece, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """What of a group is told, and its section."""

    pieces: tuple[Mapping[str, str], ...]
    section: Section


def granted(
    groups: Sequence[Group], room: int, count: TokenCounter, language: str
) -> dict[str, Granted]:
    """What of each group gets into `room` tokens, by its key; the first have the first choice."""
    count(tuple(text for group in groups for text in _candidates(group, room)))
    found: dict[str, Granted] = {}
    left = room
    for group in groups:
        if not group.pieces:
            continue
        giving = _Giving(group, min(left, int(room * group.share)), count, language)
        found[group.key] = giving.given()
        left -= found[group.key].section.given
    return found


class _Giving:
    """One group's room as it is given away."""

    def __init__(self, group: Group, room: int, count: TokenCounter, language: str) -> None:
        self._group = group
        self._left = self._room = max(room, 0)
        self._count = count
        self._language = language
        self._told: dict[int, Mapping[str, str]] = {}
        self._full: set[int] = set()

    def given(self) -> Granted:
        """What is told in the end."""
        pieces = self._group.pieces
        order = sorted(range(len(pieces)), key=lambda at: pieces[at].rank)
        for at in (at for at in order if pieces[at].first):
            self._first(at)
        for at in order:
            if at not in self._told and not self._put(at, pieces[at].levels[0]):
                break
        for at in order:
            if at not in self._told or len(pieces[at].levels) < 2 or at in self._full:
                continue
            if not self._put(at, pieces[at].levels[-1]):
                break
        told = tuple(self._told[at] for at in sorted(self._told))
        return Granted(told, self._section(told))

    def _first(self, at: int) -> None:
        levels = self._group.pieces[at].levels
        if any(self._put(at, facts) for facts in reversed(levels)):
            return
        if self._group.cut:
            self._cut(at, levels[-1])

    def _put(self, at: int, facts: Mapping[str, str]) -> bool:
        """Tell a piece so, in the place of how it was told so far; False where it has no room."""
        before = self._cost(self._told[at]) if at in self._told else 0
        # What is as long as that cannot fit, and need not be counted.
        if sum(map(len, facts.values())) > self._room * LETTERS_A_TOKEN:
            return False
        cost = self._cost(facts) - before
        if cost > self._left:
            return False
        self._left -= cost
        self._told[at] = facts
        if facts is self._group.pieces[at].levels[-1]:
            self._full.add(at)
        return True

    def _cut(self, at: int, facts: Mapping[str, str]) -> None:
        """Tell a piece with its long values shortened, so that each has its part of the room."""
        kept: dict[str, str] = {}
        left, waiting = self._left, len(facts)
        for name, value in sorted(facts.items(), key=lambda fact: len(fact[1])):
            heading = sum(self._count((_line(name, ""),)))
            short = shortened(value, left // waiting - heading, self._count, self._language)
            waiting -= 1
            if short.given and (short.given >= _LEAST or short.given == short.wanted):
                kept[name] = short.text
                left -= short.given + heading
        if kept:
            self._told[at] = {name: kept[name] for name in facts if name in kept}
            self._left = max(left, 0)

    def _cost(self, facts: Mapping[str, str]) -> int:
        return sum(self._count(tuple(_lines(facts))))

    def _section(self, told: Sequence[Mapping[str, str]]) -> Section:
        group = self._group
        given = self._room - self._left
        section = Section(
            group.name,
            "\n".join(line.rstrip("\n") for facts in told for line in _lines(facts)),
            given,
            given,
            kind=group.kind,
        )
        out, full = len(group.pieces) - len(self._told), len(self._full)
        if full == len(group.pieces):
            return section
        why = _("{full} in full, {short} in short, {out} left out: no room").format(
            full=full, short=len(self._told) - full, out=out
        )
        if not any(piece.levels[-1] != one for piece, one in zip(group.pieces, told, strict=False)):
            why = _("no room")
        state = SectionState.TRIMMED if told else SectionState.LEFT_OUT
        return replace(section, wanted=max(given, self._asked(given, told)), state=state, why=why)

    def _asked(self, given: int, told: Sequence[Mapping[str, str]]) -> int:
        """About the tokens of all of it: what has no room is not counted, but measured by these."""
        letters = sum(len(line) for facts in told for line in _lines(facts))
        whole = sum(len(line) for one in self._group.pieces for line in _lines(one.levels[-1]))
        return whole * given // letters if letters else whole // 4


def _candidates(group: Group, room: int) -> Iterator[str]:
    """The lines of a group that could fit into the room at all."""
    left = int(room * group.share) * LETTERS_A_TOKEN
    for piece in sorted(group.pieces, key=lambda one: (not one.first, one.rank)):
        for facts in piece.levels:
            size = sum(map(len, facts.values()))
            if size <= left:
                yield from _lines(facts)
                left -= size
        if left <= 0:
            return


def _lines(facts: Mapping[str, str]) -> Iterator[str]:
    return (_line(name, value) for name, value in facts.items())


def _line(name: str, value: str) -> str:
    """About how a template lays a fact out; the whole prompt is measured in the end."""
    return f"{name}: {value}\n"
