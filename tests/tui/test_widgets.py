"""Lists and bars: what fits, what goes, what a click or a key does."""

from dataclasses import replace
from typing import Any, cast

import pytest
from rich.cells import cell_len
from textual import content
from textual.app import App, ComposeResult
from textual.content import Content

from storyforge.domain.counting import Counts
from storyforge.domain.generation import Loading, Thought, Waiting
from storyforge.domain.model import ModelCard, Price
from storyforge.domain.profile import Profile, Task
from storyforge.studio.profiles.overview import Seen
from storyforge.tui import seen
from storyforge.tui.models.facts import about
from storyforge.tui.widgets.bars import Bar, Part, StatusBar, that_fit
from storyforge.tui.widgets.model_words import (
    asked_told,
    language_warning,
    short_name,
    silent_told,
    thinking_told,
    waiting_told,
)
from storyforge.tui.widgets.prose import Prose, wrap_all_like_pages
from storyforge.tui.widgets.rows import Row, RowList, fitted
from storyforge.tui.widgets.status import Status, parts, step_told
from storyforge.tui.widgets.takes import size


class Lists(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield RowList()
        yield StatusBar()

    def on_bar_asked(self, event: Bar.Asked) -> None:
        self.asked.append(event.action)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        self.chosen.append(event.row.id)


def test_text_is_fitted_to_cells_not_letters() -> None:
    assert fitted("abc", 5) == "abc  "
    assert fitted("abcdef", 4) == "abc…"
    assert cell_len(fitted("灯台守の夜", 6)) == 6
    assert fitted("abc", 0) == ""


async def test_a_list_moves_over_its_free_rows_and_keeps_its_place() -> None:
    app = Lists()
    async with app.run_test(size=(40, 10)) as pilot:
        rows = app.query_one(RowList)
        head = Row("h", "head", fixed=True, kind="head")
        rows.show([head, *(Row(str(n), f"row {n}", f"{n}") for n in range(30))])
        rows.focus()
        assert rows.row == Row("0", "row 0", "0")
        await pilot.press("up", "up")
        assert rows.cursor == 1
        await pilot.press("pagedown", "enter")
        assert app.chosen == [rows.rows[rows.cursor].id]
        await pilot.press("end")
        assert rows.row is not None
        assert rows.row.id == "29"
        assert rows.scroll_offset.y > 0
        rows.show([Row(str(n), "again") for n in range(20, 30)])
        assert rows.row.id == "29"
        await pilot.press("home")
        await pilot.click(RowList, offset=(3, 2))
        assert app.chosen[-1] == "22"
        await pilot.click(RowList, offset=(3, 8))
        rows.show([])
        assert rows.row is None
        await pilot.press("enter", "down")
        rows.mark("nowhere")


def test_what_does_not_fit_goes_in_order_of_weight() -> None:
    line = [Part("model", 6), Part("here", 1), Part("", 9), Part("saved", 4)]
    assert [part.text for part in that_fit(line, 40, 3)] == ["model", "here", "saved"]
    assert [part.text for part in that_fit(line, 15, 3)] == ["model", "saved"]
    assert [part.text for part in that_fit(line, 3, 3)] == ["model"]
    offer = Part("a long offer of another model", 11)
    assert [part.text for part in that_fit([*line, offer], 19, 3)] == ["model", "saved"]


async def test_a_bar_sets_left_and_right_and_hears_clicks() -> None:
    app = Lists()
    async with app.run_test(size=(40, 5)) as pilot:
        bar = app.query_one(StatusBar)
        bar.put(
            [Part("model", action="model"), Part("120 tokens", action="length")], [Part("saved")]
        )
        await pilot.pause()
        assert bar.plain == f"{'model │ 120 tokens':<33}saved"
        await pilot.click(StatusBar, offset=(10, 0))
        await pilot.click(StatusBar, offset=(37, 0))
        assert app.asked == ["length"]


def test_the_status_says_what_matters_first() -> None:
    told = Status(model="M", scene=Counts(2, 9), story=Counts(1234, 9), saved="saved", length="9")
    left, right = parts(told)
    assert "scene 2 w · story 1,234 w" in [part.text for part in left]
    assert [part.text for part in right] == ["saved"]
    left, right = parts(Status(unsaved="not saved: full", saved="saved", language="ja"))
    assert left[0].text == "not saved: full"
    assert right == []
    assert size("灯台。", "ja") == "3 ch."
    assert size("one", "en") == "1 word"


def test_a_long_wait_is_told_before_the_length_of_the_text() -> None:
    cost = "an edit here: 1,883 of 1,883 read again, about 22 s"
    counts = Counts(1405, 9)
    told = Status(model="SmolLM2-135M", place="on this machine", saved="saved", today="today 1")
    told = replace(told, prompt=cost, scene=counts, story=counts)
    for slow, width in ((True, 78), (True, 98), (False, 98)):
        left, right = parts(replace(told, slow=slow))
        shown = [part.text for part in that_fit([*left, *right], width, 3)]
        assert (cost in shown) == slow
        assert "● SmolLM2-135M" in shown
        assert "saved" in shown


def test_a_model_is_described_honestly() -> None:
    card = ModelCard("Small", languages=("en",), note="It only shows the keys.")
    assert "writes English only" in language_warning(card, "ja-JP")
    assert language_warning(card, "en-GB") == ""
    assert language_warning(ModelCard("Any"), "ja") == ""
    here = about(Seen(Profile("local", "llama.cpp"), card, writes=True))
    assert "It only shows the keys." in here
    assert "Your text stays on this machine." in here
    remote = ModelCard("Far", place="api.example.org", context_tokens=8192, price=Price(3, 15))
    profile = Profile("far", "openai", "far-1", preset="Bold")
    there = about(Seen(profile, remote, tasks=(Task.SUMMARY, Task.OUTLINE)))
    assert "far-1, asked by the API of openai." in there
    assert "Your text goes to api.example.org." in there
    assert "It sees up to 8,192 tokens of your story at once." in there
    assert "A million tokens cost 3.00 USD to read and 15.00 USD to write." in there
    assert "Goes to it: summaries, outline." in there
    broken = about(Seen(Profile("b", ""), None, "url: it must be a text"))
    assert broken == "It cannot be used as it is: url: it must be a text"


def test_waiting_is_told_with_what_is_left_of_it() -> None:
    queue = Waiting("in the queue", 40.0, 3)
    assert waiting_told(queue) == "in the queue, 3 before it, about 40 s"
    assert waiting_told(queue, 38.5) == "in the queue, 3 before it, about 2 s"
    assert waiting_told(queue, 60) == "in the queue, 3 before it"
    again = Waiting("too many requests", 4.0, again=True)
    assert waiting_told(again) == "again in 4 s: too many requests"
    assert waiting_told(again, 9) == "again in 0 s: too many requests"
    assert asked_told(0.2) == "waiting for the answer"
    assert asked_told(12.2) == "waiting for the answer … 12 s"
    assert thinking_told(12.2) == "thinking … 12 s"
    assert silent_told(4.9) == ""
    assert silent_told(12.2) == "nothing new for 12 s"
    assert step_told(Thought("hm")) == "thinking"
    assert step_told(Loading(0.0)) == "the engine starts"
    assert step_told(Loading(0.5)) == "loading 50 %"
    assert step_told(Loading(1.0)) == "waiting for the answer"
    assert step_told(queue) == waiting_told(queue)


def test_a_long_name_of_a_model_leaves_room_for_where_it_runs() -> None:
    long = "meta-llama-3.3-70b-instruct-abliterated:free"
    assert short_name(long) == "meta-llama-3.3-70b-instruct-a…"
    told = Status(model=long, place="openrouter.ai", away=True, saved="saved")
    left, _right = parts(told)
    assert left[0].text == f"● {short_name(long)} · openrouter.ai"
    assert [part.text for part in that_fit(left, 20, 3)] == [left[0].text]
    told = replace(told, other="write it with the local model", other_key="Alt+X")
    left, right = parts(replace(told, place="api.anthropic.com"))
    shown = [part.text for part in that_fit([*left, *right], 78, 3)]
    assert shown == [f"● {short_name(long, 16)} · api.anthropic.com", told.other]


def test_what_was_told_once_is_remembered() -> None:
    assert not seen.told("a")
    seen.remember("a")
    seen.remember("a")
    seen.remember("b")
    assert seen.told("a")
    assert seen.told("b")


class Sentences(App[None]):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.prose = Prose(text)

    def compose(self) -> ComposeResult:
        yield self.prose


async def test_sentences_in_a_box_are_wrapped_as_the_page_is() -> None:
    text = "続きを書かせるにはF6を押します。「storyforge」の設定は、あとで変えられます。"
    app = Sentences(text)
    async with app.run_test(size=(30, 12)):
        rows = [strip.text.rstrip() for strip in app.prose.render_lines(app.prose.region)]
        assert "".join(rows) == text
        assert len(rows) == app.prose.region.height
        assert any("F6" in row for row in rows)
        assert any("storyforge" in row for row in rows)
        assert not [row for row in rows if row[:1] in "、。」"]
        assert str(app.prose.render()) == text


async def test_sentences_with_spaces_and_lines_of_their_own_keep_them() -> None:
    app = Sentences("one two three\n\n  four")
    async with app.run_test(size=(9, 12)):
        rows = [strip.text.rstrip() for strip in app.prose.render_lines(app.prose.region)]
        assert rows == ["one two", "three", "", "  four"]


def test_what_textual_wraps_itself_begins_no_line_with_a_full_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = cast(Any, content).divide_line
    monkeypatch.setattr(content, "divide_line", plain)  # put back behind the test
    told = Content("選択がなければ、その文が対象です。\nThe rest is “English”.")
    assert [line.plain for line in told.wrap(32)][1] == "。"
    wrap_all_like_pages()
    assert [line.plain for line in told.wrap(32)] == [
        "選択がなければ、その文が対象で",
        "す。",
        "The rest is “English”.",
    ]
