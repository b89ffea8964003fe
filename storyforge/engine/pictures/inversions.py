"""Textual-inversion embeddings: a word of the prompt that stands for vectors of a file.

They are read when a prompt calls them and put into no model: nothing of them stays. Pickled files
go through the reader that runs nothing.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.adapters import Embedding
from storyforge.domain.picture.orders import Family
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.pickles import read_pickle
from storyforge.engine.pictures.weights import read_tensors

if TYPE_CHECKING:
    import torch

_SIDES = ("clip_l", "clip_g")


@dataclass(frozen=True, slots=True)
class Inversion:
    """An embedding.

    Attributes:
        vectors: (vectors, width) for each text encoder of the family.
        digest: ten hex digits of its vectors' SHA-256, for a picture's metadata.
    """

    vectors: "tuple[torch.Tensor, ...]"
    digest: str


def called(text: str, embeddings: Sequence[Embedding], loaded: Loaded) -> dict[str, Inversion]:
    """Those of `embeddings` whose words stand in `text`, by word; case does not matter.

    One within another word is not called, and not read: CLIP's tokens would be others.

    Raises:
        EngineFault: one that is called cannot be read, or is of another family.
    """
    return {each.name: _fitting(each, loaded) for each in embeddings if _stands(each.name, text)}


def _stands(word: str, text: str) -> bool:
    alone = rf"(?<!\w){re.escape(word)}(?!\w)"
    return bool(word) and re.search(alone, text, re.IGNORECASE) is not None


def _fitting(embedding: Embedding, loaded: Loaded) -> Inversion:
    pipe = loaded.pipe
    encoders = [pipe.text_encoder]
    if loaded.family is Family.SDXL:
        encoders.append(pipe.text_encoder_2)
    widths = [encoder.config.hidden_size for encoder in encoders]
    vectors = _vectors(embedding.path, wide=len(encoders) > 1)
    if [each.shape[-1] for each in vectors] != widths:
        fault = Fault(FaultKind.EMBEDDING_UNFIT, embedding.name, more=loaded.family.value)
        raise EngineFault(fault)
    digest = hashlib.sha256()
    for each in vectors:
        digest.update(each.float().contiguous().numpy().tobytes())
    return Inversion(vectors, digest.hexdigest()[:10])


def _vectors(path: Path, *, wide: bool) -> "tuple[torch.Tensor, ...]":
    """The vectors in the file, for one encoder or for the two of SDXL, each (vectors, width)."""
    import torch

    held = {name: each for name, each in _held(path).items() if isinstance(each, torch.Tensor)}
    sides = [held[side] for side in _SIDES if side in held]
    found = sides or list(held.values())[:1]
    if not found or any(each.ndim not in (1, 2) or not each.numel() for each in found):
        raise EngineFault(Fault(FaultKind.EMBEDDING_UNREADABLE, path.name))
    if len(found) > 1 and not wide:
        return ()
    return tuple(each.detach().to("cpu").reshape(-1, each.shape[-1]) for each in found)


def _held(path: Path) -> Mapping[str, Any]:
    """The file's tensors by name, whatever program wrote it."""
    try:
        if path.suffix.lower() == ".safetensors":
            return read_tensors(path)
        held = read_pickle(path)
    except EngineFault as error:
        if error.fault.kind is FaultKind.FORBIDDEN_PICKLE:
            raise
        raise EngineFault(Fault(FaultKind.EMBEDDING_UNREADABLE, path.name)) from error
    inner = held.get("string_to_param", held) if isinstance(held, Mapping) else {}
    return inner if isinstance(inner, Mapping) else {}
