"""Names what a file holds and a story has no place for. Pure."""

from collections import Counter


def named(left: Counter[str]) -> tuple[str, ...]:
    """Each name once, with how often where that is more than once."""
    return tuple(f"{name} ({count})" if count > 1 else name for name, count in (+left).items())
