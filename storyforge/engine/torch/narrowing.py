"""What each sampler leaves of the choice, as llama.cpp does it. Pure arithmetic on arrays.

Every function takes the candidates' logits and answers with the ones that are left, as indices or
a mask, or with other logits. Runs in the engine process only: numpy is imported inside.
"""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]
    Kept = NDArray[np.bool_]


def softmax(logits: "Floats") -> "Floats":
    """How likely each candidate is."""
    import numpy as np

    odds: Floats = np.exp(logits - logits.max())
    odds /= odds.sum()
    return odds


def within_deviations(logits: "Floats", deviations: float) -> "Kept":
    """Top N sigma: at most so many standard deviations below the best."""
    kept: Kept = logits >= logits.max() - deviations * logits.std()
    return kept


def likeliest(logits: "Floats", count: int) -> "Places":
    """Top K: the `count` likeliest."""
    import numpy as np

    if count >= len(logits):
        return np.arange(len(logits))
    return np.argpartition(-logits, count - 1)[:count]


def typical(logits: "Floats", share: float) -> "Places":
    """Typical P: about as surprising as the text is on average, up to this share."""
    import numpy as np

    odds = softmax(logits)
    with np.errstate(divide="ignore", invalid="ignore"):
        surprise = -np.log(odds)
        average = float(np.where(odds > 0, odds * surprise, 0).sum())
    order = np.argsort(np.abs(surprise - average), kind="stable")
    return order[: _reach(odds[order], share, beyond=True)]


def nucleus(logits: "Floats", share: float) -> "Places":
    """Top P: the likeliest that make up this share."""
    import numpy as np

    order = np.argsort(-logits, kind="stable")
    return order[: _reach(softmax(logits)[order], share, beyond=False)]


def near_the_best(logits: "Floats", share: float) -> "Kept":
    """Min P: at least this share of the likeliest one's probability."""
    kept: Kept = logits >= logits.max() + math.log(share)
    return kept


def without_expected(logits: "Floats", threshold: float) -> "Places":
    """XTC: all but the last of those above `threshold` are left out."""
    import numpy as np

    order = np.argsort(-logits, kind="stable")
    expected = int((softmax(logits)[order] >= threshold).sum())
    return order[max(0, expected - 1) :]


def warmed(logits: "Floats", temperature: float, spread: float, exponent: float) -> "Floats":
    """The logits at this temperature, moved by `spread` either way with their entropy."""
    import numpy as np

    if spread > 0 and len(logits) > 1:
        odds = softmax(logits)
        entropy = -float((odds * np.log(np.maximum(odds, np.finfo("f8").tiny))).sum())
        low = max(0.0, temperature - spread)
        curve = (entropy / math.log(len(logits))) ** exponent
        temperature = low + (temperature + spread - low) * curve
    # A temperature of nothing leaves the best; dividing by it would not.
    divided: Floats = (logits - logits.max()) / max(temperature, 1e-6)
    return divided


def unsurprising(logits: "Floats", most: float) -> "Kept":
    """Mirostat: those that surprise by `most` bits or less, the likeliest always."""
    import numpy as np

    kept: Kept = softmax(logits) >= 2.0 ** min(0.0, -most)
    kept[int(np.argmax(logits))] = True
    return kept


def _reach(odds: "Floats", share: float, *, beyond: bool) -> int:
    """How many of `odds` make up `share`; `beyond` it, where that is asked for."""
    import numpy as np

    found = int(np.searchsorted(np.cumsum(odds), share, side="right" if beyond else "left"))
    return min(len(odds), found + 1)
