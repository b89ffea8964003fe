"""What is tried next, and what is chosen, on machines that are made up."""

import pytest

from storyforge.studio.tuning.trials import Machine, Sample, Trial, choose, knee, series, to_try
from tests.studio.tuning.machines import bound, run


def tried(samples: list[Sample]) -> list[tuple[int, str]]:
    return [(s.trial.threads, s.trial.on) for s in samples if s.trial.batch == 64]


def test_threads_are_tried_one_by_one_and_then_the_batches() -> None:
    samples = run(Machine(performance=6), bound(4))
    assert [s.trial.threads for s in samples[:6]] == [1, 2, 3, 4, 5, 6]
    assert [s.trial.batch for s in samples[6:]] == [128, 256]
    assert {s.trial.threads for s in samples[6:]} == {6}


def test_efficiency_cores_and_hyper_threads_are_tried_apart() -> None:
    samples = run(Machine(performance=8, efficiency=8, siblings=8), bound(4))
    assert tried(samples)[-3:] == [(12, "physical"), (16, "physical"), (24, "all")]
    best = choose(samples)
    assert best is not None
    assert (best.threads, best.writing_on) == (4, "performance")
    assert (best.threads_batch, best.reading_on) == (24, "all")


def test_what_is_quick_tries_a_few() -> None:
    samples = run(Machine(performance=16, siblings=16), bound(4), quick=True)
    assert [s.trial.threads for s in samples if s.trial.batch == 64] == [1, 2, 4, 8, 16, 32]
    assert len(samples) == 7


def test_a_server_of_many_cores_is_not_tried_core_by_core() -> None:
    machine = Machine(performance=96)
    assert len(run(machine, bound(12))) < 25
    assert to_try(machine, [])[0] == Trial(1)
    assert Trial(96) in to_try(machine, [])


def test_threads_that_only_slow_it_down_end_the_series() -> None:
    def collapsing(trial: Trial) -> tuple[float, float]:
        return 100.0 / max(1, trial.threads - 3), 20.0 / max(1, trial.threads - 3)

    samples = run(Machine(performance=32), collapsing)
    assert max(s.trial.threads for s in samples) == 6


def test_one_core_is_a_machine_too() -> None:
    samples = run(Machine(performance=1), bound(4), quick=True)
    assert tried(samples) == [(1, "performance")]
    best = choose(samples)
    assert best is not None
    assert (best.threads, best.threads_batch) == (1, 1)


@pytest.mark.parametrize("seed", range(8))
def test_noise_does_not_change_what_is_best_by_much(seed: int) -> None:
    samples = run(Machine(performance=12), bound(4), noise=0.02, seed=seed)
    best = choose(samples)
    assert best is not None
    assert best.threads in (4, 5)
    assert best.threads_batch == 12
    assert knee(samples) in (4, 5)


def test_of_two_as_fast_the_fewer_threads_are_better() -> None:
    law = bound(4)
    samples = [Sample(Trial(n), *law(Trial(n))) for n in (8, 4, 6, 2)]
    best = choose(samples)
    assert best is not None
    assert best.threads == 4
    assert [s.trial.threads for s in series(samples, "performance")] == [2, 4, 6, 8]


def test_a_batch_must_be_worth_it_and_let_a_stop_be_heard() -> None:
    base = Sample(Trial(4), 1000.0, 20.0)
    little = Sample(Trial(4, batch=128), 1030.0, 20.0)
    much = Sample(Trial(4, batch=256), 1500.0, 20.0)
    late = Sample(Trial(4, batch=512), 2000.0, 20.0)
    for samples, size in (
        ([base, little], 64),
        ([base, little, much], 256),
        ([base, much, late], 256),  # 512 at 2,000 a second keep a stop waiting for 0.26 s
    ):
        best = choose(samples, gpu=True)
        assert best is not None
        assert best.batch_tokens == size
    best = choose([base, much])
    assert best is not None
    assert best.reading == 1500.0


def test_layers_go_to_the_gpu_unless_that_is_slower() -> None:
    machine = Machine(performance=4, layers=32, fitting=33)
    samples = run(machine, bound(4))
    assert [s.trial.gpu_layers for s in samples[-2:]] == [16, 0]
    assert [s.trial.batch for s in samples[4:7]] == [128, 256, 512]
    best = choose(samples)
    assert best is not None
    assert best.gpu_layers is None

    def slow_gpu(trial: Trial) -> tuple[float, float]:
        reading, writing = bound(4)(trial)
        return reading, writing * (2 if trial.gpu_layers == 0 else 1)

    best = choose(run(machine, slow_gpu))
    assert best is not None
    assert (best.gpu_layers, best.writing) == (0, 40.0)


def test_what_does_not_work_is_never_chosen() -> None:
    assert choose([]) is None
    assert choose([Sample(Trial(1), 0.0, 0.0)]) is None
    best = choose([Sample(Trial(1), 10.0, 5.0), Sample(Trial(2), 0.0, 0.0)])
    assert best is not None
    assert best.threads == 1


def test_what_is_known_when_it_is_stopped_is_enough_to_choose() -> None:
    whole = run(Machine(performance=8), bound(4))
    for known in range(1, len(whole)):
        assert choose(whole[:known]) is not None
