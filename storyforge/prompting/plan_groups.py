"""What of a plan belongs to a question, and how near each thing is to it. Pure.

The order of the groups is the order in which they are given room.
"""

import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import Item
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.staleness import Reason
from storyforge.domain.sections import SectionKind
from storyforge.i18n import _
from storyforge.prompting.plan_fitting import Group, Piece
from storyforge.prompting.plan_telling import Telling, one_line

if TYPE_CHECKING:
    from storyforge.prompting.planning import Planning

# Chapters so near to the one that is asked about are told in full.
_NEAR = 1


_Told = Callable[[Item], dict[str, str]]


@dataclass(frozen=True, slots=True)
class _Sort:
    """A `Group` that is not asked for its pieces yet."""

    key: str
    name: str
    share: float
    pieces: Iterator[Piece]
    kind: SectionKind
    cut: bool = False


def groups_of(
    asked: "Planning", telling: Telling, keys: Container[str], letters: int = sys.maxsize
) -> tuple[Group, ...]:
    """All that can be told of what `keys` name, what matters most first.

    Args:
        letters: more than these of one sort find no room, however briefly they are told.
    """
    chapter = _chapter(asked)
    # A generator is not asked for anything where its group is not wanted.
    groups = (*_asked(asked, chapter, telling), *_decided(asked, chapter, telling, letters))
    return tuple(
        Group(one.key, one.name, one.kind, one.share, tuple(one.pieces), one.cut)
        for one in groups
        if one.key in keys
    )


def _asked(asked: "Planning", chapter: Item | None, telling: Telling) -> tuple[_Sort, ...]:
    """What belongs to this one question."""
    kind = SectionKind.PLAN
    return (
        _Sort("wish", _("Wish"), 0.125, _text(one_line(asked.wish)), SectionKind.WISH, cut=True),
        _Sort(
            "item",
            _("What is asked about"),
            0.35,
            _item(asked.item, telling, "number"),
            kind,
            cut=True,
        ),
        _Sort("chapter", _("The chapter"), 0.25, _item(chapter, telling), kind, cut=True),
        _Sort("mix", _("What is mixed"), 0.4, _mixed(asked.mix), kind, cut=True),
        _Sort("changes", _("What has changed"), 0.15, _changes(asked.changes, telling), kind),
        _Sort("kept", _("Ideas that you kept"), 0.15, _lines(asked.kept), kind),
        _Sort("dropped", _("Ideas that you dropped"), 0.1, _lines(asked.dropped), kind),
    )


def _decided(
    asked: "Planning", chapter: Item | None, telling: Telling, letters: int
) -> tuple[_Sort, ...]:
    """What stands in the plan."""
    plan, kind = asked.plan, SectionKind.PLAN
    scenes = telling.scenes_of(chapter.id) if chapter is not None else []
    near = _near(asked, telling, chapter, scenes)
    persons, world = plan.characters, plan.of(Kind.WORLD)
    early = asked.stage is Stage.PREMISE or plan.premise.is_empty
    idea = (asked.idea or plan.premise.fact("idea")).strip("\n")
    return (
        _Sort("premise", _("Premise"), 0.3, _item(plan.premise, telling), kind, cut=True),
        _Sort("idea", _("Idea"), 0.5 if early else 0.15, _text(idea), SectionKind.MEMORY, cut=True),
        _Sort(
            "cast",
            _("Cast"),
            0.35,
            _pieces(persons, near, telling.short, telling.whole, letters),
            SectionKind.CAST,
        ),
        _Sort("outline", _("Outline"), 0.1, _item(plan.outline, telling), kind, cut=True),
        _Sort("acts", _("Acts"), 0.1, _whole(plan.of(Kind.ACT), telling), kind),
        _Sort("plot_lines", _("Plot lines"), 0.1, _whole(plan.of(Kind.PLOT_LINE), telling), kind),
        _Sort(
            "scenes",
            _("Scenes of the chapter"),
            0.3,
            _pieces(scenes, near, telling.short, telling.whole, letters),
            kind,
        ),
        _Sort("chapters", _("Chapters"), 0.6, _chapters(plan.chapters, chapter, telling), kind),
        _Sort(
            "world",
            _("World"),
            0.3,
            _pieces(world, near, telling.name, telling.whole, letters),
            SectionKind.LORE,
        ),
        _Sort("names", _("Names in both languages"), 0.1, _names(telling), kind),
    )


def _chapter(asked: "Planning") -> Item | None:
    """The chapter that it is about."""
    if asked.chapter is not None or asked.item is None:
        return asked.chapter
    if asked.item.kind is Kind.CHAPTER:
        return asked.item
    return asked.plan.item(asked.item.chapter_id)


def _near(
    asked: "Planning", telling: Telling, chapter: Item | None, scenes: Sequence[Item]
) -> frozenset[str]:
    """The ids of what the question names: told in full before all else."""
    near = {one.id for one in (asked.item, chapter) if one is not None}
    if asked.item is not None and asked.item.kind is Kind.SCENE:
        at = telling.number(asked.item) - 1
        near.update(scene.id for scene in scenes[max(at - 1, 0) : at + 2])
        for name in ("cast", "point_of_view", "place"):
            near.update(asked.item.list(name))
    return frozenset(near)


def _text(text: str) -> Iterator[Piece]:
    if text.strip():
        yield Piece(({"": text},), first=True)


def _item(item: Item | None, telling: Telling, without: str = "") -> Iterator[Piece]:
    facts = telling.whole(item) if item is not None else {}
    # The author's notes are told by themselves.
    for name in ("idea", without):
        facts.pop(name, None)
    if facts:
        yield Piece((facts,), first=True)


def _mixed(several: Iterable[Mapping[str, str]]) -> Iterator[Piece]:
    for facts in several:
        yield Piece((_flat(facts),), first=True)


def _flat(facts: Mapping[str, str]) -> Mapping[str, str]:
    return {name: one_line(value) for name, value in facts.items() if value.strip()}


def _lines(texts: Sequence[str]) -> Iterator[Piece]:
    """Lines of which the last matter most."""
    for at, text in enumerate(texts):
        if text.strip():
            yield Piece(({"": one_line(text)},), rank=len(texts) - at)


def _changes(changes: Iterable[Reason], telling: Telling) -> Iterator[Piece]:
    for rank, change in enumerate(changes):
        was = telling.changed(change.source, change.was)
        now = telling.changed(change.source, change.now)
        yield Piece(({**telling.fact(change.source), "was": was, "now": now},), rank)


def _names(telling: Telling) -> Iterator[Piece]:
    for rank, row in enumerate(telling.names()):
        yield Piece((row,), rank)


def _whole(items: Iterable[Item], telling: Telling) -> Iterator[Piece]:
    for rank, item in enumerate(items):
        if facts := telling.whole(item):
            yield Piece((facts,), rank)


def _pieces(
    items: Iterable[Item],
    near: frozenset[str],
    short: _Told,
    whole: _Told,
    letters: int,
) -> Iterator[Piece]:
    for rank, item in enumerate(items):
        brief = short(item)
        letters -= sum(map(len, brief.values()))
        if letters < 0 and brief and item.id not in near:
            yield Piece((brief,), rank)
        elif full := whole(item):
            levels = (brief, full) if brief and brief != full else (full,)
            yield Piece(levels, rank, item.id in near)


def _chapters(chapters: Sequence[Item], asked: Item | None, telling: Telling) -> Iterator[Piece]:
    """All of them; around the one that is asked about the near ones in full, the others briefly."""
    centre = telling.number(asked) if asked is not None else 0
    for number, chapter in enumerate(chapters, start=1):
        brief, full = telling.short(chapter), telling.whole(chapter)
        if not centre:
            yield Piece((brief, full), number)
        elif abs(number - centre) <= _NEAR:
            yield Piece((brief, full), abs(number - centre), first=True)
        else:
            yield Piece((brief,), abs(number - centre))
