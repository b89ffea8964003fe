"""The chart, and what is said of threads."""

import pytest

from storyforge.studio.tuning.telling import bar, chart, found, rule, speed
from storyforge.studio.tuning.trials import Best, Machine, Sample, Trial, choose
from tests.studio.tuning.machines import bound, run


def test_a_bar_is_as_long_as_its_share() -> None:
    assert bar(10, 10, 4) == "████"
    assert bar(5, 10, 4) == "██"
    assert bar(9, 10, 4) == "███▋"
    assert bar(0.001, 10, 4) == "▏"
    assert bar(0, 10, 4) == bar(0, 0, 4) == ""


@pytest.mark.parametrize(
    ("value", "told"), [(0, "–"), (7.25, "7.2"), (99.96, "100.0"), (1234.4, "1,234")]
)
def test_a_speed_has_the_digits_that_mean_something(value: float, told: str) -> None:
    assert speed(value) == told


def test_the_chart_goes_from_few_threads_to_batches_and_layers() -> None:
    machine = Machine(performance=2, efficiency=2, siblings=2, layers=8, fitting=9)
    rows = chart(run(machine, bound(2)), columns=8)
    assert [row[0] for row in rows] == [
        "1 thread",
        "2 threads",
        "3 threads, efficiency cores too",
        "4 threads, efficiency cores too",
        "6 threads, hyper-threads too",
        "6 threads, batches of 128",
        "6 threads, batches of 256",
        "6 threads, batches of 512",
        "2 threads, nothing on the GPU",
        "2 threads, 4 layers on the GPU",
    ]
    assert rows[1][1:3] == ["████████", "10.0"]


def rule_on(cores: int, saturates: int) -> str:
    machine = Machine(performance=cores)
    return rule(machine, run(machine, bound(saturates)))


def test_the_rule_of_thumb_is_shown_or_refuted() -> None:
    assert rule_on(8, 4) == (
        "Writing stops gaining at 4 threads. The rule of thumb, about four, holds on this machine."
    )
    assert rule_on(12, 8) == (
        "Writing stops gaining at 8 threads. "
        "The rule of thumb says about four; on this machine it does not hold."
    )
    assert rule_on(8, 1).startswith("Writing stops gaining at 1 thread. ")
    assert rule_on(8, 1).endswith("this machine needs fewer.")


def test_what_cannot_be_seen_is_not_claimed() -> None:
    assert rule_on(2, 2).endswith("cannot be seen on 2 cores.")
    stopped = [Sample(Trial(1), 20.0, 5.0)]
    assert rule(Machine(performance=8), stopped) == ""
    on_gpu = Machine(performance=8, layers=32, fitting=33)
    assert "hardly count" in rule(on_gpu, run(on_gpu, bound(4)))


def test_what_was_best_is_one_sentence() -> None:
    best = choose(run(Machine(performance=8), bound(4)))
    assert best is not None
    assert found(best) == (
        "It writes fastest with 4 threads (20.0 tokens/s) and reads fastest with "
        "8 threads, batches of 128 (192 tokens/s)."
    )
    alone = Best(1, "performance", 1, "performance", 64, 0, 2.0, 8.0)
    assert "1 thread, nothing on the GPU (2.0 tokens/s)" in found(alone)
