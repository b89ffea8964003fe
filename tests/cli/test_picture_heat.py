"""The verb pictures heat, against a real story."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from storyforge.backends.pictures.scripted import heat_of
from storyforge.domain.picture.compiled import Part, Role
from storyforge.domain.picture.orders import Order
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import heat, order_files
from tests.cli.command import Command
from tests.tui.gallery.galleries import PROMPT, add_picture


@pytest.fixture
def path(light: Path) -> Path:
    with StoryFile.open(light) as story:
        scenes = story.outline().scenes
        kept = heat.settings_of(story, heat_of(Order(PROMPT)))
        add_picture(story, scenes[0].id, 1, settings=kept)
        add_picture(story, scenes[1].id, 2)
    return light


def test_words_are_told_with_their_share(storyforge: Command, path: Path) -> None:
    told = storyforge("pictures", "heat", path, "1")

    assert told.status == 0
    assert "lantern" in told.out
    assert "14.3%" in told.out
    assert "maps" not in storyforge("pictures", "show", path, "1").out


def test_what_got_no_area_is_named_and_drawn_again_with_more_weight(
    storyforge: Command, light: Path
) -> None:
    heats = tuple(
        replace(one, grey=bytes(len(one.grey))) if one.word in ("storm", "lantern") else one
        for one in heat_of(Order(PROMPT))
    )
    ordered = order_files.settings_of(
        order_files.Ticket(Order(PROMPT, seed=9, steps=1, width=64, height=64), "ink"), {}
    )
    parts = [asdict(Part(Role.CAST, "storm lantern", "y"))]
    with StoryFile.open(light) as story:
        scenes = story.outline().scenes
        kept = {**ordered, **heat.settings_of(story, heats)}
        add_picture(story, scenes[0].id, 9, settings=kept, parts=json.dumps(parts))
        whole = {**ordered, **heat.settings_of(story, heat_of(Order(PROMPT)))}
        add_picture(story, scenes[1].id, 8, settings=whole, parts=json.dumps(parts))
    told = storyforge("pictures", "heat", light, "1")
    assert "Got no area in the picture: storm lantern." in told.out
    assert f"storyforge illustrate {light} --heavier " in told.err

    drawn = storyforge("illustrate", light, "--demo", "--heavier", "1", "--json").json
    assert [(one["seed"], one["prompt"]) for one in drawn["pictures"]] == [
        (9, "a keeper with a (storm lantern:1.2), night")
    ]
    nothing = storyforge("illustrate", light, "--demo", "--heavier", "2")
    assert (nothing.status, "got an area in it" in nothing.err) == (1, True)


def test_one_drawn_without_has_its_heat_when_it_is_drawn_again(
    storyforge: Command, path: Path
) -> None:
    ticket = order_files.Ticket(Order(PROMPT, seed=3, steps=1, width=64, height=64), "ink")
    with StoryFile.open(path) as story:
        settings = order_files.settings_of(ticket, {})
        add_picture(story, story.outline().scenes[2].id, 3, settings=settings)
    assert storyforge("illustrate", path, "--demo", "--again", "3", "--heat").status == 0
    assert "lantern" in storyforge("pictures", "heat", path, "3").out


def test_each_word_is_written_as_a_picture(storyforge: Command, path: Path, tmp_path: Path) -> None:
    out = tmp_path / "heat"
    told = storyforge("pictures", "heat", path, "1", "--out", out, "--json")

    words = told.json["words"]
    assert [word["word"] for word in words][:3] == ["a", "keeper", "with"]
    assert sorted(one.name for one in out.iterdir())[1] == "02 keeper.png"


def test_a_picture_without_is_said_with_what_to_do(storyforge: Command, path: Path) -> None:
    told = storyforge("pictures", "heat", path, "2")

    assert told.status != 0
    assert "without its word heat" in told.err
