"""How likely a given text is behind a prompt. Engine process only.

The logits of one row are read at a time, as `weighing` does, in a copy of what was read: what the
cache holds is left as it is where the prompt is in it.
"""

from collections.abc import Callable

from storyforge.domain.generation import Request
from storyforge.engine.loaded import LoadedModel
from storyforge.engine.reading import aside, enter
from storyforge.engine.sequence import Interrupted


def score(
    model: LoadedModel, request: Request, text: str, stopped: Callable[[], bool]
) -> float | None:
    """The mean of the natural logarithms of `text`'s tokens' probabilities behind the prompt.

    At temperature 1 and before any sampler. What does not fit into the window is left out; None
    where there is no token to be judged.

    Raises:
        Interrupted: `stopped` said so.
        EngineFault: the prompt fills the window, or the library refused.
    """
    import numpy as np

    tokens = enter(model, request, stopped)
    wanted = model.vocabulary.encode(text)[: model.window - len(tokens)]
    if not wanted:
        return None
    lane = aside(model, tokens, stopped)
    total = 0.0
    model.turn_to_writing()
    try:
        for behind, token in zip((tokens[-1], *wanted[:-1]), wanted, strict=True):
            if stopped():
                raise Interrupted
            model.sequence.step([(lane, behind)])
            logits = model.logits(-1).astype("f8")
            most = logits.max()
            total += float(logits[token] - most - np.log(np.exp(logits - most).sum()))
    finally:
        model.sequence.drop(lane)
    return total / len(wanted)
