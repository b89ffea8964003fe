"""Prompts of a story, and the pictures that plan or text have left behind."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.picture.pictures import Picture
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures.compiling import compile_for, scenes_behind, stale, text_hash
from storyforge.studio.pictures.people import reference_parts
from storyforge.studio.pictures.sharpening import sharpened, sharpening
from storyforge.studio.pictures.telling import told
from tests.domain.picture.plans import BOOK, COMMAS, NATURAL, SPACES
from tests.store.helpers import png


@pytest.fixture(autouse=True)
def small_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyforge.studio.pictures.tag_books.book", lambda: BOOK)


@pytest.fixture
def ids(story: StoryFile) -> dict[str, str]:
    """Mara in two scenes at the lighthouse."""
    scene = story.plan.read().scenes[0]
    keys = {"one": scene.id}
    keys["mara"] = story.plan.add(Kind.CHARACTER, {"name": "Mara", "look": "a tall woman"})
    keys["tom"] = story.plan.add(Kind.CHARACTER, {"name": "Tom", "look": "an old man"})
    keys["light"] = story.plan.add(Kind.WORLD, {"title": "Tower", "look": "a white lighthouse"})
    keys["two"] = story.plan.add(Kind.SCENE, {"title": "two"}, chapter_id=scene.chapter_id)
    facts = {"cast": keys["mara"], "place": keys["light"], "shown": "Mara lifts a lantern."}
    for key in ("one", "two"):
        story.plan.put(keys[key], facts)
    story.plan.put("premise", {"style": "watercolour"})
    return keys


def draw(story: StoryFile, key: str) -> Picture:
    compiled = compile_for(story, key, NATURAL)
    parts = [*compiled.parts, *reference_parts(compiled)]
    picture = Picture(
        "",
        key,
        datetime.now(UTC),
        8,
        8,
        1,
        parts=json.dumps([asdict(part) for part in parts]),
        plan_hash=compiled.hash,
        text_hash=text_hash(story, key),
    )
    return story.pictures.add(picture, png(1))


def type_in(story: StoryFile, key: str, text: str) -> None:
    story.scenes.save(Page(key, text, Provenance.whole(len(text), Origin.TYPED), 0))


def proposal_of(target: Target, told: str) -> Proposal:
    value = {"value": told} if told else {}
    return Proposal("p", target, "b", 1, datetime.now(UTC), value=value)


def reasons(story: StoryFile) -> list[str]:
    return [reason for one in stale(story) for reason in one.reasons]


def test_the_same_plan_is_compiled_once(story: StoryFile, ids: dict[str, str]) -> None:
    first = compile_for(story, ids["one"], NATURAL)
    assert "a tall woman" in first.prompt
    assert compile_for(story, ids["one"], NATURAL) == first
    story.plan.put(ids["mara"], {"look": "a short woman"})
    assert "a short woman" in compile_for(story, ids["one"], NATURAL).prompt
    assert compile_for(story, ids["one"], SPACES).prompt == "original 1girl lantern lighthouse solo"
    assert compile_for(story, "nothing", NATURAL).prompt == ""


def test_a_picture_is_left_behind_by_what_it_was_made_from(
    story: StoryFile, ids: dict[str, str]
) -> None:
    draw(story, ids["one"])
    assert stale(story) == ()
    assert stale(story) is stale(story)
    story.plan.put(ids["mara"], {"look": "A tall Woman."})
    assert stale(story) == ()
    story.plan.put(ids["mara"], {"look": "a short man"})
    assert reasons(story) == ["Mara · Look changed: “a short man” was “a tall woman”"]
    story.plan.put(
        ids["mara"], {"look": "a tall woman in the long grey coat that was her father's"}
    )
    assert reasons(story) == [
        "Mara · Look changed: “a tall woman in the long grey coat that…” was “a tall woman”"
    ]
    story.plan.undo()
    story.plan.undo()
    story.plan.undo()
    assert stale(story) == ()


def test_what_is_filled_in_leaves_none_behind(story: StoryFile, ids: dict[str, str]) -> None:
    draw(story, ids["one"])
    story.plan.put(ids["one"], {"weather": "fog", "time": "night", "framing": "close-up"})
    story.plan.put(ids["mara"], {"look_picture": "a tall woman, freckles"})
    type_in(story, ids["one"], "Mara kept the light.")
    assert stale(story) == ()


def test_a_scene_that_was_drawn_anew_is_not_behind(story: StoryFile, ids: dict[str, str]) -> None:
    for key in ("one", "two"):
        draw(story, ids[key])
    story.plan.put(ids["mara"], {"look": "a short woman"})
    assert scenes_behind(story) == (ids["one"], ids["two"])
    draw(story, ids["one"])
    assert len(stale(story)) == 2
    assert scenes_behind(story) == (ids["two"],)


def test_who_came_and_went_and_how_they_look_by_now_leaves_it_behind(
    story: StoryFile, ids: dict[str, str]
) -> None:
    for key in ("one", "two"):
        draw(story, ids[key])
    facts = {"name": "scar", "who": ids["mara"], "since": ids["two"], "look": "a scar"}
    scar = story.plan.add(Kind.LOOK, facts)
    assert reasons(story) == ["“Mara” has another look by now: “scar”."]
    draw(story, ids["two"])
    story.plan.put(scar, {"since": ""})
    assert reasons(story) == ["“Mara” does not look like this there: “scar”."]
    story.plan.remove(scar)
    assert reasons(story) == ["scar is gone"]
    story.plan.put(ids["one"], {"cast": ids["tom"], "shown": "Tom lifts a lantern."})
    moment = "Scene 1 · Moment of the picture changed: "
    assert reasons(story)[:3] == [
        f"{moment}“Tom lifts a lantern.” was “Mara lifts a lantern.”",
        "“Tom” is in the scene now.",
        "“Mara” is not in the scene now.",
    ]


def test_another_reference_picture_leaves_it_behind(story: StoryFile, ids: dict[str, str]) -> None:
    draw(story, ids["two"])
    put = story.picture_sources.put
    story.plan.put(ids["mara"], {"reference": put(png(5))})
    assert reasons(story) == [], "there was none"
    drawn = draw(story, ids["two"])
    assert reasons(story) == []
    story.plan.put(ids["mara"], {"reference": put(png(6))})
    [changed] = reasons(story)
    assert changed.startswith("Mara · Reference changed: “a picture (")
    story.plan.undo()
    facts = {"who": ids["mara"], "since": ids["two"], "reference": put(png(7))}
    scar = story.plan.add(Kind.LOOK, facts | {"name": "scar"})
    assert reasons(story) == ["“Mara” has another reference picture by now."]
    story.plan.put(scar, {"since": "", "instead": "all of it", "look": "bandages"})
    assert reasons(story) == []
    story.plan.put(ids["mara"], {"reference": ""})
    assert reasons(story) == ["Mara · Reference is gone"]
    assert [one.picture.id for one in stale(story)] == [drawn.id]


def test_another_place_leaves_it_behind(story: StoryFile, ids: dict[str, str]) -> None:
    draw(story, ids["one"])
    barn = story.plan.add(Kind.WORLD, {"title": "Barn", "look": "a barn"})
    story.plan.put(ids["one"], {"place": barn})
    assert reasons(story) == ["Scene 1 · Place changed: “Barn” was “Tower”"]


def test_another_text_leaves_it_behind_but_not_another_line_end(
    story: StoryFile, ids: dict[str, str]
) -> None:
    type_in(story, ids["one"], "Mara kept the light.")
    draw(story, ids["one"])
    type_in(story, ids["one"], "Mara kept\n\nthe  light. ")
    assert stale(story) == ()
    type_in(story, ids["one"], "Mara kept the dark.")
    assert reasons(story) == ["The text of the scene has changed."]


def test_a_picture_of_a_scene_that_is_gone_or_by_a_stranger_is_not_judged(
    story: StoryFile, ids: dict[str, str]
) -> None:
    draw(story, ids["two"])
    odd = ("no json", "{}", "[" * 5000, '[1, {"item_id": 3}, {"item_id": "x", "field": "look"}]')
    for parts in odd:
        picture = Picture("", ids["one"], datetime.now(UTC), 8, 8, 1, parts=parts)
        story.pictures.add(picture, png(1))
    story.binder.delete_scene(ids["two"])
    told_of = [one.picture.parts for one in stale(story)]
    assert told_of == ['[1, {"item_id": 3}, {"item_id": "x", "field": "look"}]']


def test_a_prompt_is_told_line_by_line(story: StoryFile, ids: dict[str, str]) -> None:
    plan = story.plan.read()
    lines = list(told(plan, compile_for(story, ids["one"], SPACES)))
    assert lines[0] == "original 1girl lantern lighthouse solo"
    at = lines.index("  lighthouse")
    assert lines[at + 1] == "    Tower · Look"
    assert "  tall woman: no tag of the dictionary (Mara · Look)" in lines
    assert list(told(plan, compile_for(story, "nothing", NATURAL))) == [
        "Nothing in the plan can be shown of this scene yet."
    ]


def test_a_sharper_prompt_keeps_loras_and_dialect(story: StoryFile, ids: dict[str, str]) -> None:
    scene = story.plan.read().item(ids["one"])
    assert scene is not None
    prompt = "a woman, fog <lora:mara:0.8> <lora:ink:0.5:0.7>"
    wanted = sharpening(scene, prompt, COMMAS.dialect, "more fog")
    assert (wanted.prompt, wanted.tags, wanted.wish) == ("a woman, fog", True, "more fog")
    proposal = proposal_of(wanted.target, "red hair, elderly man, fog")
    assert sharpened(prompt, proposal, COMMAS.dialect) == (
        "red hair, old man, fog <lora:mara:0.8> <lora:ink:0.5:0.7>"
    )
    assert sharpened("fog", proposal, SPACES.dialect) == "original fog old_man red_hair"
    assert sharpened("fog", proposal, NATURAL.dialect) == "red hair, elderly man, fog"
    empty = proposal_of(wanted.target, "")
    assert sharpened(prompt, empty, NATURAL.dialect) == prompt
    called = sharpened("fog <hypernet:ink:0.7>", proposal, SPACES.dialect)
    assert called == "original fog old_man red_hair <hypernet:ink:0.7>"
