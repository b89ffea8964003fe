"""Painters in memory, as `loading` makes them of files, and pictures by them."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from storyforge.domain.picture.orders import (
    Drawing,
    Drawn,
    Family,
    Order,
    PainterNote,
    PainterSpec,
    Saving,
)
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.pictures.loaded import Loaded
from tests.engine.pictures import tiny

#: as small as the tiny ones still draw well
SIDE = 64


def loaded_of(pipe: Any, family: Family) -> Loaded:
    """`pipe` as if it had been loaded."""
    import torch

    return Loaded(
        pipe,
        family,
        PainterSpec(Path("tiny")),
        Saving.NONE,
        torch.device("cpu"),
        pipe.unet.dtype,
        threads=1,
    )


@cache
def drawer(family: Family) -> Drawer:
    """One that all tests share: nothing of an order may stay in it."""
    return Drawer(loaded_of(tiny.pipe_of(family), family))


def order(prompt: str = "a red fox in the snow", **wishes: Any) -> Order:
    """A small order."""
    usual = {"width": SIDE, "height": SIDE, "steps": 4, "seed": 5, "sampler": "Euler"}
    return Order(prompt, **{**usual, **wishes})


def draw(
    painter: Drawer,
    wish: Order,
    say: Callable[[Drawing | Drawn | PainterNote], None] = lambda _: None,
) -> Drawn:
    """The picture of `wish`."""
    return painter.draw(wish, lambda: False, say)


def pixels(family: Family, wish: Order) -> bytes:
    """The picture's pixels, by the shared painter."""
    return draw(drawer(family), wish).raster.rgb


def picture(width: int = SIDE, height: int = SIDE, kind: str = "PNG") -> bytes:
    """A picture file with something in every corner."""
    from PIL import Image

    image = Image.new("RGB", (width, height))
    image.putdata(
        [
            (x * 255 // width, y * 255 // height, (x * y) % 256)
            for y in range(height)
            for x in range(width)
        ]
    )
    return encoded(image, kind)


def encoded(image: Any, kind: str = "PNG") -> bytes:
    """`image` as a file."""
    data = BytesIO()
    image.save(data, kind)
    return data.getvalue()
