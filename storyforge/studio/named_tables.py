"""Tables of the settings that an author names, profiles and painters: how one is changed.

What a table may say is its own room's to know.
"""

import tomllib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from storyforge import paths

#: dotted settings and their new values; None takes one away
Changes = dict[str, Any]


def in_file(kind: str, name: str) -> dict[str, Any]:
    """A table that cannot be used, as it is written; empty where it is no table at all."""
    try:
        table = tomllib.loads(paths.config_file().read_text("utf-8"))[kind][name]
    except (OSError, ValueError, LookupError, TypeError):
        return {}  # of the environment: there is nothing in the file to be changed
    return table if isinstance(table, dict) else {}


def changed(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A table with other values; None takes one away."""
    return {key: value for key, value in {**before, **values}.items() if value is not None}


def as_changes(
    dotted: str, read: BaseModel, before: Mapping[str, Any], values: Mapping[str, Any]
) -> Changes:
    """What is to be written for these values.

    Args:
        dotted: the table's place.
        read: the changed table, in which each value has its type.
    """
    return {
        f"{dotted}.{key}": None if value is None else getattr(read, key)
        for key, value in values.items()
        if value is not None or key in before
    }
