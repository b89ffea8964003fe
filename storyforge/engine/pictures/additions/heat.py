"""Word heat maps: where the picture listened to which word."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from storyforge.domain.picture.grammar import loras_of, schedule
from storyforge.domain.picture.heat import Heat
from storyforge.domain.picture.orders import Order
from storyforge.engine.pictures.additions.base import Added, Asked
from storyforge.engine.pictures.heat.listening import Heard, Listener
from storyforge.engine.pictures.heat.places import Place, places
from storyforge.engine.pictures.loaded import Loaded


class WordHeat:
    """`Addition`: listens to the cross-attention, and changes nothing."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded

    def wanted(self, order: Order) -> bool:
        """Whether it asks for it."""
        return order.heat

    @contextmanager
    def put(self, asked: Asked) -> Iterator[Added]:
        """Inside, it listens."""
        listener = Listener()
        with listener.at(self._loaded.pipe.unet):
            yield Added(heat=lambda: self._heat(asked, listener.heard))

    def let_go(self) -> None:
        """Nothing is kept."""

    def _heat(self, asked: Asked, heard: list[Heard]) -> tuple[Heat, ...]:
        """A map a word, the mean over the questions in which it was heard."""
        import torch

        factor = self._loaded.pipe.vae_scale_factor
        height, width = asked.order.height // factor, asked.order.width // factor
        sums = dict[tuple[int, int], Any]()
        counts: dict[tuple[int, int], int] = {}
        words: dict[tuple[int, int], str] = {}
        for wording, said in zip(self._wordings(asked), heard, strict=False):
            maps = said.maps(height, width)
            for place in wording:
                at = (place.start, place.end)
                own = maps[list(place.tokens)].mean(0) * said.questions
                sums[at] = sums[at] + own if at in sums else own
                counts[at] = counts.get(at, 0) + said.questions
                words[at] = place.word
        if not sums:
            return ()
        each = torch.stack([sums[at] / counts[at] for at in sums]).clamp_(min=0)
        shares = each.mean((1, 2))
        shares = shares / shares.sum().clamp(min=1e-12)
        greys = (each / each.max().clamp(min=1e-12) * 255).round().to(torch.uint8)
        found = [
            Heat(words[at], *at, width, height, grey.numpy().tobytes(), float(share))
            for at, grey, share in zip(sums, greys, shares, strict=True)
        ]
        return tuple(sorted(found, key=lambda heat: heat.start))

    def _wordings(self, asked: Asked) -> list[tuple[Place, ...]]:
        """The words of each wording, as the course has them: a schedule has several."""
        ordered, vectors = asked.order.prompt, _vectors(asked)
        told = schedule(loras_of(ordered)[0], asked.steps)
        tokenizer = self._loaded.pipe.tokenizer
        return [
            places(
                ordered,
                next(text for until, text in told if end <= until),
                tokenizer,
                vectors,
            )
            for end, _words in asked.course.parts
        ]


def _vectors(asked: Asked) -> dict[str, int]:
    return {word: each.vectors[0].shape[0] for word, each in asked.course.embeddings.items()}
