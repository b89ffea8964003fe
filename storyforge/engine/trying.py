"""How fast a loaded model reads and writes, without sampling: tokens a second. Engine process only.

The tokens are drawn at random, always the same: the time does not depend on them, but for models of
experts, which a text of one token would send to the same ones.
"""

import random
import time
from collections.abc import Callable

from storyforge.engine.loaded import LoadedModel
from storyforge.engine.sequence import Interrupted

# Tokens of a prompt that writing is timed behind, and those that are written.
_READ, _WRITTEN = 512, 64
# Without being read once, a mapped file comes from the disk meanwhile.
_WARM = 3


def try_speed(
    model: LoadedModel, batch: int, seconds: float, rounds: int, stopped: Callable[[], bool]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Tokens a second of reading and of writing, of each round.

    Args:
        batch: tokens read in one go.
        seconds: each of the two takes no longer in a round, however slow the model is.

    Raises:
        Interrupted: `stopped` said so.
        EngineFault: the model cannot be evaluated.
    """
    draw = random.Random(1)
    room = max(2, model.window - _WRITTEN - 1)
    tokens = [draw.randrange(model.vocabulary.size) for _ in range(min(_READ, room))]
    written = [draw.randrange(model.vocabulary.size) for _ in range(min(_WRITTEN, room))]
    _reading(model, tokens[:batch], batch, seconds, stopped)
    _writing(model, written[:_WARM], seconds, stopped)
    reading, writing = [], []
    for _ in range(rounds):
        reading.append(_reading(model, tokens, batch, seconds, stopped))
        writing.append(_writing(model, written, seconds, stopped))
    return tuple(reading), tuple(writing)


def _reading(
    model: LoadedModel,
    tokens: list[int],
    batch: int,
    seconds: float,
    stopped: Callable[[], bool],
) -> float:
    model.sequence.clear()
    model.turn_to_reading()
    began, done = time.perf_counter(), 0
    while done < len(tokens) and (not done or time.perf_counter() - began < seconds):
        if stopped():
            raise Interrupted
        model.sequence.evaluate(tokens[done : done + batch])
        done = min(done + batch, len(tokens))
    model.logits(-1)  # a GPU works on after the call; its answer is waited for
    return done / (time.perf_counter() - began)


def _writing(
    model: LoadedModel, tokens: list[int], seconds: float, stopped: Callable[[], bool]
) -> float:
    model.turn_to_writing()
    began, done = time.perf_counter(), 0
    while done < len(tokens) and (not done or time.perf_counter() - began < seconds):
        if stopped():
            raise Interrupted
        model.sequence.step([(0, tokens[done])])
        model.logits(0)
        done += 1
    return done / (time.perf_counter() - began)
