"""What is said in passing keeps clear of the author's line, and goes once it could be read."""

from pathlib import Path
from time import time

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from storyforge.errors import StoryforgeError
from storyforge.tui import seen
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk.hinting import FIRST_RUN
from storyforge.tui.dialogs.base import Tell
from storyforge.tui.screens.library import LibraryScreen
from storyforge.tui.terminal import Terminal
from storyforge.tui.work import Idle
from tests.tui.house import at_desk, desk_of, is_ready, notices, running, until, write_story

LONG = "\n".join(f"Line {number} of the page." for number in range(60))


def make_older(app: StoryforgeApp, seconds: float) -> None:
    """As if what is said had been said so long ago."""
    for note in app._notifications:
        note.raised_at -= seconds


async def say(pilot: Pilot[None], app: StoryforgeApp, text: str) -> None:
    """Say it, and wait until it is said."""
    app.tell(text)
    await until(pilot, lambda: text in notices(app), "said")


async def test_a_sentence_that_could_be_read_goes_with_the_next_key(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge")) as (pilot, desk):
        app = desk.house
        app.tell("Kept.")
        app.tell_error(StoryforgeError("The disk is full.", title="Not saved"))
        await until(pilot, lambda: "full" in notices(app), "both")
        await pilot.press("a")
        assert "Kept." in notices(app)
        make_older(app, 1.5)
        await pilot.press("b")
        await until(pilot, lambda: "Kept." not in notices(app), "gone")
        assert "full" in notices(app)


async def test_sentences_do_not_pile_up(tmp_path: Path) -> None:
    async with running(None) as (pilot, app):
        for number in range(5):
            await say(pilot, app, f"Sentence {number}.")
        told = notices(app)
        assert "Sentence 1." not in told
        assert all(f"Sentence {number}." in told for number in (2, 3, 4))


@pytest.mark.parametrize(("key", "is_above"), [("ctrl+end", True), ("ctrl+home", False)])
async def test_a_sentence_keeps_to_the_half_without_the_caret(
    tmp_path: Path, key: str, is_above: bool
) -> None:
    seen.remember(FIRST_RUN)
    path = write_story(tmp_path / "a.forge", LONG)
    app = StoryforgeApp(path, demo=True, terminal=Terminal(shift_enter=True), still=True)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: is_ready(app), "the story open")
        await pilot.press(key)
        app.tell("Kept.")
        await until(pilot, lambda: list(app.screen.query(Toast)), "said")
        toast = app.screen.query_one(Toast)
        await until(pilot, lambda: toast.region.height > 0, "drawn")
        assert (toast.region.y < 12) is is_above
        caret = desk_of(app).manuscript.cursor_screen_offset.y
        assert not toast.region.y <= caret < toast.region.bottom


async def test_a_box_is_not_covered_by_what_was_said_before_it() -> None:
    app = StoryforgeApp(None, demo=True, terminal=Terminal(shift_enter=True), still=True)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LibraryScreen), "the library")
        await say(pilot, app, "Kept.")
        box = Tell("Lore", "Three entries came in.")
        box.since = time()
        await app.push_screen(box)
        app.tell("Drawn.")
        await until(pilot, lambda: list(box.query(Toast)), "said over the box")
        assert [toast._notification.message for toast in box.query(Toast)] == ["Drawn."]
        await app.pop_screen()
        await until(pilot, lambda: len(app.screen.query(Toast)) == 2, "both behind it")


def test_who_stops_what_has_just_ended_is_heard_once() -> None:
    idle = Idle()
    assert not idle.missed(), "nothing ran"
    idle.clear()
    idle.set()
    assert idle.missed()
    assert not idle.missed()
    idle.clear()
    assert not idle.missed(), "it runs, and is stopped"
    idle.set()
    assert not idle.missed(), "the author's own stop ended it"
