"""A prompt that was compiled from the plan, part by part. Frozen values."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a part tells, in the order of a prompt."""

    QUALITY = "quality"
    FRAMING = "framing"
    CAST = "cast"
    ACTION = "action"
    PLACE = "place"
    TIME = "time"
    WEATHER = "weather"
    STYLE = "style"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of the prompt and where they come from.

    Attributes:
        text: as it stands in the prompt.
        item_id, field: the fact of the plan; empty where the checkpoint's profile gave it.
        since: the scene from which on a dated look is true; empty where it always is.
        source: the fact's value.
    """

    role: Role
    text: str
    item_id: str = ""
    field: str = ""
    since: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Words that were not sent, and why: "no picture text", "no tag", "invisible", "not yet"."""

    text: str
    why: str
    item_id: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A scene's prompt.

    Attributes:
        prompt, negative: what is sent, joined by the dialect's rule.
        loras: (name, weight) of cast and style.
        hash: of all that it was made from.
        alt: a text for who cannot see the picture, in the plan's language.
    """

    prompt: str
    negative: str = ""
    parts: tuple[Part, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    loras: tuple[tuple[str, float], ...] = ()
    hash: str = ""
    alt: str = ""
