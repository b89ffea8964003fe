"""A hypernetwork as torch has it, made from its file; those that were used last stay in memory."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.borrowed import reason
from storyforge.domain.picture.adapters import Hypernetwork
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.pickles import read_pickle
from storyforge.images import hypernetworks, loras
from storyforge.images.hypernetworks import Network, NoHypernetwork, Side, Sort

if TYPE_CHECKING:
    from torch import nn

#: bytes; some ten usual ones. The last one stays, however large
MOST = 1 << 30


@dataclass(frozen=True, slots=True)
class Net:
    """A hypernetwork.

    Attributes:
        sides: by width, what stands before the keys and before the values.
        families: that it was made for, told; empty where its widths do not say.
        hash: twelve hex digits of its file's SHA-256.
        size: bytes.
    """

    sides: "Mapping[int, tuple[nn.Module, nn.Module]]"
    families: str
    hash: str
    size: int


class Nets:
    """Hypernetworks by their file.

    Args:
        most: bytes of them.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[Path, int, int], Net] = OrderedDict()

    def get(self, use: Hypernetwork) -> Net:
        """The hypernetwork, from memory where its file is as it was.

        Raises:
            EngineFault: it cannot be read, or not be used.
        """
        try:
            stat = use.path.stat()
            key = (use.path, stat.st_mtime_ns, stat.st_size)
            if key not in self._kept:
                self._kept[key] = _read(use)
        except OSError as error:
            raise EngineFault(
                Fault(FaultKind.HYPERNETWORK_UNREAD, use.name, more=reason(error))
            ) from error
        self._kept.move_to_end(key)
        while sum(each.size for each in self._kept.values()) > self._most and len(self._kept) > 1:
            self._kept.popitem(last=False)
        return self._kept[key]

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()


def _read(use: Hypernetwork) -> Net:
    try:
        network = hypernetworks.network_of(read_pickle(use.path))
    except NoHypernetwork as error:
        kind = FaultKind.HYPERNETWORK_KIND if error.activation else FaultKind.HYPERNETWORK_DAMAGED
        raise EngineFault(Fault(kind, use.name, more=error.activation)) from error
    families = " / ".join(sorted(each.value for each in hypernetworks.families_of(network)))
    sides = {
        width: (_made(keys, network), _made(values, network))
        for width, (keys, values) in network.sides.items()
    }
    numbers = [each for pair in sides.values() for side in pair for each in side.parameters()]
    size = sum(each.numel() * each.element_size() for each in numbers)
    return Net(sides, families, loras.hash_of(use.path), size)


def _made(side: Side, network: Network) -> "nn.Module":
    """One side as torch's modules, in float32 as it was trained."""
    import torch
    from torch import nn

    def given(module: Any, name: str, *ends: str) -> "nn.Module":
        for end in ends:
            if (told := side.tensors.get(f"{name}.{end}")) is not None:
                number = nn.Parameter(told.detach().float(), requires_grad=False)
                setattr(module, end, number)
        return module

    made: list[nn.Module] = []
    for layer in side.layers:
        if layer.sort is Sort.ACTIVATION:
            made.append(given(getattr(nn, network.activation)(), layer.name, "weight"))
            continue
        shape = side.tensors[f"{layer.name}.weight"].shape
        with torch.device("meta"):
            norm = layer.sort is Sort.NORM
            module = nn.LayerNorm(shape[0]) if norm else nn.Linear(shape[1], shape[0])
        made.append(given(module, layer.name, "weight", "bias"))
    return nn.Sequential(*made).eval()
