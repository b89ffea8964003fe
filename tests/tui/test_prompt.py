"""F8: what the model sees; the prompt as a page, continued from, kept for the scene, let go."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Loading, TakeState
from storyforge.domain.sections import PromptEdit
from storyforge.errors import ModelError
from storyforge.store.story_file import StoryFile
from storyforge.tui.desk import keeper
from storyforge.tui.desk.prompting import Prompting
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.prompt import PromptScreen
from tests.tui.house import (
    TEXT,
    at_desk,
    continued,
    notices,
    script,
    stored,
    texts,
    type_text,
    until,
    write_story,
)

SLOWLY = "Slowly. "


def write(path: Path) -> Path:
    write_story(path)
    with StoryFile.open(path) as story:
        story.context.set_text("memory", "Skerry Point, 1893.")
    return path


def prompting_of(desk: DeskScreen) -> Prompting:
    return next(area for area in desk.hearing if isinstance(area, Prompting))


def kept(path: Path) -> PromptEdit | None:
    with StoryFile.open(path) as story:
        return story.prompt_edits.of_scene(story.outline().scenes[0].id)


async def seen(pilot: Pilot[None], desk: DeskScreen) -> PromptScreen:
    """F8, and what there is to be seen."""
    await pilot.press("f8")
    await until(pilot, lambda: isinstance(desk.house.screen, PromptScreen), "the screen")
    screen = desk.house.screen
    assert isinstance(screen, PromptScreen)
    await until(pilot, lambda: screen.looked is not None, "what the model sees")
    return screen


async def editing(pilot: Pilot[None], desk: DeskScreen) -> PromptScreen:
    """F8, E; the caret at the beginning of the prompt."""
    screen = await seen(pilot, desk)
    await pilot.press("e")
    await until(pilot, lambda: screen.page.has_focus, "the page")
    await pilot.press("ctrl+home")
    return screen


async def answered(pilot: Pilot[None], desk: DeskScreen, key: str = "shift+enter") -> None:
    ended = desk.continuing.ended
    await pilot.press(key)
    await until(pilot, lambda: desk.continuing.ended > ended, "the answer ends")
    await until(pilot, lambda: not desk.saving.dirty, "saved")


async def test_the_parts_stand_with_tokens_reasons_and_what_is_read(tmp_path: Path) -> None:
    async with at_desk(write(tmp_path / "a.forge"), backend=script(" Fog.")) as (pilot, desk):
        await continued(pilot, desk)
        screen = await seen(pilot, desk)
        shown = texts(screen.list.rows)
        assert "Memory" in shown
        assert "always on" in shown
        assert "This scene" in shown
        assert "kept for the answer" in screen.header.plain
        assert "read already" in str(screen.bar.render())
        assert screen.text.text == "Skerry Point, 1893."
        await pilot.press("down")
        await until(pilot, lambda: screen.text.text.endswith("Fog."), "the next part's text")
        await pilot.press("f8")
        await until(pilot, lambda: desk.house.screen is desk)


async def test_on_a_small_screen_the_text_lies_under_the_parts(tmp_path: Path) -> None:
    async with at_desk(write(tmp_path / "a.forge"), size=(80, 24)) as (pilot, desk):
        screen = await seen(pilot, desk)
        parts, text = screen.query_one("#left").region, screen.query_one("#right").region
        assert parts.width == text.width == 80
        assert text.y >= parts.bottom
        assert text.height > 6


class Gone(ScriptedBackend):
    """A model whose file is gone."""

    async def load(self) -> AsyncGenerator[Loading, None]:
        raise ModelError("The model's file is gone.")
        yield


async def test_without_a_model_it_says_so_and_shows_the_parts(tmp_path: Path) -> None:
    async with at_desk(write(tmp_path / "a.forge"), backend=Gone()) as (pilot, desk):
        screen = await seen(pilot, desk)
        assert "file is gone" in str(screen.query_one("#said", Static).render())
        assert "Memory" in texts(screen.list.rows)


async def test_an_edited_prompt_is_answered_on_the_page_and_under_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.forge")
    model = script(" Fog came.", " Then rain.", " Then snow.")
    async with at_desk(path, backend=model) as (pilot, desk):
        screen = await editing(pilot, desk)
        await type_text(pilot, SLOWLY)
        await answered(pilot, desk)
        assert model.requests[0].prompt.startswith(SLOWLY + "Skerry Point")
        assert desk.manuscript.text == TEXT + " Fog came."
        assert screen.page.text == model.requests[0].prompt + " Fog came."
        await answered(pilot, desk)
        assert model.requests[1].prompt == model.requests[0].prompt + " Fog came."
        assert desk.manuscript.text == TEXT + " Fog came. Then rain."
        await answered(pilot, desk, "f6")
        assert model.requests[2].prompt == model.requests[1].prompt
        assert desk.manuscript.text == TEXT + " Fog came. Then snow."
        assert screen.page.text == model.requests[1].prompt + " Then snow."
        await pilot.press("escape", "escape")
        await until(pilot, lambda: desk.house.screen is desk)
        assert desk.story is not None
        takes = desk.story.takes.of_scene(desk.scene_id)
        assert {take.state for take in takes} == {TakeState.FINISHED}
        assert all(take.prompt.startswith(SLOWLY) for take in takes)
        # What came is the page's own: the prompt is made as usual again.
        await continued(pilot, desk)
        assert not model.requests[3].prompt.startswith(SLOWLY)
    assert stored(path).startswith(TEXT + " Fog came. Then snow.")


async def test_what_was_written_on_a_prompt_is_there_again(tmp_path: Path) -> None:
    path = write(tmp_path / "a.forge")
    async with at_desk(path, backend=script(" Fog came.")) as (pilot, desk):
        screen = await editing(pilot, desk)
        await type_text(pilot, SLOWLY)
        await until(pilot, lambda: screen.page.text.startswith(SLOWLY))
        desk.rescue()
        await answered(pilot, desk)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: desk.house.screen is desk)
        await continued(pilot, desk)
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: prompting_of(desk).draft is not None, "read again")
        screen = await editing(pilot, desk)
        # The edit is there, over the story as it is by now; what came stands once.
        assert screen.looked is not None
        assert screen.page.text == SLOWLY + screen.looked.assembled
        assert screen.page.text.count("Fog came.") == 2


async def test_what_was_undone_a_moment_ago_does_not_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "SAVE_AFTER", 1000.0)
    path = write(tmp_path / "a.forge")
    async with at_desk(path, backend=script(" Fog.")) as (pilot, desk):
        await editing(pilot, desk)
        await type_text(pilot, "New ")
        prompting = prompting_of(desk)
        await until(pilot, lambda: prompting.draft is not None, "heard")
        await prompting.save()
        while prompting.draft is not None:
            await pilot.press("ctrl+z")
        assert prompting.unsaved
        await prompting._read()
        assert prompting.draft is None


async def test_an_edit_is_kept_for_the_scene_seen_in_the_status_and_let_go(tmp_path: Path) -> None:
    path = write(tmp_path / "a.forge")
    model = script(" Fog came.", " Then rain.")
    async with at_desk(path, backend=model) as (pilot, desk):
        screen = await editing(pilot, desk)
        await type_text(pilot, SLOWLY)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: kept(path) is not None, "kept")
        await until(pilot, lambda: "Kept" in notices(desk.house))
        await pilot.press("escape")
        await until(pilot, lambda: "Edited prompt" in texts(screen.list.rows), "it is what is sent")
        await pilot.press("escape")
        await until(pilot, lambda: desk.house.screen is desk)
        await until(pilot, lambda: "own prompt" in desk.status_bar.plain, "the mark")
        await continued(pilot, desk)
        await continued(pilot, desk)
        assert model.requests[0].prompt.startswith(SLOWLY)
        assert model.requests[1].prompt == model.requests[0].prompt + " Fog came."
    async with at_desk(path, backend=script(" More.")) as (pilot, desk):
        await until(pilot, lambda: "own prompt" in desk.status_bar.plain, "still kept")
        screen = await seen(pilot, desk)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: kept(path) is None, "let go")
        await until(pilot, lambda: "Memory" in texts(screen.list.rows), "made as usual")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "Edited prompt" in texts(screen.list.rows), "there again")
        await pilot.press("ctrl+l")
        await until(pilot, lambda: kept(path) is None, "let go for good")
        await pilot.press("escape")
        await until(pilot, lambda: "own prompt" not in desk.status_bar.plain)


async def test_an_edit_kept_while_the_answer_comes_is_kept_with_the_answer(tmp_path: Path) -> None:
    path = write(tmp_path / "a.forge")
    async with at_desk(path, backend=script(" One two three.", delay=0.2)) as (pilot, desk):
        screen = await editing(pilot, desk)
        await type_text(pilot, SLOWLY)
        await pilot.press("shift+enter")
        await until(pilot, lambda: "One" in screen.page.text, "it writes")
        assert "writing" in screen.status.plain
        await pilot.press("ctrl+s")
        await until(pilot, lambda: kept(path) is not None, "kept")
        assert not desk.continuing.running
        await until(pilot, lambda: prompting_of(desk).draft is None, "no draft is left")
        edit = kept(path)
        assert edit is not None
        assert edit.edited == SLOWLY + edit.base
        assert edit.base.endswith("One two three.")


async def test_another_scene_has_no_part_in_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.forge")
    async with at_desk(path) as (pilot, desk):
        await editing(pilot, desk)
        await pilot.press("a")
        await until(pilot, lambda: prompting_of(desk).draft is not None)
        await pilot.press("backspace")
        await until(pilot, lambda: prompting_of(desk).draft is None, "as it was is no edit")
        await pilot.press("b")
        await until(pilot, lambda: prompting_of(desk).draft is not None)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: desk.house.screen is desk)
        assert desk.outline is not None
        await desk.scenes.open(desk.outline.scenes[1].id)
        await until(pilot, lambda: prompting_of(desk).draft is None, "its own")
        await desk.scenes.open(desk.outline.scenes[0].id)
        await until(pilot, lambda: prompting_of(desk).draft is not None, "there again")


async def test_letting_go_can_be_taken_back_on_the_page(tmp_path: Path) -> None:
    async with at_desk(write(tmp_path / "a.forge")) as (pilot, desk):
        screen = await editing(pilot, desk)
        await type_text(pilot, "Quick")
        await pilot.press("ctrl+l")
        await until(pilot, lambda: not screen.page.text.startswith("Quick"), "as usual")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: screen.page.text.startswith("Quick"), "there again")
        await until(pilot, lambda: prompting_of(desk).draft is not None, "and kept")


async def test_typing_into_the_answer_ends_it_and_escape_stops_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.forge")
    model = ScriptedBackend((" one two three four five six seven eight",), delay=0.2)
    async with at_desk(path, backend=model) as (pilot, desk):
        screen = await editing(pilot, desk)
        await pilot.press("shift+enter")
        await until(pilot, lambda: "one" in screen.page.text, "it writes")
        await pilot.press("escape")
        await until(pilot, lambda: not desk.continuing.running, "stopped")
        assert screen.editing
        assert "eight" not in desk.manuscript.text
        assert screen.page.text.endswith(desk.manuscript.text[len(TEXT) :])


async def test_while_the_model_writes_the_parts_are_there_and_then_exact(tmp_path: Path) -> None:
    model = ScriptedBackend((" one" * 100,), delay=0.2)
    async with at_desk(write(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        await pilot.press("shift+enter")
        await until(pilot, lambda: "one" in desk.manuscript.text, "it writes")
        screen = await seen(pilot, desk)
        assert "is writing" in str(screen.query_one("#said", Static).render())
        assert desk.continuing.stop()
        await until(pilot, lambda: bool(screen.looked and not screen.looked.problem), "exact")
        assert screen.looked is not None
        assert screen.looked.request.prompt.endswith(desk.manuscript.text[len(TEXT) :])
