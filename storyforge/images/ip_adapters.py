"""IP-Adapters: files by which a painter draws after a picture. What their heads say.

Only heads are read, so that what does not go together is named before anything is drawn: an adapter
of another family, one without its image encoder. How one is used is `engine.pictures.references`'
business.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from storyforge.domain.picture.orders import Family
from storyforge.images import diffusers_folders, heads, image_encoders, weight_files
from storyforge.images.checkpoint_kinds import BY_WIDTH
from storyforge.images.heads import Tensors
from storyforge.images.image_encoders import EncoderFacts
from storyforge.images.wrong import Wrong, WrongFile

SEES, SPEAKS = "image_proj.", "ip_adapter."
# As their makers lay them out; ComfyUI has all in one folder.
_FOLDERS = ("image_encoder", "models/image_encoder", "sdxl_models/image_encoder")
_KEY = re.compile(rf"{re.escape(SPEAKS)}(0|[1-9]\d{{0,3}})\.to_k_ip\.weight", re.ASCII)
_CLIP_VISION = "clip_vision"
# What a picture becomes as a whole, and part by part by CLIP's usual ones, in words.
_WHOLE, _PARTS = 4, 257


class Kind(StrEnum):
    """How an adapter sees a picture."""

    #: as a whole
    PLAIN = "plain"
    #: part by part, gathered into a few words
    PLUS = "plus"
    #: part by part, a word each
    FULL_FACE = "full face"
    #: by InsightFace, which is not here
    FACE_ID = "FaceID"


@dataclass(frozen=True, slots=True)
class AdapterFacts:
    """An IP-Adapter.

    Attributes:
        words: that it makes of a picture.
        width: of each of them, as the painter has its words.
        sees: numbers that it wants of a picture (PLAIN) or of each of its parts.
        layers: the widths of the painter's layers that listen, in order.
        places: the numbers that they have in the file.
        numbers: of its weights.
    """

    path: Path
    kind: Kind
    words: int
    width: int
    sees: int
    layers: tuple[int, ...]
    places: tuple[int, ...]
    numbers: int

    @property
    def family(self) -> Family | None:
        """That it was made for; None where its widths are nobody's."""
        return BY_WIDTH.get(self.width)

    def fits(self, encoder: EncoderFacts) -> bool:
        """Whether it sees with that one."""
        return self.sees == (encoder.gives if self.kind is Kind.PLAIN else encoder.width)


@dataclass(frozen=True, slots=True)
class Sight:
    """An adapter and what it sees with."""

    adapter: AdapterFacts
    encoder: EncoderFacts


def look(path: Path) -> AdapterFacts:
    """What the file at `path` is.

    Raises:
        OSError: it cannot be read.
        WrongFile: it is damaged, no IP-Adapter, of a kind that cannot be used here, or a pickle
            that would have to run something.
    """
    tensors = weight_files.look(path).tensors
    places = sorted(int(found[1]) for name in tensors if (found := _KEY.fullmatch(name)))
    seeing = {
        name.removeprefix(SEES): each for name, each in tensors.items() if name.startswith(SEES)
    }
    if not places or not seeing:
        raise WrongFile(Wrong.NO_ADAPTER, path.name)
    kind = _kind(seeing)
    if kind is Kind.FACE_ID or any("_lora." in name for name in tensors):
        raise WrongFile(Wrong.ADAPTER_KIND, path.name, Kind.FACE_ID)
    try:
        layers, width = _layers(tensors, places)
        words, sees = _sizes(kind, seeing, width)
    except (KeyError, IndexError, ValueError) as error:
        raise WrongFile(Wrong.NOT_WHOLE, path.name) from error
    numbers = sum(each.count for each in tensors.values())
    return AdapterFacts(path, kind, words, width, sees, layers, tuple(places), numbers)


def is_pickled_twin(path: Path) -> bool:
    """Whether the same lies beside it as safetensors: their makers give them out as both."""
    return path.suffix.casefold() != heads.SUFFIX and path.with_suffix(heads.SUFFIX).is_file()


def sight(
    adapter: Path,
    encoder: Path | None = None,
    family: Family | None = None,
    known: Iterable[Path] = (),
) -> Sight:
    """An adapter with its image encoder, which go together.

    Args:
        encoder: None looks beside the adapter, then among `known`.
        family: of the painter; None where that is not known yet.
        known: image encoders of the author's folders.

    Raises:
        OSError: one of them cannot be read.
        WrongFile: one cannot be used, is for another family, or there is no encoder that fits.
    """
    facts = look(adapter)
    if family is not None and facts.family not in (None, family):
        raise WrongFile(Wrong.ADAPTER_OTHER_BASE, adapter.name, str(facts.family))
    if encoder is not None:
        seen = image_encoders.look(encoder)
        if not facts.fits(seen):
            raise WrongFile(Wrong.ENCODER_UNFIT, encoder.name, adapter.name)
        return Sight(facts, seen)
    for each in (*beside(adapter), *known):
        try:
            seen = image_encoders.look(each)
        except WrongFile:
            continue  # another one may do; what is asked for by name is never passed over
        if facts.fits(seen):
            return Sight(facts, seen)
    raise WrongFile(Wrong.NO_ENCODER_THERE, adapter.name, facts.kind)


def beside(adapter: Path) -> Iterator[Path]:
    """Where its image encoder may lie: as its makers have it, and as ComfyUI has it."""
    around = (adapter.parent, adapter.parent.parent)
    for folder in (place / name for place in around for name in _FOLDERS):
        if folder.is_dir() and diffusers_folders.files_of(folder):
            yield folder
    for folder in (place / _CLIP_VISION for place in around):
        for each in sorted(folder.iterdir()) if folder.is_dir() else ():
            if each.suffix.casefold() == heads.SUFFIX or each.is_dir():
                yield each


def _kind(seeing: Tensors) -> Kind:
    if "proj.weight" in seeing:
        return Kind.PLAIN
    if "proj.3.weight" in seeing:
        return Kind.FULL_FACE
    if "perceiver_resampler.proj_in.weight" in seeing or "norm.weight" in seeing:
        return Kind.FACE_ID
    return Kind.PLUS


def _layers(tensors: Tensors, places: list[int]) -> tuple[tuple[int, ...], int]:
    """The widths of the layers that listen, and of the words that all of them listen to.

    Raises:
        KeyError, ValueError: half of one is missing, or they do not go together.
    """
    sides = [
        tensors[f"{SPEAKS}{place}.to_{side}_ip.weight"].shape for place in places for side in "kv"
    ]
    ((width,),) = {shape[1:] for shape in sides}
    if sides[::2] != sides[1::2]:
        raise ValueError(sides)
    return tuple(shape[0] for shape in sides[::2]), width


def _sizes(kind: Kind, seeing: Tensors, width: int) -> tuple[int, int]:
    """Words that are made of a picture, and numbers that are wanted of it.

    Raises:
        KeyError, IndexError, ValueError: they are missing, or do not go together.
    """
    if kind is Kind.PLAIN:
        made, sees = seeing["proj.weight"].shape
        if made != _WHOLE * width:
            raise ValueError(made)
        return _WHOLE, sees
    if kind is Kind.FULL_FACE:
        return _PARTS, seeing["proj.0.weight"].shape[1]
    return seeing["latents"].shape[1], seeing["proj_in.weight"].shape[1]
