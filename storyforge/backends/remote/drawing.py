"""The samplers of a request for an API that has an order of its own. Pure.

llama.cpp leaves out what is not in the order; an API must be told the value at which a sampler does
nothing.
"""

from dataclasses import replace

from storyforge.domain.dials import DIALS
from storyforge.domain.sampling import Sampling

# What narrows the choice, whose place mirostat takes.
_NARROWING = frozenset({"top_n_sigma", "top_k", "typical_p", "top_p", "min_p", "xtc"})


def drawn(sampling: Sampling, *, mirostat: bool = False) -> Sampling:
    """`sampling` with all that is not asked set to where it does nothing.

    Args:
        mirostat: the API has it; where it has not, it changes nothing.
    """
    narrowed = mirostat and sampling.mirostat
    idle = {
        dial.field: dial.off
        for dial in DIALS
        if dial.off is not None
        and dial.sampler
        and (dial.sampler not in sampling.order or (narrowed and dial.sampler in _NARROWING))
    }
    if "temperature" not in sampling.order:
        idle["temperature"] = 1.0
    return replace(sampling, mirostat=narrowed, **idle)  # type: ignore[arg-type]
