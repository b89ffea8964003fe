"""Values as they may leave the file: clean text, whole numbers, real times. Pure.

A story file may come from anywhere: nothing in it is trusted to be what its column says.
"""

import json
import math
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from storyforge.domain.generation import Usage
from storyforge.domain.kept_json import read_json
from storyforge.domain.sampling import Bias, Sampling
from storyforge.domain.text import clean, one_line


def new_id() -> str:
    """A fresh UUID in hex."""
    return uuid4().hex


def now() -> str:
    """This moment, as the file keeps it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def identity(value: object) -> str:
    """An id; ours are hex and pass at once."""
    text = str(value)
    return text if text.isalnum() else one_line(text)


def whole(value: object) -> int:
    """A number that is at least 0; 0 for anything else."""
    return value if isinstance(value, int) and value > 0 else 0


def number(value: object) -> int:
    """A whole number, below zero too; 0 for anything else."""
    return value if isinstance(value, int) else 0


def calendar_day(value: object) -> date | None:
    """A date as the file keeps it; None for anything else."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def moment(value: object) -> datetime:
    """A time with its zone; the year 1970 for anything else."""
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def listed(told: object) -> list[Any]:
    """A JSON list; an empty one for anything else."""
    read = read_json(str(told))
    return read if isinstance(read, list) else []


def mapping(told: object) -> dict[str, Any]:
    """A JSON object; an empty one for anything else."""
    read = read_json(str(told))
    return read if isinstance(read, dict) else {}


def told(value: Sampling | Usage) -> str:
    """A flat value as JSON."""
    return json.dumps(asdict(value))


def sampling(told: object) -> Sampling:
    """What `told` made of a `Sampling`; what is odd or missing has its default."""
    return Sampling(**typed(told, Sampling()))


def usage(told: object) -> Usage:
    """What `told` made of a `Usage`; what is odd or missing has its default."""
    return Usage(**typed(told, Usage()))


def typed(told: object, default: Any) -> dict[str, Any]:
    """The fields of the flat value `default` as the JSON `told` has them, each of its own type.

    What is odd or missing has its default.
    """
    read = mapping(told)
    return {
        one.name: _typed(read.get(one.name), getattr(default, one.name)) for one in fields(default)
    }


def _typed(value: Any, usual: Any) -> Any:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    match usual:
        case StrEnum():
            return {kind.value: kind for kind in type(usual)}.get(str(value), usual)
        case bool():
            return value if isinstance(value, bool) else usual
        case float():
            return _finite(value, usual) if numeric else usual
        case int() | None:
            return value if numeric and isinstance(value, int) else usual
        case tuple():
            return _sequence(value, usual)
    return value if isinstance(value, str) else usual


def _finite(value: float, usual: float) -> float:
    try:
        read = float(value)
    except OverflowError:
        return usual
    return read if math.isfinite(read) else usual


def _sequence(value: object, usual: tuple[Any, ...]) -> tuple[Any, ...]:
    """A tuple of texts or of biases; `usual` for anything else."""
    if not isinstance(value, list):
        return usual
    if all(isinstance(one, str) for one in value):
        return tuple(clean(one) for one in value)
    biases = [
        Bias(clean(one["phrase"]), _finite(one["weight"], 0.0))
        for one in value
        if isinstance(one, dict)
        and isinstance(one.get("phrase"), str)
        and isinstance(one.get("weight"), int | float)
    ]
    return tuple(biases) if len(biases) == len(value) else usual
