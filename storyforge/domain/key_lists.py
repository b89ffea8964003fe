"""Keys as an author types them in one line: parted by commas, expressions whole. Pure."""

import re
from collections.abc import Iterable

# An expression may hold commas; it ends at its slash and flags.
_KEY = re.compile(r"\s*(/(?:\\.|[^/\\\n])+/[a-z]*(?=\s*(?:[,、，\n]|\Z))|[^,、，\n]+)")


def split_keys(typed: str) -> tuple[str, ...]:
    """The keys in `typed`, parted by commas or lines, in order and each once."""
    found = (match.group(1).strip(" \t\u3000") for match in _KEY.finditer(typed))
    return tuple(dict.fromkeys(key for key in found if key))


def joined_keys(keys: Iterable[str]) -> str:
    """The keys as one line that `split_keys` reads again."""
    return ", ".join(keys)
