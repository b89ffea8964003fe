"""How many chapters and scenes a story wants, and how long each is to be."""

import pytest

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID, Item, Plan
from storyforge.domain.plan.lengths import (
    SCENE,
    aimed_at,
    chapter_length,
    chapters_for,
    scene_length,
    scenes_for,
)


def plan_of(length: str, chapters: int = 0, language: str = "en", *scenes: Item) -> Plan:
    premise = Item(PREMISE_ID, Kind.PREMISE, {"length": length} if length else {})
    told = [Item(f"c{n}", Kind.CHAPTER, {"goal": "x"}) for n in range(chapters)]
    return Plan((premise, *told, *scenes), language=language)


@pytest.mark.parametrize(
    ("length", "language", "chapters"),
    [
        ("", "en", 6),
        ("about", "en", 6),
        ("500", "en", 3),
        ("3000", "en", 3),
        ("12,000", "en", 12),
        ("36000", "en", 12),
        ("80000", "en", 27),
        ("6000", "ja", 3),
        ("99999999", "en", 300),
        ("１２０００", "en", 12),
        ("9" * 5_000, "en", 6),
    ],
)
def test_a_longer_story_has_more_chapters(length: str, language: str, chapters: int) -> None:
    assert chapters_for(plan_of(length, language=language)) == chapters


def test_where_no_length_is_set_there_are_as_many_as_were_planned() -> None:
    assert chapters_for(plan_of("", 9)) == 9
    assert (chapter_length(plan_of("", 9)), scenes_for(plan_of("", 9))) == (0, 0)


def test_the_parts_are_as_long_as_the_whole() -> None:
    plan = plan_of("30000", 10)
    assert (aimed_at(plan), chapter_length(plan), scenes_for(plan)) == (30_000, 3_000, 3)


def test_a_scene_has_its_own_length_or_its_share() -> None:
    own = Item("a", Kind.SCENE, {"words": "700"}, "c0")
    other, third = (Item(key, Kind.SCENE, {}, "c0") for key in "bc")
    assert scene_length(plan_of("3000", 1, "en", own, other, third), own) == 700
    assert scene_length(plan_of("3000", 1, "en", own, other, third), other) == 1_150
    greedy = Item("a", Kind.SCENE, {"words": "5000"}, "c0")
    assert scene_length(plan_of("3000", 1, "en", greedy, other), other) == 500
    assert scene_length(plan_of("", 1, "en", other), other) == SCENE
    assert scene_length(plan_of("", 1, "ja", other), other) == 2 * SCENE
