"""How the next token is drawn: llama.cpp's own samplers, chained and primed with the story's tail.

It knows one take's history and can go back in it. What is drawn for (text, limits, phrases) is the
pen's affair. Runs in the engine process only: llama_cpp is imported inside, and so is numpy, which
comes with it.
"""

import ctypes
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from storyforge.domain.dials import first_fault
from storyforge.domain.sampling import Sampling
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.vocabulary import Vocabulary

if TYPE_CHECKING:
    from storyforge.engine.loaded import Logits, Mask

# llama.cpp takes this seed for "draw one"; so no seed may become it.
_ANY_SEED = 0xFFFFFFFF
# Tokens so much less likely than the likeliest are left out before "typical": it takes the
# logarithm of every probability, and that of 0 spoils its sum (and the order it sorts by).
_ALMOST_NEVER = 1e-30
# llama_token_data
_CANDIDATE = [("id", "i4"), ("logit", "f4"), ("p", "f4")]
# Samplers that look at what was written; the others only at the candidates before them.
_HISTORY = ("penalties", "dry")


def settle_seed(seed: int | None) -> int:
    """`seed`, or a random one of 32 bits."""
    return secrets.randbelow(_ANY_SEED) if seed is None else seed


class Sampler:
    """A chain in the order that `sampling` asks for, with the draw at its end.

    Priming makes penalties and DRY see the story: without it they would see only the new words. At
    temperature 0 they are all that stands before the likeliest token; mirostat takes the place of
    everything that narrows the choice.

    Args:
        sampling: its `seed` must be settled; 2³²−1 values
            differ, larger ones are folded.
        window: the context window; what a range of -1 means.
        story: the tokens before the answer.

    Raises:
        EngineFault: a value is out of its range, or llama.cpp refused a sampler.
    """

    def __init__(
        self, sampling: Sampling, vocabulary: Vocabulary, window: int, story: Sequence[int]
    ) -> None:
        import llama_cpp.llama_cpp as lib
        import numpy as np

        # Out of its range a value may end the process.
        fault = first_fault(sampling)
        if fault is not None:
            raise EngineFault(Fault(FaultKind.SAMPLER_REFUSED, fault[0]))
        self._lib = lib
        self._candidates = np.empty(vocabulary.size, np.dtype(_CANDIDATE))
        self._ids = np.arange(vocabulary.size, dtype="i4")
        self._seed = settle_seed(sampling.seed) % _ANY_SEED
        self._chain: Any = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        self._remembering: list[Any] = []
        self._mirostat: Any = None
        # Mirostat as it was before each token that may still be taken back, by its place.
        self._moods: dict[int, Any] = {}
        try:
            reaches = self._build(sampling, vocabulary, window)
        except EngineFault:
            self.close()
            raise
        self._reach = max(reaches, default=0)
        self._seen = list(story[len(story) - self._reach :]) if self._reach else []
        self._start = len(self._seen)
        self._written = 0
        self._recall()

    def choose(self, logits: "Logits", forbidden: "Mask | None" = None) -> int | None:
        """A token by its logits; None where all are forbidden. Only `accept` makes it count.

        Asked again before `accept`, it draws anew at the same place.
        """
        self._candidates["id"] = self._ids
        self._candidates["logit"] = logits
        self._candidates["p"] = 0
        left = self._candidates if forbidden is None else self._candidates[~forbidden]
        if not len(left):
            return None
        self._set_mood()
        pointer = left.ctypes.data_as(ctypes.POINTER(self._lib.llama_token_data))
        among = self._lib.llama_token_data_array(pointer, len(left), -1, False)
        self._lib.llama_sampler_apply(self._chain, ctypes.byref(among))
        return int(among.data[among.selected].id)

    def accept(self, token: int) -> None:
        """`token` is written: penalties and DRY count it from now on."""
        self._written += 1
        if self._remembering:
            self._seen.append(token)
        for sampler in self._remembering:
            self._lib.llama_sampler_accept(sampler, token)

    def take_back(self, count: int) -> None:
        """The last `count` tokens were never written.

        The random numbers go on: drawn again with the same ones, a token would be a neighbour of
        the one that was refused.
        """
        self._written -= count
        if self._remembering and count:
            del self._seen[-count:]
            for sampler in self._remembering:
                self._lib.llama_sampler_reset(sampler)
            self._recall()

    def settle(self, written: int) -> None:
        """Nothing before the token numbered `written` (from 0) will be taken back any more."""
        for place in [place for place in self._moods if place < written]:
            self._lib.llama_sampler_free(self._moods.pop(place))

    def close(self) -> None:
        """Free the chain; safe to call twice."""
        self.settle(self._written + 1 if self._moods else 0)
        chain, self._chain = self._chain, None
        if chain is not None:
            self._lib.llama_sampler_free(chain)
            self._remembering, self._mirostat = [], None

    def _recall(self) -> None:
        """Tell penalties and DRY, which are empty, of all that stands before the next token."""
        for token in self._seen[-self._reach :] if self._reach else ():
            for sampler in self._remembering:
                self._lib.llama_sampler_accept(sampler, token)

    def _set_mood(self) -> None:
        """Mirostat changes with each draw: before one is repeated it is set back."""
        if self._mirostat is None:
            return
        kept = self._moods.get(self._written)
        if kept is None:
            self._moods[self._written] = self._lib.llama_sampler_clone(self._mirostat)
            return
        last = self._lib.llama_sampler_chain_n(self._chain) - 1
        self._lib.llama_sampler_free(self._lib.llama_sampler_chain_remove(self._chain, last))
        self._mirostat = self._lib.llama_sampler_clone(kept)
        self._lib.llama_sampler_chain_add(self._chain, self._mirostat)
        for place in [place for place in self._moods if place > self._written]:
            self._lib.llama_sampler_free(self._moods.pop(place))

    def _build(self, sampling: Sampling, vocabulary: Vocabulary, window: int) -> list[int]:
        """Fill the chain; how far back each of its samplers with a memory looks."""
        lib, reaches = self._lib, list[int]()
        greedy = sampling.temperature <= 0
        for name in sampling.order:
            if name in _HISTORY:
                asked = sampling.repeat_range if name == "penalties" else sampling.dry_range
                reach = window if asked < 0 else min(asked, window)
                if reach and self._add_history(name, sampling, vocabulary, reach):
                    reaches.append(reach)
            elif not greedy and (name == "temperature" or not sampling.mirostat):
                self._add_choice(name, sampling)
        if greedy:
            self._add("temperature", lib.llama_sampler_init_greedy())
        elif sampling.mirostat:
            self._mirostat = self._add(
                "mirostat",
                lib.llama_sampler_init_mirostat_v2(
                    self._seed, sampling.mirostat_tau, sampling.mirostat_eta
                ),
            )
        else:
            self._add("seed", lib.llama_sampler_init_dist(self._seed))
        return reaches

    def _add_history(
        self, name: str, sampling: Sampling, vocabulary: Vocabulary, reach: int
    ) -> bool:
        lib = self._lib
        if name == "dry":
            if not sampling.dry_multiplier:
                return False
            breakers = [each.encode("utf-8", "replace") for each in sampling.dry_breakers if each]
            sampler = lib.llama_sampler_init_dry(
                vocabulary.pointer,
                sampling.dry_multiplier,
                sampling.dry_base,
                sampling.dry_allowed_length,
                reach,
                (ctypes.c_char_p * len(breakers))(*breakers),
                len(breakers),
            )
        else:
            weights = (
                sampling.repeat_penalty,
                sampling.frequency_penalty,
                sampling.presence_penalty,
            )
            if weights == (1, 0, 0):
                return False
            sampler = lib.llama_sampler_init_penalties(vocabulary.size, reach, *weights)
        self._remembering.append(self._add(name, sampler))
        return True

    def _add_choice(self, name: str, s: Sampling) -> None:
        lib = self._lib
        if name == "top_n_sigma" and s.top_n_sigma > 0:
            self._add(name, lib.llama_sampler_init_top_n_sigma(s.top_n_sigma))
        elif name == "top_k" and s.top_k > 0:
            self._add(name, lib.llama_sampler_init_top_k(s.top_k))
        elif name == "typical_p" and s.typical_p < 1:
            self._add(name, lib.llama_sampler_init_min_p(_ALMOST_NEVER, 1))
            self._add(name, lib.llama_sampler_init_typical(s.typical_p, 1))
        elif name == "top_p" and s.top_p < 1:
            self._add(name, lib.llama_sampler_init_top_p(s.top_p, 1))
        elif name == "min_p" and s.min_p > 0:
            self._add(name, lib.llama_sampler_init_min_p(s.min_p, 1))
        elif name == "xtc" and s.xtc_probability > 0:
            self._add(
                name,
                lib.llama_sampler_init_xtc(s.xtc_probability, s.xtc_threshold, 1, self._seed),
            )
        elif name == "temperature":
            self._add(
                name,
                lib.llama_sampler_init_temp_ext(s.temperature, s.dynamic_range, s.dynamic_exponent),
            )

    def _add(self, name: str, sampler: Any) -> Any:
        if not sampler:
            raise EngineFault(Fault(FaultKind.SAMPLER_REFUSED, name))
        self._lib.llama_sampler_chain_add(self._chain, sampler)
        return sampler
