"""What can be known of a model's files before a process touches them; no torch is needed for it.

Most wrong folders end here, with the clearest sentence; what only transformers can tell comes from
`loading`.
"""

import importlib.util
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storyforge.domain.model import TransformersSpec
from storyforge.engine import gguf_header
from storyforge.engine.faults import EngineFault, Fault, FaultKind, refusing
from storyforge.i18n import _
from storyforge.images import heads
from storyforge.images.wrong import WrongFile

_WEIGHTS = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
#: bytes that a weight takes when it is made smaller, its scales included
QUANTISED = {"8bit": 1.0, "4bit": 0.6}
_DTYPES = {"F16": "float16", "BF16": "bfloat16", "F32": "float32"}


def preflight(spec: TransformersSpec) -> None:
    """Refuse what cannot be loaded.

    Raises:
        ModelError: it is missing, not whole, pickled, or something it needs is not installed.
    """
    with refusing(
        _("The model cannot be read: {why}."),
        _("Look whether its files are there and may be read."),
    ):
        if not all(map(importlib.util.find_spec, ("torch", "transformers"))):
            raise EngineFault(Fault(FaultKind.NO_TRANSFORMERS))
        if is_gguf(spec.path):
            gguf_header.read(spec.path)
            if spec.quantise != "none":
                raise EngineFault(Fault(FaultKind.QUANTISED_ALREADY))
        else:
            read_config(spec.path)
            for file in weights_of(spec.path):
                _head(file)
        if spec.quantise != "none" and importlib.util.find_spec("bitsandbytes") is None:
            raise EngineFault(Fault(FaultKind.NO_BITSANDBYTES))


def is_gguf(path: Path) -> bool:
    """Whether `path` is one file, which can only be GGUF.

    Raises:
        OSError: it is not there.
    """
    return not stat.S_ISDIR(path.stat().st_mode)


def read_config(folder: Path) -> dict[str, Any]:
    """What config.json says.

    Raises:
        EngineFault: there is none that can be read.
    """
    try:
        told = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise EngineFault(Fault(FaultKind.NO_CONFIG, folder.name)) from error
    if not isinstance(told, dict):
        raise EngineFault(Fault(FaultKind.NO_CONFIG, folder.name))
    return told


def weights_of(folder: Path) -> tuple[Path, ...]:
    """The safetensors that the model lies in.

    Raises:
        EngineFault: it has none, or not all of them.
    """
    names = [_WEIGHTS]
    if not (folder / _WEIGHTS).is_file() and (folder / _INDEX).is_file():
        try:
            told = json.loads((folder / _INDEX).read_text("utf-8"))["weight_map"]
            names = sorted({Path(name).name for name in told.values()})
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise EngineFault(Fault(FaultKind.TRUNCATED, _INDEX)) from error
    files = tuple(folder / name for name in names)
    for file in files:
        if not file.is_file():
            pickled = [each for kind in _PICKLED for each in sorted(folder.glob(kind))]
            if pickled and names == [_WEIGHTS]:
                raise EngineFault(Fault(FaultKind.PICKLED, pickled[0].name))
            raise EngineFault(Fault(FaultKind.NO_WEIGHTS, file.name))
    return files


def code_of(folder: Path) -> tuple[str, ...]:
    """The files with code that the model would run, by its own word; empty where it needs none.

    Code that lies elsewhere on the hub is named by its repository.
    """
    told = read_config(folder).get("auto_map")
    found: set[str] = set()
    for name in told.values() if isinstance(told, dict) else ():
        for each in name if isinstance(name, list) else [name]:
            if isinstance(each, str):
                place, _dashes, reference = each.rpartition("--")
                module = reference.rpartition(".")[0] + ".py"
                found.add(f"{place}/{module}" if place else module)
    return tuple(sorted(found))


def dtype_of(folder: Path) -> str:
    """What most of the weights are stored as; empty where it is none of the usual ones."""
    counts: dict[str, int] = {}
    for file in weights_of(folder):
        for tensor in _head(file, heads.peek).tensors.values():
            counts[tensor.dtype] = counts.get(tensor.dtype, 0) + 1
    return _DTYPES.get(max(counts, key=lambda kind: counts[kind], default=""), "")


def count_of(path: Path) -> int:
    """How many numbers a folder's or a GGUF file's model is made of.

    Raises:
        EngineFault: its weights are not there, or not whole.
        BadInput: it is no GGUF file.
    """
    if is_gguf(path):
        return gguf_header.read(path).weights
    files = [_head(file, heads.peek) for file in weights_of(path)]
    return sum(tensor.count for head in files for tensor in head.tensors.values())


def _head(file: Path, read: Callable[[Path], heads.Head] = heads.read) -> heads.Head:
    """The head of a safetensors file, which is whole but where it is only peeked at."""
    try:
        return read(file)
    except WrongFile as error:
        raise EngineFault(Fault(FaultKind.TRUNCATED, file.name)) from error
