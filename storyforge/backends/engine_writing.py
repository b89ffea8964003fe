"""One request at an engine process that runs: its deltas, its stops, and the ends it does not tell.

It starts no process and loads no model: that is `in_engine`'s.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from storyforge.backends.stopping import TakeStops, meanwhile
from storyforge.domain.generation import Delta, Finish, Reading, Request, StopReason, Usage
from storyforge.engine.faults import EngineFault
from storyforge.engine.messages import Generate, Said
from storyforge.engine.process import EngineProcess, Job


async def written(
    engine: EngineProcess, request: Request, stop: asyncio.Event, grace: float
) -> AsyncGenerator[Delta, None]:
    """The deltas of `request`, each take's `Finish` among them.

    Args:
        stop: `TakeStops` end single takes, too.
        grace: seconds that the engine may take to stop; it is killed then.

    Raises:
        EngineFault: it could not, or it ended.
    """
    wanted, usage = bare(request), Usage()
    open_takes = set(range(request.takes))
    try:
        async with (
            engine.job(lambda job: Generate(job, wanted), stop=stop, grace=grace) as job,
            _single_stops(engine, job, request.takes, stop),
        ):
            async for answer in job.answers():
                if not isinstance(answer, Said):
                    continue
                if isinstance(answer.delta, Reading):
                    usage = Usage(answer.delta.reused, answer.delta.done)
                elif isinstance(answer.delta, Finish):
                    open_takes.discard(answer.delta.take)
                yield answer.delta
    except EngineFault:
        if not stop.is_set():
            raise
        # It did not stop by itself and was killed: for the author it has stopped.
        for finish in all_stopped(request, usage):
            if finish.take in open_takes:
                yield finish


def bare(request: Request) -> Request:
    """`request` as it goes to the engine: its sections are told in the prompt."""
    return replace(request, sections=())


def all_stopped(request: Request, first: Usage) -> tuple[Finish, ...]:
    """The end of each take that was stopped before it came to one; `first` is take 0's cost."""
    seed = request.sampling.seed or 0
    costs = [first] + [Usage()] * (request.takes - 1)
    return tuple(
        Finish(StopReason.STOPPED, replace(cost, seed=seed + take), take)
        for take, cost in enumerate(costs)
    )


@asynccontextmanager
async def _single_stops(
    engine: EngineProcess, job: Job, takes: int, stop: asyncio.Event
) -> AsyncIterator[None]:
    """Have the engine end a take that is stopped alone."""

    async def tell(take: int, alone: asyncio.Event) -> None:
        await alone.wait()
        engine.stop_take(job, take)

    alone = [stop.of(take) for take in range(takes)] if isinstance(stop, TakeStops) else []
    async with meanwhile(*(tell(take, event) for take, event in enumerate(alone))):
        yield
