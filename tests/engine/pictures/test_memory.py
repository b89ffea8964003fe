"""What a painter takes is reckoned before it is loaded: near the truth, and never below it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.picture.orders import Family, Saving
from storyforge.engine.memory import Memory
from storyforge.engine.pictures import loading, memory, originals
from storyforge.engine.pictures.families import ROWS
from storyforge.engine.pictures.memory import Needs, choose, needs
from storyforge.images import checkpoints
from storyforge.images.checkpoint_sizes import Sizes
from tests.engine.pictures import tiny
from tests.engine.pictures.live import peak, thrifty_attention

GB = 1 << 30
#: Stable Diffusion 1's own
SD1 = Sizes(859_520_964, 123_060_480, 83_653_863)
SDXL = Sizes(2_567_463_684, 817_720_320, 83_653_863)


def taken(sizes: Sizes, side: int, bytes_each: int = 2) -> dict[Saving, Needs]:
    return {
        mode: needs(sizes, mode, width=side, height=side, bytes_each=bytes_each) for mode in Saving
    }


def parts_of(pipe: Any) -> dict[str, int]:
    """Numbers in each part of a pipeline."""
    import torch

    modules = ((name, part) for name, part in pipe.components.items())
    return {
        name: sum(each.numel() for each in part.parameters())
        for name, part in modules
        if isinstance(part, torch.nn.Module)
    }


@pytest.mark.parametrize("family", ROWS)
def test_the_weights_are_reckoned_as_they_are(
    folders: Mapping[Family, Path], files: Mapping[Family, Path], family: Family
) -> None:
    counts = parts_of(tiny.pipe_of(family))
    text = counts["text_encoder"] + counts.get("text_encoder_2", 0)
    sizes = checkpoints.look(folders[family]).sizes
    assert (sizes.unet, sizes.text, sizes.vae) == (counts["unet"], text, counts["vae"])
    assert (sizes.unet_width, sizes.vae_width) == (32, 32)
    told = checkpoints.look(files[family]).sizes
    assert (told.unet, told.vae, told.unet_width, told.vae_width) == (
        sizes.unet,
        sizes.vae,
        32,
        32,
    )
    # A single file has what its encoders leave unused.
    assert sizes.text <= told.text <= sizes.text * 1.02


@pytest.mark.parametrize(
    ("family", "side"), [(Family.SD1, 512), (Family.SD2, 768), (Family.SDXL, 1024)]
)
def test_what_is_calculated_is_reckoned_near_the_truth(
    monkeypatch: pytest.MonkeyPatch, family: Family, side: int
) -> None:
    import torch
    from diffusers import AutoencoderKL, UNet2DConditionModel

    half, latents = torch.float16, side // 8
    config = originals.shipped(family, "unet")
    with torch.device("meta"), thrifty_attention(monkeypatch):
        unet = UNet2DConditionModel.from_config(config).to(half)
        vae = AutoencoderKL.from_config(originals.shipped(family, "vae")).to(half)
        noise = torch.empty(2, 4, latents, latents, dtype=half)
        words = torch.empty(2, 77, config["cross_attention_dim"], dtype=half)
        more: dict[str, Any] = {}
        if family is Family.SDXL:
            pooled = torch.empty(2, 1280, dtype=half)
            more["added_cond_kwargs"] = {"text_embeds": pooled, "time_ids": torch.empty(2, 6)}
        step = peak(unet, lambda: unet(noise, torch.tensor(1.0), words, **more))
        develop = peak(vae, lambda: vae.decode(noise[:1]))
    told = needs(Sizes(), Saving.NONE, width=side, height=side, bytes_each=2).device
    truth = max(step, develop)
    assert truth <= told <= 1.1 * truth
    small = needs(Sizes(vae_width=1), Saving.NONE, width=side, height=side, bytes_each=2).device
    assert step <= small <= 1.8 * step


def test_each_mode_takes_less_than_the_one_before() -> None:
    for sizes, side in ((SD1, 1024), (SDXL, 1024)):
        devices = [each.device for each in taken(sizes, side).values()]
        assert devices == sorted(devices, reverse=True)
        assert len(set(devices)) == 4


def test_the_vae_alone_may_be_in_whole_numbers() -> None:
    plain = needs(SD1, Saving.NONE, width=512, height=512, bytes_each=2).device
    whole = needs(SD1, Saving.NONE, width=512, height=512, bytes_each=2, vae_bytes=4).device
    assert whole > plain + SD1.vae


@pytest.mark.parametrize(
    ("sizes", "side", "free", "mode"),
    [
        (SD1, 512, 8, Saving.NONE),
        (SD1, 1024, 3.5, Saving.TILES),
        (SD1, 512, 2.7, Saving.OFFLOAD),
        (SD1, 512, 1.5, Saving.SEQUENTIAL),
        (SDXL, 1024, 12, Saving.NONE),
        (SDXL, 1024, 8, Saving.TILES),
        (SDXL, 1024, 6, Saving.OFFLOAD),
        (SDXL, 1024, 4, Saving.SEQUENTIAL),
        (SDXL, 1024, 0.1, Saving.SEQUENTIAL),
    ],
)
def test_the_mode_follows_from_what_is_free_on_the_gpu(
    sizes: Sizes, side: int, free: float, mode: Saving
) -> None:
    gpu, machine = Memory(24 * GB, int(free * GB)), Memory(32 * GB, 16 * GB)
    assert choose(None, taken(sizes, side), gpu, machine) is mode
    assert choose(Saving.TILES, taken(sizes, side), gpu, machine) is Saving.TILES


def test_nothing_waits_in_a_machine_that_has_no_room() -> None:
    gpu, machine = Memory(24 * GB, 6 * GB), Memory(8 * GB, 1 * GB)
    assert choose(None, taken(SDXL, 1024), gpu, machine) is Saving.SEQUENTIAL


def test_a_processor_can_only_work_in_tiles() -> None:
    for free, mode in ((16, Saving.NONE), (2, Saving.TILES)):
        room = Memory(32 * GB, free * GB)
        assert choose(None, taken(SD1, 1024, 4), room, None) is mode
        assert choose(Saving.SEQUENTIAL, taken(SD1, 1024, 4), room, None) is Saving.TILES


def test_a_painter_goes_from_mode_to_mode_and_back(files: Mapping[Family, Path]) -> None:
    """With the processor in the GPU's place: the hooks are the same ones."""
    import torch

    loaded = loading.load(tiny.spec_of(files[Family.SD1]), lambda _: True)
    pipe = loaded.pipe

    def picture() -> Any:
        how = {"num_inference_steps": 2, "width": 64, "height": 64, "output_type": "np"}
        return pipe("a fox", generator=torch.Generator().manual_seed(1), **how).images

    plain = picture()
    for mode in (Saving.OFFLOAD, Saving.SEQUENTIAL, Saving.TILES, Saving.NONE):
        memory.apply(loaded, mode)
        assert loaded.saving is loaded.card.saving is mode
        assert pipe.vae.use_tiling is (mode is not Saving.NONE)
        hooked = hasattr(pipe.unet, "_hf_hook")
        assert hooked is (mode in (Saving.OFFLOAD, Saving.SEQUENTIAL))
        # accelerate brings layers one by one to a GPU only.
        if mode is not Saving.SEQUENTIAL:
            assert (picture() == plain).all()
    assert all(each.device.type == "cpu" for each in pipe.unet.parameters())
    assert memory.further(loaded) is Saving.TILES
    memory.apply(loaded, Saving.TILES)
    assert memory.further(loaded) is None


def test_tiles_are_smaller_than_the_usual_picture_of_sdxl(files: Mapping[Family, Path]) -> None:
    loaded = loading.load(tiny.spec_of(files[Family.SDXL], saving=Saving.TILES), lambda _: True)
    assert loaded.pipe.vae.tile_sample_min_size == memory.TILE < ROWS[Family.SDXL].size
    assert loaded.pipe.vae.tile_latent_min_size * 8 == memory.TILE


def test_what_it_will_take_is_on_its_card(files: Mapping[Family, Path]) -> None:
    loaded = loading.load(tiny.spec_of(files[Family.SD2]), lambda _: True)
    sizes = checkpoints.look(files[Family.SD2]).sizes
    told = needs(sizes, Saving.NONE, width=768, height=768, bytes_each=4)
    assert loaded.card.needed == told.device > sizes.whole * 4
