"""Answers: draw token after token, let text out. Runs in the engine process.

Takes are written in one batch: each round draws one token for each that still goes on, and one
evaluation takes them all in. What does not fit into one batch is written in another.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from storyforge.domain.generation import Delta, Finish, Reading, Request, StopReason, Text, Usage
from storyforge.engine.loaded import LoadedModel
from storyforge.engine.pen import Back, Pen
from storyforge.engine.reading import before_answer, enter, read
from storyforge.engine.sampling import settle_seed
from storyforge.engine.sequence import Interrupted

# Text is sent at most so often. Each message wakes the program, which takes time from the engine's
# threads; the screen paints 20 times a second anyway.
_BREATH = 0.05
# A round that takes longer may not be waited for when a stop comes: it is interrupted within.
_SLOW_ROUND = 0.1


@dataclass(slots=True)
class _Take:
    """One answer on its way.

    Attributes:
        lane: the sequence it is written in.
        row: where the logits of its next token are; -1 for the last that were made.
        text: what it let out that was not said yet.
    """

    number: int
    usage: Usage
    pen: Pen
    lane: int
    row: int = -1
    text: str = ""


class _Speaker:
    """Gathers the text of all takes for a breath before it is said."""

    def __init__(self, say: Callable[[Delta], None]) -> None:
        self._say = say
        self._began = time.monotonic()
        self._last = 0.0

    def listen(self, takes: Sequence[_Take]) -> None:
        """Take in what became certain, and say it if it is time."""
        now = time.monotonic()
        due = now - self._last >= _BREATH
        for take in takes:
            take.text += take.pen.text()
            if due and take.text:
                self.flush(take)
                self._last = now

    def finish(self, take: _Take, reason: StopReason) -> None:
        """Say the rest of `take` and why it ended."""
        take.text += take.pen.rest()
        self.flush(take)
        seconds = time.monotonic() - self._began
        usage = replace(take.usage, written=take.pen.written, write_seconds=seconds)
        self._say(Finish(reason, usage, take.number))

    def flush(self, take: _Take) -> None:
        """Say what `take` has let out."""
        if take.text:
            self._say(Text(take.text, take.number))
            take.text = ""


def generate(
    model: LoadedModel,
    request: Request,
    stopped: Callable[[], bool],
    say: Callable[[Delta], None],
    ended: Callable[[int], bool] = lambda _take: False,
) -> None:
    """Answer `request`; every one of its takes ends with a `Finish`.

    Args:
        ended: whether a take is to end alone; asked once it is written.

    Raises:
        EngineFault: the prompt fills the window, or the library refused.
    """
    began = time.monotonic()
    exactly = request.sampling.repeatable
    tokens = enter(model, request, stopped)
    total = len(tokens)
    reused = model.sequence.keep_prefix(tokens, exactly=exactly)

    def progress(done: int) -> None:
        say(Reading(done - reused, total - reused, reused))

    progress(reused)
    going = read(model, tokens, stopped, progress, exactly=exactly)
    got = len(model.sequence.tokens) - reused
    usages = _usages(request, Usage(reused, got, read_seconds=time.monotonic() - began))
    limit = min(request.max_tokens, model.window - total)
    # Alone, a take is written as from an empty cache; a batch of several rounds differently.
    at_once = 1 if exactly else model.takes_at_once(total, limit)
    story = before_answer(model, request, tokens)
    while going and limit and usages:
        batch, usages = usages[:at_once], usages[at_once:]
        going = _write(model, request, story, limit, batch, stopped, say, ended)
        if going and usages:
            model.sequence.keep_prefix(tokens, exactly=exactly)
            going = read(model, tokens, stopped, lambda _: None, exactly=exactly)
    for number, usage in usages:
        say(Finish(StopReason.LENGTH if going else StopReason.STOPPED, usage, number))


def _usages(request: Request, first: Usage) -> list[tuple[int, Usage]]:
    """What each take has cost before it is written: the prompt is counted once."""
    seed = settle_seed(request.sampling.seed)
    return [
        (number, replace(first if number == 0 else Usage(), seed=seed + number))
        for number in range(request.takes)
    ]


def _write(
    model: LoadedModel,
    request: Request,
    story: Sequence[int],
    limit: int,
    usages: Sequence[tuple[int, Usage]],
    stopped: Callable[[], bool],
    say: Callable[[Delta], None],
    ended: Callable[[int], bool],
) -> bool:
    """Write a batch of takes behind the prompt, and `story` in it; whether it came to its end.

    What was written stays in the cache, but for each take's last token: nothing is drawn after it.
    """
    model.turn_to_writing(exactly=request.sampling.repeatable)
    takes: list[_Take] = []
    live: list[_Take] = []
    speaker = _Speaker(say)
    watched = False
    try:
        for lane, (number, usage) in enumerate(usages):
            sampling = replace(request.sampling, seed=usage.seed)
            sampler = model.sampler(sampling, story)
            pen = Pen(sampling, model.vocabulary, sampler, story, limit, request.stop)
            takes.append(_Take(number, usage, pen, lane))
            if request.schema:
                pen.keep_to(model.grammar(request.schema, request.begun))
        model.sequence.fork(len(takes))
        live = takes
        while live:
            if stopped():
                raise Interrupted
            model.give_way()
            began = time.monotonic()
            live = [take for take in live if not _over(take, speaker, ended(take.number))]
            feed = _draw(model, live)
            speaker.listen(live)
            live = [take for take in live if not _over(take, speaker)]
            if live:
                _evaluate(model, live, feed)
            if not watched and time.monotonic() - began > _SLOW_ROUND:
                model.sequence.watch(stopped)
                watched = True
    except Interrupted:
        for take in live:
            speaker.finish(take, StopReason.STOPPED)
        return False
    finally:
        model.sequence.watch(None)
        for take in takes:
            speaker.flush(take)  # where the library refused, there may be some
            take.pen.close()
    return True


def _over(take: _Take, speaker: _Speaker, stopped: bool = False) -> bool:
    """Whether `take` has come to its end, or was stopped; that is said then."""
    reason = StopReason.STOPPED if stopped else take.pen.reason
    if reason is None:
        return False
    speaker.finish(take, reason)
    return True


def _draw(model: LoadedModel, takes: Sequence[_Take]) -> dict[int, int]:
    """Draw a token for each of `takes`; what has to be evaluated in each lane.

    A pen that goes back gets the token before the dropped ones again. Lanes are cut only when all
    have drawn: it may take an evaluation, which overwrites the logits of the others.
    """
    feed: dict[int, int] = {}
    backs: dict[int, int] = {}
    for take in takes:
        drawn = take.pen.draw(model.logits(take.row))
        if isinstance(drawn, Back):
            backs[take.lane] = drawn.count
        else:
            feed[take.lane] = drawn
    for lane, count in backs.items():
        held = model.sequence.lane(lane)
        feed[lane] = held[-count - 1]
        model.sequence.rewind(lane, len(held) - count - 1)
    return feed


def _evaluate(model: LoadedModel, takes: Sequence[_Take], feed: dict[int, int]) -> None:
    model.sequence.step([(take.lane, feed[take.lane]) for take in takes])
    for row, take in enumerate(takes):
        take.row = row
