"""How fast each model reads and writes, measured whenever one has answered, for estimates.

It is a convenience, and kept as one: what cannot be read is as if nothing had been measured, what
cannot be written is measured again. Two programs at once cost each other a measurement at most.
"""

import json
import logging
import math
from pathlib import Path

from storyforge import paths
from storyforge.domain.generation import Usage
from storyforge.domain.kept_json import read_json
from storyforge.domain.model import ModelCard
from storyforge.small_files import put

log = logging.getLogger(__name__)

# Fewer tokens tell more of the clock than of the model.
_LEAST = 16
# What was measured counts for half as much after so many more tokens: a machine has other work,
# too, and a model may have been loaded otherwise since.
_MEMORY = 4_000.0
_READ, _WRITTEN = "read", "written"


def note(card: ModelCard, usage: Usage) -> None:
    """The model has answered: remember how fast. It writes a small file."""
    known = _all()
    rates = known.get(_name(card), {})
    now = rates | {
        which: _joined(rates.get(which), tokens, seconds)
        for which, tokens, seconds in (
            (_READ, usage.read, usage.read_seconds),
            (_WRITTEN, usage.written, usage.write_seconds),
        )
        if tokens >= _LEAST and seconds > 0
    }
    if now == rates:
        return
    try:
        put(_file(), json.dumps(known | {_name(card): now}, indent=1, ensure_ascii=False))
    except OSError:
        log.warning("How fast a model is could not be remembered", exc_info=True)


def seconds(card: ModelCard, read: int, written: int) -> float | None:
    """How long the model takes for so many tokens; None until it has answered once."""
    rates = _all().get(_name(card), {})
    if _WRITTEN not in rates:
        return None
    # A model elsewhere tells no time of its reading: it is within that of its writing.
    reading = _rate(rates[_READ]) * read if _READ in rates else 0.0
    return reading + _rate(rates[_WRITTEN]) * written


def reading(card: ModelCard) -> float:
    """Tokens that the model reads a second; 0 while nothing was measured."""
    measured = _all().get(_name(card), {}).get(_READ)
    return 1 / _rate(measured) if measured is not None else 0.0


def _rate(measured: list[float]) -> float:
    tokens, took = measured
    return took / tokens


def _joined(known: list[float] | None, tokens: int, took: float) -> list[float]:
    """Tokens and the seconds for them, the older ones fading."""
    if known is None:
        return [float(tokens), took]
    fades = 0.5 ** (tokens / _MEMORY)
    return [known[0] * fades + tokens, known[1] * fades + took]


def _name(card: ModelCard) -> str:
    """The same model at another host, or by another profile, has another speed."""
    return " ".join(filter(None, (card.name, card.profile, card.place)))


def _file() -> Path:
    return paths.cache_dir() / "speeds.json"


def _all() -> dict[str, dict[str, list[float]]]:
    try:
        told = read_json(_file().read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return {}
    models = told.items() if isinstance(told, dict) else ()
    return {
        name: {which: rate for which, rate in rates.items() if _is_rate(rate)}
        for name, rates in models
        if isinstance(rates, dict)
    }


def _is_rate(told: object) -> bool:
    return (
        isinstance(told, list)
        and len(told) == 2
        and all(isinstance(one, float | int) and 0 < one < math.inf for one in told)
    )
