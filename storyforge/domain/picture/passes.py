"""What is done to a picture after it was drawn, each by drawing again. Values.

In this order: hires fix, people, faces, larger by tiles. Hires fix draws all of it over, and would
take from people what their passes gave them.
"""

from dataclasses import dataclass

from storyforge.domain.picture.adapters import Embedding, LoraUse, Reference, Share


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a scene, drawn in a pass of their own: no other's LoRAs and references blend in.

    Attributes:
        who: the plan's item.
        name: as the author calls them; never sent.
        prompt, negative: of their pass, as whole as an order's.
        region: where they stand.
        loras, embeddings, reference: theirs alone; the order itself has nobody's.
        strength: denoising strength of their pass.
        seed: their own noise; None takes the picture's.
    """

    who: str
    name: str
    prompt: str
    region: Share
    negative: str = ""
    loras: tuple[LoraUse, ...] = ()
    embeddings: tuple[Embedding, ...] = ()
    reference: Reference | None = None
    strength: float = 0.6
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Hires:
    """Hires fix: drawn at the usual size, enlarged, and drawn over; A1111's defaults.

    Attributes:
        scale: of width and height.
        strength: denoising strength.
        steps: 0 takes the picture's.
    """

    scale: float = 2.0
    strength: float = 0.7
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Faces:
    """Faces are cut out, drawn larger, and put back.

    Attributes:
        strength: denoising strength.
        padding: how much around a face is seen, as a part of its size.
        most: faces a picture, the largest first.
        size: pixels of a side that each is drawn at; 0 takes the family's.
        regions: where they are, said by hand; empty looks for them.
    """

    strength: float = 0.4
    padding: float = 0.4
    most: int = 4
    size: int = 0
    regions: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Larger:
    """SD upscale: enlarged, and drawn over tile by tile, with blended seams.

    Attributes:
        scale: of width and height.
        overlap: pixels that neighbouring tiles share.
        strength: denoising strength.
        tile: pixels of a tile's side; 0 takes the family's size.
    """

    scale: float = 2.0
    overlap: int = 64
    strength: float = 0.3
    tile: int = 0
