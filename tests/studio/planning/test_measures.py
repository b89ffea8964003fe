"""What is asked for at once, how much room an answer has, how words are drawn."""

import json

import pytest

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID, Item, Plan
from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.tasks import TASKS
from storyforge.domain.sampling import Sampling
from storyforge.studio.planning.measures import (
    count_for,
    drawn,
    in_parts,
    most_tokens,
    usual_tokens,
    with_lengths,
)
from storyforge.studio.planning.missing import missing

OUTLINE = TASKS["outline/propose"]


@pytest.mark.parametrize(
    ("count", "window", "parts"),
    [
        (3, 8192, (3,)),
        (9, 8192, (5, 4)),
        (300, 8192, (8,) * 34 + (7,) * 4),
        (5, 1024, (2, 2, 1)),
    ],
)
def test_a_long_outline_is_asked_for_in_parts(
    count: int, window: int, parts: tuple[int, ...]
) -> None:
    assert in_parts(OUTLINE, count, window) == parts
    assert sum(parts) == count
    assert in_parts(TASKS["characters/propose"], 0, window) == (0,)


def test_an_answer_has_room_for_all_that_its_schema_allows() -> None:
    schema = schema_of(TASKS["premise/propose"])
    longest = json.dumps(dict.fromkeys(schema["properties"], "x" * 120))
    assert usual_tokens(schema, "en") < most_tokens(schema, "en")
    assert most_tokens(schema, "en") * 4 > len(longest)
    assert most_tokens(schema, "ja") > most_tokens(schema, "en")
    assert most_tokens(schema_of(TASKS["outline/propose"], count=30), "en") > 5_000


def test_ideas_are_free_and_checks_are_sober() -> None:
    own = Sampling(temperature=0.8, xtc_probability=0.5, dry_multiplier=0.8, seed=7, min_tokens=9)
    idea, check = (drawn(TASKS[name], own, 2) for name in ("field/brainstorm", "outline/check"))
    assert (idea.temperature, check.temperature) == (1.0, 0.4)
    assert (idea.xtc_probability, idea.dry_multiplier, idea.min_tokens) == (0.0, 0.0, 0)
    assert (drawn(OUTLINE, own, 0).seed, idea.seed) == (7, 207)
    assert drawn(OUTLINE, Sampling(), 3).seed is None


def test_the_scenes_of_a_chapter_are_together_as_long_as_it() -> None:
    premise = Item(PREMISE_ID, Kind.PREMISE, {"length": "6000"})
    plan = Plan((premise, *(Item(key, Kind.CHAPTER, {"goal": "x"}) for key in "abc")))
    task = TASKS["scenes/propose"]
    count = count_for(task, plan)
    schema = with_lengths(schema_of(task, count=count), plan, count)
    words = schema["properties"]["items"]["items"]["properties"]["words"]
    assert (count, words["minimum"], words["maximum"]) == (2, 800, 1_200)
    assert with_lengths(schema, Plan(), 2) is schema


def test_what_nobody_has_planned_yet_is_what_is_asked_for() -> None:
    def asked(plan: Plan, stage: Stage) -> list[tuple[str, str]]:
        return [(one.task, one.item_id) for one in missing(plan, stage)]

    idea = Item(PREMISE_ID, Kind.PREMISE, {"idea": "x", "length": "3000"})
    chapter = Item("c", Kind.CHAPTER, {"title": "Chapter 1"})
    empty = Plan((idea, chapter, Item("s", Kind.SCENE, {"title": ""}, "c")))
    assert asked(empty, Stage.PREMISE) == [("premise/propose", PREMISE_ID)]
    assert asked(empty, Stage.CHARACTERS) == [("characters/propose", "")]
    assert asked(empty, Stage.WORLD) == [("world/propose", "")]
    assert asked(empty, Stage.OUTLINE) == [("outline/propose", "")]
    assert asked(empty, Stage.SCENES) == [("scenes/propose", "c")]
    assert asked(empty, Stage.DRAFT) == []
    full = Plan(
        (
            Item(PREMISE_ID, Kind.PREMISE, {"logline": "x"}),
            Item("m", Kind.CHARACTER, {"name": "Mara", "role": "x"}),
            Item("t", Kind.CHARACTER, {"name": "Tom", "want": "x"}),
            Item("w", Kind.WORLD, {"title": "x"}),
            Item("c", Kind.CHAPTER, {"title": "x", "goal": "x"}),
            Item("s", Kind.SCENE, {"title": "x", "beats": "x"}, "c"),
        )
    )
    assert [asked(full, stage) for stage in Stage] == [
        [],
        [("characters/deepen", "m")],
        [],
        [],
        [],
        [],
    ]
