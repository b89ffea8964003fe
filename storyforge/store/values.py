"""Values as they may leave the file: clean text, whole numbers, real times. Pure.

A story file may come from anywhere: nothing in it is trusted to be what its column says.
"""

import json
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from storyforge.domain.generation import Sampling, Usage
from storyforge.domain.text import one_line


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
    try:
        read = json.loads(str(told))
    except (ValueError, RecursionError):
        return []
    return read if isinstance(read, list) else []


def mapping(told: object) -> dict[str, Any]:
    """A JSON object; an empty one for anything else."""
    try:
        read = json.loads(str(told))
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def told(value: Sampling | Usage) -> str:
    """A flat value as JSON."""
    return json.dumps(asdict(value))


def sampling(told: object) -> Sampling:
    """What `told` made of a `Sampling`; what is odd or missing has its default."""
    return Sampling(**_numbers(Sampling(), told))


def usage(told: object) -> Usage:
    """What `told` made of a `Usage`; what is odd or missing has its default."""
    return Usage(**_numbers(Usage(), told))


def _numbers(default: Sampling | Usage, told: object) -> dict[str, Any]:
    read, kept = mapping(told), {}
    for one in fields(default):
        value = read.get(one.name)
        if isinstance(value, int) or (isinstance(value, float) and one.type is float):
            kept[one.name] = value
    return kept
