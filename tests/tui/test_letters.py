"""Letters as input methods send them, and the menus that need none."""

from pathlib import Path

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input

from storyforge.tui import letters
from storyforge.tui.dialogs.base import AskText
from tests.tui.house import asked, at_desk, running, until, write_story


def key(character: str) -> events.Key:
    return events.Key(_character_to_key(character), character)


async def commit(pilot: Pilot[None], text: str) -> None:
    """What an input method does: the characters of `text` in one read."""
    found = [key(character) for character in text]
    letters.note(found)
    for event in found:
        pilot.app.post_message(event)
    await pilot.pause()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *[
            ("ｎ", "n"),
            ("Ｎ", "N"),
            ("１", "1"),
            ("［", "["),
            ("「", "["),
            ("　", " "),
            ("み", "n"),
        ],
        *[("ミ", "n"), ("ﾐ", "n"), ("い", "i"), ("そ", "c"), ("し", ""), ("海", ""), ("é", "")],
    ],
)
def test_a_character_stands_for_a_plain_key(written: str, meant: str) -> None:
    assert letters.plain(written) == meant


def test_what_comes_in_one_read_is_noted_and_a_held_key_is_not() -> None:
    letters.note_words()
    word = [event for event in XTermParser().feed("新n") if isinstance(event, events.Key)]
    assert [letters.came_in_a_word(event) for event in word] == [True, True]
    held = [event for event in XTermParser().feed("]]]") if isinstance(event, events.Key)]
    assert [letters.came_in_a_word(event) for event in held] == [False] * 3
    (arrow, letter) = list(XTermParser().feed("\x1b[An"))
    assert isinstance(arrow, events.Key)
    assert isinstance(letter, events.Key)
    assert not letters.came_in_a_word(letter)


async def test_a_full_width_letter_is_a_command_in_the_binder(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge")) as (pilot, desk):
        await pilot.press("ctrl+b")
        await until(pilot, lambda: desk.binder.has_focus, "the binder")
        pilot.app.post_message(key("ｎ"))
        await until(pilot, lambda: asked(desk.house, AskText), "the title")
        await pilot.press("escape")


async def test_a_word_from_an_input_method_is_no_command(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge")) as (pilot, desk):
        await pilot.press("ctrl+b")
        await until(pilot, lambda: desk.binder.has_focus, "the binder")
        await commit(pilot, "nできたd")
        await pilot.press("down")
        assert len(pilot.app.screen_stack) == 1
        assert desk.outline is not None
        assert len(desk.outline.scenes) == 3


async def test_on_the_page_and_in_a_field_every_character_stays_what_it_is(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge", "海")) as (pilot, desk):
        await commit(pilot, "ｎ　「新しい」み１")
        await until(pilot, lambda: desk.manuscript.text == "海ｎ　「新しい」み１", "the words")
        await pilot.press("ctrl+b", "r")
        await until(pilot, lambda: asked(desk.house, AskText), "the title")
        field = pilot.app.focused
        assert isinstance(field, Input)
        field.value = ""
        await commit(pilot, "新　ｎ👩\u200d🚀")
        await until(pilot, lambda: field.value == "新　ｎ👩\u200d🚀", "the title")


async def test_the_library_understands_full_width_letters_too() -> None:
    async with running(None) as (pilot, app):
        pilot.app.post_message(key("ｏ"))
        await until(pilot, lambda: asked(app, AskText), "the path")
