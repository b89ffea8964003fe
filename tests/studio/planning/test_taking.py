"""Taking what a model proposed: whole or in part, never over something written without a yes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from storyforge.domain.generation import StopReason, TakeState
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import OUTLINE_ID, PREMISE_ID, FactKey
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.story import Page
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from storyforge.studio.planning.editing import answer, write
from storyforge.studio.planning.taking import WouldReplace, preview, take
from storyforge.studio.staleness import stale

PREMISE = Target(Stage.PREMISE, "premise/propose", PREMISE_ID)
CAST = Target(Stage.CHARACTERS, "characters/propose")
OUTLINE = Target(Stage.OUTLINE, "outline/propose")
ONE = {
    "shape": "It gets worse.",
    "acts": [{"name": "One", "purpose": "Begin."}, {"name": "Two", "purpose": "End."}],
    "plot_lines": [{"name": "The boat", "about": "Whose it is."}],
    "chapters": [
        {"title": "Salt", "act": "One", "goal": "Mend the lamp.", "outcome": "It burns."},
        {"title": "Fog", "act": "Two", "goal": "Find the boat.", "outcome": "It is empty."},
    ],
}


def proposed(
    story: StoryFile,
    target: Target,
    value: Mapping[str, Any],
    rests: Mapping[FactKey, str] | None = None,
) -> Proposal:
    """What a model would have left there."""
    begun = story.proposals.begin(
        Proposal("", target, "b", 0, datetime.now(UTC), rests=rests or {})
    )
    return story.proposals.finish(
        Proposal(
            begun.id,
            target,
            "b",
            begun.number,
            begun.created,
            state=TakeState.FINISHED,
            reason=StopReason.END,
            text="{}",
            value=value,
        )
    )


def test_a_premise_is_taken_whole_and_another_one_only_after_a_yes(story: StoryFile) -> None:
    first = proposed(story, PREMISE, {"logline": "A keeper waits.", "tone": "grim"})
    assert take(story, first.id) == (PREMISE_ID,)
    assert story.plan.read().premise.fact("tone") == "grim"
    assert story.plan.origins()[PREMISE_ID, "tone"] == first.id
    assert story.proposals.one(first.id).taken == ("logline", "tone")
    second = proposed(story, PREMISE, {"logline": "A keeper waits.", "tone": "light", "genre": "x"})
    with pytest.raises(WouldReplace) as refused:
        take(story, second.id)
    (change,) = refused.value.changes
    assert (change.field, change.was, change.now) == ("tone", "grim", "light")
    assert "1 field" in refused.value.message
    assert not story.plan.read().premise.fact("genre")
    take(story, second.id, empty_only=True)
    assert story.plan.read().premise.fact("genre") == "x"
    take(story, second.id, ["tone"], replace=True)
    assert story.plan.read().premise.fact("tone") == "light"
    assert [one.value for one in story.plan.past(PREMISE_ID, "tone")] == ["grim", ""]


def test_a_cast_comes_one_by_one_and_nobody_comes_twice(story: StoryFile) -> None:
    cast = {"items": [{"name": "Mara", "role": "keeper"}, {"name": "Tom Reed", "role": "boy"}]}
    first = proposed(story, CAST, cast)
    take(story, first.id, ["items.1"])
    assert [one.name for one in story.plan.read().characters] == ["Tom Reed"]
    take(story, first.id)
    assert [one.name for one in story.plan.read().characters] == ["Tom Reed", "Mara"]
    again = proposed(story, CAST, {"items": [{"name": "mara", "role": "keeper"}, {"role": "x"}]})
    assert take(story, again.id, replace=True) != ()
    assert len(story.plan.read().characters) == 2


def test_the_world_comes_into_the_lorebook_with_keys(story: StoryFile) -> None:
    target = Target(Stage.WORLD, "world/propose")
    told = {"title": "The log", "category": "thing", "keys": ["log", "book"], "content": "Wet."}
    take(story, proposed(story, target, {"items": [told, {"title": "Skerry"}]}).id)
    log, skerry = story.context.lore()
    assert (log.keys, log.content, log.category) == (("log", "book"), "Wet.", "thing")
    assert skerry.keys == ("Skerry",)


def test_a_field_of_something_new_brings_its_name_along(story: StoryFile) -> None:
    told = {"title": "The log", "category": "thing", "keys": ["log", "book"], "content": "Wet."}
    target = Target(Stage.WORLD, "world/propose")
    take(story, proposed(story, target, {"items": [told]}).id, ["items.0.content"])
    (log,) = story.context.lore()
    assert (log.title, log.content, log.category) == ("The log", "Wet.", "")


def test_an_outline_uses_the_empty_chapter_that_a_story_begins_with(story: StoryFile) -> None:
    (begun,) = story.outline().chapters
    take(story, proposed(story, OUTLINE, ONE).id)
    plan = story.plan.read()
    assert [one.name for one in plan.chapters] == ["Salt", "Fog"]
    assert plan.chapters[0].id == begun.id
    assert [plan.told(one.fact("act")) for one in plan.chapters] == ["One", "Two"]
    assert plan.item(plan.chapters[0].fact("act")) is not None
    assert plan.outline.fact("shape") == "It gets worse."
    assert [one.name for one in plan.of(Kind.PLOT_LINE)] == ["The boat"]


def test_a_second_outline_changes_the_chapters_that_there_are(story: StoryFile) -> None:
    take(story, proposed(story, OUTLINE, ONE).id)
    before = story.plan.read().chapters
    two = {
        "chapters": [
            {"title": "Salt", "goal": "Mend the lamp."},
            {"title": "Storm", "goal": "Live."},
            {"title": "Fog", "goal": "Hide the boat."},
        ]
    }
    second = proposed(story, OUTLINE, two)
    told = [(one.item_id, one.field, one.replaces) for one in preview(story, second)]
    assert told == [
        ("", "title", False),
        ("", "goal", False),
        (before[1].id, "goal", True),
    ]
    take(story, second.id, ["chapters.1"])
    plan = story.plan.read()
    assert [one.name for one in plan.chapters] == ["Salt", "Storm", "Fog"]
    assert plan.chapters[2].fact("goal") == "Find the boat."


def test_scenes_take_the_places_of_empty_ones_and_never_of_written_ones(story: StoryFile) -> None:
    take(story, proposed(story, OUTLINE, ONE).id)
    plan = story.plan.read()
    mara = story.plan.add(Kind.CHARACTER, {"name": "Mara"})
    target = Target(Stage.SCENES, "scenes/propose", plan.chapters[0].id)
    scenes = [
        {"title": "Oil", "cast": ["MARA", "A stranger"], "beats": ["a", "b"], "words": 700},
        {"title": "Night", "beats": ["c"]},
    ]
    (first,) = story.outline().scenes
    take(story, proposed(story, target, {"items": scenes}).id)
    oil, night = story.plan.read().scenes_of(plan.chapters[0].id)
    assert (oil.id, oil.name, oil.fact("words")) == (first.id, "Oil", "700")
    assert oil.list("cast") == (mara, "A stranger")
    text = "Mara lit the lamp."
    story.scenes.save(Page(oil.id, text, Provenance.whole(len(text), Origin.TYPED)))
    other = proposed(story, target, {"items": [{"title": "Salt", "beats": ["x"]}]})
    take(story, other.id, replace=True)
    names = [one.name for one in story.plan.read().scenes_of(plan.chapters[0].id)]
    assert names == ["Oil", "Night", "Salt"]
    assert story.scenes.text(oil.id) == text
    third = proposed(story, target, {"items": [{"title": "Oil"}, {"title": "Dawn", "time": "6"}]})
    take(story, third.id, replace=True)
    dawn = story.plan.read().item(night.id)
    assert dawn is not None
    assert (dawn.name, dawn.fact("time")) == ("Dawn", "6")


def test_of_ideas_one_is_taken_and_a_list_grows(story: StoryFile) -> None:
    mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "voice": "No."})
    target = Target(Stage.CHARACTERS, "field/brainstorm", mara, "voice")
    ideas = proposed(story, target, {"ideas": ["Not yet.", "Never."]})
    with pytest.raises(BadInput, match="you take one"):
        take(story, ideas.id)
    take(story, ideas.id, ["ideas.1"])
    assert story.plan.read().characters[0].list("voice") == ("No.", "Never.")
    names = Target(Stage.CHARACTERS, "characters/names")
    take(story, proposed(story, names, {"ideas": ["Ada", "Ben"]}).id, ["ideas.1"])
    assert [one.name for one in story.plan.read().characters] == ["Mara", "Ben"]


def test_a_field_is_taken_and_notes_are_for_reading(story: StoryFile) -> None:
    target = Target(Stage.OUTLINE, "field/again", OUTLINE_ID, "shape")
    take(story, proposed(story, target, {"value": "It gets better."}).id)
    assert story.plan.read().outline.fact("shape") == "It gets better."
    notes = proposed(story, Target(Stage.OUTLINE, "outline/check"), {"notes": []})
    with pytest.raises(BadInput, match="for reading"):
        take(story, notes.id)
    with pytest.raises(BadInput, match="Nothing could be read"):
        take(story, proposed(story, PREMISE, {}).id)


def test_what_is_taken_rests_on_what_it_was_made_from(story: StoryFile) -> None:
    write(story, PREMISE_ID, {"tone": "grim"})
    cast = proposed(
        story, CAST, {"items": [{"name": "Mara", "role": "x"}]}, {(PREMISE_ID, "tone"): "grim"}
    )
    write(story, PREMISE_ID, {"tone": "cheerful and light"})
    take(story, cast.id)
    (marked,) = stale(story)
    assert [(one.was, one.now) for one in marked.reasons] == [("grim", "cheerful and light")]


def test_answers_to_questions_become_part_of_the_idea(story: StoryFile) -> None:
    write(story, PREMISE_ID, {"idea": "A light."})
    target = Target(Stage.PREMISE, "premise/questions", PREMISE_ID)
    asked = proposed(story, target, {"questions": ["Who?", "When?", "Why?"]})
    answer(story, asked.id, {2: "She must.", 0: "Mara.", 1: " "})
    assert story.plan.read().premise.fact("idea") == "A light.\n\nWho?\nMara.\n\nWhy?\nShe must."
    assert story.proposals.one(asked.id).taken == ("questions.0", "questions.2")


def test_a_step_that_fails_changes_nothing(story: StoryFile) -> None:
    story.plan.add(Kind.CHARACTER, {"name": "Mara", "role": "keeper"})
    cast = {"items": [{"name": "Tom", "role": "boy"}, {"name": "Mara", "role": "thief"}]}
    with pytest.raises(WouldReplace):
        take(story, proposed(story, CAST, cast).id)
    assert [one.name for one in story.plan.read().characters] == ["Mara"]


def test_what_a_strangers_file_calls_a_task_is_there_to_be_read(story: StoryFile) -> None:
    odd = proposed(story, Target(Stage.PREMISE, "premise/steal", PREMISE_ID), {"tone": "grim"})
    assert preview(story, odd) == ()
    with pytest.raises(BadInput, match="for reading"):
        take(story, odd.id)


def test_ideas_for_what_is_gone_and_for_no_field_change_nothing(story: StoryFile) -> None:
    gone = story.plan.add(Kind.CHAPTER, {"title": "Salt"})
    told = {"ideas": ["Mend the lamp."], "value": "Mend the lamp."}
    ideas = [
        proposed(story, Target(Stage.OUTLINE, f"field/{task}", item, field), told)
        for task in ("brainstorm", "again")
        for item, field in ((gone, "goal"), (PREMISE_ID, "no such"), (OUTLINE_ID, ""))
    ]
    assert preview(story, ideas[0], ["ideas.0"])
    story.plan.remove(gone)
    before = story.plan.read()
    for one in ideas:
        assert preview(story, one, ["ideas.0", "value"]) == ()
        assert take(story, one.id, ["ideas.0", "value"]) == ()
    assert story.plan.read() == before


def test_what_was_emptied_while_a_model_wrote_is_still_what_it_rests_on(story: StoryFile) -> None:
    write(story, PREMISE_ID, {"tone": "grim", "genre": "mystery"})
    rests = {(PREMISE_ID, "tone"): "grim", (PREMISE_ID, "genre"): "mystery"}
    one = proposed(story, CAST, {"items": [{"name": "Mara", "role": "keeper"}]}, rests)
    while story.plan.undo():
        pass
    (mara,) = take(story, one.id)
    (mark,) = stale(story)
    assert (mark.item_id, mark.fields) == (mara, ("role",))
    assert {reason.source for reason in mark.reasons} == set(rests)
    write(story, PREMISE_ID, {"tone": "grim", "genre": "mystery"})
    assert stale(story) == ()
