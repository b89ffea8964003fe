"""What is added to a checkpoint: LoRAs, embeddings, hypernetworks, reference pictures. Values."""

from dataclasses import dataclass
from pathlib import Path

#: left, top, right, bottom as parts of a picture, 0 to 1; right and bottom are outside
Share = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class LoraUse:
    """A LoRA in use; its text weight is the same where it is None."""

    name: str
    path: Path
    weight: float = 1.0
    text_weight: float | None = None


@dataclass(frozen=True, slots=True)
class Embedding:
    """A textual-inversion embedding, by the word that calls it."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Hypernetwork:
    """A hypernetwork in use; A1111's `<hypernet:name:strength>`."""

    name: str
    path: Path
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture that somebody is drawn after, by IP-Adapter.

    Attributes:
        adapter: the IP-Adapter's file, safetensors.
        encoder: the folder of its image encoder; None looks beside the adapter.
        image: a picture file's bytes.
        scale: how much it counts, 0 to 1.
        who: the plan's item that it shows; may be empty.
        region: where it counts; None for everywhere.
    """

    adapter: Path
    image: bytes
    encoder: Path | None = None
    scale: float = 0.6
    who: str = ""
    region: Share | None = None
