"""What an author does to a page: text, who wrote it, and undo, all in step."""

import pytest

from storyforge.domain.origin import Origin, Provenance, Span
from storyforge.domain.story import Page
from storyforge.errors import Refused
from storyforge.tui.widgets.manuscript import Manuscript
from tests.tui.manuscript_app import origins, page_of, paste, press_at, until, writing


async def test_typed_words_are_the_authors() -> None:
    async with writing("The lamp.", 4) as (pilot, page, desk):
        await pilot.press("o", "l", "d", "space")
        assert page.page().text == "The old lamp."
        assert origins(page) == "iiii" + "tttt" + "iiiii"
        assert page.page().caret == 8
        assert any(isinstance(message, Manuscript.Edited) for message in desk.heard)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["backspace"], "one two thre\nfour"),
        (["delete"], "one two threefour"),
        (["ctrl+w"], "one two \nfour"),
        (["left", "left", "alt+delete"], "one two thr\nfour"),
        (["shift+left", "shift+left", "x"], "one two thrx\nfour"),
        (["ctrl+u"], "\nfour"),
        (["home", "ctrl+k"], "\nfour"),
        (["ctrl+shift+k"], "four"),
        (["down", "ctrl+shift+k"], "one two three\n"),
        (["enter", "a"], "one two three\na\nfour"),
        (["ctrl+a", "ctrl+x", "ctrl+v"], "one two three\nfour"),
        (["ctrl+x"], "four"),
        (["ctrl+end", "ctrl+home", "delete"], "ne two three\nfour"),
        (["ctrl+shift+home", "delete"], "\nfour"),
        (["ctrl+shift+end", "delete"], "one two three"),
    ],
)
async def test_every_way_to_edit_keeps_the_account_and_can_be_undone(
    keys: list[str], text: str
) -> None:
    async with writing("one two three\nfour", 13) as (pilot, page, _):
        before = page.provenance
        await pilot.press(*keys)
        assert page.page().text == text
        assert page.provenance.length == len(text)
        while page.history_of_page.can_undo:
            await pilot.press("ctrl+z")
        assert page.page().text == "one two three\nfour"
        assert page.provenance == before
        while page.history_of_page.can_redo:
            await pilot.press("ctrl+y")
        assert page.page().text == text
        assert page.provenance.length == len(text)


async def test_redo_has_a_second_key() -> None:
    async with writing() as (pilot, page, _):
        await pilot.press("a", "ctrl+z", "ctrl+shift+z")
        assert page.page().text == "a"


async def test_undo_puts_the_caret_where_something_happened() -> None:
    async with writing("abc\ndef", 0) as (pilot, page, _):
        await pilot.press("x", "ctrl+end", "ctrl+z")
        assert page.page().text == "abc\ndef"
        assert page.caret == 0
        await pilot.press("ctrl+end", "ctrl+y")
        assert page.caret == 1


async def test_writing_inside_a_take_edits_it_and_behind_it_is_ones_own() -> None:
    async with writing("Dark. ") as (pilot, page, _):
        place = page.new_place()
        page.put_take(place.id, "take", "A lamp.")
        await pilot.press("left", "left", "s", "end", "!")
        assert page.page().text == "Dark. A lamsp.!"
        assert origins(page) == "iiiiii" + "mmmmm" + "e" + "mm" + "t"
        assert page.text_at(place.id) == "A lamsp."


async def test_what_is_pasted_is_cleaned() -> None:
    async with writing() as (pilot, page, _):
        await paste(pilot, "a\r\nb\rc\x1b[31m\x00\td\u2028e")
        assert page.page().text == "a\nb\nc[31m\td\ne"
        assert page.provenance.length == len(page.page().text)
        await pilot.press("ctrl+z")
        assert page.page().text == ""


async def test_words_in_any_script_reach_the_page_whole() -> None:
    words = "　「海」cafe\u0301 שלום مرحبا 👩\u200d🚀\u00a0!"
    async with writing() as (pilot, page, _):
        keys = [(float(i), f"key{i}", character) for i, character in enumerate(words)]
        await press_at(pilot, *keys)
        await until(pilot, lambda: len(page.document.text) >= len(words))
        assert page.page().text == words
        await pilot.press("backspace", "backspace")
        assert page.page().text == words[:-2]


async def test_a_page_is_shown_clean_and_without_a_false_account() -> None:
    async with writing() as (_pilot, page, _):
        page.show(Page("s", "a\x1b[2Jb", Provenance.whole(7, Origin.MODEL), caret=99))
        assert page.page().text == "a[2Jb"
        assert page.provenance.length == 5
        assert page.page().caret == 5


async def test_a_scene_keeps_its_steps_while_another_is_shown() -> None:
    async with writing("one") as (pilot, page, _):
        await pilot.press("!", "enter")
        first, steps = page.page(), page.history_of_page
        page.show(page_of("two"))
        await pilot.press("?")
        assert page.page().text == "two?"
        page.show(first, steps)
        await pilot.press("ctrl+z", "ctrl+z")
        assert page.page().text == "one"
        await pilot.press("ctrl+y")
        assert page.page().text == "one!"


async def test_steps_that_no_longer_fit_are_dropped() -> None:
    async with writing("one") as (pilot, page, _):
        await pilot.press("!")
        steps = page.history_of_page
        page.show(page_of("two"))
        page.show(page_of("one, changed elsewhere"), steps)
        await pilot.press("ctrl+z")
        assert page.page().text == "one, changed elsewhere"


async def test_a_text_that_is_loaded_is_accounted_for() -> None:
    async with writing("one") as (pilot, page, _):
        page.text = "another"
        assert origins(page) == "t" * 7
        await pilot.press("ctrl+z")
        assert page.page().text == "another"
        page.clear()
        assert page.provenance.length == 0


async def test_a_locked_page_cannot_be_changed() -> None:
    async with writing("held") as (pilot, page, _):
        await pilot.press("x")
        place = page.new_place()
        page.lock_page("Another holds this story.")
        await pilot.press("a", "enter", "backspace", "delete", "ctrl+x", "ctrl+v", "ctrl+z")
        await pilot.press("ctrl+w", "ctrl+k", "ctrl+u", "ctrl+shift+k")
        await paste(pilot, "pasted")
        assert page.page().text == "heldx"
        assert page.lock_reason == "Another holds this story."
        with pytest.raises(Refused, match="Another holds"):
            page.begin_stream(place.id, "take")
        with pytest.raises(Refused):
            page.put_take(place.id, "take", "no")
        with pytest.raises(Refused):
            page.restore(page_of("no"))
        with pytest.raises(Refused):
            page.break_long_paragraphs()
        page.unlock_page()
        await pilot.press("ctrl+z")
        assert page.page().text == "held"


async def test_a_program_may_edit_by_place_and_the_selection_goes_along() -> None:
    async with writing("one two three", 4) as (pilot, page, _):
        await pilot.press(*["shift+right"] * 3)
        page.insert("zero ", (0, 0))
        assert page.selected_text == "two"
        page.replace("1", (0, 5), (0, 8))
        assert page.page().text == "zero 1 two three"
        assert page.selected_text == "two"
        page.delete((0, 6), (0, 9))
        assert page.selected_text == "o"
        assert page.provenance.length == len(page.page().text)


async def test_an_earlier_version_comes_back_as_one_step() -> None:
    async with writing("Now, at length.") as (pilot, page, _):
        place = page.new_place()
        earlier = Page("scene", "Then.", Provenance((Span(5, Origin.MODEL, "t"),)), 2)
        page.restore(earlier)
        assert page.page().text == "Then."
        assert origins(page) == "mmmmm"
        assert page.provenance.place(place.id) is not None
        await pilot.press("ctrl+z")
        assert page.page().text == "Now, at length."
        assert origins(page) == "i" * 15
        page.restore(Page("scene", "odd\x00", Provenance((Span(9, Origin.MODEL),)), 2))
        assert origins(page) == "ttt"


async def test_the_passage_is_what_stands_around_the_caret_or_a_place() -> None:
    async with writing("one two three", 4) as (pilot, page, _):
        assert page.passage().before == "one "
        assert page.passage().after == "two three"
        await pilot.press(*["shift+right"] * 4)
        assert page.passage().before == "one two "
        place = page.new_place()
        assert page.selection.is_empty
        page.put_take(place.id, "take", "and ")
        around = page.passage(place.id)
        assert (around.before, around.after) == ("one two ", "three")
        with pytest.raises(KeyError):
            page.passage("no such place")
        page.forget_place(place.id)
        assert page.place_at_caret() is None
