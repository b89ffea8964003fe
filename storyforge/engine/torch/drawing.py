"""How the next token is drawn where no llama.cpp is: the same samplers, in the order asked for.

It knows one take's history and can go back in it, as `engine.sampling` does; the random numbers are
others. Runs in the engine process only: numpy is imported inside.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from storyforge.domain.dials import first_fault
from storyforge.domain.sampling import Sampling
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.loaded import Vocabulary
from storyforge.engine.sampling import settle_seed
from storyforge.engine.torch import narrowing
from storyforge.engine.torch.repeating import Dry, Memory, Penalties

if TYPE_CHECKING:
    from storyforge.engine.loaded import Logits, Mask
    from storyforge.engine.torch.narrowing import Floats
    from storyforge.engine.torch.repeating import Tokens


class Drawer:
    """Draws the tokens of one take.

    At temperature 0 the likeliest token is taken, behind penalties and DRY only; mirostat takes the
    place of everything that narrows the choice.

    Args:
        sampling: its `seed` must be settled.
        window: the context window; what a range of -1 means.
        story: the tokens before the answer: penalties and DRY see them.

    Raises:
        EngineFault: a value is out of its range.
    """

    def __init__(
        self, sampling: Sampling, vocabulary: Vocabulary, window: int, story: Sequence[int]
    ) -> None:
        import numpy as np

        fault = first_fault(sampling)
        if fault is not None:
            raise EngineFault(Fault(FaultKind.SAMPLER_REFUSED, fault[0]))
        self._sampling = sampling
        self._random = np.random.Generator(np.random.PCG64(settle_seed(sampling.seed)))
        self._memories = _memories(sampling, vocabulary, window)
        reach = max((each.reach for each in self._memories.values()), default=0)
        self._seen = list(story[len(story) - reach :]) if reach else []
        # Mirostat's bound before each token that was written, and before the next.
        self._bounds = [2 * sampling.mirostat_tau]
        self._next_bound = self._bounds[0]

    def choose(self, logits: "Logits", forbidden: "Mask | None" = None) -> int | None:
        """A token by its logits; None where all are forbidden. Only `accept` makes it count.

        Asked again before `accept`, it draws anew at the same place.
        """
        found = self.odds(logits, forbidden)
        if found is None:
            return None
        ids, odds = found
        at = len(ids) - 1
        if at:
            drawn = self._random.random() * odds.sum()
            at = min(at, int(odds.cumsum().searchsorted(drawn, side="right")))
        self._learn(float(odds[at]))
        return int(ids[at])

    def odds(
        self, logits: "Logits", forbidden: "Mask | None" = None
    ) -> "tuple[Tokens, Floats] | None":
        """(the tokens that are left to choose from, how likely each is); None where none is."""
        import numpy as np

        ids = np.arange(len(logits)) if forbidden is None else np.flatnonzero(~forbidden)
        ids = ids[np.isfinite(logits[ids])]
        if not len(ids):
            return None
        left = logits[ids].astype("f8")
        for name in self._sampling.order:
            memory = self._memories.get(name)
            if memory is not None:
                memory.lean(self._seen, ids, left)
            else:
                ids, left = self._narrow(name, ids, left)
        if self._sampling.temperature <= 0:
            best = int(left.argmax())
            return ids[best : best + 1], np.ones(1)
        if self._sampling.mirostat:
            kept = narrowing.unsurprising(left, self._bounds[-1])
            ids, left = ids[kept], left[kept]
        return ids, narrowing.softmax(left)

    def accept(self, token: int) -> None:
        """`token` is written: penalties and DRY count it from now on."""
        self._bounds.append(self._next_bound)
        if self._memories:
            self._seen.append(token)

    def take_back(self, count: int) -> None:
        """The last `count` tokens were never written.

        The random numbers go on: drawn again with the same ones, a token would be a neighbour of
        the one that was refused.
        """
        del self._bounds[len(self._bounds) - count :]
        if self._memories:
            del self._seen[len(self._seen) - count :]

    def settle(self, written: int) -> None:
        """Nothing to do: what is kept for going back is a number a token."""

    def close(self) -> None:
        """Nothing to free."""

    def _learn(self, odds: float) -> None:
        """Mirostat moves its bound by how surprising the drawn token was."""
        told = self._sampling
        surprise = -math.log2(max(odds, 1e-300))
        self._next_bound = self._bounds[-1] - told.mirostat_eta * (surprise - told.mirostat_tau)

    def _narrow(self, name: str, ids: "Tokens", left: "Floats") -> "tuple[Tokens, Floats]":
        """What the sampler `name` leaves of the candidates."""
        s = self._sampling
        if s.temperature <= 0:
            return ids, left
        if name == "temperature":
            return ids, narrowing.warmed(left, s.temperature, s.dynamic_range, s.dynamic_exponent)
        if s.mirostat:
            return ids, left
        kept: narrowing.Kept | narrowing.Places | None = None
        if name == "top_n_sigma" and s.top_n_sigma > 0:
            kept = narrowing.within_deviations(left, s.top_n_sigma)
        elif name == "top_k" and s.top_k > 0:
            kept = narrowing.likeliest(left, s.top_k)
        elif name == "typical_p" and s.typical_p < 1:
            kept = narrowing.typical(left, s.typical_p)
        elif name == "top_p" and s.top_p < 1:
            kept = narrowing.nucleus(left, s.top_p)
        elif name == "min_p" and s.min_p > 0:
            kept = narrowing.near_the_best(left, s.min_p)
        elif name == "xtc" and 0 < s.xtc_probability > self._random.random():
            kept = narrowing.without_expected(left, s.xtc_threshold)
        return (ids, left) if kept is None else (ids[kept], left[kept])


def _memories(sampling: Sampling, vocabulary: Vocabulary, window: int) -> dict[str, Memory]:
    """The samplers that look at what was written, and do something."""
    found: dict[str, Memory] = {}
    weights = (sampling.repeat_penalty, sampling.presence_penalty, sampling.frequency_penalty)
    reach = _reach(sampling.repeat_range, window)
    if reach and weights != (1, 0, 0):
        found["penalties"] = Penalties(sampling, reach, vocabulary.size)
    reach = _reach(sampling.dry_range, window)
    if reach and sampling.dry_multiplier:
        found["dry"] = Dry(sampling, reach, vocabulary)
    return found


def _reach(asked: int, window: int) -> int:
    return window if asked < 0 else min(asked, window)
