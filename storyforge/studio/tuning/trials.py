"""Which settings to try, and which of them are best. Pure.

One thing is varied at a time: threads first, for writing and reading at once; then the size of a
batch with the threads that read best; then the layers on a GPU. Whatever else runs on a machine
only makes a trial slower, so of several rounds the fastest is the true one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from storyforge.domain.model import USUAL_BATCH, Which

_COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128)
_QUICK_COUNTS = (1, 2, 4, 8, 16, 32, 64, 128)
_BATCHES = (128, 256)
_QUICK_BATCHES = (256,)
# On a processor a stop is heard within a batch, up to here in time.
_GPU_BATCHES = (512,)
_ORDER: tuple[Which, ...] = ("performance", "physical", "all")
# Speeds as near as this are the same: rounds differ by about so much on a machine at rest.
_SAME = 0.97
# Something unusual must be worth it.
_WORTH = 1.05
# Two counts in a row below this share of the best: more threads will not bring it back.
_FALLEN = 0.85
# On a GPU a stop is heard between batches, and must be heard within so many seconds.
_STOP = 0.2


@dataclass(frozen=True, slots=True)
class Machine:
    """What can be varied here.

    Attributes:
        performance, efficiency, siblings: how many logical processors of each kind.
        layers: of the model.
        fitting: how many of llama.cpp's layers fit on the GPUs; 0 without one.
    """

    performance: int
    efficiency: int = 0
    siblings: int = 0
    layers: int = 0
    fitting: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """One way to load the model.

    Attributes:
        threads: for writing as for reading.
        gpu_layers: as llama.cpp counts them; None for as many as fit.
    """

    threads: int
    on: Which = "performance"
    batch: int = USUAL_BATCH
    gpu_layers: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """How fast a trial was, in tokens a second; 0 where it did not work at all."""

    trial: Trial
    reading: float
    writing: float


@dataclass(frozen=True, slots=True)
class Best:
    """The settings that were best, and their speeds in tokens a second."""

    threads: int
    writing_on: Which
    threads_batch: int
    reading_on: Which
    batch_tokens: int
    gpu_layers: int | None
    writing: float
    reading: float


def to_try(machine: Machine, samples: Sequence[Sample], *, quick: bool = False) -> list[Trial]:
    """What is still to be tried, as far as that can be known by now; the first is next."""
    tried = {sample.trial for sample in samples}
    threads = list(_threads(machine, samples, quick))
    left = [trial for trial in threads if trial not in tried]
    usual = Trial(machine.performance)
    reading = _by_reading(samples) if samples and not left else None
    base = reading.trial if reading else usual
    sizes = [*(_QUICK_BATCHES if quick else _BATCHES), *(_GPU_BATCHES if machine.fitting else ())]
    more = [replace(base, batch=size) for size in sizes]
    writing = _by_writing(samples) if samples and not left else None
    base = writing.trial if writing else usual
    more += [replace(base, gpu_layers=count) for count in _layer_counts(machine, quick)]
    return left + [trial for trial in more if trial not in tried]


def choose(samples: Sequence[Sample], *, gpu: bool = False) -> Best | None:
    """The best of what is known, with a `gpu` or without; None where nothing is.

    Of two that are as fast the one with fewer threads is better: they are not alone here.
    """
    if not any(sample.writing and sample.reading for sample in samples):
        return None
    writing, reading = _by_writing(samples), _by_reading(samples)
    batch = _best_batch(samples, reading, gpu)
    layers = _best_layers(samples, writing)
    return Best(
        threads=writing.trial.threads,
        writing_on=writing.trial.on,
        threads_batch=reading.trial.threads,
        reading_on=reading.trial.on,
        batch_tokens=batch.trial.batch,
        gpu_layers=layers.trial.gpu_layers,
        writing=layers.writing,
        reading=batch.reading,
    )


def series(samples: Sequence[Sample], on: Which) -> list[Sample]:
    """The trials of threads on these cores, by their number."""
    found = [sample for sample in samples if _plain(sample.trial) and sample.trial.on == on]
    return sorted(found, key=lambda sample: sample.trial.threads)


def knee(samples: Sequence[Sample]) -> int:
    """The number of threads from which on writing gains no more; 0 where nothing is known."""
    found = series(samples, "performance")
    most = max((sample.writing for sample in found), default=0.0)
    enough = (s.trial.threads for s in found if most and s.writing >= most * _SAME)
    return next(enough, 0)


def _threads(machine: Machine, samples: Sequence[Sample], quick: bool) -> Iterator[Trial]:
    """Threads on performance cores, then with the others; no further once both speeds fall."""
    known = {sample.trial: sample for sample in samples}
    best_writing = best_reading = 0.0
    fallen = 0
    for count in _counts(machine.performance, quick):
        trial = Trial(count)
        yield trial
        if trial in known:
            sample = known[trial]
            best_writing = max(best_writing, sample.writing)
            best_reading = max(best_reading, sample.reading)
            slow = sample.writing < best_writing * _FALLEN
            fallen = fallen + 1 if slow and sample.reading < best_reading * _FALLEN else 0
        if fallen == 2:
            break
    physical = machine.performance + machine.efficiency
    if machine.efficiency:
        if machine.efficiency > 1 and not quick:
            yield Trial(machine.performance + machine.efficiency // 2, "physical")
        yield Trial(physical, "physical")
    if machine.siblings:
        yield Trial(physical + machine.siblings, "all")


def _counts(most: int, quick: bool) -> list[int]:
    return sorted({n for n in (_QUICK_COUNTS if quick else _COUNTS) if n < most} | {most})


def _layer_counts(machine: Machine, quick: bool) -> tuple[int, ...]:
    if not machine.fitting:
        return ()
    half = machine.fitting // 2
    return (0,) if quick or not half else (half, 0)


def _plain(trial: Trial) -> bool:
    return trial.batch == USUAL_BATCH and trial.gpu_layers is None


def _modest(sample: Sample) -> tuple[int, int]:
    return (_ORDER.index(sample.trial.on), sample.trial.threads)


def _by_writing(samples: Sequence[Sample]) -> Sample:
    found = [sample for sample in samples if _plain(sample.trial)]
    most = max(sample.writing for sample in found)
    return min((s for s in found if s.writing >= most * _SAME), key=_modest)


def _by_reading(samples: Sequence[Sample]) -> Sample:
    found = [sample for sample in samples if _plain(sample.trial)]
    most = max(sample.reading for sample in found)
    return min((s for s in found if s.reading >= most * _SAME), key=_modest)


def _best_batch(samples: Sequence[Sample], base: Sample, gpu: bool) -> Sample:
    """A larger batch, where it is worth it and a stop is still heard in time."""
    same = [s for s in samples if replace(s.trial, batch=USUAL_BATCH) == base.trial]
    able = [s for s in same if s.reading and not (gpu and s.trial.batch / s.reading > _STOP)]
    able = able or [base]
    most = max(sample.reading for sample in able)
    if most < base.reading * _WORTH:
        return base
    return min((s for s in able if s.reading >= most * _SAME), key=lambda s: s.trial.batch)


def _best_layers(samples: Sequence[Sample], base: Sample) -> Sample:
    """Fewer layers on the GPU, where that is worth it: one that is slow, or shares its memory."""
    same = [s for s in samples if replace(s.trial, gpu_layers=None) == base.trial]
    best = max(same, key=lambda sample: sample.writing)
    return best if best.writing >= base.writing * _WORTH else base
