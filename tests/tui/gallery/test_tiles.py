"""Where tiles stand, what the form makes of keys, and how pictures become cells."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from textual.geometry import Region, Size

from storyforge import paths
from storyforge.domain.picture.pictures import Picture
from storyforge.errors import BadInput
from storyforge.tui.gallery.form_values import Values, checked
from storyforge.tui.gallery.grid_layout import GridLayout, Group, Tile
from storyforge.tui.gallery.progress_pane import preview_of
from storyforge.tui.gallery.showing import Shown, fitted, show
from storyforge.tui.gallery.thumbnails import Thumbnails
from storyforge.tui.graphics import USUAL_CELL, Mode
from tests.tui.gallery.galleries import at_gallery, png, write_pictures
from tests.tui.house import until


def picture(number: int) -> Picture:
    when = datetime(2026, 1, 2, tzinfo=UTC)
    return Picture(f"p{number}", "s", when, 64, 64, number, digest=f"d{number}")


def group(key: str, *numbers: int, kind: str = "") -> Group:
    tiles = tuple(Tile(picture(number)) for number in numbers)
    return Group(key, key, tiles=tiles, kind=kind)


def test_tiles_stand_in_rows_and_the_cursor_passes_over_heads_with_tiles() -> None:
    layout = GridLayout([group("a", 1, 2, 3, 4, 5), group("b"), group("c", 6)], 3, 11)
    assert layout.height == 1 + 11 + 11 + 1 + 1 + 11
    assert len(layout.places) == 5 + 1 + 1
    assert [layout.find(key) for key in ("p1", "p5", "b", "c", "p6")] == [0, 4, 5, 6, 6]
    assert layout.beside(2, 1) == 4  # there is no third tile below
    assert layout.beside(4, 1) == 5
    assert layout.beside(5, 1) == 6
    assert layout.beside(6, -9) == 0
    assert layout.tile_of(5) is None
    assert layout.row_at(12) == (2, 0)
    assert layout.row_at(layout.height) is None
    assert layout.at(2, 1) == 4
    assert layout.at(2, 2) is None


def test_each_value_is_stepped_within_its_bounds_and_onto_its_ladder() -> None:
    values = Values(width=520, guidance=7.3, steps=150)
    assert values.stepped("width", 1).width == 576
    assert values.stepped("width", -1).width == 512
    assert values.stepped("guidance", 1).guidance == 7.5
    assert values.stepped("steps", 1).steps == 150
    assert values.stepped("sampler", -1).sampler == "DPM++ 3M SDE"
    assert values.stepped("seed", 1).seed == 0
    assert values.stepped("seed", 1).stepped("seed", -1).seed is None
    assert values.stepped("freeu", 1).freeu
    assert values.typed("width", "700").width == 704  # type: ignore[union-attr]
    assert values.typed("guidance", "6,5").guidance == 6.5  # type: ignore[union-attr]
    assert values.typed("seed", "").seed is None  # type: ignore[union-attr]
    assert values.typed("steps", "many") is None
    assert values.typed("steps", "1000") is None


def test_what_a_foreign_story_says_of_the_form_is_checked() -> None:
    told: dict[str, Any] = {
        "steps": 30, "width": "512", "guidance": 99, "sampler": "Euler", "schedule": "Hearsay",
        "seed": -4, "freeu": 1, "count": True, "other": 1,
    }  # fmt: skip
    assert checked(told) == {"steps": 30, "sampler": "Euler"}


@pytest.mark.parametrize(
    ("pixels", "room", "cells"),
    [((64, 64), (18, 9), (18, 9)), ((128, 64), (18, 9), (18, 4)), ((64, 640), (18, 9), (2, 9))],
)
def test_a_picture_keeps_its_shape(
    pixels: tuple[int, int], room: tuple[int, int], cells: tuple[int, int]
) -> None:
    assert fitted(*pixels, Size(*room), USUAL_CELL) == Size(*cells)


def test_a_picture_becomes_cells_in_every_way_a_terminal_knows() -> None:
    image = Image.new("RGB", (64, 32), (255, 0, 0))
    room = Size(8, 4)
    blocks = show(image, room, Mode.BLOCKS, USUAL_CELL)
    assert blocks.size == Size(8, 2)
    assert [sum(cell.cell_length for cell in line) for line in blocks.lines] == [8, 8]
    style = blocks.lines[0][0].style
    assert style is not None
    assert style.bgcolor is not None
    assert style.bgcolor.triplet == (255, 0, 0)
    shades = show(image, room, Mode.SHADES, USUAL_CELL)
    assert "".join(cell.text for cell in shades.lines[0]) == "░" * 8
    sixel = show(image, room, Mode.SIXEL, USUAL_CELL)
    assert sixel.sixel.startswith('\x1bP0;0;0q"1;1;80;40')
    assert "".join(cell.text for cell in sixel.lines[0]) == " " * 8
    kitty = show(image, room, Mode.KITTY, USUAL_CELL)
    assert kitty.sent.count("\x1b_G") == 2
    assert f"i={kitty.number},c=8,r=2,U=1" in kitty.sent
    assert sum(cell.cell_length for cell in kitty.lines[0]) == 8
    assert f"i={kitty.number}" in kitty.forgotten


def test_a_preview_is_no_larger_than_its_room() -> None:
    from storyforge.domain.picture.orders import Raster

    rows = preview_of(Raster(64, 128, bytes(64 * 128 * 3)), 20, 6)
    assert (len(rows), len(rows[0])) == (6, 6)
    assert preview_of(None, 20, 6) == ()


async def test_small_pictures_are_made_once_kept_on_the_disk_and_a_few_in_memory() -> None:
    read, came, sent = list[str](), list[str](), list[str]()

    def reading(key: str) -> bytes:
        read.append(key)
        if key == "p3":
            raise BadInput("The file of this picture is gone.")
        return b"\x89PNG\r\n" if key == "p4" else png(int(key[1:]))

    there = asyncio.Event()

    def arrived(key: str) -> None:
        came.append(key)
        there.set()

    async def made(thumbnails: Thumbnails, number: int) -> Shown | str | None:
        there.clear()
        asked = picture(number), Size(8, 4), Mode.KITTY, USUAL_CELL
        assert thumbnails.get(*asked) is None
        await there.wait()
        return thumbnails.get(*asked)

    thumbnails = Thumbnails(reading, arrived, sent.append, kept=2)
    assert isinstance(await made(thumbnails, 1), Shown)
    assert isinstance(await made(thumbnails, 2), Shown)
    assert await made(thumbnails, 3) == "The file of this picture is gone."
    assert "a=d" in sent[-1]  # the first left the memory, the terminal's too
    broken = await made(thumbnails, 4)
    assert isinstance(broken, str)
    assert "picture" in broken
    await made(thumbnails, 1)  # from the disk
    assert read == ["p1", "p2", "p3", "p4"]
    assert set(came) == {"p1", "p2", "p3", "p4"}
    await thumbnails.close()
    kept = paths.cache_dir() / "thumbnails"
    names = {f"{picture(number).called}.jpg" for number in (1, 2)}
    assert set(await asyncio.to_thread(os.listdir, kept)) == names


async def test_below_the_fold_what_changes_is_painted_where_it_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_pictures(tmp_path / "skerry.forge", count=40)
    async with at_gallery(path) as (pilot, gallery):
        await pilot.press("end")
        grid = gallery.grid
        await until(pilot, lambda: grid.scroll_offset.y > grid.size.height, "scrolled")
        painted: list[Region] = []
        monkeypatch.setattr(grid, "refresh", lambda *parts, **_more: painted.extend(parts))
        grid.action_move(-1)
        grid.arrived(gallery.look.pictures[0].id)
        assert painted
        assert all(grid.size.region.contains_region(part) for part in painted)
