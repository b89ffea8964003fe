"""JSON that is kept in a story file: a stranger's may hold anything. Pure."""

import json
from typing import Any


def read_json(told: str | None) -> Any:
    """What `told` says; None for nothing, and where it is no JSON or nested without an end."""
    try:
        return json.loads(told) if told else None
    except (ValueError, RecursionError):
        return None
