"""Tensors out of files, safetensors and pickles alike: one by one, in memory of their own.

So it can be told how much was read, and stopped; a file may be replaced while it is in use.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.pickles import numbers
from storyforge.engine.pictures.reading import faulted
from storyforge.images import heads, pickles

if TYPE_CHECKING:
    import torch

    Tensors = dict[str, torch.Tensor]

Told = Callable[[int], None]


def read_tensors(
    path: Path,
    names: Iterable[str] | None = None,
    *,
    dtype: "torch.dtype | None" = None,
    told: Told = lambda _: None,
) -> "Tensors":
    """The tensors of the file at `path` by their names.

    Args:
        names: of those that are wanted; None wants all.
        dtype: what floating numbers become; None leaves them as they are.
        told: hears how many bytes of the file were read, tensor by tensor. It may raise.

    Raises:
        EngineFault: it cannot be read, is damaged, or would have to run something.
    """
    with faulted(path):
        if pickles.is_pickled(path):
            return _pickled(path, names, dtype, told)
        return _safe(path, names, dtype, told)


def _safe(path: Path, names: Any, dtype: Any, told: Told) -> "Tensors":
    from safetensors import SafetensorError, safe_open

    head = heads.read(path)
    found = {}
    try:
        with safe_open(path, framework="pt") as opened:
            for name in head.tensors if names is None else names:
                found[name] = _own(opened.get_tensor(name), dtype)
                told(head.tensors[name].size)
    except SafetensorError as error:
        raise EngineFault(Fault(FaultKind.NOT_WHOLE, path.name)) from error
    return found


def _pickled(path: Path, names: Any, dtype: Any, told: Told) -> "Tensors":
    source = pickles.read(path)
    places = pickles.tensors(source)
    found = {}
    with path.open("rb") as opened:
        for name in places if names is None else names:
            found[name] = _own(numbers(source, opened, places[name]), dtype)
            told(source.place(places[name])[1])
    return found


def _own(tensor: "torch.Tensor", dtype: Any) -> "torch.Tensor":
    """A copy that lies in memory as it is written, not in the file."""
    import torch

    wanted = dtype if dtype is not None and tensor.is_floating_point() else tensor.dtype
    return tensor.to(wanted, copy=True, memory_format=torch.contiguous_format)
