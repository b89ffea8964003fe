"""Boxes over others: characters of two cells stay whole at edges that lie below them."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets._toast import Toast

from storyforge.tui.app import StoryforgeApp
from storyforge.tui.composing import WholeCompositor, _claim
from storyforge.tui.dialogs.base import Tell
from storyforge.tui.screens.library import LibraryScreen
from storyforge.tui.terminal import Terminal
from tests.tui.house import until

TOLD = "aを変えました。元に戻せます。"


class Columns(Screen[None]):
    """Columns with edges everywhere, and a line over them."""

    DEFAULT_CSS = """
    Columns { layout: horizontal; layers: below above; }
    Columns .column { width: 3; height: 100%; layer: below; }
    Columns #over { layer: above; width: 40; height: 1; offset: 2 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._compositor = WholeCompositor()

    def compose(self) -> ComposeResult:
        """Twenty narrow columns of two letters, then the line."""
        for _number in range(20):
            yield Static("xyz\nxyz\nxyz", classes="column")
        yield Static(TOLD, id="over")


class Written(App[None]):
    """Only to hold the screen."""

    def on_mount(self) -> None:
        """Show the columns."""
        self.push_screen(Columns())


def rows(app: App[None]) -> list[str]:
    """The screen's rows, as they are when all is drawn."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


async def test_no_character_is_cut_by_what_lies_below() -> None:
    app = Written()
    async with app.run_test(size=(60, 4)) as pilot:
        await pilot.pause()
        shown = rows(app)
        assert shown[0] == "xyz" * 20
        assert shown[1] == "xy" + TOLD + " " * (40 - cell_len(TOLD)) + "xyz" * 6
        assert {cell_len(row) for row in shown} == {60}


async def test_a_change_below_leaves_the_box_above_whole() -> None:
    app = Written()
    async with app.run_test(size=(60, 4)) as pilot:
        await pilot.pause()
        app.screen.query(Static)[2].update("123\n123\n123")
        compositor = app.screen._compositor
        compositor._dirty_regions.update([Region(6, 0, 3, 3)])
        update = compositor.render_partial_update()
        assert update is not None
        text = update.render_segments(app.console)
        assert "123" in text
        assert TOLD in text


async def test_nothing_is_drawn_when_nothing_changed() -> None:
    app = Written()
    async with app.run_test(size=(60, 4)) as pilot:
        await pilot.pause()
        app.screen._compositor._dirty_regions.clear()
        assert app.screen._compositor.render_partial_update() is None


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(1, 30)), max_size=12))
def test_every_cell_belongs_to_the_first_that_claims_it(claims: list[tuple[int, int]]) -> None:
    row: list[tuple[int, int, Widget]] = []
    expected: dict[int, Widget] = {}
    for start, width in claims:
        widget = Widget()
        before = len(expected)
        for cell in range(start, start + width):
            expected.setdefault(cell, widget)
        assert _claim(row, start, start + width, widget) == len(expected) - before
    assert row == sorted(row, key=lambda run: run[0])
    owned = {cell: widget for start, end, widget in row for cell in range(start, end)}
    assert owned == expected
    assert sum(end - start for start, end, _widget in row) == len(expected)


async def test_what_is_told_in_passing_fits_a_narrow_screen() -> None:
    app = StoryforgeApp(None, demo=True, terminal=Terminal(shift_enter=True), still=True)
    async with app.run_test(size=(40, 24), notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LibraryScreen))
        app.tell("エディターで編集した結果をシーンに反映しました。Ctrl+Zで元に戻せます。")
        await until(pilot, lambda: list(app.screen.query(Toast)))
        toast = app.screen.query_one(Toast)
        await until(pilot, lambda: toast.region.height > 3)
        assert toast.region.x >= 0
        assert toast.region.right <= 40
        shown = "".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "反映しました。" in shown.replace(" ", "")


async def test_what_is_told_in_passing_leaves_the_keys_of_a_box_free() -> None:
    app = StoryforgeApp(None, demo=True, terminal=Terminal(shift_enter=True), still=True)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LibraryScreen))
        box = Tell("Lore", "Three entries came in.")
        await app.push_screen(box)
        app.tell("Kept.")
        await until(pilot, lambda: list(box.query(Toast)))
        toast = box.query_one(Toast)
        await until(pilot, lambda: toast.region.height > 0)
        assert not toast.region.overlaps(box.query_one(".box").region)
