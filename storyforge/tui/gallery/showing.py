"""A picture made for so many cells of the terminal at hand: lines of text, and what is sent beside.

Everything here takes milliseconds and runs in threads. PIL and textual-image are imported inside
functions: only who looks at pictures waits for them.
"""

import io
import itertools
import random
import sys
import threading
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Size

from storyforge.tui.graphics import Mode

if TYPE_CHECKING:
    from PIL.Image import Image

# Kitty's pictures have numbers; another program's in the same window are not to be hit.
_NUMBERS = itertools.count(random.randrange(1 << 20, 1 << 31))
_ONE_AT_A_TIME = threading.Lock()
_SHADES = " ░▒▓█"
# A piece of kitty's protocol has so many letters at most.
_PIECE = 4096


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in cells.

    Attributes:
        size: in cells.
        lines: its rows, each `size.width` cells wide.
        sixel: drawn over its cells, from the first on; empty otherwise.
        sent: kept by the terminal, and written to it once before the lines are; empty otherwise.
        number: of what is kept by the terminal.
    """

    size: Size
    lines: tuple[tuple[Segment, ...], ...]
    sixel: str = ""
    sent: str = ""
    number: int = 0

    @property
    def forgotten(self) -> str:
        """What has the terminal let it go."""
        return f"\x1b_Ga=d,d=I,i={self.number},q=2\x1b\\" if self.number else ""

    def line(self, at: int, room: Size, plain: Style) -> list[Segment]:
        """One line of a room in whose middle it stands; what has no style of its own is `plain`."""
        left, top = centred(self.size, room)
        if not 0 <= at - top < self.size.height:
            return [Segment(" " * room.width, plain)]
        cells = [
            each if each.style is not None else Segment(each.text, plain)
            for each in self.lines[at - top]
        ]
        right = room.width - left - self.size.width
        return [Segment(" " * left, plain), *cells, Segment(" " * right, plain)]


def show(image: "Image", room: Size, mode: Mode, cell: tuple[int, int]) -> Shown:
    """The picture as large as `room` lets it be, its shape kept."""
    size = fitted(image.width, image.height, room, cell)
    if mode is Mode.SIXEL:
        return _sixel(image, size, cell)
    if mode is Mode.KITTY:
        return _kitty(image, size, cell)
    if mode is Mode.SHADES:
        grey = image.convert("L").resize((size.width, size.height), reducing_gap=2.0)
        return Shown(size, shades(grey.tobytes(), size))
    small = image.convert("RGB").resize((size.width, size.height * 2), reducing_gap=2.0)
    return Shown(size, half_blocks(small.tobytes(), size))


def fitted(width: int, height: int, room: Size, cell: tuple[int, int]) -> Size:
    """The cells that a picture of so many pixels takes in `room`."""
    across, down = room.width * cell[0], room.height * cell[1]
    scale = min(across / width, down / height)
    columns = min(max(round(width * scale / cell[0]), 1), room.width)
    rows = min(max(round(height * scale / cell[1]), 1), room.height)
    return Size(columns, rows)


# textual-image has these two as well, by a call that Pillow 14 will not know any more.


def half_blocks(rgb: bytes, size: Size) -> tuple[tuple[Segment, ...], ...]:
    """Two pixels a cell, one above the other; `rgb` has twice as many rows as the size."""
    across = size.width * 3
    colours = [Color.from_rgb(*rgb[at : at + 3]) for at in range(0, across * size.height * 2, 3)]
    wide = size.width
    return tuple(
        tuple(
            Segment(" ", Style(bgcolor=lower))
            if upper == lower
            else Segment("▀", Style(color=upper, bgcolor=lower))
            for upper, lower in zip(
                colours[row * 2 * wide : (row * 2 + 1) * wide],
                colours[(row * 2 + 1) * wide : (row * 2 + 2) * wide],
                strict=True,
            )
        )
        for row in range(size.height)
    )


def shades(grey: bytes, size: Size) -> tuple[tuple[Segment, ...], ...]:
    """A character a cell, the fuller the lighter."""
    signs = [_SHADES[value * len(_SHADES) // 256] for value in grey]
    rows = ("".join(signs[row * size.width :][: size.width]) for row in range(size.height))
    return tuple((Segment(row),) for row in rows)


def centred(size: Size, room: Size) -> Offset:
    """Where something so large begins in the middle of a room."""
    return Offset((room.width - size.width) // 2, (room.height - size.height) // 2)


def _kitty(image: "Image", size: Size, cell: tuple[int, int]) -> Shown:
    number = next(_NUMBERS) & 0xFFFFFFFF
    file = io.BytesIO()
    pixels = image.convert("RGB").resize((size.width * cell[0], size.height * cell[1]))
    pixels.save(file, "PNG", compress_level=2)
    data = b64encode(file.getvalue()).decode("ascii")
    pieces = [data[at : at + _PIECE] for at in range(0, len(data), _PIECE)]
    sent = "".join(
        f"\x1b_Gi={number},m={int(at + 1 < len(pieces))},f=100,q=2;{piece}\x1b\\"
        for at, piece in enumerate(pieces)
    )
    sent += f"\x1b_Ga=p,i={number},c={size.width},r={size.height},U=1,q=2\x1b\\"
    placeholder = _renderables().TGPImage(pixels, size.width, size.height)
    placeholder.terminal_image_id = number  # it would send the picture itself, past Textual
    return Shown(size, _lines(placeholder, size), sent=sent, number=number)


def _sixel(image: "Image", size: Size, cell: tuple[int, int]) -> Shown:
    _renderables()  # before anything else of it
    from textual_image._sixel import image_to_sixels

    pixels = image.convert("RGB").resize((size.width * cell[0], size.height * cell[1]))
    blank = (Segment(" " * size.width),)
    return Shown(size, (blank,) * size.height, sixel=image_to_sixels(pixels))


def _lines(renderable: Any, size: Size) -> tuple[tuple[Segment, ...], ...]:
    from rich.console import Console

    console = Console(
        width=size.width, height=size.height, color_system="truecolor", file=io.StringIO()
    )
    lines = console.render_lines(renderable, pad=False)[: size.height]
    return tuple(tuple(line) for line in lines)


def _renderables() -> Any:
    """textual-image's, imported by one thread: it is done without a standard output."""
    with _ONE_AT_A_TIME:
        return _imported()


@cache
def _imported() -> Any:
    """textual-image's, without its questions: Textual reads the terminal by now."""
    standard, sys.__stdout__ = sys.__stdout__, None  # type: ignore[misc]
    try:
        from textual_image import renderable
    finally:
        sys.__stdout__ = standard  # type: ignore[misc]
    from textual_image import _terminal

    # The sizes it is asked for are whole cells: it needs none of its own, and is not to ask.
    _terminal.get_cell_size._result = _terminal.CellSize(10, 20)  # type: ignore[attr-defined]
    return renderable
