"""How a template can be looked at."""

from enum import StrEnum


class View(StrEnum):
    """The three views."""

    TEXT = "text"
    RENDERED = "rendered"
    DIFFERENCES = "differences"
