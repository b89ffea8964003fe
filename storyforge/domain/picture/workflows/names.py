"""Samplers and schedules by ComfyUI's names, and by ours, which are AUTOMATIC1111's. Pure."""

from storyforge.domain.picture.samplers import AUTOMATIC, SAMPLERS, UNIFORM

_SAMPLERS = {
    "DPM++ 2M": "dpmpp_2m",
    "DPM++ SDE": "dpmpp_sde",
    "DPM++ 2M SDE": "dpmpp_2m_sde",
    "DPM++ 2M SDE Heun": "dpmpp_2m_sde_heun",
    "DPM++ 3M SDE": "dpmpp_3m_sde",
    "Euler a": "euler_ancestral",
    "Euler": "euler",
    "LMS": "lms",
    "Heun": "heun",
    "DPM2": "dpm_2",
    "DPM2 a": "dpm_2_ancestral",
    "UniPC": "uni_pc",
    "DDIM": "ddim",
    # ComfyUI's own reckoning of the same method
    "PLMS": "ipndm",
    "LCM": "lcm",
}
_SCHEDULES = {
    "Uniform": "normal",
    "Normal": "normal",
    "Karras": "karras",
    "Exponential": "exponential",
    "SGM Uniform": "sgm_uniform",
    "Simple": "simple",
    "DDIM": "ddim_uniform",
    "Beta": "beta",
}
_OUR_SAMPLERS = {theirs: ours for ours, theirs in _SAMPLERS.items()}
_OUR_SCHEDULES = {theirs: ours for ours, theirs in reversed(_SCHEDULES.items())}


def their_sampler(name: str) -> str:
    """ComfyUI's name of a sampler; one that we do not know is theirs already."""
    return _SAMPLERS.get(name, name)


def their_schedule(name: str, sampler: str) -> str:
    """ComfyUI's name of a schedule; “Automatic” is what is usual for `sampler` (by our name)."""
    if name in ("", AUTOMATIC):
        name = SAMPLERS.get(sampler, "") or UNIFORM
    return _SCHEDULES.get(name, name)


def our_sampler(name: str) -> str:
    """Our name of a sampler of ComfyUI's; theirs where we have none."""
    return _OUR_SAMPLERS.get(name, name)


def our_schedule(name: str) -> str:
    """Our name of a schedule of ComfyUI's; theirs where we have none."""
    return _OUR_SCHEDULES.get(name, name)
