"""A part of a picture is marked by keys and mouse, typed, and drawn anew in candidates."""

from pathlib import Path

from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.tui.gallery.region import MarkRegion
from storyforge.tui.gallery.region_view import RegionView
from tests.tui.gallery.galleries import at_gallery, idle, write_pictures
from tests.tui.house import type_text, until


async def test_a_marked_part_is_drawn_anew(tmp_path: Path) -> None:
    painter = ScriptedPainter()
    path = write_pictures(tmp_path / "skerry.forge", count=1)
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        app = gallery.house
        gallery.prompt_editor.rewrite("a lamp", "")
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MarkRegion), "the part")
        view = app.screen.query_one(RegionView)
        await until(pilot, lambda: view.ready, "the picture")
        assert view.region_marked == (16, 16, 48, 48)
        await pilot.press("left", "up")
        moved = view.region_marked
        assert moved[0] < 16
        assert moved[1] < 16
        await pilot.press("d", "shift+down", "minus")
        assert view.region_marked != moved
        await pilot.press("n")
        await pilot.press("ctrl+u")
        await type_text(pilot, "8, 0, 24, 32")
        await pilot.press("enter")
        await until(pilot, lambda: view.region_marked == (8, 0, 32, 32), "the numbers")
        await pilot.press("right_square_bracket", "comma", "enter")
        await until(pilot, lambda: len(gallery.look.pictures) == 3, "two candidates")
        await idle(pilot, gallery.desk)
        redraw = painter.orders[-1].redraw
        assert redraw is not None
        assert (redraw.region, redraw.strength, redraw.only_masked) == ((8, 0, 32, 32), 0.45, True)
        assert gallery.look.pictures[-1].parent_id == gallery.look.pictures[0].id


async def test_the_mouse_drags_a_rectangle(tmp_path: Path) -> None:
    async with at_gallery(write_pictures(tmp_path / "skerry.forge", count=1)) as (pilot, gallery):
        app = gallery.house
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MarkRegion), "the part")
        view = app.screen.query_one(RegionView)
        await until(pilot, lambda: view.ready, "the picture")
        middle = (view.size.width // 2, view.size.height // 2)
        await pilot.mouse_down(view, offset=(middle[0] - 4, middle[1] - 2))
        await pilot.hover(view, offset=(middle[0] + 4, middle[1] + 2))
        await pilot.mouse_up(view, offset=(middle[0] + 4, middle[1] + 2))
        left, top, right, bottom = view.region_marked
        assert left < 32 < right
        assert top < 32 < bottom
        assert (left, top, right, bottom) != (16, 16, 48, 48)
        await pilot.press("escape")
        assert app.screen is gallery
