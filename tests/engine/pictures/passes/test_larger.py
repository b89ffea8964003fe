"""Hires fix and tiles: what diffusers would draw, put together without a seam."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image
from PIL.Image import Resampling

from storyforge.domain.picture.adapters import LoraUse
from storyforge.domain.picture.enlarging import tiles
from storyforge.domain.picture.orders import (
    Drawing,
    Drawn,
    Family,
    Flaw,
    Order,
    PainterNote,
    Raster,
    Redraw,
)
from storyforge.domain.picture.passes import Hires, Larger, Person
from storyforge.engine.pictures.painting import LoadedPainter
from storyforge.engine.pictures.passes.larger import LARGER
from storyforge.engine.pictures.passes.people import PEOPLE
from storyforge.engine.sequence import Interrupted
from storyforge.images.rasters import image_of, raster_of
from tests.engine.pictures import tiny
from tests.engine.pictures.easel import SIDE, draw, drawer, loaded_of, order, picture

TILES = Larger(scale=2.0, overlap=16, strength=0.5, tile=SIDE)


@pytest.fixture(scope="module")
def painter() -> LoadedPainter:
    return LoadedPainter(loaded_of(tiny.pipe_of(Family.SD1), Family.SD1))


def painted(painter: LoadedPainter, wish: Order) -> tuple[Drawn, list[Any]]:
    said: list[Any] = []
    painter.paint(wish, lambda: False, said.append)
    *before, last = said
    assert isinstance(last, Drawn)
    return last, before


def photo(width: int = SIDE, height: int = SIDE) -> Image.Image:
    return Image.open(BytesIO(picture(width, height))).convert("RGB")


def over(wish: Order, image: Image.Image, strength: float, **changes: Any) -> Image.Image:
    """`image` drawn over alone, by the shared drawer, which is diffusers' to the bit."""
    data = BytesIO()
    image.save(data, "PNG")
    usual: dict[str, Any] = {"redraw": Redraw(data.getvalue(), strength)}
    size: dict[str, Any] = {"width": image.width, "height": image.height}
    bare = order(wish.prompt, negative=wish.negative, seed=wish.seed, **usual, **size, **changes)
    return image_of(draw(drawer(Family.SD1), bare).raster)


def test_hires_fix_draws_over_what_was_drawn_small(painter: LoadedPainter) -> None:
    wish = order(hires=Hires(1.5, 0.7, steps=6))
    drawn, said = painted(painter, wish)
    first = image_of(draw(drawer(Family.SD1), order()).raster)
    large = first.resize((96, 96), Resampling.LANCZOS)
    assert image_of(drawn.raster) == over(wish, large, 0.7, steps=6)
    assert [(one.step, one.steps) for one in said] == [(n, 8) for n in range(1, 9)]
    assert [one.doing is not None for one in said] == [False] * 4 + [True] * 4


def test_each_tile_is_drawn_alone_by_a_seed_of_its_own(painter: LoadedPainter) -> None:
    wish = order(redraw=Redraw(picture(), 0.0), larger=TILES)
    drawn, said = painted(painter, wish)
    assert (drawn.raster.width, drawn.raster.height) == (2 * SIDE, 2 * SIDE)
    assert drawn.facts["tiles"] == "9"
    assert drawn.facts["sampler"] == "Euler"
    large = photo().resize((2 * SIDE, 2 * SIDE), Resampling.LANCZOS)
    (first, *_), *_, (*_, last) = tiles(large.size, SIDE, 16)
    corner = over(wish, large.crop(first), 0.5)
    own = image_of(drawn.raster)
    alone = (0, 0, SIDE // 2, SIDE // 2)
    assert own.crop(alone) == corner.crop(alone)
    assert own.crop(last).crop((SIDE // 2, SIDE // 2, SIDE, SIDE)) == over(
        order(seed=wish.seed + 8), large.crop(last), 0.5
    ).crop((SIDE // 2, SIDE // 2, SIDE, SIDE))
    assert [(one.step, one.steps) for one in said] == [(n, 18) for n in range(1, 19)]
    assert said[4].doing == PainterNote("tile {number} of {count}", {"number": "3", "count": "9"})


def test_a_picture_is_drawn_first_where_it_is_not_given(painter: LoadedPainter) -> None:
    drawn, said = painted(painter, order(larger=TILES))
    assert (drawn.raster.width, drawn.seed) == (2 * SIDE, 5)
    assert len(said) == 4 + 18
    first = Redraw(picture_of(draw(drawer(Family.SD1), order()).raster), 0.0)
    assert painted(painter, order(redraw=first, larger=TILES))[0].raster == drawn.raster


def picture_of(raster: Raster) -> bytes:
    data = BytesIO()
    image_of(raster).save(data, "PNG")
    return data.getvalue()


class Easel:
    """Draws an order's picture by a rule, and remembers the orders."""

    def __init__(self, change: Any = lambda image, number: image, flaw: Flaw = Flaw.NONE) -> None:
        self.orders: list[Order] = []
        self._change = change
        self._flaw = flaw

    def __call__(self, order: Order, doing: PainterNote | None = None) -> Drawn:
        self.orders.append(order)
        assert order.redraw is not None
        image = Image.open(BytesIO(order.redraw.image)).convert("RGB")
        made = raster_of(self._change(image, len(self.orders)))
        return Drawn(made, order.seed, self._flaw, {"sampler": order.sampler})


def upscaled(easel: Easel, image: Image.Image, wish: Order) -> Image.Image:
    drawn = Drawn(raster_of(image), wish.seed, facts={"model hash": "m"})
    return image_of(LARGER.run(wish, drawn, easel, lambda _said: None).raster)


def test_what_tiles_leave_alone_is_the_enlarged_picture_to_the_pixel() -> None:
    for width, height, tile, overlap in ((64, 64, 64, 16), (80, 48, 64, 32), (24, 200, 48, 8)):
        image = photo(width, height)
        wish = order(larger=Larger(2.0, overlap, 0.5, tile))
        large = image.resize((2 * width, 2 * height), Resampling.LANCZOS)
        assert upscaled(Easel(), image, wish) == large


def test_there_is_no_seam_even_where_every_other_tile_came_out_brighter() -> None:
    grey = Image.new("RGB", (96, 96), (100, 100, 100))
    easel = Easel(lambda image, number: image.point(lambda v: v + 40 * (number % 2)))
    seen = numpy.asarray(upscaled(easel, grey, order(larger=Larger(2.0, 32, 0.5, 64)))).astype(int)
    assert len(easel.orders) == 25
    assert seen.min() in (100, 101)
    assert seen.max() == 140
    # 40 shades over 32 pixels are 1.25 a pixel; in the corners both ways at once
    assert max(abs(numpy.diff(seen, axis=axis)).max() for axis in (0, 1)) <= 3


def test_a_tile_knows_who_stands_there_and_nothing_of_the_whole_pictures_staging() -> None:
    mine, hers = (LoraUse(name, Path(name)) for name in ("ink", "mara"))
    person = Person("i1", "Mara", "a tall woman", (0.0, 0.0, 0.5, 1.0), loras=(hers,))
    wish = order(larger=Larger(2.0, 0, 0.5, 64), people=(person,), loras=(mine,), heat=True)
    easel = Easel()
    upscaled(easel, photo(), wish)
    assert [each.loras for each in easel.orders] == [(mine,)] * 2 + [(mine, hers)] * 2
    assert {each.prompt for each in easel.orders} == {wish.prompt}
    assert not any(each.heat or each.people or each.larger for each in easel.orders)
    # those of one person in turn, each by the seed of its place
    assert [each.seed for each in easel.orders] == [6, 8, 5, 7]


def test_who_is_in_a_kept_picture_is_not_drawn_once_more() -> None:
    people = (Person("i1", "Mara", "a tall woman", (0.0, 0.0, 0.5, 1.0)),)
    kept = order(redraw=Redraw(picture(), 0.0), larger=TILES, people=people)
    assert PEOPLE.works(kept) == 0
    assert PEOPLE.works(order(people=people)) > 0
    assert PEOPLE.works(replace(kept, hires=Hires())) > 0


def test_a_flaw_of_a_tile_is_one_of_the_picture() -> None:
    drawn = Drawn(raster_of(photo()), 5, facts={"model hash": "m"})
    wish = order(larger=TILES)
    made = LARGER.run(wish, drawn, Easel(flaw=Flaw.BLACK), lambda _said: None)
    assert made.flaw is Flaw.BLACK
    assert dict(made.facts) == {"model hash": "m", "sampler": "Euler", "tiles": "9"}


def test_a_stop_between_tiles_leaves_nothing_half(painter: LoadedPainter) -> None:
    said: list[Any] = []
    wish = order(redraw=Redraw(picture(), 0.0), larger=TILES)
    with pytest.raises(Interrupted):
        painter.paint(wish, lambda: len(said) >= 5, said.append)
    assert [type(one) for one in said] == [Drawing] * 5
    assert painted(painter, wish)[0] == painted(painter, wish)[0]
