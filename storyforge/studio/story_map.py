"""The story at a glance: every scene against the cast and the plot lines. Values; it blocks.

What is planned is held against the text: who is planned and never named, and who is named there and
not planned. How it is drawn is the screen's business.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.studio.reading_in.naming import callings, folded, has_word

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


# What says of a scene who and what is in it.
_THERE = ("cast", "point_of_view", "plot_lines")


class Mark(StrEnum):
    """What a scene and a character, or a plot line, have to do with each other."""

    NONE = ""
    #: planned; and, where there is a text, in it
    THERE = "there"
    #: the scene is seen by them
    SEES = "sees"
    #: planned, but the text does not name them
    UNNAMED = "unnamed"
    #: the text names them, but they are not planned
    UNPLANNED = "unplanned"


@dataclass(frozen=True, slots=True)
class Column:
    """A character or a plot line.

    Attributes:
        scenes: in how many they are, by plan or by text.
        gap: the most scenes in a row that they are not in, between two that they are in.
    """

    id: str
    kind: Kind
    name: str
    scenes: int = 0
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A scene.

    Attributes:
        chapter: the title of its chapter; `number` counts the scenes of the story from 1.
        first: it is the first of its chapter.
        written: it has a text.
        marks: one for each column.
    """

    id: str
    name: str
    chapter_id: str
    chapter: str
    number: int
    first: bool = False
    written: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryMap:
    """Scenes in the binder's order against characters and plot lines in the plan's."""

    columns: tuple[Column, ...] = ()
    lines: tuple[Line, ...] = ()


def story_map(story: "StoryFile") -> StoryMap:
    """The map as it is now."""
    plan = story.plan.read()
    written = story.outline().written
    texts = {key: folded(story.scenes.text(key)) for key in written}
    return mapped(plan, texts)


def mapped(plan: Plan, texts: Mapping[str, str]) -> StoryMap:
    """The map of a plan. Pure.

    Args:
        texts: the text of each scene that has one, folded.
    """
    items = (*plan.characters, *plan.of(Kind.PLOT_LINE))
    called = _callings(items)
    chapters = {chapter.id: chapter.name for chapter in plan.chapters}
    lines = []
    number = 0
    for chapter_id, scenes in groupby(plan.scenes, key=lambda scene: scene.chapter_id):
        for at, scene in enumerate(scenes):
            number += 1
            text = texts.get(scene.id)
            there = frozenset(one.id for name in _THERE for one in plan.referred(scene, name))
            sees = {one.id for one in plan.referred(scene, "point_of_view")}
            marks = tuple(
                _mark(item, item.id in there, item.id in sees, text, called) for item in items
            )
            chapter = chapters.get(chapter_id, "")
            lines.append(
                Line(scene.id, scene.name, chapter_id, chapter, number, not at, bool(text), marks)
            )
    columns = (_column(item, [line.marks[at] for line in lines]) for at, item in enumerate(items))
    return StoryMap(tuple(columns), tuple(lines))


def _mark(
    item: Item, planned: bool, sees: bool, text: str | None, called: Mapping[str, Sequence[str]]
) -> Mark:
    if text is None or item.kind is Kind.PLOT_LINE:
        return _planned(planned, sees)
    named = any(has_word(one, text) for one in called.get(item.id, ()))
    if planned:
        # Who tells the story need not be named in it.
        return Mark.SEES if sees else Mark.THERE if named else Mark.UNNAMED
    return Mark.UNPLANNED if named else Mark.NONE


def _planned(planned: bool, sees: bool) -> Mark:
    return (Mark.SEES if sees else Mark.THERE) if planned else Mark.NONE


def _column(item: Item, marks: Sequence[Mark]) -> Column:
    there = [at for at, mark in enumerate(marks) if mark is not Mark.NONE]
    gap = max((after - before - 1 for before, after in pairwise(there)), default=0)
    return Column(item.id, item.kind, item.name, len(there), gap)


def _callings(items: Sequence[Item]) -> dict[str, tuple[str, ...]]:
    """What each character is called in a text: by a part of a name where it is no other's."""
    called = {
        item.id: {word for name in _names(item) for word in callings(name)}
        for item in items
        if item.kind is Kind.CHARACTER
    }
    often = Counter(word for words in called.values() for word in words)
    return {
        key: tuple(sorted(word for word in words if often[word] == 1))
        for key, words in called.items()
    }


def _names(item: Item) -> tuple[str, ...]:
    return tuple(name for name in (item.fact("prose_name"), item.name) if name)
