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
from storyforge.domain.picture.orders import Order, PainterCard
from storyforge.small_files import put

log = logging.getLogger(__name__)

# The latest picture counts as much as all before it: an author may have changed how it is loaded.
_FADES = 0.5


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
    """Steps times megapixels: attention grows faster, the rest of a step does not."""
    share = order.redraw.strength if order.redraw is not None else 1.0
    return max(order.steps * share, 1.0) * order.width * order.height / 1e6


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
