"""One thing that the doctor found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        topic: a word or two, for the first column.
        text: one calm line.
        hint: what to do; empty when nothing is to be done.
    """

    topic: str
    state: State
    text: str
    hint: str = ""
