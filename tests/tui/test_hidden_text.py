"""What the model does not see is dimmed on the page, as it is typed."""

from textual.pilot import Pilot
from textual.strip import Strip

from storyforge.tui.widgets.hidden_text import HiddenText
from storyforge.tui.widgets.manuscript import Manuscript
from storyforge.tui.widgets.painting import Ink
from tests.tui.house import type_text
from tests.tui.manuscript_app import Desk, page_of, writing


def dimmed(page: Manuscript) -> list[str]:
    """The dimmed text of every row that is on the screen."""
    afar = dict(page._current_look().inks)[Ink.AFAR].color

    def of(strip: Strip) -> str:
        return "".join(s.text for s in strip if s.style and s.style.color == afar)

    drawn = page.screen._compositor.render_strips()
    return [of(strip).strip() for strip in drawn]


async def settled(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.pause()


async def test_commands_are_dimmed_and_what_is_above_a_break() -> None:
    text = "Above.\n@break\nMara.\n@_ not yet\nThe @/* what\nfor *@/ boat @/* here @*/ came."
    app = Desk()
    async with app.run_test(size=(60, 14)) as pilot:
        page = app.manuscript
        page.show(page_of(text))
        page.overlays += (HiddenText(page).marks,)
        await settled(pilot)
        found = "\n".join(dimmed(page))
        for word in ("Above.", "@break", "@_ not yet", "@/* here @*/"):
            assert word in found
        assert "Mara" not in found
        assert "came" not in found


async def test_a_command_typed_in_one_line_dims_the_others() -> None:
    app = Desk()
    async with app.run_test(size=(60, 14)) as pilot:
        page = app.manuscript
        page.show(page_of("Above.\n\nMara.\n"))
        page.overlays += (HiddenText(page).marks,)
        page.move_cursor(page.document.end)
        await type_text(pilot, "@break")
        await settled(pilot)
        assert "Above." in "".join(dimmed(page))
        await pilot.press("backspace")
        await settled(pilot)
        assert "Above." not in "".join(dimmed(page))


async def test_what_is_hidden_moves_with_the_text_however_it_is_written() -> None:
    hidden = "@_ no\n\nMara rowed.\nThe @/* what\nfor\n\nlong *@/ boat @*/ came.\nEnd."
    async with writing(hidden, 0) as (pilot, page, _desk):
        moving = HiddenText(page)
        page.overlays += (moving.marks,)
        keys = ["x", "enter", "y", "down", "down", "enter", "z", "down", "down", "w", "enter"]
        keys += ["backspace", "backspace", "down", "q", "down", "end", "backspace", "ctrl+end", "@"]
        keys += ["ctrl+home", "@", "underscore", "delete", "ctrl+z", "ctrl+z", "ctrl+z"]
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
            fresh = HiddenText(page)
            lines = page.document.lines
            for number, line in enumerate(lines):
                found = list(moving.marks(number, line, 0, len(line)))
                assert found == list(fresh.marks(number, line, 0, len(line))), (key, line)
