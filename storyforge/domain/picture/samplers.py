"""Samplers and schedules by AUTOMATIC1111's names: what there is, and what comes nearest. Pure.

What they calculate is the engine's business.
"""

import difflib
from dataclasses import dataclass

AUTOMATIC = "Automatic"
UNIFORM, KARRAS, EXPONENTIAL = "Uniform", "Karras", "Exponential"

#: each sampler, and the schedule that "Automatic" means for it; "" where it has steps of its own
SAMPLERS: dict[str, str] = {
    "DPM++ 2M": KARRAS,
    "DPM++ SDE": KARRAS,
    "DPM++ 2M SDE": EXPONENTIAL,
    "DPM++ 2M SDE Heun": EXPONENTIAL,
    "DPM++ 3M SDE": EXPONENTIAL,
    "Euler a": UNIFORM,
    "Euler": UNIFORM,
    "LMS": UNIFORM,
    "Heun": UNIFORM,
    "DPM2": KARRAS,
    "DPM2 a": KARRAS,
    "UniPC": UNIFORM,
    "DDIM": "",
    "PLMS": "",
    "LCM": "",
    "TCD": "",
}

SCHEDULES = (
    AUTOMATIC,
    UNIFORM,
    KARRAS,
    EXPONENTIAL,
    "SGM Uniform",
    "Simple",
    "Normal",
    "DDIM",
    "Beta",
)

# What other programs, and A1111's older pictures, call them.
_ALIASES = {
    "kdpm2": "DPM2",
    "kdpm2a": "DPM2 a",
    "dpm2ancestral": "DPM2 a",
    "dpmpp2m": "DPM++ 2M",
    "dpmppsde": "DPM++ SDE",
    "dpmpp2msde": "DPM++ 2M SDE",
    "dpmpp2msdeheun": "DPM++ 2M SDE Heun",
    "dpmpp3msde": "DPM++ 3M SDE",
    "eulera": "Euler a",
    "eulerancestral": "Euler a",
    "keuler": "Euler",
    "keulera": "Euler a",
    "kheun": "Heun",
    "klms": "LMS",
    "pndm": "PLMS",
    "unipcbh2": "UniPC",
    "polyexponential": EXPONENTIAL,
    "ddimuniform": "DDIM",
}
# Those that A1111 has and this program has not, with what is nearest to them.
_NEAREST = {
    "dpmfast": "DPM++ 2M",
    "dpmadaptive": "DPM++ 2M",
    "dpm++2sa": "DPM++ SDE",
    "dpmpp2sancestral": "DPM++ SDE",
    "restart": "Heun",
    "ddimcfg++": "DDIM",
    "ddpm": "Euler a",
    "kloptimal": KARRAS,
    "alignyoursteps": KARRAS,
    "turbo": "SGM Uniform",
}


# Of k-diffusion's samplers NovelAI's names begin so, and InvokeAI's end so where the schedule is
# Karras'; ComfyUI's may say where the noise is made.
_K, _ELSEWHERE = "k", "gpu"


@dataclass(frozen=True, slots=True)
class Sampling:
    """A sampler and its schedule, both by their names here; the schedule is never "Automatic".

    Attributes:
        unused: a schedule that was asked for, but the sampler has steps of its own.
    """

    sampler: str
    schedule: str
    unused: str = ""


class Unknown(Exception):
    """A name that leads nowhere; `nearest` is one that does."""

    def __init__(self, name: str, nearest: str) -> None:
        super().__init__(name)
        self.name = name
        self.nearest = nearest


def sampling_of(sampler: str, schedule: str = AUTOMATIC) -> Sampling:
    """The sampler and schedule of those names.

    Case, spaces and underscores do not matter, other programs' names are known, and so is a
    schedule behind the sampler as A1111 wrote it until 1.8 ("DPM++ 2M Karras").

    Raises:
        Unknown: no sampler, or no schedule, is called so.
    """
    name = _folded(sampler).removesuffix(_ELSEWHERE)
    if _found(name, SAMPLERS) is None and _found(name.removeprefix(_K), SAMPLERS) is not None:
        name = name.removeprefix(_K)
    for end, other in (*((_folded(each), each) for each in SCHEDULES[1:]), (_K, KARRAS)):
        if name.endswith(end) and _found(name, SAMPLERS) is None:
            name = name.removesuffix(end)
            schedule = other if _folded(schedule) in ("", _folded(AUTOMATIC)) else schedule
    known = _found(name, SAMPLERS)
    if known is None:
        raise Unknown(sampler, _near(name, SAMPLERS))
    asked = _found(_folded(schedule) or AUTOMATIC, SCHEDULES)
    if asked is None:
        raise Unknown(schedule, _near(_folded(schedule), SCHEDULES))
    own = SAMPLERS[known]
    if not own:
        return Sampling(known, "", "" if asked == AUTOMATIC else asked)
    return Sampling(known, own if asked == AUTOMATIC else asked)


def _folded(name: str) -> str:
    return "".join(name.casefold().replace("_", " ").split())


def _found(name: str, names: "tuple[str, ...] | dict[str, str]") -> str | None:
    """The one of `names` that is meant, by the name itself or an alias."""
    folded = {_folded(each): each for each in names}
    alias = _ALIASES.get(_folded(name), "")
    return folded.get(_folded(name)) or (alias if alias in names else None)


def _near(name: str, names: "tuple[str, ...] | dict[str, str]") -> str:
    for known in (name, name.removeprefix(_K)):
        if _NEAREST.get(known, "") in names:
            return _NEAREST[known]
    folded = {_folded(each): each for each in names}
    return folded[difflib.get_close_matches(name, folded, n=1, cutoff=0.0)[0]]
