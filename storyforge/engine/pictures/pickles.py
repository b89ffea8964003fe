"""Tensors and values out of pickled files, of which nothing is run (`images.pickles`)."""

from collections.abc import Callable
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.reading import faulted
from storyforge.images import pickles
from storyforge.images.pickle_values import Stored
from storyforge.images.wrong import Wrong, WrongFile

if TYPE_CHECKING:
    import torch


def read_pickle(path: Path) -> Any:
    """What a pickled file says, whatever its shape: plain values, with its tensors in place.

    Raises:
        EngineFault: it cannot be read, is damaged, or would have to run something.
    """
    with faulted(path):
        found = pickles.read(path)
        try:
            with path.open("rb") as opened:
                return _filled(found.value, lambda each: numbers(found, opened, each), {})
        except RecursionError as error:
            raise WrongFile(Wrong.NOT_WHOLE, path.name) from error


def numbers(source: pickles.Pickled, opened: BufferedReader, tensor: Stored) -> "torch.Tensor":
    """A tensor of a file that was read and is open.

    Raises:
        EngineFault: its end is missing meanwhile.
        OSError: it cannot be read.
    """
    import torch

    dtype = getattr(torch, tensor.storage.dtype)
    start, length = source.place(tensor)
    if not length:
        return torch.empty(tensor.shape, dtype=dtype)
    opened.seek(start)
    held = bytearray(length)
    if opened.readinto(held) < length:
        raise EngineFault(Fault(FaultKind.NOT_WHOLE, source.path.name))
    flat = torch.frombuffer(held, dtype=dtype)
    return flat.as_strided(tensor.shape, tensor.strides)


def _filled(value: Any, made: Callable[[Stored], Any], known: dict[int, Any]) -> Any:
    """`value` with tensors for their places; what stands in it twice is made once."""
    if isinstance(value, Stored):
        return made(value)
    if not isinstance(value, (dict, list, tuple)):
        return value
    if id(value) not in known:
        known[id(value)] = None  # what holds itself ends there
        if isinstance(value, dict):
            filled: Any = {key: _filled(each, made, known) for key, each in value.items()}
        else:
            filled = type(value)(_filled(each, made, known) for each in value)
        known[id(value)] = filled
    return known[id(value)]
