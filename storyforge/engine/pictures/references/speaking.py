"""From an adapter's words to what each layer of the U-Net listens to.

The words stay the same over all steps, so an adapter's weights are asked once a picture instead of
once a step; they are read layer by layer and lie in memory for that long only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.weights import read_tensors
from storyforge.engine.sequence import Interrupted
from storyforge.images.ip_adapters import SPEAKS, AdapterFacts

if TYPE_CHECKING:
    import torch

_OWN = ("attn1.processor",)


@dataclass(frozen=True, slots=True)
class Speech:
    """What is said to each layer: (2, words, width) a layer, where nothing and what was seen."""

    keys: "tuple[torch.Tensor, ...]"
    values: "tuple[torch.Tensor, ...]"

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(each.numel() * each.element_size() for each in (*self.keys, *self.values))


def listeners(unet: Any) -> list[Any]:
    """The layers that listen to words, in the order of adapters."""
    names = (name for name in unet.attn_processors if not name.endswith(_OWN))
    return [unet.get_submodule(name.removesuffix(".processor")) for name in names]


def check(loaded: Loaded, adapter: AdapterFacts) -> None:
    """Refuse an adapter whose layers are not this painter's; nothing of it is read.

    Raises:
        EngineFault: they are not.
    """
    layers = listeners(loaded.pipe.unet)
    own = tuple(layer.to_k.out_features for layer in layers)
    if own != adapter.layers or layers[0].to_k.in_features != adapter.width:
        made_for = str(adapter.family or f"{len(adapter.layers)}×{adapter.width}")
        raise EngineFault(Fault(FaultKind.ADAPTER_OTHER_BASE, adapter.path.name, more=made_for))


def speak(
    loaded: Loaded, adapter: AdapterFacts, words: "torch.Tensor", stopped: Callable[[], bool]
) -> Speech:
    """What the words, (2, words, width), become.

    Raises:
        EngineFault: the adapter is damaged.
        Interrupted: it was stopped; asked at each layer.
    """
    import torch
    import torch.nn.functional as functional

    words = words.to(loaded.device, loaded.dtype)
    keys, values = [], []
    for place in adapter.places:
        if stopped():
            raise Interrupted
        names = [f"{SPEAKS}{place}.to_{side}_ip.weight" for side in "kv"]
        weights = read_tensors(adapter.path, names)
        key, value = (weights[name].to(loaded.device, loaded.dtype) for name in names)
        with torch.no_grad():
            keys.append(functional.linear(words, key))
            values.append(functional.linear(words, value))
    return Speech(tuple(keys), tuple(values))
