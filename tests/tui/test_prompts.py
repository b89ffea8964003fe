"""The prompt templates on their screen: looked at, changed, checked while typed, taken back."""

import contextlib
from pathlib import Path

import pytest
from textual.pilot import Pilot

from storyforge.prompting import library
from storyforge.prompting.library import Origin
from storyforge.store.story_file import StoryFile
from storyforge.studio.prompt import unfinished
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.dialogs.menu import Menu
from storyforge.tui.screens.prompts import PromptsScreen
from tests.tui.house import asked, at_desk, notices, running, type_text, until, write_story

NAME = "draft/continue"


async def to_prompts(pilot: Pilot[None], app: StoryforgeApp, name: str = NAME) -> PromptsScreen:
    """Alt+R, and the cursor on a template."""
    await pilot.press("alt+r")
    await until(pilot, lambda: isinstance(app.screen, PromptsScreen), "the screen")
    screen = app.screen
    assert isinstance(screen, PromptsScreen)
    await until(pilot, lambda: name in [row.id for row in screen.list.rows], "the templates")
    screen.list.mark(name)
    screen.templates.show()
    await until(pilot, lambda: name in screen.header.plain, "the template")
    return screen


async def own(pilot: Pilot[None], app: StoryforgeApp, *, this_story: bool) -> PromptsScreen:
    """A copy to write on, the caret at its end."""
    screen = await to_prompts(pilot, app)
    await pilot.press("e")
    await until(pilot, lambda: asked(app, Choose), "whose it is to be")
    await pilot.press(*(("down",) if this_story else ()), "enter")
    await until(pilot, lambda: screen.page.has_focus, "it can be written on")
    await pilot.press("ctrl+end")
    return screen


async def typed(pilot: Pilot[None], screen: PromptsScreen, text: str) -> None:
    first, *lines = text.split("\n")
    await type_text(pilot, first)
    for line in lines:
        await pilot.press("enter")
        await type_text(pilot, line)
    await until(pilot, lambda: "saved" in screen.status.plain, "kept")


def file_of(name: str = NAME) -> Path:
    return library.own_file(name, "en")


async def test_each_template_is_seen_as_it_is_and_as_the_model_is_told_it(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge")) as (pilot, desk):
        screen = await to_prompts(pilot, desk.house)
        heads = [row.text for row in screen.list.rows if row.kind == "head"]
        assert heads[0] == "Premise"
        assert "Writing the story" in heads
        await until(pilot, lambda: "{{" in screen.page.text, "the template")
        assert "packaged" in screen.header.plain
        await pilot.press("2")
        await until(pilot, lambda: "Mara kept the light." in screen.page.text, "rendered")
        await until(pilot, lambda: "tokens" in screen.header.plain, "its tokens")
        await until(pilot, lambda: "~" not in screen.header.plain, "counted by the model")
        await pilot.press("3")
        await until(pilot, lambda: "comes with the program" in screen.page.text, "no differences")
        await pilot.press("escape")
        await until(pilot, lambda: desk.house.screen is desk, "back")


async def test_a_copy_is_kept_while_it_is_typed_and_its_faults_are_said_by_their_lines(
    tmp_path: Path,
) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge")) as (pilot, desk):
        screen = await own(pilot, desk.house, this_story=False)
        await typed(pilot, screen, "\nSlowly.")
        assert file_of().read_text().endswith("\nSlowly.")
        good = file_of().read_text()
        await typed(pilot, screen, "\n{{ nobody }}")
        lines = screen.page.text.count("\n") + 1
        told = str(screen.query_one("#wrong").render())
        assert f"Line {lines}: “nobody”" in told
        # What works is used on; what does not is not lost.
        assert file_of().read_text() == good
        assert unfinished.unfinished(Origin.YOURS)["en", NAME].endswith("{{ nobody }}")
        await pilot.press("escape")
        await until(pilot, lambda: screen.list.has_focus, "back in the list")
        assert "the one from before is used" in notices(desk.house)
        row = next(row for row in screen.list.rows if row.id == NAME)
        assert (row.mark, row.note) == ("!", "yours")
        await pilot.press("e")
        await until(pilot, lambda: screen.page.has_focus, "gone on with, nothing is asked")
        assert screen.page.text.endswith("{{ nobody }}")
        await pilot.press("ctrl+end", *["backspace"] * len("\n{{ nobody }}"))
        await until(pilot, lambda: not unfinished.unfinished(Origin.YOURS), "it works")
        assert not screen.query_one("#wrong").has_class("-shown")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: screen.list.has_focus, "done")
        await pilot.press("3")
        await until(pilot, lambda: "Slowly." in screen.comparison.plain, "the differences")


async def test_a_copy_of_this_story_goes_with_its_file_and_is_taken_back_and_brought_back(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        screen = await own(pilot, desk.house, this_story=True)
        await typed(pilot, screen, "\nOurs.")
        await pilot.press("escape")
        await until(pilot, lambda: "this story's" in screen.header.plain, "told")
        assert desk.story is not None
        copies = desk.story.prompt_copies
        assert copies.all()["en", NAME].endswith("Ours.")
        assert not file_of().exists()
        await pilot.press("delete")
        await until(pilot, lambda: not copies.all(), "taken back")
        await until(pilot, lambda: "packaged" in screen.header.plain, "told")
        await pilot.press("delete")
        await until(pilot, lambda: "comes with the program" in notices(desk.house), "said")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: copies.all(), "brought back")
    with StoryFile.open(path) as story:
        assert story.prompt_copies.all()["en", NAME].endswith("Ours.")


async def test_a_copy_that_is_as_the_packaged_one_is_none(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "skerry.forge")) as (pilot, desk):
        screen = await own(pilot, desk.house, this_story=False)
        await typed(pilot, screen, "x")
        await pilot.press("backspace", "escape")
        await until(pilot, lambda: screen.list.has_focus, "back in the list")
        assert not file_of().exists()


async def test_without_a_story_a_change_is_for_all_of_them_and_the_other_language_is_a_key_away(
    tmp_path: Path,
) -> None:
    async with running(None) as (pilot, app):
        screen = await to_prompts(pilot, app)
        await pilot.press("l")
        await until(pilot, lambda: f"ja/{NAME}" in screen.header.plain, "Japanese")
        await pilot.press("right")
        await until(pilot, lambda: asked(app, Menu), "what can be done")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen, "back")
        await pilot.press("e")
        await until(pilot, lambda: screen.page.has_focus, "nothing is asked")
        await pilot.press("alt+r")
        await until(pilot, lambda: app.screen is not screen, "left by its own key")


async def test_the_authors_own_editor_can_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho 'From outside.' >> \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    async with at_desk(write_story(tmp_path / "skerry.forge")) as (pilot, desk):
        monkeypatch.setattr(StoryforgeApp, "suspend", lambda _app: contextlib.nullcontext())
        screen = await to_prompts(pilot, desk.house)
        await pilot.press("o")
        await until(pilot, lambda: asked(desk.house, Choose), "whose it is to be")
        await pilot.press("enter")
        await until(pilot, file_of().exists, "kept")
        assert "From outside." in file_of().read_text()
        await until(pilot, lambda: "yours" in screen.header.plain, "told")
