"""Takes values out of JSON that may be of any type. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from storyforge.domain.text import clean, one_line

# No tool counts further; a number with 300 digits must not become one of ours.
_MOST = 1_000_000


def text(value: Any) -> str:
    """A text, cleaned; empty for anything else."""
    return clean(value) if isinstance(value, str) else ""


def line(value: Any) -> str:
    """A text as one line; empty for anything else."""
    return one_line(value) if isinstance(value, str) else ""


def number(value: Any, usual: float = 0.0) -> float:
    """A number; `usual` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return usual
    return float(min(max(value, -_MOST), _MOST))


def whole(value: Any, usual: int = 0) -> int:
    """A whole number; `usual` for anything else."""
    return round(number(value, usual))


def natural(value: Any, usual: int = 0) -> int:
    """A whole number from 0; `usual` for anything but a number."""
    return max(whole(value, usual), 0)


def percent(value: Any) -> int:
    """A whole number from 0 to 100; 100 for anything but a number."""
    return min(natural(value, 100), 100)


def share(value: Any) -> float:
    """A number from 0 to 1; 0 for anything but a number."""
    return min(max(number(value), 0.0), 1.0)


def mapping(value: Any) -> dict[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """A list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a list, or in an object that stands for one (`{"0": {…}}`), in order."""
    several = value.values() if isinstance(value, dict) else listed(value)
    return (one for one in several if isinstance(one, dict))


def keys(value: Any) -> tuple[str, ...]:
    """The words that call an entry: a list of them, or one text with commas between."""
    several = value.split(",") if isinstance(value, str) else listed(value)
    cleaned = (one_line(one) for one in several if isinstance(one, str))
    return tuple(one for one in cleaned if one)


def unplaced(fields: Mapping[str, Any], placed: Collection[str]) -> tuple[str, ...]:
    """The names of the fields that hold something and are not among those that have a place."""
    return tuple(
        line(name)[:60]
        for name, value in fields.items()
        if name not in placed and not is_nothing(value)
    )


def is_nothing(value: Any) -> bool:
    """Whether a field holds nothing that anybody would miss."""
    if isinstance(value, dict):
        return all(map(is_nothing, value.values()))
    if isinstance(value, list):
        return all(map(is_nothing, value))
    return value in (None, "", False, 0)
