"""A painter that is none: bands of colour for the demo and for tests, without any file.

It keeps every promise a real painter keeps (progress, previews, stops, seeds, facts), so that what
is written against it holds for the others. It owns no beauty.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator

from storyforge.backends.pictures.base import Painted, Readying
from storyforge.domain.generation import Loading
from storyforge.domain.picture.enlarging import final_size
from storyforge.domain.picture.heat import Heat
from storyforge.domain.picture.orders import (
    Drawing,
    Drawn,
    Flaw,
    Order,
    PainterCard,
    PainterNote,
    Raster,
)
from storyforge.engine.pictures.passes.base import usual
from storyforge.engine.pictures.passes.larger import tile_count
from storyforge.i18n import N_, _

_WORD = re.compile(r"[^\W\d_]+")
# A preview has a pixel a latent, as the real ones.
_LATENT = 8
# Pixels of a tile's side, where an order leaves it open.
_TILE = 512
# Digits of three by five, a row a number, the leftmost pixel its highest bit.
_DIGITS = (
    (7, 5, 5, 5, 7), (2, 6, 2, 2, 7), (7, 1, 7, 4, 7), (7, 1, 7, 1, 7), (5, 5, 7, 1, 1),
    (7, 4, 7, 1, 7), (7, 4, 7, 5, 7), (7, 1, 2, 2, 2), (7, 5, 7, 5, 7), (7, 5, 7, 1, 7),
)  # fmt: skip


class ScriptedPainter:
    """Draws bands whose colours come of prompt and seed, with the seed's last digits on them.

    Attributes:
        orders: every order that was begun, in turn.

    Args:
        delay: seconds a step takes.
        fails: pictures that fail, by their number from 1, and how.
        flaw: what every picture suffers from.
        place: where it says that it runs.
    """

    def __init__(
        self,
        *,
        delay: float = 0.0,
        fails: dict[int, Exception] | None = None,
        flaw: Flaw = Flaw.NONE,
        name: str = "",
        place: str = "",
    ) -> None:
        self._delay = delay
        self._fails = fails or {}
        self._flaw = flaw
        self._card = PainterCard(name=name or _("Demo (no painter)"), place=place, device="none")
        self._ready = False
        self._one_at_a_time = asyncio.Lock()
        self.orders: list[Order] = []

    @property
    def card(self) -> PainterCard:
        """What to tell the author."""
        return self._card

    async def load(self) -> AsyncIterator[Readying]:
        """Ready at once; the first time it says what it is."""
        if not self._ready:
            self._ready = True
            yield Loading(1.0)
            yield PainterNote(
                N_("No painter is running: these pictures are bands of colour, made of the seed.")
            )

    async def paint(self, order: Order, stop: asyncio.Event) -> AsyncIterator[Painted]:
        """Draw `order` step by step.

        Raises:
            Exception: it was told to fail by this one.
        """
        async with self._one_at_a_time:
            async for event in self.load():
                yield event
            self.orders.append(order)
            fault = self._fails.get(len(self.orders))
            tiles = tile_count(usual(order, _TILE))
            for step in range(1, order.steps + tiles + 1):
                if await self._paced(stop):
                    return
                if fault is not None and step == (order.steps + 1) // 2:
                    raise fault
                shown = order.preview_every and not step % order.preview_every
                preview, doing = preview_of(order) if shown else None, None
                if (tile := step - order.steps) > 0:
                    told = {"number": str(tile), "count": str(tiles)}
                    doing = PainterNote(N_("tile {number} of {count}"), told)
                yield Drawing(step, order.steps + tiles, preview, doing)
            width, height = final_size(order)
            raster = Raster(width, height, bands(order, width, height))
            heat = heat_of(order) if order.heat else ()
            yield Drawn(raster, order.seed, self._flaw, {"painter": "made up"}, heat)

    async def close(self) -> None:
        """There is nothing to let go."""
        self._ready = False

    async def _paced(self, stop: asyncio.Event) -> bool:
        """Take the time of a step; whether it was stopped."""
        if not self._delay:
            await asyncio.sleep(0)
            return stop.is_set()
        try:
            await asyncio.wait_for(stop.wait(), self._delay)
        except TimeoutError:
            return False
        return True


def heat_of(order: Order) -> tuple[Heat, ...]:
    """A made-up map a word: as if the picture had listened from left to right."""
    words = list(_WORD.finditer(order.prompt))
    side, count = _LATENT, len(words)
    found = []
    for number, word in enumerate(words):
        middle = (number + 0.5) / count * side
        row = bytes(
            max(0, round(255 - 255 * abs(x + 0.5 - middle) / side * 2)) for x in range(side)
        )
        found.append(Heat(word[0], *word.span(), side, side, row * side, 1 / count))
    return tuple(found)


def preview_of(order: Order) -> Raster:
    """A small picture of what `order` will be."""
    width, height = max(order.width // _LATENT, 1), max(order.height // _LATENT, 1)
    return Raster(width, height, bands(order, width, height))


def bands(order: Order, width: int, height: int) -> bytes:
    """The pixels, row by row: the same order gives the same ones."""
    told = f"{order.prompt}\n{order.negative}\n{order.seed}"
    key = hashlib.sha256(told.encode("utf-8", "replace")).digest()
    one, other = key[:3], key[3:6]
    rows = list[bytearray]()
    for y in range(height):
        share = y / max(height - 1, 1)
        pixel = bytes(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
        rows.append(bytearray(pixel * width))
    _write_digits(rows, f"{order.seed % 1000:03}", width, height)
    return b"".join(rows)


def _write_digits(rows: list[bytearray], digits: str, width: int, height: int) -> None:
    """White on what is there, in the middle; nothing where there is no room."""
    dot = min(width // (len(digits) * 4 + 1), height // 7)
    left, top = (width - dot * (len(digits) * 4 - 1)) // 2, (height - dot * 5) // 2
    for place, digit in enumerate(digits):
        for line, bits in enumerate(_DIGITS[int(digit)]):
            for column in range(3):
                if bits & (4 >> column):
                    x = left + (place * 4 + column) * dot
                    for row in rows[top + line * dot : top + (line + 1) * dot]:
                        row[x * 3 : (x + dot) * 3] = b"\xff" * (dot * 3)
