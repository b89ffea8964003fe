"""A model writes on the page while its author reads, scrolls and types."""

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from storyforge.domain.origin import Origin
from storyforge.tui.widgets.manuscript import Manuscript
from tests.tui.manuscript_app import origins, page_of, paste, until, writing

LONG = "\n".join(f"Paragraph {n} of the story so far." for n in range(60))


def begin(page: Manuscript, take: str = "take") -> str:
    place = page.new_place()
    page.begin_stream(place.id, take)
    return place.id


async def arrived(pilot: Pilot[None], page: Manuscript, words: str) -> None:
    await until(pilot, lambda: words in page.document.text)


async def test_words_arrive_by_themselves_where_the_caret_was() -> None:
    async with writing("Before. After.", 8) as (pilot, page, _):
        place = begin(page)
        assert page.streaming
        assert page.stream_place == place
        for word in ("The ", "lamp ", "burned. "):
            page.stream(word)
        await arrived(pilot, page, "burned. ")
        page.end_stream()
        assert not page.streaming
        assert page.page().text == "Before. The lamp burned. After."
        assert origins(page) == "i" * 8 + "m" * 17 + "i" * 6
        assert page.text_at(place) == "The lamp burned. "
        assert page.provenance.spans[1].take == "take"
        assert page.caret == 25
        assert page.fresh == place


async def test_a_whole_stream_is_one_step_with_what_it_replaced_and_its_trimming() -> None:
    async with writing("Start. ") as (pilot, page, _):
        place = begin(page)
        page.stream("An old take.")
        page.end_stream()
        for n in range(3):
            page.begin_stream(place, f"take{n}")
            page.stream("A new ")
            page.end_stream("A new one.")
        assert page.page().text == "Start. A new one."
        for _step in range(3):
            await pilot.press("ctrl+z")
        assert page.page().text == "Start. An old take."
        await pilot.press("ctrl+z")
        assert page.page().text == "Start. "
        assert page.text_at(place) == ""
        assert page.place_at_caret() == page.provenance.place(place)
        for _step in range(4):
            await pilot.press("ctrl+y")
        assert page.page().text == "Start. A new one."
        assert page.text_at(place) == "A new one."
        assert page.provenance.spans[-1].take == "take2"


async def test_a_place_finds_back_where_it_was_when_more_than_its_take_was_undone() -> None:
    async with writing("Start. ") as (pilot, page, _):
        await pilot.press("D", "a", "r", "k")
        place = begin(page)
        page.stream(" water.")
        page.end_stream()
        await pilot.press("ctrl+z", "ctrl+z")
        assert page.page().text == "Start. "
        await pilot.press("ctrl+y")
        here = page.place_at_caret()
        assert here is not None
        assert (here.id, here.start, here.end) == (place, 11, 11)
        await pilot.press("ctrl+y")
        assert page.text_at(place) == " water."


async def test_an_undone_continuation_can_be_brought_back_by_walking() -> None:
    async with writing("Start. ") as (pilot, page, _):
        place = begin(page)
        page.stream("A take.")
        page.end_stream()
        await pilot.press("ctrl+z")
        here = page.place_at_caret()
        assert here is not None
        assert here.id == place
        page.put_take(here.id, "take", "A take.")
        assert page.page().text == "Start. A take."
        page.put_take(here.id, "other", "Another.", Origin.EDITED)
        assert origins(page) == "i" * 7 + "e" * 8
        await pilot.press("ctrl+z", "ctrl+z")
        assert page.page().text == "Start. "


@pytest.mark.parametrize("standing", ["The lamp.", "The lamp. Then", "Other", "", "The lamp. The"])
async def test_in_the_end_the_place_holds_exactly_what_shall_stand(standing: str) -> None:
    async with writing("[]", 1) as (pilot, page, _):
        place = begin(page)
        page.stream("The lamp. ")
        page.stream("The")
        page.end_stream(standing)
        assert page.page().text == f"[{standing}]"
        assert page.text_at(place) == standing
        assert page.provenance.length == len(page.page().text)
        await pilot.press("ctrl+z")
        assert page.page().text == "[]"
        assert not page.history_of_page.can_undo


async def test_a_stream_without_words_leaves_the_page_and_no_step() -> None:
    async with writing("Start. ") as (_pilot, page, _):
        place = begin(page)
        page.end_stream()
        page.put_take(place, "take", "Kept.")
        steps = len(page.history_of_page.steps)
        page.begin_stream(place, "failing")
        page.end_stream()
        assert page.page().text == "Start. Kept."
        assert len(page.history_of_page.steps) == steps
        page.begin_stream(place, "empty")
        page.end_stream("")
        assert page.page().text == "Start. "


async def test_a_retry_from_inside_a_take_goes_along_with_the_new_one() -> None:
    async with writing("Start. ") as (pilot, page, _):
        place = begin(page)
        page.stream("An old take.")
        page.end_stream()
        await pilot.press("left", "left", "left")
        page.begin_stream(place, "second")
        page.stream("New words")
        assert page.page().text == "Start. New words"
        assert page.caret == len("Start. New words")
        page.end_stream()


async def test_what_arrives_is_cleaned_even_across_pieces() -> None:
    async with writing() as (_pilot, page, _):
        begin(page)
        for piece in ("a\r", "\nb\x1b", "[31m\x07c", "\r"):
            page.stream(piece)
        page.end_stream()
        assert page.page().text == "a\nb[31mc\n"


async def test_words_after_the_end_are_dropped() -> None:
    async with writing() as (_pilot, page, _):
        begin(page)
        page.stream("a")
        page.end_stream()
        page.stream("late")
        page.end_stream("nothing to end")
        assert page.page().text == "a"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("x", "Start. The lampx"),
        ("enter", "Start. The lamp\n"),
        ("backspace", "Start. The lam"),
        ("delete", "Start. The lamp"),
        ("ctrl+w", "Start. The "),
        ("ctrl+u", ""),
        ("ctrl+k", "Start. The lamp"),
        ("ctrl+shift+k", ""),
        ("alt+delete", "Start. The lamp"),
        ("ctrl+x", ""),
        ("ctrl+v", "Start. The lamp"),
        ("ctrl+z", "Start. "),
        ("ctrl+y", "Start. The lamp"),
    ],
)
async def test_a_key_ends_the_stream_keeps_what_came_and_applies_after_it(
    key: str, text: str
) -> None:
    async with writing("Start. ") as (pilot, page, desk):
        place = begin(page)
        page.stream("The")
        page.stream(" lamp")
        await pilot.press(key)
        assert not page.streaming
        assert page.page().text == text
        assert page.provenance.length == len(text)
        (heard,) = (m for m in desk.heard if isinstance(m, Manuscript.StreamInterrupted))
        assert (heard.place_id, heard.standing) == (place, "The lamp")
        page.stream("late")
        assert page.page().text == text


async def test_a_paste_ends_the_stream_and_comes_after_it() -> None:
    async with writing() as (pilot, page, _):
        begin(page)
        page.stream("The")
        page.stream(" lamp")
        await paste(pilot, " was mine")
        assert page.page().text == "The lamp was mine"
        assert origins(page) == "m" * 8 + "t" * 9
        assert page.fresh is None


async def test_a_caret_elsewhere_stays_and_types_elsewhere() -> None:
    async with writing("one two three", 7) as (pilot, page, _):
        begin(page)
        page.stream(" and a half")
        await arrived(pilot, page, "half")
        await pilot.press("ctrl+home", "right")
        page.stream(" more")
        await arrived(pilot, page, "more")
        assert page.caret == 1
        assert page.streaming
        page.stream(" yet")
        await pilot.press("X")
        assert page.page().text == "oXne two and a half more yet three"
        assert page.caret == 2


async def test_a_caret_behind_the_stream_keeps_its_words() -> None:
    async with writing("one two three", 3) as (pilot, page, _):
        begin(page)
        await pilot.press("end", *["shift+left"] * 5)
        page.stream("!\nA line\nmore")
        await arrived(pilot, page, "more")
        assert page.selected_text == "three"
        page.end_stream()
        assert page.selected_text == "three"


async def test_a_selection_that_touches_the_stream_stays_as_it_is() -> None:
    async with writing("one two three", 3) as (pilot, page, _):
        begin(page)
        await pilot.press(*["shift+right"] * 4)
        page.stream(" and")
        assert page.selected_text == " two"
        await pilot.press("left", "left", *["shift+left"] * 2)
        page.stream(" so")
        page.end_stream()
        assert page.selected_text == "an"
        assert page.page().text == "one and so two three"


async def test_keys_that_only_look_do_not_stop_the_stream() -> None:
    async with writing(LONG) as (pilot, page, desk):
        begin(page)
        page.stream("Now.")
        for key in ("up", "left", "shift+left", "home", "pageup", "ctrl+home", "escape", "ctrl+c"):
            await pilot.press(key)
        page.scroll_down(animate=False)
        assert page.streaming
        page.stream(" Then.")
        await arrived(pilot, page, "Now. Then.")
        assert desk.asked == ["escape"]
        page.end_stream()


async def test_the_view_follows_the_stream_while_the_caret_does() -> None:
    async with writing(LONG) as (pilot, page, _):
        begin(page)
        page.stream("\nmore" * 30)
        await pilot.pause()
        assert page.caret_in_view
        assert page.caret == len(page.document.text)


async def test_the_view_stays_when_the_author_scrolled_away() -> None:
    async with writing(LONG) as (pilot, page, _):
        begin(page)
        page.stream("\nfirst")
        await arrived(pilot, page, "first")
        page.scroll_to(y=5, animate=False)
        page.stream("\nmore" * 30)
        await arrived(pilot, page, "more\nmore")
        assert page.scroll_offset.y == 5
        assert page.caret == len(page.document.text)
        await pilot.press("x")
        assert page.caret_in_view
        assert page.document.text.endswith("morex")


async def test_words_above_the_view_do_not_move_what_is_read() -> None:
    async with writing(LONG, 0) as (pilot, page, _):
        begin(page)
        await pilot.press("ctrl+end")
        top = page.render_line(0).text
        for _n in range(3):
            page.stream("A line that is streamed far above.\n")
            page._flush()
            await pilot.pause()
            assert page.render_line(0).text == top
        assert page.caret == len(page.document.text)


async def test_the_page_goes_on_while_a_dialog_lies_over_it() -> None:
    async with writing("Start. ") as (pilot, page, _):
        begin(page)
        page.stream("One")
        await pilot.app.push_screen(ModalScreen())
        page.stream(" two")
        await arrived(pilot, page, "One two")
        page.stream(" three")
        await arrived(pilot, page, "One two three")


async def test_an_edit_by_place_ends_the_stream_and_still_hits_what_it_meant() -> None:
    async with writing("one two three", 3) as (_pilot, page, _):
        begin(page)
        page.stream(" and")
        page.stream(" a half")
        end = (0, len(page.document.text))
        page.replace("four", (0, end[1] - 5), end)
        assert page.page().text == "one and a half two four"
        assert not page.streaming


async def test_another_scene_ends_the_stream() -> None:
    async with writing("one") as (pilot, page, _):
        begin(page)
        page.stream(" two")
        page.show(page_of("other"))
        assert not page.streaming
        assert page.page().text == "other"
        await pilot.press("x", "ctrl+z")
        assert page.page().text == "other"


async def test_the_fresh_words_are_tinted_until_the_author_types_on() -> None:
    async with writing("Start. ", size=(40, 6)) as (pilot, page, _):

        def tinted() -> str:
            strip = page.render_line(0)
            plain = page.rich_style.bgcolor
            caret = page.get_component_rich_style("text-area--cursor").bgcolor
            return "".join(
                segment.text
                for segment in strip
                if segment.style and segment.style.bgcolor not in (plain, caret)
            )

        begin(page)
        page.stream("The lamp.")
        page.end_stream()
        await pilot.pause()
        assert tinted() == "The lamp."
        await pilot.press("left", "right")
        assert tinted() == "The lamp."
        await pilot.press("space")
        await pilot.pause()
        assert tinted() == ""
