"""How fast each painter draws, measured whenever one has drawn, for estimates.

A convenience, as `studio.speeds` is: what cannot be read was never measured, what cannot be
written is measured again.
"""

import json
import logging
import math
from pathlib import Path

from storyforge import paths
from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.enlarging import final_size, size_before, tiles
from storyforge.domain.picture.orders import Order, PainterCard
from storyforge.small_files import put

log = logging.getLogger(__name__)

# The latest picture counts as much as all before it: an author may have changed how it is loaded.
_FADES = 0.5
# Of a tile or a face of an order that leaves it open.
_SIDE = 512


def note(card: PainterCard, order: Order, seconds: float) -> None:
    """A picture took so long, from its first step to its last pixel. It writes a small file."""
    if seconds <= 0 or not order.steps:
        return
    known, name = _all(), _name(card)
    rate = seconds / work(order)
    if name in known:
        rate = rate * _FADES + known[name] * (1 - _FADES)
    try:
        put(_file(), json.dumps(known | {name: rate}, indent=1, ensure_ascii=False))
    except OSError:
        log.warning("How fast a painter is could not be remembered", exc_info=True)


def seconds(card: PainterCard, order: Order) -> float | None:
    """How long a picture takes; None until that painter has drawn once."""
    known = rate(card)
    return None if known is None else known * work(order)


def rate(card: PainterCard) -> float | None:
    """Seconds for each unit of `work`; None until that painter has drawn once."""
    return _all().get(_name(card))


def work(order: Order) -> float:
    """Steps times megapixels, of all that is done to a picture.

    Attention grows faster than that, the rest of a step does not. How many faces and how large
    people are, is seen later: a face counts once, a person as much as the picture.
    """
    size, share = (order.width, order.height), 1.0
    if order.redraw is not None:
        share = 0.0 if order.is_kept else max(order.redraw.strength, 1 / max(order.steps, 1))
    steps = order.steps * share * _mega(size)
    if order.hires is not None:
        over = (order.hires.steps or order.steps) * order.hires.strength
        steps += over * _mega(size_before(order))
    if not order.is_kept or order.hires is not None:
        steps += sum(order.steps * each.strength for each in order.people) * _mega(size)
    if order.faces is not None:
        faces = max(len(order.faces.regions), 1) * order.faces.strength
        steps += order.steps * faces * _mega((order.faces.size or _SIDE,) * 2)
    if order.larger is not None:
        larger = order.larger
        grid = tiles(final_size(order), larger.tile or _SIDE, larger.overlap)
        boxes = (box for row in grid for box in row)
        seen = sum(_mega((right - left, bottom - top)) for left, top, right, bottom in boxes)
        steps += order.steps * larger.strength * seen
    return max(steps, _mega(size))


def _mega(size: tuple[int, int]) -> float:
    return size[0] * size[1] / 1e6


def _name(card: PainterCard) -> str:
    """The same checkpoint on another device, or saving memory, has another speed."""
    return " ".join(filter(None, (card.name, card.place, card.device, card.saving)))


def _file() -> Path:
    return paths.cache_dir() / "painters.json"


def _all() -> dict[str, float]:
    try:
        told = read_json(_file().read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return {}
    painters = told.items() if isinstance(told, dict) else ()
    return {
        name: rate
        for name, rate in painters
        if isinstance(rate, float | int) and 0 < rate < math.inf
    }
