"""One answer: read the prompt, draw token after token, let text out. Runs in the engine process."""

import time
from collections.abc import Callable
from dataclasses import replace

from storyforge.domain.generation import Delta, Finish, Reading, StopReason, Text, Usage
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.llama import LlamaModel
from storyforge.engine.messages import Generate
from storyforge.engine.outflow import Outflow
from storyforge.engine.sampling import Sampler, settle_seed
from storyforge.engine.sequence import Interrupted

# Text is sent at most so often. Each message wakes the program, which takes time from the engine's
# threads; the screen paints 20 times a second anyway.
_BREATH = 0.05
# A token that takes longer may not be waited for when a stop comes: it is interrupted within.
_SLOW_TOKEN = 0.1


class _Speaker:
    """Gathers text for a breath before it is said."""

    def __init__(self, say: Callable[[Delta], None]) -> None:
        self._say = say
        self._text = ""
        self._last = 0.0

    def add(self, text: str) -> None:
        self._text += text
        if time.monotonic() - self._last >= _BREATH:
            self.flush()

    def flush(self) -> None:
        if self._text:
            self._say(Text(self._text))
            self._text = ""
            self._last = time.monotonic()


def generate(
    model: LlamaModel,
    wish: Generate,
    stopped: Callable[[], bool],
    say: Callable[[Delta], None],
) -> None:
    """Answer `wish`; the last thing said is a `Finish`.

    Raises:
        EngineFault: the prompt fills the window, or llama.cpp refused.
    """
    began = time.monotonic()
    tokens = model.vocabulary.encode_prompt(wish.prompt)
    if len(tokens) + 1 > model.window:
        raise EngineFault(Fault(FaultKind.TOO_LONG, needed=len(tokens), given=model.window))
    seed = settle_seed(wish.sampling.seed)
    reused = model.sequence.keep_prefix(tokens)
    whole = _read(model, tokens, reused, stopped, say)
    ready = time.monotonic()
    usage = Usage(
        reused=reused,
        read=len(model.sequence.tokens) - reused,
        read_seconds=ready - began,
        seed=seed,
    )
    if not whole:
        say(Finish(StopReason.STOPPED, usage))
        return
    sampling = replace(wish.sampling, seed=seed)
    sampler = Sampler(sampling, model.vocabulary.size, model.window, tokens)
    try:
        limit = min(wish.max_tokens, model.window - len(tokens))
        reason, written = _write(model, sampler, wish.stop, limit, stopped, say)
    finally:
        sampler.close()
    say(Finish(reason, replace(usage, written=written, write_seconds=time.monotonic() - ready)))


def _read(
    model: LlamaModel,
    tokens: list[int],
    reused: int,
    stopped: Callable[[], bool],
    say: Callable[[Delta], None],
) -> bool:
    """Read the prompt; whether it was read to its end."""
    total = len(tokens) - reused
    say(Reading(0, total, reused))
    model.stay_for(model.threads.reading_cpus)
    model.sequence.watch(stopped)
    try:
        model.sequence.read(
            tokens, stopped, lambda done: say(Reading(done - reused, total, reused))
        )
    except Interrupted:
        return False
    finally:
        model.sequence.watch(None)
    return True


def _write(
    model: LlamaModel,
    sampler: Sampler,
    stop: tuple[str, ...],
    limit: int,
    stopped: Callable[[], bool],
    say: Callable[[Delta], None],
) -> tuple[StopReason, int]:
    """Draw up to `limit` tokens; why it ended, and how many were written.

    The last token is not evaluated: nothing is drawn after it.
    """
    model.stay_for(model.threads.writing_cpus)
    out, speaker = Outflow(stop), _Speaker(say)
    reason, written = StopReason.LENGTH, 0
    watched = False
    try:
        while written < limit:
            if stopped():
                raise Interrupted
            began = time.monotonic()
            token = sampler.draw(model.context)
            if model.vocabulary.ends_text(token):
                reason = StopReason.END
                break
            written += 1
            speaker.add(out.feed(model.vocabulary.piece(token)))
            if out.ended:
                reason = StopReason.STOP_STRING
                break
            if written < limit:
                model.sequence.evaluate([token])
            if not watched and time.monotonic() - began > _SLOW_TOKEN:
                model.sequence.watch(stopped)
                watched = True
    except Interrupted:
        reason = StopReason.STOPPED
    finally:
        if watched:
            model.sequence.watch(None)
    speaker.add(out.close())
    speaker.flush()
    return reason, written
