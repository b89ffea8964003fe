"""How the next token is drawn: llama.cpp's own samplers, chained and primed with the story's tail.

Runs in the engine process only: llama_cpp is imported inside.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from storyforge.domain.sampling import Sampling

# llama.cpp takes this seed for "draw one"; so no seed may become it.
_ANY_SEED = 0xFFFFFFFF


def settle_seed(seed: int | None) -> int:
    """`seed`, or a random one of 32 bits."""
    return secrets.randbelow(_ANY_SEED) if seed is None else seed


class Sampler:
    """A chain in llama.cpp's order: penalties, top_k, top_p, min_p, temperature, draw.

    Priming makes the penalties see the story: without it they would see only the new words.

    Args:
        sampling: its `seed` must be settled; 2³²−1 values differ, larger ones are folded.
        vocabulary: tokens the model knows.
        window: the context window; what a `repeat_range` of -1 means.
        story: the tokens before the answer.
    """

    def __init__(
        self, sampling: Sampling, vocabulary: int, window: int, story: Sequence[int]
    ) -> None:
        import llama_cpp.llama_cpp as lib

        self._lib = lib
        self._chain: Any = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        add = self._add
        reach = window if sampling.repeat_range < 0 else sampling.repeat_range
        penalised = sampling.repeat_penalty != 1 and reach > 0
        if penalised:
            add(
                lib.llama_sampler_init_penalties(
                    vocabulary, reach, sampling.repeat_penalty, 0.0, 0.0
                )
            )
        if sampling.temperature <= 0:
            add(lib.llama_sampler_init_greedy())
        else:
            add(lib.llama_sampler_init_top_k(sampling.top_k))
            add(lib.llama_sampler_init_top_p(sampling.top_p, 1))
            add(lib.llama_sampler_init_min_p(sampling.min_p, 1))
            add(lib.llama_sampler_init_temp(sampling.temperature))
            add(lib.llama_sampler_init_dist(settle_seed(sampling.seed) % _ANY_SEED))
        if penalised:
            for token in story[-reach:]:
                lib.llama_sampler_accept(self._chain, token)

    def _add(self, sampler: Any) -> None:
        self._lib.llama_sampler_chain_add(self._chain, sampler)

    def draw(self, context: Any) -> int:
        """The next token after what `context` evaluated last; it counts as written from now on."""
        return int(self._lib.llama_sampler_sample(self._chain, context, -1))

    def close(self) -> None:
        """Free the chain; safe to call twice."""
        chain, self._chain = self._chain, None
        if chain is not None:
            self._lib.llama_sampler_free(chain)
