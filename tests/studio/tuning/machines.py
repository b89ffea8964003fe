"""Made-up machines: how fast they would be, by a law, and with noise."""

import random
from collections.abc import Callable

from storyforge.studio.tuning.trials import Machine, Sample, Trial, to_try

Law = Callable[[Trial], tuple[float, float]]


def bound(saturates: int, *, each: float = 5.0, reads: float = 20.0) -> Law:
    """Writing grows up to so many threads, where memory has no more to give; reading goes on.

    Slow cores make the others wait; larger batches read a little faster.
    """

    def law(trial: Trial) -> tuple[float, float]:
        slow = {"performance": 1.0, "physical": 0.7, "all": 0.6}[trial.on]
        writing = each * min(trial.threads, saturates) * slow
        writing *= 0.99 ** max(0, trial.threads - saturates)
        reading = reads * trial.threads * slow * (1.0 if trial.batch <= 64 else 1.2)
        return reading, writing

    return law


def run(
    machine: Machine, law: Law, *, noise: float = 0.0, quick: bool = False, seed: int = 1
) -> list[Sample]:
    """Try all that is to be tried; `noise` makes a trial slower by up to so much."""
    draw = random.Random(seed)
    samples: list[Sample] = []
    while left := to_try(machine, samples, quick=quick):
        reading, writing = law(left[0])
        slower = [1 - noise * draw.random() for _ in range(2)]
        samples.append(Sample(left[0], reading * slower[0], writing * slower[1]))
        assert len(samples) < 100
    return samples
