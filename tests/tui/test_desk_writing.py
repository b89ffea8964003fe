"""Writing at the desk: typing reaches the disk; a continuation comes, stops, is tried again."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from textual import events

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Delta, Reading, Request, TakeState
from storyforge.domain.origin import Origin
from storyforge.store.story_file import StoryFile
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.terminal import SHIFT_ENTER_OTHER
from tests.tui.house import (
    TEXT,
    at_desk,
    continued,
    notices,
    script,
    stored,
    type_text,
    until,
    write_story,
)

ONE = " She went down to the slip."
TWO = " Nobody was aboard."


async def test_what_is_typed_is_on_the_disk_without_being_asked(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await type_text(pilot, " Fog.")
        await until(pilot, lambda: desk.telling.status.saved == "saved", "saved")
        assert stored(path) == TEXT + " Fog."
        assert "scene 12 w" in status(desk)


async def test_a_continuation_stands_at_the_caret_and_in_the_file(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE)) as (pilot, desk):
        await continued(pilot, desk)
        assert desk.manuscript.text == TEXT + ONE
        assert stored(path) == TEXT + ONE
        spans = desk.manuscript.provenance.spans
        assert [span.origin for span in spans] == [Origin.TYPED, Origin.MODEL]
        await until(pilot, lambda: desk.takes.takes, "the panel shows the take")
        # What reading cost goes before what was written, where the line is too short for both.
        assert desk.telling.status.wrote.startswith("6 tokens, ")
        assert "prompt: " in status(desk)
        assert desk.telling.status.prompt.startswith("prompt: ")


async def test_ctrl_j_and_f5_continue_too(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE, TWO)) as (pilot, desk):
        await continued(pilot, desk, "ctrl+j")
        await continued(pilot, desk, "f5")
        assert desk.manuscript.text == TEXT + ONE + TWO


async def test_a_continuation_is_one_step_and_walking_brings_it_back(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE)) as (pilot, desk):
        await continued(pilot, desk)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT, "undone")
        await pilot.press("alt+up")
        await until(pilot, lambda: desk.manuscript.text == TEXT + ONE, "walked back")


async def test_escape_stops_and_keeps_what_came(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    long = " word" * 100
    async with at_desk(path, backend=script(long, delay=0.05)) as (pilot, desk):
        await pilot.press("shift+enter")
        await until(pilot, lambda: len(desk.manuscript.text) > len(TEXT) + 20, "words come")
        assert "stop" in status(desk)
        await pilot.press("escape")
        await until(pilot, lambda: not desk.continuing.running, "stopped")
        kept = desk.manuscript.text
        assert len(TEXT) < len(kept) < len(TEXT + long)
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert stored(path) == kept
        take = only_take(path)
        assert take.state is TakeState.STOPPED
        assert take.standing == kept[len(TEXT) :]


async def test_typing_into_a_stream_stops_it_and_stands_behind_it(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(" word" * 100, delay=0.05)) as (pilot, desk):
        await pilot.press("shift+enter")
        await until(pilot, lambda: len(desk.manuscript.text) > len(TEXT) + 20, "words come")
        await pilot.press("x")
        await until(pilot, lambda: not desk.continuing.running, "stopped")
        assert desk.manuscript.text.endswith("x")
        came = desk.manuscript.text[len(TEXT) : -1]
        assert only_take(path).standing == came


class Reader(ScriptedBackend):
    """Reads until it is let on."""

    def __init__(self, *answers: str, delay: float = 0.0) -> None:
        super().__init__(answers, delay=delay)
        self.let_on = asyncio.Event()
        self.reading = asyncio.Event()

    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        yield Reading(1, 2, 0)
        self.reading.set()
        await self.let_on.wait()
        async for delta in super().stream(request, stop):
            yield delta


async def test_what_is_typed_while_the_model_reads_stands_behind_its_words(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    model = Reader(ONE)
    async with at_desk(path, backend=model) as (pilot, desk):
        await pilot.press("shift+enter", "F", "o", "g")
        await until(pilot, model.reading.is_set, "it reads")
        await type_text(pilot, " came.")
        assert desk.manuscript.text == TEXT + "Fog came."
        model.let_on.set()
        await until(pilot, lambda: desk.continuing.ended == 1, "whole")
        assert desk.manuscript.text == TEXT + ONE + " Fog came."
        assert only_take(path).standing == ONE
        assert desk.manuscript.caret == len(desk.manuscript.text)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT + "Fog came.", "one step")


async def test_what_is_typed_elsewhere_while_the_model_reads_leaves_the_take_at_its_place(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    model = Reader(ONE)
    async with at_desk(path, backend=model) as (pilot, desk):
        await pilot.press("shift+enter")
        await until(pilot, model.reading.is_set, "it reads")
        desk.manuscript.move_cursor((0, 0))
        await type_text(pilot, "Once. ")
        model.let_on.set()
        await until(pilot, lambda: desk.continuing.ended == 1, "whole")
        assert desk.manuscript.text == "Once. " + TEXT + ONE
        assert desk.manuscript.caret == len("Once. ")
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert stored(path) == "Once. " + TEXT + ONE


async def test_a_stop_while_the_model_reads_leaves_the_page_as_it_was(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    model = Reader(ONE)
    async with at_desk(path, backend=model) as (pilot, desk):
        await pilot.press("shift+enter")
        await until(pilot, model.reading.is_set, "it reads")
        await pilot.press("escape")
        model.let_on.set()
        await until(pilot, lambda: desk.continuing.ended == 1, "stopped")
        assert desk.manuscript.text == TEXT
        assert desk.manuscript.provenance.places == ()
        assert takes(path) == []


async def test_text_behind_the_caret_stays_and_the_model_does_not_lose_the_seam(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge", "The lamp. The end.")
    async with at_desk(path, backend=script(" It went out.")) as (pilot, desk):
        desk.manuscript.move_cursor((0, len("The lamp.")))
        await continued(pilot, desk)
        assert desk.manuscript.text == "The lamp. It went out. The end."


async def test_retry_replaces_the_take_and_keeps_the_changed_one(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE, TWO)) as (pilot, desk):
        await continued(pilot, desk)
        desk.manuscript.move_cursor((0, len(TEXT) + 4))
        await type_text(pilot, "X")
        changed = desk.manuscript.text[len(TEXT) :]
        await continued(pilot, desk, "f6")
        assert desk.manuscript.text == TEXT + TWO
        assert [(t.state, t.standing) for t in takes(path)] == [
            (TakeState.FINISHED, ONE),
            (TakeState.EDITED, changed),
            (TakeState.FINISHED, TWO),
        ]
        await pilot.press("alt+down")
        await until(pilot, lambda: desk.manuscript.text == TEXT + changed, "the changed one")
        await pilot.press("alt+down")
        await until(pilot, lambda: desk.manuscript.text == TEXT + ONE, "the first one")
        await pilot.press("alt+down")
        await until(pilot, lambda: "oldest" in notices(desk.house), "the end is said")


async def test_retry_away_from_a_take_says_so(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("f6")
        await until(pilot, lambda: "no takes at the caret" in notices(desk.house), "said")
        assert desk.manuscript.text == TEXT


async def test_the_takes_panel_previews_takes_and_goes_back(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE, TWO)) as (pilot, desk):
        await continued(pilot, desk)
        await continued(pilot, desk, "f6")
        await pilot.press("f7")
        await until(pilot, lambda: desk.takes.has_focus, "the panel")
        assert "take it" in keys(desk)
        await pilot.press("down")
        await until(pilot, lambda: desk.manuscript.text == TEXT + ONE, "previewed")
        await pilot.press("escape")
        await until(pilot, lambda: desk.manuscript.text == TEXT + TWO, "back")
        await until(pilot, lambda: desk.manuscript.has_focus, "the page")
        await pilot.press("f7")
        await until(pilot, lambda: desk.takes.has_focus, "the panel again")
        await pilot.press("down", "enter")
        await until(pilot, lambda: desk.manuscript.has_focus, "taken")
        await until(pilot, lambda: not desk.saving.dirty, "saved")
        assert stored(path) == TEXT + ONE


async def test_a_model_that_fails_leaves_a_sentence_and_the_text(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE, fail_after=0)) as (pilot, desk):
        await continued(pilot, desk)
        assert desk.manuscript.text == TEXT
        assert "your text is whole" in notices(desk.house)
        assert desk.manuscript.provenance.places == ()
        assert desk.telling.status.activity == ""


async def test_a_model_that_fails_half_way_leaves_what_came(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE, fail_after=3)) as (pilot, desk):
        await continued(pilot, desk)
        assert desk.manuscript.text == TEXT + " She went down"
        assert only_take(path).state is TakeState.FAILED


async def test_takes_are_still_there_after_a_restart(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE, TWO)) as (pilot, desk):
        await continued(pilot, desk)
        await continued(pilot, desk, "f6")
    async with at_desk(path) as (pilot, desk):
        await pilot.press("alt+down")
        await until(pilot, lambda: desk.manuscript.text == TEXT + ONE, "walked")


async def test_what_runs_is_stopped_by_another_wish_and_kept(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(" word" * 100, delay=0.05)) as (pilot, desk):
        await pilot.press("shift+enter")
        await until(pilot, lambda: len(desk.manuscript.text) > len(TEXT) + 10, "words come")
        await pilot.press("shift+enter", "f6")
        await until(pilot, lambda: desk.continuing.ended == 1, "the first one has ended")
        # The first one's words stand until the second one's come: the page's length tells nothing.
        await until(pilot, lambda: _wrote(desk), "words of the second one")
        assert desk.outline is not None
        other = desk.outline.scenes[1].id
        desk.binder.mark(f"scene:{other}")
        desk.binder.focus()
        await pilot.press("enter")
        await until(pilot, lambda: desk.scene_id == other, "another scene")
        stopped = [take for take in takes(path) if take.state is TakeState.STOPPED]
        assert len(stopped) == 2
        assert stored(path) == TEXT + stopped[1].standing


async def test_shift_enter_as_xterm_and_tmux_send_it(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE)) as (pilot, desk):
        desk.house.post_message(events.Key(SHIFT_ENTER_OTHER, None))
        await until(pilot, lambda: desk.manuscript.text == TEXT + ONE, "continued")


async def test_undo_redo_and_the_way_back_from_the_panel(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(ONE, TWO), size=(100, 24)) as (pilot, desk):
        await continued(pilot, desk)
        await continued(pilot, desk, "f6")
        desk.house.do("undo")
        await until(pilot, lambda: desk.manuscript.text == TEXT + ONE, "undone")
        desk.house.do("redo")
        await until(pilot, lambda: desk.manuscript.text == TEXT + TWO, "done again")
        await pilot.press("alt+up")
        await until(pilot, lambda: "newest" in notices(desk.house), "the end is said")
        await pilot.press("f7")
        await until(pilot, lambda: desk.takes.has_focus and desk.takes.display, "beside the page")
        assert not desk.takes.region.overlaps(desk.manuscript.region)
        await pilot.press("down")
        await until(pilot, lambda: desk.walking.previewing, "previewed")
        await pilot.press("f3")
        await until(pilot, lambda: desk.manuscript.has_focus, "the page")
        assert desk.manuscript.text == TEXT + ONE
        await pilot.press("f7")
        await until(pilot, lambda: desk.takes.has_focus, "again")
        desk.manuscript.focus()
        await until(pilot, lambda: not desk.takes.display, "left by another way")
        await pilot.press("ctrl+b", "escape")
        await until(pilot, lambda: desk.manuscript.has_focus, "Escape leaves the binder")


async def test_a_story_without_words_asks_for_a_first_line(tmp_path: Path) -> None:
    path = tmp_path / "empty.forge"
    StoryFile.create(path, title="").close()
    async with at_desk(path, backend=script(ONE)) as (pilot, desk):
        await pilot.press("shift+enter")
        await until(pilot, lambda: desk.continuing.ended == 1, "answered")
        await until(pilot, lambda: "first line" in notices(desk.house), "asked")
        assert desk.manuscript.text == ""


def _wrote(desk: DeskScreen) -> bool:
    return desk.continuing.run is not None and desk.continuing.run.wrote


def status(desk: DeskScreen) -> str:
    return desk.status_bar.plain


def keys(desk: DeskScreen) -> str:
    return desk.keys_bar.plain


def takes(path: Path):  # type: ignore[no-untyped-def]
    with StoryFile.open(path) as story:
        scene = story.outline().scenes[0]
        return sorted(story.takes.of_scene(scene.id), key=lambda take: take.number)


def only_take(path: Path):  # type: ignore[no-untyped-def]
    (take,) = takes(path)
    return take
