"""The parts of a folder that diffusers draws with by itself, each from its weights.

Classes are ours to name: what a folder calls its own code is never looked for.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures import parts
from storyforge.engine.pictures.library import sentencepieces
from storyforge.engine.pictures.weights import Told, read_tensors
from storyforge.images import diffusers_folders, heads

if TYPE_CHECKING:
    import torch

    Tensors = dict[str, torch.Tensor]

#: the modules that are known, by the library that has them
_DIFFUSERS = ("SD3Transformer2DModel", "FluxTransformer2DModel", "UNet2DConditionModel",
              "AutoencoderKL")  # fmt: skip
_TRANSFORMERS = ("CLIPTextModel", "CLIPTextModelWithProjection", "T5EncoderModel")
_CHECKER = "IFSafetyChecker"
_T5, _SHARED, _TIED = "T5EncoderModel", "shared.weight", "encoder.embed_tokens.weight"


def size_of(folder: Path, wanted: Iterable[str]) -> int:
    """Bytes of the folder that will be read, for those parts."""
    there = diffusers_folders.parts(folder)
    files = (diffusers_folders.files_of(folder / part) for part in wanted if part in there)
    return sum(file.stat().st_size for each in files for file in each)


def read(folder: Path, wanted: Iterable[str], dtype: "torch.dtype", told: Told) -> dict[str, Any]:
    """Those of the wanted parts that the folder has, by their names.

    Raises:
        EngineFault: one of them cannot be used.
        OSError, WrongFile: one of them cannot be read.
    """
    there = diffusers_folders.parts(folder)
    return {
        part: _part(folder / part, there[part], dtype, told) for part in wanted if part in there
    }


def _part(folder: Path, called: str, dtype: "torch.dtype", told: Told) -> Any:
    import diffusers
    import transformers

    if called in _DIFFUSERS:
        return _module(folder, getattr(diffusers, called), dtype, told)
    if called in _TRANSFORMERS:
        return _module(folder, getattr(transformers, called), dtype, told)
    if called == _CHECKER:
        from diffusers.pipelines.deepfloyd_if.safety_checker import IFSafetyChecker

        return _module(folder, IFSafetyChecker, dtype, told)
    if called.startswith("CLIPTokenizer"):
        return transformers.CLIPTokenizer.from_pretrained(folder, local_files_only=True)
    if called.startswith("T5Tokenizer"):
        return _t5_tokenizer(folder)
    if called.startswith(("CLIPImageProcessor", "CLIPFeatureExtractor")):
        return transformers.CLIPImageProcessor.from_pretrained(folder, local_files_only=True)
    if _is_scheduler(called):
        return getattr(diffusers, called).from_config(
            diffusers_folders.read_json(folder / "scheduler_config.json")
        )
    raise EngineFault(Fault(FaultKind.OTHER_FAMILY, folder.parent.name, more=called))


def _is_scheduler(called: str) -> bool:
    import diffusers

    kind = getattr(diffusers, called, None)
    return isinstance(kind, type) and issubclass(kind, diffusers.SchedulerMixin)


def _module(folder: Path, kind: Any, dtype: "torch.dtype", told: Told) -> Any:
    weights: Tensors = {}
    for file in diffusers_folders.files_of(folder):
        weights |= _weights(file, _whole(kind, dtype), dtype, told)
    is_t5 = kind.__name__ == _T5
    if is_t5:
        # One matrix under two names, of which files have either.
        for name, other in ((_SHARED, _TIED), (_TIED, _SHARED)):
            if name not in weights and other in weights:
                weights[name] = weights[other]
    name = f"{folder.parent.name}/{folder.name}"
    module = parts.build(kind, diffusers_folders.read_json(folder / "config.json"), weights, name)
    if is_t5:
        module.set_input_embeddings(module.shared)
    return module


def _whole(kind: Any, dtype: "torch.dtype") -> tuple[str, ...]:
    """Parts of the names of weights that half precision would spoil: T5 leaves its range."""
    import torch

    names = getattr(kind, "_keep_in_fp32_modules", None) or ()
    return tuple(names) if dtype is torch.float16 else ()


def _weights(file: Path, whole: tuple[str, ...], dtype: "torch.dtype", told: Told) -> "Tensors":
    import torch

    if not whole:
        return read_tensors(file, dtype=dtype, told=told)
    names = heads.read(file).tensors
    kept = [name for name in names if any(part in name.split(".") for part in whole)]
    rest = [name for name in names if name not in set(kept)]
    found = read_tensors(file, rest, dtype=dtype, told=told)
    return found | read_tensors(file, kept, dtype=torch.float32, told=told)


def _t5_tokenizer(folder: Path) -> Any:
    """The folder's own; without SentencePiece where it has nothing but its vocabulary."""
    from transformers import T5Tokenizer

    if (folder / "tokenizer.json").is_file():
        return T5Tokenizer.from_pretrained(folder, local_files_only=True)
    known = sentencepieces.read(folder / "spiece.model")
    return T5Tokenizer(vocab=list(known.pieces), _spm_precompiled_charsmap=known.charsmap or None)
