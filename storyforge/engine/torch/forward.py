"""A model's way through its layers, stopped between two of them if need be. Engine process only."""

import inspect
from collections.abc import Callable
from typing import Any

from storyforge.engine.sequence import Interrupted


class Forward:
    """The model's forward, which can be stopped within.

    Attributes:
        stopped: asked before each layer; None asks nobody.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self.stopped: Callable[[], bool] | None = None
        told = inspect.signature(model.forward).parameters
        # Code from a model's own folder may know the older name only.
        self._name = "cache" if "cache" in told else "past_key_values"
        self._more = {"logits_to_keep": 1} if "logits_to_keep" in told else {}
        self._hooks = [layer.register_forward_pre_hook(self._ask) for layer in layers_of(model)]

    def __call__(self, ids: Any, past: Any) -> Any:
        """What the model says of `ids` behind `past`, which takes them in.

        Raises:
            Interrupted: `stopped` said so.
        """
        return self._model(
            input_ids=ids, use_cache=True, return_dict=True, **{self._name: past}, **self._more
        )

    def close(self) -> None:
        """Ask no longer."""
        for hook in self._hooks:
            hook.remove()

    def _ask(self, _layer: Any, _inputs: Any) -> None:
        if self.stopped is not None and self.stopped():
            raise Interrupted


def layers_of(model: Any) -> list[Any]:
    """The layers that a token goes through one after the other."""
    import torch

    lists = [each for each in model.modules() if isinstance(each, torch.nn.ModuleList)]
    # The list that holds most of the model: one layer's experts may be more than there are layers.
    return list(max(lists, key=lambda each: sum(1 for _ in each.modules()), default=()))
