"""Samplers go by AUTOMATIC1111's names, and a wrong name is answered with the nearest."""

import pytest

from storyforge.domain.picture.samplers import SAMPLERS, SCHEDULES, Sampling, Unknown, sampling_of


@pytest.mark.parametrize(
    ("sampler", "schedule", "expected"),
    [
        ("Euler a", "Automatic", Sampling("Euler a", "Uniform")),
        ("DPM++ 2M", "Automatic", Sampling("DPM++ 2M", "Karras")),
        ("DPM++ 2M", "", Sampling("DPM++ 2M", "Karras")),
        ("DPM++ 2M Karras", "Automatic", Sampling("DPM++ 2M", "Karras")),
        ("dpm++ 2m sde exponential", "Automatic", Sampling("DPM++ 2M SDE", "Exponential")),
        ("DPM++ 2M Karras", "sgm_uniform", Sampling("DPM++ 2M", "SGM Uniform")),
        ("euler_ancestral", "normal", Sampling("Euler a", "Normal")),
        ("k_lms", "Polyexponential", Sampling("LMS", "Exponential")),
        ("DDIM", "Automatic", Sampling("DDIM", "")),
        ("ddim", "karras", Sampling("DDIM", "", "Karras")),
        ("uni_pc", "Beta", Sampling("UniPC", "Beta")),
        ("k_dpmpp_2m", "", Sampling("DPM++ 2M", "Karras")),
        ("k_euler_ancestral", "karras", Sampling("Euler a", "Karras")),
        ("dpmpp_2m_sde_gpu", "", Sampling("DPM++ 2M SDE", "Exponential")),
        ("euler_k", "", Sampling("Euler", "Karras")),
    ],
)
def test_a_name_is_understood(sampler: str, schedule: str, expected: Sampling) -> None:
    assert sampling_of(sampler, schedule) == expected


@pytest.mark.parametrize(
    ("sampler", "schedule", "nearest"),
    [
        ("DPM fast", "Automatic", "DPM++ 2M"),
        ("DPM adaptive", "Automatic", "DPM++ 2M"),
        ("DPM++ 2S a", "Karras", "DPM++ SDE"),
        ("k_dpmpp_2s_ancestral", "Automatic", "DPM++ SDE"),
        ("Eulr", "Automatic", "Euler"),
        ("", "Automatic", None),
        ("Euler", "Karas", "Karras"),
        ("Euler", "Align Your Steps", "Karras"),
        ("火", "Automatic", None),
    ],
)
def test_an_unknown_name_has_a_nearest(sampler: str, schedule: str, nearest: str | None) -> None:
    with pytest.raises(Unknown) as refused:
        sampling_of(sampler, schedule)
    assert refused.value.name in (sampler, schedule)
    assert refused.value.nearest in {*SAMPLERS, *SCHEDULES}
    assert nearest in (None, refused.value.nearest)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_pair_has_its_schedule(sampler: str, schedule: str) -> None:
    found = sampling_of(sampler.upper(), schedule.lower())
    assert found.sampler == sampler
    assert found.schedule != "Automatic"
    assert bool(found.schedule) is bool(SAMPLERS[sampler])
