"""Trying settings for real: one engine process after the other, each ended before the next begins.

Nothing is kept here, and no story is touched; the prompt is made of random tokens.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace

from storyforge.backends.stopping import Stopped, unless_stopped
from storyforge.domain.model import Keeping, ModelSpec
from storyforge.engine import figures, fitting, hardware
from storyforge.engine.faults import EngineFault, to_error
from storyforge.engine.messages import Answer, Command, Load, Tried, Try
from storyforge.engine.preflight import preflight
from storyforge.engine.process import EngineProcess
from storyforge.studio.fitting import devices
from storyforge.studio.tuning.trials import Machine, Sample, Trial, to_try

# A window larger than what is tried would only take memory.
_WINDOW = 1024


@dataclass(frozen=True, slots=True)
class Effort:
    """How carefully is measured: seconds a round takes at the most, and rounds."""

    seconds: float = 6.0
    rounds: int = 3
    quick: bool = False


QUICK = Effort(seconds=2.0, rounds=2, quick=True)


@dataclass(frozen=True, slots=True)
class Step:
    """One trial is done.

    Attributes:
        left: trials still to come, as far as is known.
        seconds: how long they will take.
    """

    sample: Sample
    left: int
    seconds: float


async def machine_of(spec: ModelSpec) -> Machine:
    """What can be varied here for the model of `spec`.

    Raises:
        BadInput: its file is none.
        ModelError: the GPUs cannot be asked.
    """
    cores = await asyncio.to_thread(hardware.find_cores)
    sizes = await asyncio.to_thread(figures.read, spec.path)
    made = fitting.plan(sizes, replace(spec, gpu_layers=None), await devices())
    limit = cores.quota is not None and cores.quota < len(cores.of("all"))
    return Machine(
        performance=cores.most,
        # Where a container gives less time than there are cores, the others are not to be had.
        efficiency=0 if limit else len(cores.efficiency),
        siblings=0 if limit else len(cores.siblings),
        layers=made.layers,
        fitting=made.gpu_layers,
    )


async def tune(
    spec: ModelSpec, machine: Machine, effort: Effort, stop: asyncio.Event
) -> AsyncGenerator[Step, None]:
    """Try one setting after the other until all are known, or `stop` is set.

    A setting that the engine cannot work with counts as 0 tokens a second; the first must work.

    Raises:
        ModelError: the model cannot be loaded, or the engine cannot be started.
    """
    await asyncio.to_thread(preflight, spec)
    samples: list[Sample] = []
    began = time.monotonic()
    while not stop.is_set() and (left := to_try(machine, samples, quick=effort.quick)):
        try:
            sample = await unless_stopped(measure(spec, left[0], effort), stop)
        except Stopped:
            return
        except EngineFault as error:
            if not samples:
                raise to_error(error.fault) from error
            sample = Sample(left[0], 0.0, 0.0)
        samples.append(sample)
        each = (time.monotonic() - began) / len(samples)
        waiting = len(to_try(machine, samples, quick=effort.quick))
        yield Step(sample, waiting, each * waiting)


async def measure(spec: ModelSpec, trial: Trial, effort: Effort) -> Sample:
    """How fast the model is as `trial` has it, in an engine process of its own.

    Raises:
        EngineFault: it cannot be loaded or evaluated so, or the engine ended.
    """
    wanted = replace(
        spec,
        context_tokens=min(spec.context_tokens, _WINDOW),
        threads=trial.threads,
        threads_batch=trial.threads,
        writing_on=trial.on,
        reading_on=trial.on,
        batch_tokens=trial.batch,
        gpu_layers=trial.gpu_layers,
        give_way=False,
        keeping=Keeping(states=False),
    )
    engine = await asyncio.to_thread(EngineProcess)
    try:
        await _last(engine, lambda job: Load(job, wanted))
        answer = await _last(
            engine, lambda job: Try(job, trial.batch, effort.seconds, effort.rounds)
        )
    finally:
        engine.kill()
        await engine.close()
    if not isinstance(answer, Tried):
        return Sample(trial, 0.0, 0.0)
    return Sample(trial, max(answer.reading), max(answer.writing))


async def _last(engine: EngineProcess, make: Callable[[int], Command]) -> Answer:
    """The last answer to a command."""
    async with engine.job(make, grace=0.0) as job:
        return [answer async for answer in job.answers()][-1]
