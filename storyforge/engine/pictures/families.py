"""The families of checkpoints that we draw with ourselves, a row each: the seam for more of them.

What diffusers calls their pipelines, the configuration that ships for them, and the values that
their makers advise. No class is imported here. Those that diffusers draws by itself have a table
of their own (`library.kinds`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from storyforge.domain.picture.orders import Family
from storyforge.engine.pictures.library.kinds import KINDS, Kind

_CONFIGS = Path(__file__).with_name("configs")


@dataclass(frozen=True, slots=True)
class Row:
    """A family.

    Attributes:
        pipeline, redrawing, inpainting: names of diffusers' classes: from words, from a picture,
            and with a mask. The latter two are made of the first one's parts.
        config: the folder of configurations that single files are loaded by, tokenizers included.
        size: pixels of a side that it was trained on.
        steps, guidance: as AUTOMATIC1111 begins with.
        sampler: what AUTOMATIC1111 began with, and what needs the fewest words about it.
        freeu: s1, s2, b1, b2, by FreeU's authors.
    """

    family: Family
    pipeline: str
    redrawing: str
    inpainting: str
    config: Path
    size: int
    freeu: tuple[float, float, float, float]
    steps: int = 20
    guidance: float = 7.0
    sampler: str = "Euler a"


ROWS: Mapping[Family, Row] = {
    row.family: row
    for row in (
        Row(
            Family.SD1,
            "StableDiffusionPipeline",
            "StableDiffusionImg2ImgPipeline",
            "StableDiffusionInpaintPipeline",
            _CONFIGS / "sd1",
            512,
            (0.9, 0.2, 1.5, 1.6),
        ),
        Row(
            Family.SD2,
            "StableDiffusionPipeline",
            "StableDiffusionImg2ImgPipeline",
            "StableDiffusionInpaintPipeline",
            _CONFIGS / "sd2",
            768,
            (0.9, 0.2, 1.4, 1.6),
        ),
        Row(
            Family.SDXL,
            "StableDiffusionXLPipeline",
            "StableDiffusionXLImg2ImgPipeline",
            "StableDiffusionXLInpaintPipeline",
            _CONFIGS / "sdxl",
            1024,
            (0.9, 0.2, 1.3, 1.4),
        ),
    )
}


def habits_of(family: Family | None) -> Row | Kind:
    """The usual values of a family; of one that is not known those of the first."""
    family = family or Family.SD1
    return ROWS[family] if family in ROWS else KINDS[family]
