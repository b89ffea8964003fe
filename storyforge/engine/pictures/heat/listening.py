"""Listens at a U-Net's cross-attention, and adds up what each point hears of each token.

At each layer the probabilities softmax(QKᵀ/√d) are worked out once more from what `to_q` and `to_k`
gave, so that it does not matter who calculates the attention, and how. Sums are kept a size of
layer, not a layer: making them larger is linear, and can wait until the end.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from storyforge.engine.pictures.levels import sides_of

if TYPE_CHECKING:
    import torch


class Heard:
    """What was heard of one wording of the prompt.

    Attributes:
        questions: how often the U-Net was asked.
        sums: by the points of a layer: (points, tokens), added up over layers and questions, the
            mean over the heads.
        layers: how many there were of each size in all.
    """

    def __init__(self) -> None:
        self.questions = 0
        self.sums: dict[int, torch.Tensor] = {}
        self.layers: dict[int, int] = {}

    def add(self, probabilities: "torch.Tensor") -> None:
        """Add a layer's, (heads, points, tokens)."""
        points = probabilities.shape[1]
        if points in self.sums:
            self.sums[points] += probabilities.mean(0)
        else:
            self.sums[points] = probabilities.mean(0)
        self.layers[points] = self.layers.get(points, 0) + 1

    def maps(self, height: int, width: int) -> "torch.Tensor":
        """(tokens, height, width): the mean over layers and questions, each layer made as large.

        Args:
            height, width: of the latents.
        """
        import torch
        from torch.nn.functional import interpolate

        total: torch.Tensor | None = None
        for points, sums in self.sums.items():
            high, wide = sides_of(points, height, width)
            small = sums.float().cpu().T.reshape(1, -1, high, wide)
            large = interpolate(small, (height, width), mode="bicubic", align_corners=False)[0]
            total = large if total is None else total + large
        if total is None:
            return torch.zeros(0, height, width)
        return total / sum(self.layers.values())


class Listener:
    """Hears a U-Net while it draws one picture: its last row, which is the prompt's.

    Attributes:
        heard: a `Heard` a wording, in the order in which they were asked for.
    """

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._words: Any = None
        self._queries: dict[int, torch.Tensor] = {}

    @contextmanager
    def at(self, unet: Any) -> Iterator[None]:
        """Inside, it listens; behind it nothing of it is left."""
        hooks = [unet.register_forward_pre_hook(self._asked, with_kwargs=True)]
        for name, layer in unet.named_modules():
            if name.endswith("attn2"):
                query = functools.partial(self._query, id(layer))
                hooks.append(layer.to_q.register_forward_hook(query))
                hooks.append(layer.to_k.register_forward_hook(functools.partial(self._key, layer)))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()
            self._words = None
            self._queries.clear()

    def _asked(self, _unet: Any, _given: Any, named: dict[str, Any]) -> None:
        """The pipelines hand the same tensor over until the wording changes."""
        words = named["encoder_hidden_states"]
        if words is not self._words:
            self._words = words
            self.heard.append(Heard())
        self.heard[-1].questions += 1

    def _query(self, layer: int, _linear: Any, _given: Any, query: "torch.Tensor") -> None:
        self._queries[layer] = query[-1]

    def _key(self, layer: Any, _linear: Any, _given: Any, key: "torch.Tensor") -> None:
        import torch

        query = self._queries.pop(id(layer))
        heads = layer.heads
        points, tokens = query.shape[0], key.shape[1]
        query = query.view(points, heads, -1).transpose(0, 1)
        key = key[-1].view(tokens, heads, -1).permute(1, 2, 0)
        scores = torch.bmm(query, key).mul_(layer.scale)
        self.heard[-1].add(scores.softmax(-1, dtype=torch.float32))
