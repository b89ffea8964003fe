"""Layers that listen to more than the prompt: hooks, gone behind a picture.

Decoupled cross-attention, as IP-Adapter has it (arXiv 2308.06721): what a layer asks is asked of
the picture too, and added before the layer's last map. As diffusers' processors reckon it, to the
bit; but theirs would have to take the place of others.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from storyforge.engine.pictures.levels import sides_of
from storyforge.engine.pictures.references.speaking import Speech

if TYPE_CHECKING:
    import torch


@dataclass(slots=True)
class Voice:
    """Pictures that are listened to as one.

    Attributes:
        mask: (1, 1, height, width) of the picture, 1 where they count; None for everywhere.
    """

    speeches: Sequence[Speech]
    scale: float
    mask: "torch.Tensor | None" = None
    _shares: "dict[tuple[int, int], torch.Tensor]" = field(default_factory=dict)

    def said(self, layer: int, batch: int) -> "tuple[torch.Tensor, torch.Tensor]":
        """Keys and values for a layer; without guidance only what was seen."""
        import torch

        keys = [each.keys[layer][-batch:] for each in self.speeches]
        values = [each.values[layer][-batch:] for each in self.speeches]
        if len(self.speeches) == 1:
            return keys[0], values[0]
        return torch.cat(keys, dim=1), torch.cat(values, dim=1)

    def share(self, grid: tuple[int, int]) -> "torch.Tensor | None":
        """How much it counts at each place of a grid, (1, places, 1)."""
        import torch.nn.functional as functional

        if self.mask is None:
            return None
        if grid not in self._shares:
            small = functional.interpolate(self.mask, size=grid, mode="bicubic")
            self._shares[grid] = small.view(1, -1, 1)
        return self._shares[grid]


class Listening:
    """Has layers listen to voices.

    Args:
        latents: height and width of what is drawn, in latents.
    """

    def __init__(self, voices: Sequence[Voice], latents: tuple[int, int]) -> None:
        self._voices = voices
        self._latents = latents
        self._asked: dict[int, torch.Tensor] = {}

    @contextmanager
    def at(self, layers: Sequence[Any]) -> Iterator[None]:
        """Inside, they do."""
        with ExitStack() as hooks:
            hooks.callback(self._asked.clear)
            for number, layer in enumerate(layers):
                ask = layer.to_q.register_forward_hook(partial(self._hear, number))
                hooks.callback(ask.remove)
                answer = partial(self._answer, number, layer.heads)
                hooks.callback(layer.to_out[0].register_forward_pre_hook(answer).remove)
            yield

    def _hear(self, number: int, _layer: Any, _given: Any, asked: "torch.Tensor") -> None:
        self._asked[number] = asked

    def _answer(self, number: int, heads: int, _layer: Any, given: Any) -> "tuple[Any, ...]":
        import torch.nn.functional as functional

        answer, *rest = given
        asked = self._asked.pop(number)
        batch, places, width = asked.shape
        query = _by_head(asked, heads)
        for voice in self._voices:
            key, value = (_by_head(each, heads) for each in voice.said(number, batch))
            told = functional.scaled_dot_product_attention(query, key, value)
            told = told.transpose(1, 2).reshape(batch, places, width).to(asked.dtype)
            share = voice.share(sides_of(places, *self._latents))
            answer = answer + voice.scale * (told if share is None else told * share.to(told))
        return answer, *rest


def _by_head(each: "torch.Tensor", heads: int) -> "torch.Tensor":
    return each.view(each.shape[0], -1, heads, each.shape[2] // heads).transpose(1, 2)
