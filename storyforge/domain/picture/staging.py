"""What is kept of another picture's staging, by ControlNet. Values."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Staging(StrEnum):
    """What a ControlNet keeps of a picture."""

    #: how people stand: a skeleton each
    POSE = "pose"
    #: what is near and what is far
    DEPTH = "depth"
    #: a drawing of it in lines
    LINES = "lines"
    #: hard edges (Canny): needs no model
    EDGES = "edges"
    #: soft edges (HED)
    SOFT_EDGES = "soft edges"


@dataclass(frozen=True, slots=True)
class Control:
    """A staging that a picture keeps.

    Attributes:
        model: the ControlNet, a file or a folder of diffusers.
        image: a picture file's bytes: what the staging is read from, or the staging itself.
        ready: whether it is the staging itself (a skeleton, a depth map, lines).
        reader: what reads the staging, a file or a folder; None where nothing has to.
        weight: how much it counts, 0 to 2.
        begin, end: from which part of the steps to which it counts, 0 to 1.
    """

    kind: Staging
    model: Path
    image: bytes
    ready: bool = False
    reader: Path | None = None
    weight: float = 1.0
    begin: float = 0.0
    end: float = 1.0
