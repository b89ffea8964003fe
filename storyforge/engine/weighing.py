"""What else could stand at a spot: the likeliest tokens behind a prompt. Engine process only.

The logits of one row are read; a context that keeps all rows would need gigabytes. What the cache
holds is left as it is where the prompt is in it: the spot is looked at in a copy.
"""

import codecs
from collections.abc import Callable

from storyforge.domain.generation import Alternative, Request
from storyforge.domain.text import clean
from storyforge.engine.loaded import LoadedModel
from storyforge.engine.reading import aside, enter
from storyforge.engine.sequence import Interrupted

# A character has four bytes at most, so three more tokens of one byte make it whole.
_MORE = 3
# Tokens that are looked at for one that can be shown.
_TRIED = 4


def weigh(
    model: LoadedModel, request: Request, count: int, stopped: Callable[[], bool]
) -> tuple[Alternative, ...]:
    """The `count` likeliest tokens behind the prompt, at temperature 1 and before any sampler.

    Half a character is gone on with until it is one; tokens without text are left out.

    Raises:
        Interrupted: `stopped` said so.
        EngineFault: the prompt fills the window, or the library refused.
    """
    import numpy as np

    tokens = enter(model, request, stopped)
    lane = aside(model, tokens, stopped)
    found: dict[str, float] = {}
    model.turn_to_writing()
    try:
        model.sequence.step([(lane, tokens[-1])])
        logits = model.logits(-1).astype("f8")
        odds = np.exp(logits - logits.max())
        odds /= odds.sum()
        for token in np.argsort(-odds, kind="stable")[: _TRIED * count]:
            if len(found) == count:
                break
            if stopped():
                raise Interrupted
            if text := _text(model, lane, int(token)):
                found[text] = found.get(text, 0.0) + float(odds[token])
    finally:
        model.sequence.drop(lane)
    best = sorted(found.items(), key=lambda pair: -pair[1])
    return tuple(Alternative(text, probability) for text, probability in best)


def _text(model: LoadedModel, lane: int, token: int) -> str:
    """The characters of `token`, made whole by the likeliest tokens behind it; may be empty."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    length = len(model.sequence.lane(lane))
    try:
        text = decoder.decode(model.vocabulary.piece(token))
        for _ in range(_MORE):
            if not decoder.getstate()[0]:
                break
            model.sequence.step([(lane, token)])
            token = int(model.logits(-1).argmax())
            text += decoder.decode(model.vocabulary.piece(token))
        return clean(text + decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return ""
    finally:
        model.sequence.rewind(lane, length)
