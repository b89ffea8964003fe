"""How many layers go to the GPUs of made-up machines, and what is said of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.engine.fit_words import needs, told
from storyforge.engine.fitting import KEPT_BACK, Device, Plan, largest_window, plan
from tests.engine.machines import (
    EIGHT,
    GIB,
    LAPTOP,
    MIB,
    PLENTY,
    RTX_3060,
    SEVENTY,
    TWELVE,
    figures,
    gpu,
    memory,
    spec,
)


def test_without_a_gpu_all_stays_in_memory() -> None:
    made = plan(EIGHT, spec())
    assert (made.gpu_layers, made.split, told(made)) == (0, (), "")
    assert made.machine.weights == sum(EIGHT.layers) + EIGHT.output + EIGHT.rest
    assert made.machine.cache == 32 * 2048 * 2 * (8192 + 1024)
    assert needs(made) == "5.8 GiB of memory"


def test_an_rtx_3060_takes_all_of_a_model_of_eight_billion() -> None:
    made = plan(EIGHT, spec(), [RTX_3060])
    assert told(made) == "32 of 32 layers on the GPU, 5.6 of 12 GiB, KV 1.1"
    # The output counts as a layer for llama.cpp; only the embeddings stay.
    assert made.gpu_layers == 33
    assert made.machine.weights == EIGHT.rest
    assert made.machine.cache == 0


def test_a_laptop_of_8_gib_takes_a_part_of_a_model_of_twelve_billion() -> None:
    made = plan(TWELVE, spec(), [LAPTOP])
    assert told(made) == "29 of 40 layers on the GPU, 6.0 of 8 GiB, KV 1.0"
    assert needs(made) == "2.5 GiB of memory, 6.0 GiB on the GPU"
    assert made.shares[0].used + KEPT_BACK <= LAPTOP.free
    one_more = plan(TWELVE, spec(gpu_layers=made.gpu_layers + 1), [LAPTOP])
    assert one_more.shares[0].used + KEPT_BACK > LAPTOP.free


def test_a_smaller_cache_leaves_room_for_more_layers() -> None:
    wide = plan(TWELVE, spec(context_tokens=32768), [LAPTOP])
    small = plan(TWELVE, spec(context_tokens=32768, kv_type="q8_0"), [LAPTOP])
    assert wide.on_gpu < plan(TWELVE, spec(), [LAPTOP]).on_gpu
    assert wide.on_gpu < small.on_gpu


def test_two_gpus_share_what_one_cannot_hold() -> None:
    two = [gpu(23, 24), gpu(23.5, 24, "CUDA1")]
    made = plan(SEVENTY, spec(), two)
    assert told(made) == "80 of 80 layers on 2 GPUs, 21.9 of 24 GiB, 20.6 of 24 GiB, KV 2.8"
    assert sum(made.split) == 81
    # The output lies behind the last layer: on the second GPU.
    assert made.shares[1].weights > made.shares[1].layers * SEVENTY.layers[0]


def test_one_gpu_with_room_for_all_is_not_joined_by_a_small_one() -> None:
    made = plan(EIGHT, spec(), [gpu(1.9, 2), gpu(23, 24, "CUDA1")])
    assert made.split == (0, 33)
    assert told(made) == "32 of 32 layers on the GPU, 5.6 of 24 GiB, KV 1.1"


def test_a_gpu_without_room_is_left_alone() -> None:
    made = plan(SEVENTY, spec(), [gpu(2, 4)])
    assert (made.gpu_layers, made.gpu_used) == (0, 0)
    assert told(made) == "0 of 80 layers on the GPU"
    assert plan(EIGHT, spec(), [gpu(0.3, 2)]).gpu_layers == 0


def test_the_author_s_number_is_kept() -> None:
    assert plan(EIGHT, spec(gpu_layers=0), [RTX_3060]).gpu_layers == 0
    assert plan(EIGHT, spec(gpu_layers=10), [RTX_3060]).split == (10,)
    assert plan(EIGHT, spec(gpu_layers=99), [RTX_3060]).split == (33,)
    made = plan(SEVENTY, spec(gpu_layers=-1), [RTX_3060, LAPTOP])
    assert sum(made.split) == 81
    assert made.split[0] > made.split[1] > 0
    assert not made.fits_gpus
    assert not made.fits(PLENTY)


def test_embeddings_that_are_the_output_too_lie_in_memory_once_and_on_the_gpu_once() -> None:
    tied = figures(30, 2 * MIB, output=29 * MIB, rest=29 * MIB, tied=True)
    assert plan(tied, spec()).machine.weights == 89 * MIB
    made = plan(tied, spec(), [LAPTOP])
    assert made.shares[0].weights == 89 * MIB
    assert made.machine.weights == 29 * MIB


def test_a_gpu_that_shares_the_machine_s_memory_counts_there() -> None:
    apple = gpu(21, 21.3, "MTL0", shared=True)
    made = plan(EIGHT, spec(), [apple])
    assert made.memory == made.machine.used + made.gpu_used
    assert made.fits(memory(32, 8))
    assert not made.fits(memory(32, 4))
    # The file is mapped, so all that must be free is the cache and what it works in.
    assert plan(EIGHT, spec()).fits(memory(8, 2))
    assert not plan(EIGHT, spec(mmap=False)).fits(memory(8, 2))


@pytest.mark.parametrize(("free", "fits"), [(1.5, True), (1.0, False)])
def test_a_container_s_limit_is_the_memory_there_is(free: float, fits: bool) -> None:
    assert plan(EIGHT, spec()).fits(memory(6, free)) is fits
    assert not plan(EIGHT, spec()).fits(memory(5, 5))


def test_the_largest_window_that_fits_is_found() -> None:
    wide = spec(context_tokens=65536)
    tight = memory(8, 3)
    largest = largest_window(EIGHT, wide, (), lambda each: each.fits(tight))
    assert largest % 256 == 0
    assert plan(EIGHT, wide, (), largest).fits(tight)
    assert not plan(EIGHT, wide, (), largest + 256).fits(tight)
    assert largest_window(EIGHT, spec(), (), lambda each: each.fits(PLENTY)) == 8192
    assert largest_window(EIGHT, spec(), (), lambda each: each.fits(memory(3, 3))) == 0


def test_a_model_is_never_given_more_than_it_was_trained_on() -> None:
    short = figures(32, 125 * MIB, trained=2048)
    assert plan(short, spec()).window == 2048
    assert largest_window(short, spec(), (), lambda each: each.fits(PLENTY)) == 2048


def test_a_model_without_figures_stays_off_the_gpu() -> None:
    bare = figures(0, 0, output=0, rest=0)
    assert plan(bare, spec(), [RTX_3060]).gpu_layers == 0


machines = st.lists(
    st.builds(
        lambda free, more: Device("CUDA", "", free, free + more),
        st.integers(0, 48 * GIB),
        st.integers(0, 8 * GIB),
    ),
    max_size=2,
)


@given(
    devices=machines,
    layers=st.lists(st.integers(1, 900 * MIB), min_size=1, max_size=90),
    kept=st.integers(0, 16384),
    window=st.integers(256, 131072),
    kind=st.sampled_from(["f16", "q8_0", "q4_0"]),
)
def test_whatever_the_machine_a_gib_is_kept_back_and_nothing_is_lost(
    devices: list[Device], layers: list[int], kept: int, window: int, kind: str
) -> None:
    model = replace(EIGHT, layers=tuple(layers), cache=(kept,) * len(layers), largest=max(layers))
    made = plan(model, spec(context_tokens=window, kv_type=kind), devices)
    for device, share in zip(made.devices, made.shares, strict=True):
        assert share.used == 0 or share.used + KEPT_BACK <= device.free
    assert made.on_gpu + made.machine.layers == len(layers)
    assert all_weights(made) == sum(layers) + model.output + model.rest
    without = plan(model, spec(context_tokens=window, kv_type=kind))
    assert abs(made.cache - without.cache) <= len(layers)


def all_weights(made: Plan) -> int:
    return made.machine.weights + sum(share.weights for share in made.shares)
