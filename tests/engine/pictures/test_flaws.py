"""A black picture is noticed, whatever made it so, and memory that runs out is saved once."""

from typing import Any

import pytest

from storyforge.domain.picture.orders import Drawn, Family, Flaw, PainterNote, Redraw, Saving
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures import memory
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.pictures.painting import LoadedPainter, is_out_of_memory
from tests.engine.pictures import tiny
from tests.engine.pictures.easel import draw, loaded_of, order, picture, pixels


def halved(family: Family) -> Any:
    """A tiny pipeline in half precision."""
    import torch

    return tiny.pipe_of(family).to(torch.float16)


def test_latents_that_are_no_numbers_are_noticed() -> None:
    import torch

    pipe = tiny.pipe_of(Family.SD1)
    with torch.no_grad():
        pipe.unet.conv_out.bias.fill_(torch.nan)
    drawn = draw(Drawer(loaded_of(pipe, Family.SD1)), order())
    assert drawn.flaw is Flaw.BLACK
    assert set(drawn.raster.rgb) == {0}


def test_a_black_picture_is_noticed() -> None:
    import torch

    pipe = tiny.pipe_of(Family.SD1)
    with torch.no_grad():
        pipe.vae.decoder.conv_out.bias.fill_(-100)
    assert draw(Drawer(loaded_of(pipe, Family.SD1)), order()).flaw is Flaw.BLACK


def test_a_vae_that_overflows_in_half_precision_is_used_again_in_float32() -> None:
    import torch

    pipe = halved(Family.SD1)
    with torch.no_grad():
        pipe.vae.post_quant_conv.weight.mul_(3e4)
        pipe.vae.post_quant_conv.bias.fill_(6e4)
    said: list[Any] = []
    painter = Drawer(loaded_of(pipe, Family.SD1))
    drawn = draw(painter, order(), said.append)
    assert drawn.flaw is Flaw.NONE
    assert drawn.facts["VAE dtype"] == "float32"
    assert drawn.facts["dtype"] == "float16"
    assert [type(each) for each in said[-1:]] == [PainterNote]
    assert pipe.vae.dtype is torch.float16
    assert draw(painter, order()).raster == drawn.raster


@pytest.mark.parametrize("family", [Family.SD1, Family.SDXL])
def test_a_vae_in_float32_beside_a_painter_in_half_precision_draws(family: Family) -> None:
    import torch

    pipe = halved(family)
    pipe.vae.to(torch.float32)
    painter = Drawer(loaded_of(pipe, family))
    for redraw in (None, Redraw(picture(), 0.5), Redraw(picture(), 0.5, region=(8, 8, 40, 40))):
        drawn = draw(painter, order(redraw=redraw))
        assert drawn.flaw is Flaw.NONE
        assert drawn.facts["VAE dtype"] == "float32"
        assert pipe.vae.dtype is torch.float32


@pytest.mark.parametrize("redraw", [None, Redraw(picture(), 0.5)])
def test_what_a_safety_checker_blackened_is_named(redraw: Redraw | None) -> None:
    import torch
    from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessor

    torch.manual_seed(1)
    small = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1}
    small |= {"num_attention_heads": 1}
    seeing = {**small, "image_size": 32, "patch_size": 16}
    config = CLIPConfig(text_config=small, vision_config=seeing, projection_dim=16)
    checker = StableDiffusionSafetyChecker(config).eval()
    pipe = tiny.pipe_of(Family.SD1)
    size = {"height": 32, "width": 32}
    pipe.register_modules(
        safety_checker=checker,
        feature_extractor=CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=size),
    )
    painter = Drawer(loaded_of(pipe, Family.SD1))
    with torch.no_grad():
        checker.concept_embeds_weights.fill_(9)  # nothing is as near as that
    calm = draw(painter, order(redraw=redraw))
    assert calm.flaw is Flaw.NONE
    with torch.no_grad():
        checker.concept_embeds_weights.fill_(-9)
    drawn = draw(painter, order(redraw=redraw))
    assert drawn.flaw is Flaw.BLACKENED
    assert set(drawn.raster.rgb) == {0}


class Full:
    """A U-Net's hook that finds memory full so many times."""

    def __init__(self, times: int, error: BaseException) -> None:
        self.times = times
        self.error = error

    def __call__(self, *_: Any) -> None:
        if self.times:
            self.times -= 1
            raise self.error


def filled(times: int, error: BaseException, saving: Saving = Saving.NONE) -> Any:
    """A painter that finds memory full so many times, and its pipeline."""
    loaded = loaded_of(tiny.pipe_of(Family.SD1), Family.SD1)
    loaded.saving = saving
    loaded.pipe.unet.register_forward_pre_hook(Full(times, error))
    return LoadedPainter(loaded)


def test_where_memory_runs_out_the_next_saving_mode_is_tried_once() -> None:
    said: list[Any] = []
    painter = filled(1, RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"))
    painter.paint(order(), lambda: False, said.append)
    assert isinstance(said[0], PainterNote)
    assert said[0].values == {"saving": "tiles"}
    assert isinstance(said[-1], Drawn)
    assert said[-1].facts["saving"] == "tiles"
    assert painter.card.saving is Saving.TILES


def test_where_it_runs_out_again_the_author_hears_what_to_change() -> None:
    painter = filled(2, MemoryError())
    with pytest.raises(EngineFault) as refused:
        painter.paint(order(), lambda: False, lambda _: None)
    fault = refused.value.fault
    assert (fault.kind, fault.about) == (FaultKind.NO_MEMORY_TO_DRAW, "64×64")
    painter = filled(1, MemoryError(), Saving.SEQUENTIAL)
    with pytest.raises(EngineFault) as refused:
        painter.paint(order(), lambda: False, lambda _: None)
    assert refused.value.fault.more == "sequential"


@pytest.mark.parametrize("family", [Family.SD1, Family.SDXL])
def test_parts_that_wait_elsewhere_draw_the_same(family: Family) -> None:
    loaded = loaded_of(tiny.pipe_of(family), family)
    memory.apply(loaded, Saving.OFFLOAD)
    painter = Drawer(loaded)
    for wish in (
        order("a (fox:1.3)", clip_skip=2, freeu=True),
        order(redraw=Redraw(picture(), 0.6, region=(8, 8, 40, 40))),
        order("a [fox:hare:0.5]", preview_every=1),
    ):
        assert draw(painter, wish).raster.rgb == pixels(family, wish)


def test_another_error_is_no_lack_of_memory() -> None:
    import torch

    painter = filled(1, RuntimeError("shapes do not match"))
    with pytest.raises(RuntimeError, match="shapes"):
        painter.paint(order(), lambda: False, lambda _: None)
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA"))
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory"))


def test_a_painter_that_is_closed_holds_nothing() -> None:
    import gc
    import weakref

    loaded = loaded_of(tiny.pipe_of(Family.SD1), Family.SD1)
    held = [weakref.ref(each) for each in (loaded.pipe.unet, loaded.pipe.unet.conv_in)]
    painter = LoadedPainter(loaded)
    painter.paint(order(redraw=Redraw(picture(), 0.5)), lambda: False, lambda _: None)
    painter.close()
    gc.collect()
    assert [each() for each in held] == [None, None]
