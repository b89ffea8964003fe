"""Hypernetworks: `x + network(x) · strength` before the keys and the values of every attention.

As AUTOMATIC1111 has it: self-attention too, one pair a width, several one after the other in the
prompt's order. It listens before `to_k` and `to_v`, so that no processor gives way.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.adapters import Hypernetwork
from storyforge.domain.picture.orders import Order
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.additions.base import Added, Asked
from storyforge.engine.pictures.hypernetworks.nets import Net, Nets
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.sequence import Interrupted

if TYPE_CHECKING:
    import torch

_KEYS, _VALUES = "to_k", "to_v"


class Hypernetworks:
    """`Addition`: those that the prompt calls."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._nets = Nets()

    def wanted(self, order: Order) -> bool:
        """Whether it calls one that counts."""
        return any(each.strength for each in order.hypernetworks)

    @contextmanager
    def put(self, asked: Asked) -> Iterator[Added]:
        """Inside, keys and values are bent.

        Raises:
            EngineFault: one cannot be read, or was made for another base; nothing is changed then.
            Interrupted: it was stopped.
        """
        unet = self._loaded.pipe.unet
        used: list[tuple[Hypernetwork, Net]] = []
        for use in asked.order.hypernetworks:
            if asked.stopped():
                raise Interrupted
            if use.strength:
                net = self._nets.get(use)
                _fit(use, net, unet)
                used.append((use, net))
        hashes = {use.name: net.hash for use, net in used}
        with ExitStack() as stack:
            for _use, net in used:
                stack.callback(_to_memory, net)
            for module in _attentions(unet):
                width = module.to_k.in_features
                pairs = [
                    (net.sides[width], use.strength) for use, net in used if width in net.sides
                ]
                for at, name in enumerate((_KEYS, _VALUES)) if pairs else ():
                    bent = _bent([(pair[at], strength) for pair, strength in pairs])
                    hook = getattr(module, name).register_forward_pre_hook(bent)
                    stack.callback(hook.remove)
            told = json.dumps(hashes, ensure_ascii=False)
            yield Added(facts={"hypernetwork hashes": told})

    def let_go(self) -> None:
        """Forget what was read."""
        self._nets.clear()


def _attentions(unet: Any) -> Iterator[Any]:
    from diffusers.models.attention_processor import Attention

    for module in unet.modules():
        if isinstance(module, Attention):
            yield module


def _fit(use: Hypernetwork, net: Net, unet: Any) -> None:
    """Refuse one for another base.

    Raises:
        EngineFault: it does not fit.
    """
    told = unet.config.cross_attention_dim
    texts = set(told) if isinstance(told, list | tuple) else {told}
    if net.families and not texts & net.sides.keys():
        raise EngineFault(Fault(FaultKind.HYPERNETWORK_OTHER_BASE, use.name, more=net.families))
    if not {each.to_k.in_features for each in _attentions(unet)} & net.sides.keys():
        widths = ", ".join(map(str, sorted(net.sides)))
        raise EngineFault(Fault(FaultKind.HYPERNETWORK_UNFIT, use.name, more=widths))


def _bent(sides: list[tuple[Any, float]]) -> Callable[[Any, tuple[Any, ...]], tuple[Any, ...]]:
    """What stands before a layer: its input, bent by each in turn."""

    def hook(_layer: Any, given: tuple[Any, ...]) -> tuple[Any, ...]:
        bent: torch.Tensor = given[0]
        for side, strength in sides:
            change = side.to(bent.device)(bent.float()) * strength
            bent = bent + change.to(bent.dtype)
        return (bent, *given[1:])

    return hook


def _to_memory(net: Net) -> None:
    """Give a GPU's memory back."""
    for pair in net.sides.values():
        for side in pair:
            side.to("cpu")
