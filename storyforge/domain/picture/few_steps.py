"""Checkpoints and LoRAs that were distilled to draw in few steps: told by name, with their habits.

Their makers say with which sampler, steps and guidance they draw; with the usual ones they draw
badly or burnt. Names are all that many of the files tell. Pure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from storyforge.domain.picture.samplers import AUTOMATIC, KARRAS

#: what a habit says of an order, by the order's names
NAMES = ("sampler", "schedule", "steps", "guidance")
# Guidance of 1 is none, and takes half the time.
_NONE = 1.0
#: steps begin at pure noise
_TRAILING = "SGM Uniform"


class Quick(StrEnum):
    """How it was distilled, as its makers call it."""

    LCM = "LCM"
    TURBO = "Turbo"
    LIGHTNING = "Lightning"
    HYPER = "Hyper-SD"
    TCD = "TCD"
    DMD = "DMD2"
    SCHNELL = "schnell"


@dataclass(frozen=True, slots=True)
class Habit:
    """How one draws."""

    quick: Quick
    sampler: str
    schedule: str
    steps: int
    guidance: float


_HABITS = {
    habit.quick: habit
    for habit in (
        Habit(Quick.LCM, "LCM", AUTOMATIC, 4, 1.5),
        Habit(Quick.TURBO, "Euler a", _TRAILING, 4, _NONE),
        Habit(Quick.LIGHTNING, "Euler", _TRAILING, 4, _NONE),
        Habit(Quick.HYPER, "Euler", _TRAILING, 8, _NONE),
        Habit(Quick.TCD, "TCD", AUTOMATIC, 4, _NONE),
        Habit(Quick.DMD, "LCM", AUTOMATIC, 4, _NONE),
        Habit(Quick.SCHNELL, "Euler", AUTOMATIC, 4, _NONE),
    )
}
# Community checkpoints that were merged with one and say how they were tuned.
_BY_SDE = Habit(Quick.TURBO, "DPM++ SDE", KARRAS, 6, 2.0)
_STEPS = re.compile(r"(?<!\d)(\d{1,2})[ _-]?steps?(?![a-z])", re.IGNORECASE)
# Words end where letters of another case, digits or signs begin: dreamshaperXL_v21TurboDPMSDE.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_BASES = frozenset({"sd", "sdxl", "xl", "sdv", "flux", "pony", "illustrious"})
_SDE = frozenset({"dpmsde", "dpmppsde", "sde"})


def wanted(habit: Habit, mine: Iterable[str]) -> dict[str, str | int | float]:
    """What a habit says of an order, by name, where the author has not set it (`mine`)."""
    kept = {*mine}
    if "sampler" in kept:
        kept.add("schedule")  # it belongs to the sampler
    return {name: getattr(habit, name) for name in NAMES if name not in kept}


def of_checkpoint(name: str) -> Habit | None:
    """How a checkpoint of that name draws; None for one that takes the usual steps."""
    return _of(name, alone=True)


def of_lora(name: str) -> Habit | None:
    """How anything draws with a LoRA of that name.

    A LoRA may be of lightning, or of cars: such words count only beside a family or a number of
    steps.
    """
    return _of(name, alone=False)


def _of(name: str, *, alone: bool) -> Habit | None:
    words = [word.casefold() for word in _WORD.findall(name)]
    whole, said = "".join(words), frozenset(words)
    steps = _STEPS.search(name)
    backed = alone or steps is not None or bool(said & _BASES)
    quick = _quick(whole, said, backed=backed, steps=steps is not None)
    if quick is None:
        return None
    habit = _HABITS[quick]
    if quick in (Quick.TURBO, Quick.LIGHTNING) and said & _SDE:
        return replace(_BY_SDE, quick=quick)
    if steps is not None and int(steps[1]):
        habit = replace(habit, steps=int(steps[1]))
    if quick is Quick.HYPER and "cfg" in said:
        return replace(habit, guidance=5.0)
    if quick is Quick.HYPER and habit.steps == 1:
        return replace(habit, sampler="TCD", schedule=AUTOMATIC)
    return habit


def _quick(whole: str, said: frozenset[str], *, backed: bool, steps: bool) -> Quick | None:
    if "lcm" in said:
        return Quick.LCM
    if "tcd" in said:
        return Quick.TCD
    if "dmd" in said:
        return Quick.DMD
    if "hypersd" in whole or ("hyper" in said and (steps or "hyperxl" in whole)):
        return Quick.HYPER
    if not backed:
        return None
    if "schnell" in said:
        return Quick.SCHNELL
    if "lightning" in said:
        return Quick.LIGHTNING
    return Quick.TURBO if "turbo" in said else None
