"""The author's own editor in a real terminal, and a program that dies behind it."""

import sys
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal, wait_for
from tests.terminal.test_writing import kept, new_story

TEXT = "Mara kept the light."

_EDITOR = """
import pathlib, sys, time
path = pathlib.Path(sys.argv[-1])
path.write_text(path.read_text("utf-8").replace("Mara", "Old Mara"), "utf-8")
print("EDITOR OPEN", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """$EDITOR changes the text and stays open until Enter."""
    file = tmp_path / "my editor.py"
    file.write_text(_EDITOR, "utf-8")
    return {"EDITOR": f"{sys.executable} '{file}'", "STORYFORGE_DATA_DIR": str(tmp_path / "data")}


def edit_outside(desk: Terminal) -> None:
    """By the palette, as an author finds it."""
    desk.keys("C-p")
    desk.see("Find an action")
    desk.type("$EDITOR")
    desk.see("Edit this scene in $EDITOR")
    desk.keys("Enter")


def test_the_terminal_is_lent_and_comes_back(tmp_path: Path, environment: dict[str, str]) -> None:
    story = tmp_path / "light.forge"
    new_story(story, TEXT)
    with Terminal(tmp_path, str(story), "--demo", environment=environment) as desk:
        desk.see("Chapter 1", "saved")
        edit_outside(desk)
        desk.see("storyforge waits until", "EDITOR OPEN")
        assert "Chapter 1" not in desk.screen()
        desk.keys("Enter")
        desk.see("Chapter 1", "Old Mara kept the light.", "as you left it")
        desk.type(" Fog")
        desk.see("Old Mara kept the light. Fog")
        wait_for(lambda: kept(story)[0].endswith(" Fog"), lambda: kept(story)[0])
        assert not list((tmp_path / "data" / "outside").glob("*"))


def test_a_program_that_dies_behind_the_editor_loses_nothing(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    story = tmp_path / "light.forge"
    new_story(story, TEXT)
    with Terminal(tmp_path, str(story), "--demo", environment=environment) as desk:
        desk.see("Chapter 1", "saved")
        edit_outside(desk)
        desk.see("EDITOR OPEN")
        desk.process.kill()
        desk.ended()
    assert kept(story)[0] == TEXT
    with Terminal(tmp_path, str(story), "--demo", environment=environment) as desk:
        desk.see("From your editor", "Put it into the scene")
        desk.keys("Enter")
        desk.see("Old Mara kept the light.")
        wait_for(lambda: kept(story)[0] == "Old Mara kept the light.", lambda: kept(story)[0])
