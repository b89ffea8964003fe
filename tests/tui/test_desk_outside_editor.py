"""Editing the scene in another program; the terminal itself is tried in tests/terminal."""

import contextlib
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import SuspendNotSupported

from storyforge.domain.origin import Origin
from storyforge.store.story_file import StoryFile
from storyforge.studio import outside
from storyforge.studio.outside import Parcel
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.dialogs.base import Choose
from tests.tui.house import asked, at_desk, continued, notices, script, stored, until, write_story

TEXT = "Mara kept the light."

Editor = Callable[[str], None]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Gives $EDITOR a program that does something to the text `t` of its file."""
    monkeypatch.setattr(StoryforgeApp, "suspend", lambda self: contextlib.nullcontext())
    monkeypatch.delenv("VISUAL", raising=False)

    def does(body: str) -> None:
        file = tmp_path / "editor.py"
        file.write_text(
            "import os, pathlib, sys\n"
            "path = pathlib.Path(sys.argv[-1])\n"
            "t = path.read_text('utf-8')\n"
            f"{body}\n"
            "path.write_text(t, 'utf-8')\n",
            "utf-8",
        )
        monkeypatch.setenv("EDITOR", f"{sys.executable} '{file}' -n")

    return does


def parcels() -> list[Path]:
    return list(outside.folder().glob("*")) if outside.folder().exists() else []


async def test_what_comes_back_is_one_step_and_keeps_who_wrote_what(
    tmp_path: Path, editor: Editor
) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    editor("t = t.replace('Mara', 'Old Mara').replace('\\n', ' Fog.\\n')")
    async with at_desk(path, backend=script(" The boat came in.")) as (pilot, desk):
        await continued(pilot, desk)
        before = desk.manuscript.text
        desk.action_do("outside_editor")
        await until(pilot, lambda: "as you left it" in notices(desk.house))
        assert desk.manuscript.text == "Old Mara kept the light. The boat came in. Fog."
        model = [s.length for s in desk.manuscript.provenance.spans if s.origin is Origin.MODEL]
        assert sum(model) == len(" The boat came in.")
        assert stored(path) == desk.manuscript.text
        assert parcels() == []
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == before)
        assert desk.story is not None
        assert "before editor" in [r.reason for r in desk.story.revisions.list(desk.scene_id)]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("sys.exit(2)", "ended with an error (2). The scene is as it was."),
        ("os.kill(os.getpid(), 9)", "ended by signal 9. The scene is as it was."),
        ("pass", "Nothing was changed."),
    ],
)
async def test_an_editor_that_fails_changes_nothing(
    tmp_path: Path, editor: Editor, body: str, told: str
) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    editor(body)
    async with at_desk(path) as (pilot, desk):
        desk.action_do("outside_editor")
        await until(pilot, lambda: told in notices(desk.house))
        assert desk.manuscript.text == TEXT
        assert not desk.manuscript.history.can_undo
        assert parcels() == []


async def test_what_a_failing_editor_had_saved_is_not_thrown_away(
    tmp_path: Path, editor: Editor
) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    editor("path.write_text('Half.'); sys.exit(1)")
    async with at_desk(path) as (pilot, desk):
        desk.action_do("outside_editor")
        await until(pilot, lambda: "What it had saved is in" in notices(desk.house))
        assert desk.manuscript.text == TEXT
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: asked(desk.house, Choose), "offered")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: parcels() == [])
        assert desk.manuscript.text == TEXT


async def test_an_editor_that_is_not_there_is_said(
    tmp_path: Path, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    editor("pass")
    monkeypatch.setenv("EDITOR", str(tmp_path / "none"))
    async with at_desk(path) as (pilot, desk):
        desk.action_do("outside_editor")
        await until(pilot, lambda: "could not be started" in notices(desk.house))
        assert parcels() == []
        monkeypatch.setenv("EDITOR", "")
        monkeypatch.setenv("PATH", "")
        desk.action_do("outside_editor")
        await until(pilot, lambda: "Name your editor first" in notices(desk.house))


async def test_an_editor_with_a_window_is_asked_to_wait(
    tmp_path: Path, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    code = tmp_path / "code"
    code.write_text(f'#!/bin/sh\necho "$1" > \'{tmp_path}/flag\'\necho Tom. > "$2"\n')
    code.chmod(0o755)
    editor("pass")
    monkeypatch.setenv("EDITOR", str(code))
    async with at_desk(path) as (pilot, desk):
        desk.action_do("outside_editor")
        await until(pilot, lambda: asked(desk.house, Choose), "with --wait?")
        await pilot.press("enter")
        await until(pilot, lambda: desk.manuscript.text == "Tom.")
        assert (tmp_path / "flag").read_text() == "--wait\n"
        desk.action_do("outside_editor")
        await until(pilot, lambda: asked(desk.house, Choose))
        await pilot.press("escape")
        await until(pilot, lambda: not asked(desk.house, Choose))
        assert desk.manuscript.text == "Tom."


async def test_a_terminal_that_cannot_be_lent_is_said(
    tmp_path: Path, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    editor("t = 'Gone.'")

    def refuse(app: StoryforgeApp) -> None:
        raise SuspendNotSupported

    monkeypatch.setattr(StoryforgeApp, "suspend", refuse)
    async with at_desk(path) as (pilot, desk):
        desk.action_do("outside_editor")
        await until(pilot, lambda: "cannot be handed" in notices(desk.house))
        assert desk.manuscript.text == TEXT
        assert parcels() == []


async def test_what_was_in_the_editor_when_the_program_died_is_offered(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    with StoryFile.open(path) as story:
        outline = story.outline()
        oil, log = outline.scenes[0].id, outline.scenes[1].id
    mine = outside.pack(outline.story_id, oil, "Oil", TEXT)
    mine.file.write_text("Mara kept the old light.\n", "utf-8")
    outside.pack(outline.story_id, log, "The log", "")
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: asked(desk.house, Choose), "offered")
        await pilot.press("down", "enter")
        await until(pilot, lambda: len(parcels()) == 1, "the unchanged one is gone")
        assert desk.manuscript.text == TEXT
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: asked(desk.house, Choose), "offered again")
        await pilot.press("enter")
        await until(pilot, lambda: parcels() == [])
        assert desk.manuscript.text == "Mara kept the old light."
        assert stored(path) == desk.manuscript.text
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT)


async def test_what_is_out_just_now_is_not_taken_for_something_left_over(
    tmp_path: Path, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    editor("t = t.replace('Mara', 'Old Mara')")
    looked = threading.Event()
    really = outside.left_over

    def late(story_id: str) -> tuple[Parcel, ...]:
        # As on a busy machine: the look behind the opening comes when the editor may be open.
        deadline = time.monotonic() + 0.5
        while not parcels() and time.monotonic() < deadline:
            looked.wait(0.01)
        looked.set()
        return really(story_id)

    monkeypatch.setattr(outside, "left_over", late)
    async with at_desk(path) as (pilot, desk):
        desk.action_do("outside_editor")
        await until(pilot, lambda: "as you left it" in notices(desk.house))
        await until(pilot, looked.is_set)
        assert not asked(desk.house, Choose)
        assert stored(path) == "Old Mara kept the light."
