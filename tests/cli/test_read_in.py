"""The verb read-in on real files."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from storyforge.backends import registry
from storyforge.domain.generation import Delta, Request
from storyforge.store.story_file import StoryFile
from storyforge.studio.reading_in.steps import steps
from tests.cli.command import Command
from tests.studio.reading_in.conftest import FOG, OIL, Reads, write


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A story of two written scenes, and a model that understands them."""
    path = tmp_path / "light.forge"
    with StoryFile.create(path, title="The Light") as story:
        (chapter,) = story.outline().chapters
        write(story, chapter.scenes[0].id, OIL)
        write(story, story.binder.add_scene(chapter.id, "Fog"), FOG)
    monkeypatch.setattr(registry, "factory", lambda _name: lambda **_: Reads())
    return path


def test_what_is_found_is_printed_and_only_taken_when_told(
    storyforge: Command, written: Path
) -> None:
    answer = storyforge("read-in", written, "--demo")
    assert answer.status == 0
    assert "reading in 1 of 5" in answer.err
    assert "nothing was changed" in answer.err
    assert answer.out.startswith("Mara\n  Role: Mara has a part in it.\n\nTom Reed\n")
    assert "\nFog\n  Cast: Tom Reed / Mara\n" in answer.out
    with StoryFile.open(written) as story:
        assert story.plan.read().characters == ()
    answer = storyforge("read-in", written, "--demo", "--take")
    assert "parts of the plan were filled" in answer.err
    with StoryFile.open(written) as story:
        assert [one.name for one in story.plan.read().characters] == ["Mara", "Tom Reed"]
        assert all(one.known for one in steps(story))
    answer = storyforge("read-in", written, "--demo")
    assert answer.out == ""
    assert "Nothing was found that the plan does not have." in answer.err


class Interrupted(Reads):
    """The author has enough after the first word."""

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        async for delta in super().stream(request, stop):
            yield delta
            signal.raise_signal(signal.SIGINT)
            await stop.wait()
            return


def test_ctrl_c_says_what_is_left_and_takes_nothing(
    storyforge: Command, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "factory", lambda _name: lambda **_: Interrupted())
    answer = storyforge("read-in", written, "--demo", "--take")
    assert answer.status == 130
    assert "5 steps are not read yet." in answer.err
    assert "filled" not in answer.err


def test_some_scenes_and_json(storyforge: Command, written: Path) -> None:
    answer = storyforge("read-in", written, "--demo", "--scenes", "2", "--json")
    tasks = [one["task"] for one in answer.json]
    assert tasks == ["read_in/cast", "read_in/world", "read_in/chapter", "read_in/scene"]
    assert answer.json[-1]["value"]["place"] == "tower"


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("x", "“x” does not say which scenes are meant."),
        ("3-2", "“3-2” does not say which scenes are meant."),
        ("0", "“0” does not say which scenes are meant."),
        ("1-9", "There is no scene 9: the story has 2 scenes."),
    ],
)
def test_scenes_that_are_not_there_are_named(
    storyforge: Command, written: Path, told: str, says: str
) -> None:
    answer = storyforge("read-in", written, "--demo", "--scenes", told)
    assert answer.status == 1
    assert says in answer.err
    assert answer.out == ""


def test_what_is_about_a_manuscript_is_not_asked_about_a_plan(
    storyforge: Command, written: Path
) -> None:
    answer = storyforge("plan", written, "--task", "read_in/scene", "--demo")
    assert answer.status == 1
    assert "“read_in/scene” is nothing that a model can be asked for." in answer.err
