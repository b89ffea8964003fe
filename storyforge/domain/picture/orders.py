"""What a painter is asked for, and what it says meanwhile. Frozen values.

Names and defaults are AUTOMATIC1111's where it has them: authors bring its pictures and habits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from storyforge.domain.generation import Usage
from storyforge.domain.picture.adapters import Embedding, Hypernetwork, LoraUse, Reference
from storyforge.domain.picture.heat import Heat
from storyforge.domain.picture.passes import Faces, Hires, Larger, Person
from storyforge.domain.picture.staging import Control


class Family(StrEnum):
    """What a checkpoint descends from; LoRAs and embeddings fit one family only."""

    SD1 = "SD 1.x"
    SD2 = "SD 2.x"
    SDXL = "SDXL"
    SD3 = "SD 3.x"
    FLUX = "FLUX"
    IF = "DeepFloyd IF"


class Saving(StrEnum):
    """How memory is saved, each more and slower than the one before."""

    NONE = "none"
    #: the VAE works in slices and tiles
    TILES = "tiles"
    #: parts of the model wait in main memory; tiles too
    OFFLOAD = "offload"
    #: layer by layer; tiles too
    SEQUENTIAL = "sequential"

    @property
    def further(self) -> "Saving | None":
        """The next one; None after the last."""
        steps = tuple(Saving)
        place = steps.index(self) + 1
        return steps[place] if place < len(steps) else None


@dataclass(frozen=True, slots=True)
class PainterSpec:
    """A checkpoint and how it is loaded; None and "" let the engine decide.

    Attributes:
        path: a folder of diffusers, or a single file.
        vae: another VAE, a file or folder; None takes `NAME.vae.*` beside it, else its own.
        config: an original configuration (YAML); None takes `NAME.yaml` beside it, else by family.
        prediction: "epsilon", "v_prediction" or "sample"; empty goes by the files.
        dtype: "auto", "float32", "float16" or "bfloat16".
        device: "auto", or as torch calls it.
        saving: None chooses by free memory.
        threads: of the processor.
        float32_vae: the VAE alone in float32, against black pictures.
        refiner: SDXL's second checkpoint, which draws the last steps; None for none.
        refine_from: from which part of the steps on, 0 to 1.
    """

    path: Path
    vae: Path | None = None
    config: Path | None = None
    prediction: str = ""
    dtype: str = "auto"
    device: str = "auto"
    saving: Saving | None = None
    threads: int | None = None
    float32_vae: bool = False
    refiner: Path | None = None
    refine_from: float = 0.8


#: left, top, right, bottom in pixels of the picture; right and bottom are outside
Region = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Redraw:
    """Begin from a picture instead of from noise; with a mask or region only there (inpaint).

    Attributes:
        image: a picture file's bytes.
        strength: denoising strength, 0 to 1; A1111's default is 0.75 for pictures, ours for masks
            is 0.4. With 0 nothing of it is drawn anew but by what is done to it afterwards.
        mask: a picture file's bytes of the same size, white where it is redrawn; None without.
        region: the same as a rectangle; None without.
        only_masked: crop to the mask, draw that in full resolution, and put it back.
        padding: pixels around the mask that are seen then.
        blur: pixels over which its edge is blended.
    """

    image: bytes
    strength: float = 0.75
    mask: bytes | None = None
    region: Region | None = None
    only_masked: bool = True
    padding: int = 32
    blur: int = 4

    @property
    def is_inpaint(self) -> bool:
        """Whether only a part is redrawn."""
        return self.mask is not None or self.region is not None


@dataclass(frozen=True, slots=True)
class Variation:
    """Mix another seed's noise in (slerp); `strength` 0 to 1."""

    seed: int
    strength: float


@dataclass(frozen=True, slots=True)
class Order:
    """One picture. Batches are several orders: seeds are drawn one at a time, so each is exact.

    Attributes:
        prompt, negative: in A1111's grammar, `<lora:…>` included (they are listed in `loras` too).
        width, height: pixels, multiples of 8.
        sampler: A1111's name ("Euler a", "DPM++ 2M").
        schedule: A1111's schedule type ("Automatic", "Karras", "Exponential", "SGM Uniform", …).
        guidance: CFG scale.
        clip_skip: as A1111 counts: 1 skips nothing.
        loras: all of them, by prompt, character and style.
        embeddings: those that the prompts may call.
        freeu: with the family's usual numbers.
        preview_every: steps between previews; 0 for none.
        references: pictures that somebody is drawn after.
        controls: stagings that are kept.
        people, hires, faces, larger: what is done to the picture after it was drawn.
        heat: tell where the picture listened to which word.
    """

    prompt: str
    negative: str = ""
    width: int = 512
    height: int = 512
    steps: int = 20
    guidance: float = 7.0
    sampler: str = "Euler a"
    schedule: str = "Automatic"
    seed: int = 0
    clip_skip: int = 1
    loras: tuple[LoraUse, ...] = ()
    embeddings: tuple[Embedding, ...] = ()
    freeu: bool = False
    redraw: Redraw | None = None
    variation: Variation | None = None
    preview_every: int = 0
    hypernetworks: tuple[Hypernetwork, ...] = ()
    references: tuple[Reference, ...] = ()
    controls: tuple[Control, ...] = ()
    people: tuple[Person, ...] = ()
    hires: Hires | None = None
    faces: Faces | None = None
    larger: Larger | None = None
    heat: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether it begins from a picture that stays as it is, but for what is done to it."""
        passes = (self.hires, self.faces, self.larger)
        return self.redraw is not None and not self.redraw.strength and any(passes)


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture as it is: three bytes a pixel, row by row."""

    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True, slots=True)
class Drawing:
    """One more step was taken.

    Attributes:
        step, steps: of all that is done for the picture.
        preview: small (a pixel a latent); None between previews.
        doing: what is drawn now, where it is not the picture as a whole: a tile, a face.
    """

    step: int
    steps: int
    preview: Raster | None = None
    doing: "PainterNote | None" = None


class Flaw(StrEnum):
    """What may be wrong with a picture although it was drawn."""

    NONE = ""
    #: not a number, or all black: the VAE in float32 helps
    BLACK = "black"
    #: blackened by the checkpoint's own safety checker
    BLACKENED = "blackened"


@dataclass(frozen=True, slots=True)
class Drawn:
    """The picture.

    Attributes:
        facts: what it takes to draw it again exactly, by name: "model hash", "lora hashes" (JSON),
            "torch", "diffusers", "threads", "device", "dtype", "saving", …
        heat: where it listened to which word, where that was asked for.
        usage: what it cost behind an API that tells; None elsewhere.
    """

    raster: Raster
    seed: int
    flaw: Flaw = Flaw.NONE
    facts: Mapping[str, str] = field(default_factory=dict)
    heat: tuple[Heat, ...] = ()
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class PainterNote:
    """Something that the author should read: a saving mode was fallen back to, say.

    `text` is a sentence of ours, marked for translation, with places for `values`.
    """

    text: str
    values: Mapping[str, str] = field(default_factory=dict)


class Ability(StrEnum):
    """What one painter can and another cannot; what it lacks is greyed out with the reason."""

    NEGATIVE = "negative prompt"
    SEED = "seed"
    SAMPLER = "sampler"
    STEPS = "steps"
    SIZE = "size"
    PREVIEW = "preview"
    REDRAW = "redraw"
    MASK = "mask"
    VARIATION = "variation"
    LORA = "LoRA"
    EMBEDDING = "embedding"
    HYPERNETWORK = "hypernetwork"
    REFERENCE = "reference"
    CONTROL = "control"
    PEOPLE = "people apart"
    FREEU = "FreeU"
    HIRES = "hires fix"
    FACES = "faces"
    LARGER = "larger"
    HEAT = "heat"


@dataclass(frozen=True, slots=True)
class PainterCard:
    """What an author should know of the painter in use.

    Attributes:
        place: "" for this machine, else the host.
        family: None while not yet known.
        saving: as it was loaded.
        needed: bytes it takes at its largest; 0 while not yet known.
        hash: AutoV2, the first ten hex digits of the file's SHA-256; may be empty.
        lacks: what it cannot do.
        unencrypted: what goes there could be read on its way, and the author has not allowed it.
    """

    name: str
    place: str = ""
    family: Family | None = None
    device: str = ""
    dtype: str = ""
    saving: Saving = Saving.NONE
    needed: int = 0
    hash: str = ""
    lacks: frozenset[Ability] = frozenset()
    unencrypted: bool = False
