"""Which keys the page takes, which it lets through, and in what order they apply."""

from textual import events

from storyforge.tui.widgets.manuscript import PASTE_GAP, Manuscript
from tests.tui.manuscript_app import press_at, until, writing


async def test_the_desks_keys_pass_through() -> None:
    async with writing("text") as (pilot, page, desk):
        keys = ["shift+enter", "ctrl+j", "f5", "f6", "f7", "ctrl+f", "escape"]
        at = 0.0
        for key in keys:
            at += 1
            await press_at(pilot, (at, key, None))
        assert desk.asked == keys
        assert page.page().text == "text"
        assert page.selection.is_empty


async def test_a_ctrl_j_right_behind_other_input_is_a_pasted_newline() -> None:
    async with writing() as (pilot, page, desk):
        at = 100.0
        await press_at(
            pilot,
            (at, "a", "a"),
            (at + 0.001, "ctrl+j", "\n"),
            (at + 0.002, "b", "b"),
            (at + 0.003, "shift+\r", "\r"),
            (at + 0.004, "c", "c"),
        )
        assert page.page().text == "a\nb\nc"
        await press_at(pilot, (at + 0.004 + 2 * PASTE_GAP, "ctrl+j", "\n"))
        await until(pilot, lambda: desk.asked == ["ctrl+j"])
        assert page.page().text == "a\nb\nc"


async def test_a_paste_may_begin_with_newlines() -> None:
    async with writing("text") as (pilot, page, desk):
        at = 100.0
        await press_at(
            pilot, (at, "ctrl+j", "\n"), (at + 0.001, "ctrl+j", "\n"), (at + 0.002, "a", "a")
        )
        assert page.page().text == "text\n\na"
        await press_at(pilot, (at + 1, "f5", None))
        assert desk.asked == ["f5"]


async def test_a_ctrl_j_is_a_wish_when_what_follows_took_its_time() -> None:
    async with writing("text") as (pilot, page, desk):
        at = 100.0
        await press_at(pilot, (at, "ctrl+j", "\n"), (at + 2 * PASTE_GAP, "a", "a"))
        assert desk.asked == ["ctrl+j"]
        assert page.page().text == "texta"


async def test_shift_enter_as_xterm_sends_it_asks_for_a_continuation() -> None:
    async with writing("text") as (pilot, page, desk):
        await press_at(pilot, (100.0, "shift+\r", "\r"))
        await until(pilot, lambda: bool(desk.heard))
        assert isinstance(desk.heard[0], Manuscript.ContinueRequested)
        assert page.page().text == "text"


async def test_ctrl_j_as_tmux_sends_it_writes_no_letter() -> None:
    async with writing("text") as (pilot, page, desk):
        await press_at(pilot, (100.0, "ctrl+j", "j"))
        await until(pilot, lambda: desk.asked == ["ctrl+j"])
        await press_at(pilot, (101.0, "alt+a", "a"))
        assert page.page().text == "text"


async def test_shift_with_space_or_backspace_is_still_space_and_backspace() -> None:
    async with writing("text") as (pilot, page, _):
        await press_at(pilot, (1.0, "shift+space", None), (2.0, "shift+space", " "))
        assert page.page().text == "text  "
        await press_at(pilot, (3.0, "\x7f", "\x7f"))
        assert page.page().text == "text "


async def test_keys_apply_in_the_order_in_which_they_were_pressed() -> None:
    """A page's own keys do not take the way through the app, where letters overtake them."""
    async with writing() as (pilot, page, _):
        for key in ("a", "b", "backspace", "c", "left", "d", "ctrl+z", "e"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await until(pilot, lambda: "e" in page.document.text)
        assert page.page().text == "aec"


async def test_an_authors_own_keys_are_honoured() -> None:
    async with writing("one two") as (pilot, page, _):
        pilot.app.set_keymap({"manuscript.delete_word_left": "ctrl+t"})
        await pilot.press("ctrl+t")
        assert page.page().text == "one "


async def test_tab_moves_the_focus_and_writes_nothing() -> None:
    async with writing("text") as (pilot, page, _):
        assert page.tab_behavior == "focus"
        await pilot.press("tab")
        assert page.page().text == "text"


async def test_the_page_claims_text_and_no_commands() -> None:
    async with writing() as (_pilot, page, _):
        assert page.check_consume_key("a", "a")
        assert page.check_consume_key("ideographic_space", "\u3000")
        assert not page.check_consume_key("f5", None)
        assert not page.check_consume_key("escape", "\x1b")
        page.lock_page("Held.")
        assert not page.check_consume_key("a", "a")


async def test_a_copy_leaves_the_page_and_a_lone_ctrl_c_passes() -> None:
    async with writing("one two") as (pilot, page, _):
        await pilot.press("ctrl+c")
        await pilot.press(*["shift+left"] * 3, "ctrl+c")
        assert pilot.app.clipboard == "two"
        assert page.page().text == "one two"
