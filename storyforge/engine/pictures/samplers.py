"""A sampler of AUTOMATIC1111's as diffusers calculates it: a scheduler, new for each order.

All noise comes from the order's generator: the SDE samplers are those of DPM-Solver++, which need
no Brownian tree of torchsde's.
"""

import functools
from dataclasses import dataclass
from typing import Any

from storyforge.domain.picture import samplers as names
from storyforge.domain.picture.orders import PainterNote
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.i18n import N_

_CLASSES: dict[str, tuple[str, dict[str, Any]]] = {
    "DPM++ 2M": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++"}),
    "DPM++ SDE": (
        "DPMSolverSinglestepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "lower_order_final": True},
    ),
    "DPM++ 2M SDE": ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),
    "DPM++ 2M SDE Heun": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "solver_type": "heun"},
    ),
    "DPM++ 3M SDE": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "solver_order": 3},
    ),
    "Euler a": ("EulerAncestralDiscreteScheduler", {}),
    "Euler": ("EulerDiscreteScheduler", {}),
    "LMS": ("LMSDiscreteScheduler", {}),
    "Heun": ("HeunDiscreteScheduler", {}),
    "DPM2": ("KDPM2DiscreteScheduler", {}),
    "DPM2 a": ("KDPM2AncestralDiscreteScheduler", {}),
    "UniPC": ("UniPCMultistepScheduler", {}),
    "DDIM": ("DDIMScheduler", {"clip_sample": False, "set_alpha_to_one": False}),
    "PLMS": ("PNDMScheduler", {"skip_prk_steps": True, "set_alpha_to_one": False}),
    "LCM": ("LCMScheduler", {"clip_sample": False, "set_alpha_to_one": False}),
    "TCD": ("TCDScheduler", {"clip_sample": False, "set_alpha_to_one": False}),
}
# Their latents are larger than the model sees them, by the noise that is in them.
_GROWN = ("Euler a", "Euler", "LMS", "Heun", "DPM2", "DPM2 a")
# It knows no spacing but one, in which no step is wasted on the last noise.
_EVEN = ("DPM++ SDE",)

# Their steps are some of those that they were distilled from, and those are fifty.
_DISTILLED, _DISTILLED_FROM = ("LCM", "TCD"), 50
# How much noise TCD's makers put in again at each step; the pipelines' own word for it is 0.
_TCD_ETA = 0.3

_LEADING: dict[str, Any] = {"timestep_spacing": "leading", "steps_offset": 1}
_SCHEDULES: dict[str, dict[str, Any]] = {
    "": _LEADING,
    names.UNIFORM: {"timestep_spacing": "linspace"},
    "Normal": {"timestep_spacing": "linspace"},
    "SGM Uniform": {"timestep_spacing": "trailing"},
    "Simple": {"timestep_spacing": "trailing"},
    "DDIM": _LEADING,
    names.KARRAS: {"use_karras_sigmas": True},
    names.EXPONENTIAL: {"use_exponential_sigmas": True},
    "Beta": {"use_beta_sigmas": True},
}


@dataclass(frozen=True, slots=True)
class Sampler:
    """A scheduler that is used once.

    Attributes:
        grown: its latents are larger than the model sees them, by the noise that is in them.
        told: sampler and schedule as they are, for the picture's metadata.
    """

    scheduler: Any
    grown: bool
    told: tuple[tuple[str, str], ...]
    notes: tuple[PainterNote, ...] = ()


def sampler_of(name: str, schedule: str, base: Any) -> Sampler:
    """The sampler of those names.

    Args:
        base: the checkpoint's own scheduler; betas and prediction type are taken from it.

    Raises:
        EngineFault: no sampler, or no schedule, is called so.
    """
    try:
        asked = names.sampling_of(name, schedule)
    except names.Unknown as unknown:
        fault = Fault(FaultKind.NO_SAMPLER, unknown.name, more=unknown.nearest)
        raise EngineFault(fault) from None
    kind, options = _CLASSES[asked.sampler]
    spacing = _SCHEDULES[asked.schedule]
    if asked.schedule == names.UNIFORM and base.config.get("rescale_betas_zero_snr"):
        spacing = _SCHEDULES["SGM Uniform"]  # such a model must begin at pure noise
    unused = asked.unused
    if asked.sampler in _EVEN and "timestep_spacing" in spacing:
        unused = asked.schedule if asked.schedule in ("Normal", "DDIM") else ""
        spacing = {}
    scheduler = _made(kind, base, options | spacing)
    if asked.sampler in _DISTILLED:
        _widen(scheduler)
    told = (("sampler", asked.sampler), ("schedule", asked.schedule), ("scheduler", kind))
    return Sampler(scheduler, asked.sampler in _GROWN, told, _notes(asked.sampler, unused))


def _notes(sampler: str, unused: str) -> tuple[PainterNote, ...]:
    if not unused:
        return ()
    text = N_("The sampler {sampler} has steps of its own: the schedule “{schedule}” is not used.")
    return (PainterNote(text, {"sampler": sampler, "schedule": unused}),)


def _made(kind: str, base: Any, options: dict[str, Any]) -> Any:
    import diffusers

    scheduler = getattr(diffusers, kind).from_config(base.config, **options)
    if kind == "EulerAncestralDiscreteScheduler":
        _respace(scheduler, diffusers.EulerDiscreteScheduler.from_config(base.config, **options))
    if kind == "TCDScheduler":
        _stir(scheduler)
    return scheduler


def _widen(scheduler: Any) -> None:
    """Have `scheduler` take more steps than it was distilled from, too."""
    own = scheduler.set_timesteps

    @functools.wraps(own)
    def set_timesteps(num_inference_steps: int, device: Any = None) -> None:
        many = num_inference_steps > _DISTILLED_FROM
        own(num_inference_steps, device, num_inference_steps if many else None)

    scheduler.set_timesteps = set_timesteps


def _stir(scheduler: Any) -> None:
    """Have `scheduler` put noise in again as its makers do, whatever a pipeline says."""
    own = scheduler.step

    def step(
        model_output: Any, timestep: Any, sample: Any, generator: Any = None, **more: Any
    ) -> Any:
        return own(model_output, timestep, sample, eta=_TCD_ETA, generator=generator, **more)

    scheduler.step = step


def _respace(scheduler: Any, twin: Any) -> None:
    """Have `scheduler` take the steps of `twin`: diffusers' Euler a knows no Karras schedule."""
    own = scheduler.set_timesteps

    @functools.wraps(own)
    def set_timesteps(num_inference_steps: int, device: Any = None) -> None:
        own(num_inference_steps, device)
        twin.set_timesteps(num_inference_steps, device)
        scheduler.sigmas, scheduler.timesteps = twin.sigmas, twin.timesteps

    if twin.config.timestep_spacing != scheduler.config.timestep_spacing or any(
        twin.config.get(f"use_{each}_sigmas") for each in ("karras", "exponential", "beta")
    ):
        scheduler.set_timesteps = set_timesteps
