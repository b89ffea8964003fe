"""How much is measured: the full run and the quick one. Also the arithmetic of samples."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of one run.

    Attributes:
        rounds: pairs A B of every interleaved measure.
        scene_bytes: the long scene.
        story_words, scene_words: the long story, and one scene of it.
        page_tokens: the page that a sentence is appended to.
        write_tokens: the length of one continuation.
        keys: keys per round and side.
        starts: cold starts per side.
        whole_day: the author's day in full, else a short one.
        day_page: tokens of its page. day_answer: tokens of each answer.
        day_pause, day_switch: seconds before each Shift+Enter, and behind a switch of the scene.
        staged_words, staged_seeds: of the story that is planned first.
    """

    rounds: int = 6
    scene_bytes: int = 200_000
    story_words: int = 1_000_000
    scene_words: int = 2_000
    page_tokens: int = 2_000
    write_tokens: int = 96
    keys: int = 30
    starts: int = 5
    whole_day: bool = True
    day_page: int = 4_000
    day_answer: int = 32
    day_pause: float = 4.0
    day_switch: float = 20.0
    staged_words: int = 3_000
    staged_seeds: int = 3


FULL = Sizes()
QUICK = Sizes(
    rounds=2,
    story_words=100_000,
    page_tokens=500,
    write_tokens=48,
    keys=12,
    starts=2,
    whole_day=False,
    day_page=1_000,
    day_answer=16,
    day_pause=3.0,
    day_switch=8.0,
    staged_words=400,
    staged_seeds=1,
)


def median(samples: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(samples)


def p95(samples: Sequence[float]) -> float:
    """The value that 95 of 100 samples stay at or under (nearest rank)."""
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


def interleaved(
    ours: Callable[[int], float], bare: Callable[[int], float], rounds: int
) -> tuple[list[float], list[float]]:
    """A B A B …: both sides meet the same weather. Each callable gets the round's number."""
    first: list[float] = []
    second: list[float] = []
    for number in range(rounds):
        first.append(ours(number))
        second.append(bare(number))
    return first, second
