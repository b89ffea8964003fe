"""What is said of a model before it is loaded, on made-up machines and on this one."""

from pathlib import Path

import pytest

from storyforge.domain.model import ModelSpec
from storyforge.engine.fitting import plan
from storyforge.errors import BadInput
from storyforge.studio import fitting
from storyforge.studio.fitting import judge
from tests.engine.machines import EIGHT, LAPTOP, PLENTY, RTX_3060, SEVENTY, TWELVE, memory, spec
from tests.engine.tiny import write_model


def test_what_fits_has_its_numbers_and_no_warning() -> None:
    fit = judge(EIGHT, spec(), (RTX_3060,), PLENTY)
    assert fit.fits
    assert fit.told == (
        "32 of 32 layers on the GPU, 5.6 of 12 GiB, KV 1.1",
        "It takes 0.4 GiB of memory, 5.6 GiB on the GPU with a window of 8,192 tokens.",
    )
    assert fit.window == 8192


def test_a_part_on_the_gpu_is_told_with_the_window_that_would_bring_all() -> None:
    fit = judge(EIGHT, spec(context_tokens=32768), (LAPTOP,), PLENTY)
    assert fit.plan.on_gpu < 32
    assert fit.advice == "With model.context_tokens = 13056 all of it lies on the GPU."
    smaller = plan(EIGHT, spec(context_tokens=13056), (LAPTOP,))
    assert smaller.on_gpu == 32
    assert judge(TWELVE, spec(), (LAPTOP,), PLENTY).advice == ""


def test_what_is_larger_than_memory_names_the_window_that_fits() -> None:
    fit = judge(EIGHT, spec(context_tokens=65536), (), memory(16, 6))
    assert not fit.fits
    assert fit.window == 44800
    assert fit.warning == (
        "It will not fit: 8.7 GiB are needed, 6.0 can be had. "
        "With model.context_tokens = 44800 it fits."
    )
    assert judge(SEVENTY, spec(), (), memory(16, 12)).warning.endswith("A smaller file would fit.")


def test_what_only_fits_by_reading_again_is_told_to_be_slow() -> None:
    fit = judge(EIGHT, spec(), (), memory(8, 5.5))
    assert fit.fits
    assert fit.warning.startswith("It will be slow: 5.8 GiB are needed and 5.5 are free")
    assert fit.warning.endswith("With model.context_tokens = 5632 it fits.")


def test_too_many_layers_by_the_author_s_own_wish_are_warned_of() -> None:
    fit = judge(SEVENTY, spec(gpu_layers=-1), (LAPTOP,), PLENTY)
    assert fit.warning == (
        "It will not fit on the GPU: 42.4 GiB are needed there. "
        "Fewer layers on the GPU or a smaller file would fit."
    )


async def test_this_machine_is_asked(tmp_path: Path) -> None:
    fit = await fitting.fits(ModelSpec(write_model(tmp_path / "tiny.gguf"), 1024))
    assert fit.fits
    assert (fit.layers, fit.warning) == ("", "")
    with pytest.raises(BadInput):
        await fitting.fits(ModelSpec(tmp_path / "none.gguf"))


async def test_the_gpus_are_asked_for_in_an_engine_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await fitting.devices() == ()
    # An engine that was built for a GPU, on a machine that has none.
    monkeypatch.setattr(fitting, "built_with_gpu", lambda: True)
    assert await fitting.devices() == ()
