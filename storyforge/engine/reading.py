"""Prompts: into the cache, ahead of a request too, and what of them is there. Engine process only.

What is written behind them is `generation`'s.
"""

from collections.abc import Callable, Sequence

from storyforge.domain.generation import Cached, Reading, Request
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.loaded import LoadedModel
from storyforge.engine.sequence import Interrupted

# Reading ahead gives way to other work within so many seconds.
_GIVE_WAY = 0.05


def enter(model: LoadedModel, request: Request, stopped: Callable[[], bool]) -> list[int]:
    """The tokens of the prompt, with the cache turned to the slot of `request`.

    Raises:
        EngineFault: they fill the window.
    """
    tokens = encode(model, request)
    if len(tokens) + 1 > model.window:
        raise EngineFault(Fault(FaultKind.TOO_LONG, needed=len(tokens), given=model.window))
    exactly = request.sampling.repeatable
    model.states.enter(request.slot, tokens, exact=exactly, stopped=stopped)
    return tokens


def before_answer(model: LoadedModel, request: Request, tokens: Sequence[int]) -> Sequence[int]:
    """What stands before the answer on the page: of a gap's `tokens` only those before it."""
    gap = request.suffix and model.vocabulary.infills
    return model.vocabulary.encode_prompt(request.prompt) if gap else tokens


def encode(model: LoadedModel, request: Request) -> list[int]:
    """The tokens of the prompt; with what is to stand behind the answer, where the model can."""
    if request.suffix and model.vocabulary.infills:
        return model.vocabulary.encode_gap(request.prompt, request.suffix)
    return model.vocabulary.encode_prompt(request.prompt)


def read(
    model: LoadedModel,
    tokens: Sequence[int],
    stopped: Callable[[], bool],
    say: Callable[[int], None],
    *,
    exactly: bool,
    pace: float | None = None,
) -> bool:
    """Read on from what the cache has kept of `tokens`; whether it came to their end.

    Args:
        pace: seconds between two questions to `stopped`, where no question is asked within.
    """

    def between() -> bool:
        model.give_way()
        return stopped()

    model.turn_to_reading(exactly=exactly)
    model.sequence.watch(stopped)
    try:
        model.sequence.read(tokens, between, say, exactly=exactly, pace=pace)
    except Interrupted:
        return False
    finally:
        model.sequence.watch(None)
    return True


def aside(model: LoadedModel, tokens: Sequence[int], stopped: Callable[[], bool]) -> int:
    """A lane of its own with all but the last of `tokens`, to be looked at and dropped again.

    Raises:
        Interrupted: `stopped` said so while they were read.
    """
    before = tokens[:-1]
    lane = model.sequence.aside(before)
    if lane is None:
        model.sequence.keep_prefix(tokens)
        if not read(model, before, stopped, lambda _: None, exactly=False):
            raise Interrupted
        lane = model.sequence.aside(before)
    assert lane is not None
    return lane


def prepare(
    model: LoadedModel,
    request: Request,
    stopped: Callable[[], bool],
    say: Callable[[Reading], None],
) -> bool:
    """Read the prompt ahead; whether it came to its end. One that is too long is never begun.

    Raises:
        EngineFault: the library refused.
    """
    exactly = request.sampling.repeatable
    try:
        tokens = enter(model, request, stopped)
    except EngineFault as error:
        if error.fault.kind is FaultKind.TOO_LONG:
            return True  # the request itself tells the author
        raise
    # The rest is read again by every request: for its logits, or for its place in a block.
    ahead = tokens[: model.sequence.most(tokens, exactly=exactly)]
    if model.sequence.reusable(tokens, exactly=exactly) == len(ahead):
        return True
    reused = model.sequence.keep_prefix(tokens, exactly=exactly)
    total = len(ahead) - reused

    def progress(done: int) -> None:
        say(Reading(done - reused, total, reused))

    progress(reused)
    pace = _GIVE_WAY if model.on_gpu else None
    return read(model, ahead, stopped, progress, exactly=exactly, pace=pace)


def measure(model: LoadedModel, request: Request) -> Cached:
    """How much of the prompt would not be read again, were it asked for now."""
    tokens = encode(model, request)
    reused = model.states.reach(tokens, exact=request.sampling.repeatable)
    return Cached(reused, len(tokens))
