"""What the samplers with a memory take from tokens that stand near: penalties and DRY.

Both do as llama.cpp does. They are asked what the logits of the candidates lose; the tokens that
were written are their caller's. Runs in the engine process only: numpy is imported inside.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from storyforge.domain.sampling import Sampling
from storyforge.engine.loaded import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from storyforge.engine.torch.narrowing import Floats

    Tokens = NDArray[np.int64]

# A breaker's tokens behind the first that are looked at.
_LONGEST_BREAKER = 20
# Powers beyond this are as good as forbidden.
_FAR = 1e30

_Breakers = dict[int, tuple[tuple[int, ...], ...]]
# vocabulary → the breakers asked for last and their tokens: all takes ask for the same.
_known: "WeakKeyDictionary[Vocabulary, tuple[tuple[str, ...], _Breakers]]" = WeakKeyDictionary()


class Memory(Protocol):
    """A sampler that looks at what was written.

    Attributes:
        reach: how many tokens back it looks.
    """

    reach: int

    def lean(self, seen: Sequence[int], ids: "Tokens", logits: "Floats") -> None:
        """Change the `logits` of the candidates `ids`, in place, behind what was `seen`."""
        ...


class Penalties:
    """Repetition, presence and frequency: of tokens, wherever they stood."""

    def __init__(self, sampling: Sampling, reach: int, size: int) -> None:
        self.reach = reach
        self._sampling = sampling
        self._size = size

    def lean(self, seen: Sequence[int], ids: "Tokens", logits: "Floats") -> None:
        """Divide what stood near, and take from it once and for each time."""
        import numpy as np

        told = self._sampling
        counts = np.bincount(np.asarray(seen[-self.reach :], "i8"), minlength=self._size)[ids]
        near = np.flatnonzero(counts)
        found = logits[near]
        weaker = np.where(found > 0, found / told.repeat_penalty, found * told.repeat_penalty)
        logits[near] = weaker - counts[near] * told.frequency_penalty - told.presence_penalty


class Dry:
    """Don't repeat yourself: what would go on with a run of tokens that stood there before."""

    def __init__(self, sampling: Sampling, reach: int, vocabulary: Vocabulary) -> None:
        self.reach = reach
        self._sampling = sampling
        self._breakers = _breakers(sampling.dry_breakers, vocabulary)

    def lean(self, seen: Sequence[int], ids: "Tokens", logits: "Floats") -> None:
        """Take multiplier · base^(length − allowed) from what would make a run longer."""
        told, tail = self._sampling, list(seen[-self.reach :])
        limit = self._unbroken(tail)
        for token, length in _runs(tail, limit).items():
            if length >= told.dry_allowed_length:
                power = min(told.dry_base ** (length - told.dry_allowed_length), _FAR)
                logits[ids == token] -= told.dry_multiplier * power

    def _unbroken(self, tail: Sequence[int]) -> int:
        """How many tokens at the end stand behind the last breaker."""
        for back, token in enumerate(reversed(tail)):
            at = len(tail) - back
            fits = [
                len(rest)
                for rest in self._breakers.get(token, ())
                if len(rest) <= back and tuple(tail[at : at + len(rest)]) == rest
            ]
            if fits:
                return back - max(fits)
        return len(tail)


def _runs(tail: Sequence[int], limit: int) -> dict[int, int]:
    """token → how long a run it would go on with, `limit` at the most, where it goes on with one.

    One pass a token of the longest run: nearly always three or four.
    """
    import numpy as np

    tokens = np.asarray(tail, "i8")
    # The places whose tokens before are the same as at the end, so far.
    ends = np.arange(len(tokens) - 1)
    found: dict[int, int] = {}
    for length in range(1, limit + 1):
        ends = ends[ends >= length - 1]
        ends = ends[tokens[ends - (length - 1)] == tokens[-length]]
        if not len(ends):
            break
        found.update(dict.fromkeys(tokens[ends + 1].tolist(), length))
    return found


def _breakers(told: tuple[str, ...], vocabulary: Vocabulary) -> _Breakers:
    """A breaker's first token → the tokens that may follow it; none where it holds all of it."""
    known = _known.get(vocabulary)
    if known is not None and known[0] == told:
        return known[1]
    found: dict[int, set[tuple[int, ...]]] = {}
    texts = [piece.decode("utf-8", "replace") for piece in vocabulary.pieces]
    for breaker in filter(None, told):
        rests = [
            tuple(vocabulary.encode(breaker[length:])[:_LONGEST_BREAKER])
            for length in range(len(breaker))
        ]
        for token, text in enumerate(texts):
            if breaker in text:
                found.setdefault(token, set()).add(())
                continue
            for length in range(1, min(len(text) + 1, len(breaker))):
                if text.endswith(breaker[:length]):
                    found.setdefault(token, set()).add(rests[length])
    breakers = {token: tuple(each) for token, each in found.items()}
    _known[vocabulary] = told, breakers
    return breakers
