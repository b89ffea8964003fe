"""The verb plan on real files, with a writer that fills in whatever form it is asked for."""

import asyncio
import json
import signal
from collections.abc import AsyncGenerator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from storyforge.backends import registry
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Delta, Request, TakeState, Text
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.stages import Stage
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command
from tests.studio.planning.answers import filled

IDEA = "A keeper finds a child in an empty boat."


class Filling(ScriptedBackend):
    """Fills in the form, each time in other words."""

    def __init__(self, numbers: Iterator[int]) -> None:
        super().__init__()
        self._numbers = numbers

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        self._script = (json.dumps(filled(json.loads(request.schema), next(self._numbers))),)
        async for delta in super().stream(request, stop):
            yield delta


@pytest.fixture(autouse=True)
def writer(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = count(1, 13)
    monkeypatch.setattr(registry, "factory", lambda _name: lambda **_: Filling(numbers))


def plan_of(path: Path) -> Any:
    with StoryFile.open(path) as story:
        return story.plan.read()


def test_from_an_idea_to_scenes_without_a_screen(storyforge: Command, tmp_path: Path) -> None:
    answer = storyforge("plan", "light", "--idea", IDEA, "--set", "length=3000", "--demo")
    assert answer.status == 0
    assert answer.out.startswith("Logline: The ")
    assert "Made light.forge" in answer.err
    assert "propose a premise (how long it takes is not known yet)" in answer.err
    for stage in ("characters", "world", "outline", "scenes"):
        answer = storyforge("plan", "light", "--stage", stage, "--demo")
        assert answer.status == 0
    assert answer.err.startswith("3 answers (")
    plan = plan_of(tmp_path / "light.forge")
    assert plan.premise.fact("idea") == IDEA
    assert all(one.fact("want") for one in plan.characters)
    assert len(plan.characters) == 3
    assert len(plan.chapters) == 3
    assert all(plan.scenes_of(chapter.id) for chapter in plan.chapters)
    assert all(scene.list("beats") for scene in plan.scenes)
    told = storyforge("plan", "light").out
    assert told.startswith("Premise\n  Idea: A keeper")
    assert "\nCast\n" in told
    assert "\nScenes\n" in told
    read = storyforge("plan", "light", "--json").json
    assert [len(one["scenes"]) for one in read["chapters"]] == [1, 1, 1]
    assert read["premise"]["length"] == 3000
    # Nothing is missing any more, and so nothing is asked.
    answer = storyforge("plan", "light", "--stage", "scenes", "--demo")
    assert (answer.status, answer.out) == (0, "")
    storyforge("plan", "light", "--set", "setting=The far side of the moon")
    assert "\nCast (out of date)\n" in storyforge("plan", "light").out


def test_what_is_written_is_replaced_only_when_that_is_said(
    storyforge: Command, tmp_path: Path
) -> None:
    storyforge("plan", "light", "--idea", IDEA, "--demo")
    before = plan_of(tmp_path / "light.forge").premise.fact("logline")
    answer = storyforge("plan", "light", "--stage", "premise", "--variants", 2, "--demo")
    assert (answer.status, "would be replaced" in answer.err) == (1, True)
    assert "— 1 —" in answer.out
    assert "— 2 —" in answer.out
    assert plan_of(tmp_path / "light.forge").premise.fact("logline") == before
    answer = storyforge("plan", "light", "--stage", "premise", "--take", 2, "--replace", "--json")
    (changed,) = answer.json["changed"]
    two = answer.json["proposals"][1]
    assert (changed, two["number"], "logline" in two["taken"]) == ("premise", 2, True)
    assert plan_of(tmp_path / "light.forge").premise.fact("logline") == two["value"]["logline"]
    answer = storyforge("plan", "light", "--stage", "premise", "--take", 7)
    assert (answer.status, "There is no variant 7" in answer.err) == (1, True)


def test_ideas_are_shown_and_one_is_taken(storyforge: Command, tmp_path: Path) -> None:
    storyforge("plan", "light", "--idea", IDEA, "--demo")
    wish = ("plan", "light", "--task", "field/brainstorm", "--item", "premise", "--field", "theme")
    answer = storyforge(*wish, "--demo")
    assert (answer.status, len(answer.out.strip().splitlines())) == (0, 20)
    assert answer.out.startswith("1. The ")
    theme = ("plan", "light", "--task", "field/brainstorm", "--take", 1, "--part", "ideas.3")
    assert "would be replaced" in storyforge(*theme).err
    assert storyforge(*theme, "--replace").status == 0
    assert plan_of(tmp_path / "light.forge").premise.fact("theme") in answer.out


def test_one_character_is_deepened_by_name(storyforge: Command, tmp_path: Path) -> None:
    storyforge("plan", "light", "--idea", IDEA, "--demo")
    with StoryFile.open(tmp_path / "light.forge") as story:
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "role": "keeper"})
    deepen = ("plan", "light", "--task", "characters/deepen", "--item", "mara", "--demo")
    answer = storyforge(*deepen, "--part", "want", "--json")
    assert answer.status == 0
    (found,) = plan_of(tmp_path / "light.forge").characters
    assert (found.id, found.name) == (mara, "Mara")
    assert set(found.facts) == {"name", "role", "want"}


def test_the_chapters_behind_one_are_mended(storyforge: Command, light: Path) -> None:
    for number, goal in ((1, "Wait."), (2, "Find the boat.")):
        outline = ("plan", light, "--stage", "outline", "--item", number)
        storyforge(*outline, "--set", f"goal={goal}")
    storyforge("plan", light, "--stage", "outline", "--item", 1, "--set", "goal=Leave.")
    mend = ("plan", light, "--task", "outline/mend", "--item", 1, "--demo", "--json")
    answer = storyforge(*mend, "--take", 0)
    (asked,) = answer.json["proposals"]
    plan = plan_of(light)
    assert (asked["item"], answer.json["changed"]) == (plan.chapters[1].id, [])
    assert plan.chapters[1].fact("goal") == "Find the boat."
    assert storyforge(*mend, "--replace").status == 0
    assert plan_of(light).chapters[1].fact("goal") != "Find the boat."


def test_one_chapter_and_one_item_are_asked_about_again(storyforge: Command, light: Path) -> None:
    storyforge("plan", light, "--set", "logline=A keeper waits.")
    scenes = ("plan", light, "--stage", "scenes", "--item", "The Boat", "--demo", "--replace")
    assert storyforge(*scenes, "--count", 2).status == 0
    plan = plan_of(light)
    written, *others = plan.scenes_of(plan.chapters[1].id)
    assert (written.name, written.is_empty, len(others)) == ("Fog", True, 2)
    again = ("plan", light, "--stage", "outline", "--item", "The Boat", "--demo", "--replace")
    answer = storyforge(*again)
    assert (answer.status, answer.out.startswith("Goal: The ")) == (0, True)
    assert plan_of(light).chapters[1].fact("turn")


class Interrupted(Filling):
    """Presses Ctrl+C in the middle of its answer."""

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        words = 0
        async for delta in super().stream(request, stop):
            yield delta
            words += isinstance(delta, Text)
            if words == 30 and not stop.is_set():  # a second one would end it at once
                signal.raise_signal(signal.SIGINT)
                await stop.wait()


def test_ctrl_c_stops_the_model_and_keeps_what_came(
    storyforge: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = count(1, 13)
    monkeypatch.setattr(registry, "factory", lambda _name: lambda **_: Interrupted(numbers))
    answer = storyforge("plan", "light", "--idea", IDEA, "--variants", 2, "--demo")
    assert answer.status == 130
    with StoryFile.open(tmp_path / "light.forge") as story:
        (kept,) = story.proposals.of_stage(Stage.PREMISE)
        assert kept.state is TakeState.STOPPED
        assert kept.value["logline"].startswith("The ")
        assert not story.plan.read().premise.fact("logline")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--idea", "  "), "The idea is empty"),
        (("--stage", "plot"), "no stage of a plan"),
        (("--stage", "premise", "--set", "tense"), "no field with a value"),
        (("--set", "colour=red"), "no field “colour”"),
        (("--set", "length=long"), "nothing that “Length” can be"),
        (("--stage", "outline", "--set", "structure=four acts"), "nothing that “Structure” can be"),
        (("--stage", "characters", "--set", "role=keeper"), "none was named"),
        (("--stage", "characters", "--item", "Nobody", "--demo"), "is called “Nobody”"),
        (("--task", "premise/burn", "--demo"), "nothing that a model can be asked for"),
        (("--stage", "premise", "--demo"), "There is no idea yet"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    storyforge: Command, light: Path, arguments: tuple[str, ...], said: str
) -> None:
    answer = storyforge("plan", light, *arguments)
    assert (answer.status, said in answer.err) == (1, True), answer.err
    assert answer.out == ""


def test_no_story_is_made_where_there_is_no_idea(storyforge: Command, tmp_path: Path) -> None:
    assert "There is no story" in storyforge("plan", "new.forge", "--stage", "premise").err
    assert "The idea is empty" in storyforge("plan", "new.forge", "--idea", "").err
    assert not (tmp_path / "new.forge").exists()


def test_the_plan_is_written_by_hand(storyforge: Command, light: Path) -> None:
    answer = storyforge("plan", light, "--set", "tense=past", "--plan-language", "ja")
    assert (answer.status, answer.out) == (0, "")
    chapter = ("plan", light, "--item", "2", "--stage", "outline")
    storyforge(*chapter, "--set", "goal=Find the boat.", "--set", "turn=It is hers.")
    plan = plan_of(light)
    assert (plan.premise.fact("tense"), plan.plan_language) == ("past", "ja")
    assert plan.chapters[1].fact("turn") == "It is hers."
    storyforge("plan", light, "--stage", "outline", "--set", "structure=three acts")
    storyforge("plan", light, "--stage", "characters", "--set", "name=Mara", "--set", "role=x")
    scene = ("plan", light, "--stage", "scenes", "--item", "Fog")
    storyforge(*scene, "--set", "cast=mara\\nTom", "--set", "beats=She waits.\\nHe comes.")
    read = storyforge("plan", light, "--json").json
    assert read["outline"]["structure"] == "three acts"
    fog = read["chapters"][1]["scenes"][0]
    assert read["chapters"][1]["goal"] == "Find the boat."
    assert (fog["cast"], fog["beats"]) == (["Mara", "Tom"], ["She waits.", "He comes."])


def test_looks_are_written_by_hand_from_a_scene_on(storyforge: Command, light: Path) -> None:
    cast = ("plan", light, "--stage", "characters")
    storyforge(*cast, "--set", "name=Mara", "--set", "look=A tall woman.")
    told = ("--set", "who=Mara", "--set", "since=2", "--set", "look=A scar.")
    assert storyforge(*cast, "--set", "name=the scar", *told).status == 0
    plan = plan_of(light)
    (scar,) = plan.of(Kind.LOOK)
    assert scar.fact("who") == plan.characters[0].id
    assert scar.fact("since") == plan.scenes[1].id
    assert "  Mara\n    Look: A tall woman.\n  the scar\n" in storyforge("plan", light).out
    assert storyforge("plan", light, "--json").json["looks"][0]["who"] == "Mara"
    answer = storyforge("plan", light, "--item", "the scar", "--set", "instead=maybe")
    assert "“maybe” is nothing that “What it does” can be" in answer.err


def test_picture_texts_are_asked_for_of_one_thing_and_of_all(
    storyforge: Command, light: Path
) -> None:
    storyforge("plan", light, "--plan-language", "fr", "--set", "style=aquarelle")
    for name in ("Mara", "Tom"):
        facts = ("--set", f"name={name}", "--set", "look=une grande femme")
        storyforge("plan", light, "--stage", "characters", *facts)
    scene = ("plan", light, "--stage", "scenes", "--item", "Fog")
    storyforge(*scene, "--set", "cast=Mara", "--set", "beats=Elle attend.")
    answer = storyforge("plan", light, "--task", "picture/text", "--demo")
    assert answer.status == 0, answer.err
    plan = plan_of(light)
    mara, tom = plan.characters
    assert mara.fact("look_picture")
    assert plan.premise.fact("style_picture")
    # No scene has him in it, so no picture shows him.
    assert not tom.fact("look_picture")
    answer = storyforge("plan", light, "--task", "picture/text", "--demo")
    assert (answer.status, "Nothing of it is missing" in answer.err) == (0, True)
    answer = storyforge("plan", light, "--task", "picture/text", "--item", "Tom", "--demo")
    assert plan_of(light).characters[1].fact("look_picture")
    answer = storyforge("plan", light, "--task", "picture/shown", "--demo")
    assert answer.status == 0, answer.err
    answer = storyforge("plan", light, "--task", "picture/prompt", "--demo")
    assert "sharpened where it is edited" in answer.err
