"""A take's column: every character that it holds can be read in it."""

from textual.app import App, ComposeResult

from storyforge.tui.widgets.take_column import TakeColumn

LINE = "　海霧が岬を包んでいた。真理が灯台に戻ったのは、兄が溺れた冬以来のことである。"


class Alone(App[None]):
    """A column and nothing else."""

    def compose(self) -> ComposeResult:
        yield TakeColumn()


async def test_the_bar_of_a_long_take_hides_nothing() -> None:
    for width in (24, 25):
        app = Alone()
        async with app.run_test(size=(width, 10)) as pilot:
            column = app.query_one(TakeColumn)
            column.show([("\n".join([LINE] * 9), "")])
            await pilot.pause()
            assert column.show_vertical_scrollbar
            drawn = "".join(column.render_line(y).text.rstrip(" ") for y in range(5))
            assert (LINE * 9).startswith(drawn)
