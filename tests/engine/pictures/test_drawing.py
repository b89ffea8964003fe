"""A picture is what the bare pipeline draws, and one order leaves nothing to the next."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from storyforge.domain.picture.orders import (
    Drawing,
    Family,
    Flaw,
    PainterNote,
    Redraw,
    Region,
    Variation,
)
from storyforge.domain.picture.samplers import SAMPLERS, SCHEDULES
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.pictures.families import ROWS
from storyforge.engine.sequence import Interrupted
from tests.engine.pictures import tiny
from tests.engine.pictures.easel import SIDE, draw, drawer, loaded_of, order, picture, pixels

FAMILIES = pytest.mark.parametrize("family", ROWS)


def bare(family: Family, kind: str = "pipeline", made: Any = None, **asked: Any) -> Any:
    """The picture of diffusers alone, by Euler."""
    import diffusers
    import torch

    pipe = made or tiny.pipe_of(family)
    if kind != "pipeline":
        more = (
            {"add_watermarker": False}
            if family is Family.SDXL
            else {"requires_safety_checker": False}
        )
        pipe = getattr(diffusers, getattr(ROWS[family], kind))(**pipe.components, **more)
    pipe.scheduler = diffusers.EulerDiscreteScheduler.from_config(
        pipe.scheduler.config, timestep_spacing="linspace"
    )
    pipe.set_progress_bar_config(disable=True)
    usual = {"num_inference_steps": 4, "guidance_scale": 7.0}
    source = torch.Generator("cpu").manual_seed(5)
    return pipe("a red fox in the snow", generator=source, **{**usual, **asked}).images[0]


@FAMILIES
@pytest.mark.parametrize("negative", ["", "blurred, dull"])
def test_a_plain_order_is_the_bare_pipelines_picture(family: Family, negative: str) -> None:
    expected = bare(family, negative_prompt=negative or None, width=SIDE, height=SIDE)
    assert pixels(family, order(negative=negative)) == expected.tobytes()


def test_so_it_is_with_the_unusual_that_a_checkpoint_may_ask_for() -> None:
    masked, scaled = tiny.pipe_of(Family.SD1), tiny.pipe_of(Family.SDXL)
    masked.text_encoder.config.use_attention_mask = True
    scaled.vae.register_to_config(latents_mean=[0.1, -0.2, 0.3, 0.0], latents_std=[2, 1, 0.5, 1])
    for family, pipe in ((Family.SD1, masked), (Family.SDXL, scaled)):
        painter = Drawer(loaded_of(pipe, family))
        ours = draw(painter, order(negative="dull")).raster.rgb
        assert ours != pixels(family, order(negative="dull"))
        theirs = bare(family, made=pipe, negative_prompt="dull", width=SIDE, height=SIDE)
        assert ours == theirs.tobytes()


@FAMILIES
def test_without_guidance_it_is_too(family: Family) -> None:
    expected = bare(family, guidance_scale=1.0, width=SIDE, height=SIDE)
    assert pixels(family, order(guidance=1.0, negative="never read")) == expected.tobytes()


@FAMILIES
def test_a_picture_redrawn_is_the_bare_pipelines(family: Family) -> None:
    image = Image.open(BytesIO(picture()))
    expected = bare(family, "redrawing", image=image, strength=0.6)
    assert pixels(family, order(redraw=Redraw(picture(), 0.6))) == expected.tobytes()


@FAMILIES
def test_a_region_redrawn_is_the_bare_pipelines_in_its_place(family: Family) -> None:
    image = Image.open(BytesIO(picture()))
    mask = Image.new("L", (SIDE, SIDE))
    mask.paste(255, (16, 8, 48, 40))
    asked = {"image": image, "mask_image": mask, "width": SIDE, "height": SIDE}
    drawn = bare(family, "inpainting", None, strength=0.6, **asked)
    expected = image.copy()
    expected.paste(drawn, (0, 0), mask)
    redraw = Redraw(picture(), 0.6, region=(16, 8, 48, 40), only_masked=False, blur=0)
    assert pixels(family, order(redraw=redraw)) == expected.tobytes()


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_draws_the_same_again(sampler: str) -> None:
    wish = order(sampler=sampler, seed=11)
    said: list[Any] = []
    first = draw(drawer(Family.SD1), wish, said.append)
    assert first.flaw is Flaw.NONE
    assert first.facts["sampler"] == sampler
    assert [step.step for step in said] == [1, 2, 3, 4]
    assert {step.steps for step in said} == {4}
    assert draw(drawer(Family.SD1), wish).raster == first.raster
    assert draw(drawer(Family.SD1), order(sampler=sampler, seed=12)).raster != first.raster


@pytest.mark.parametrize("sampler", ["Euler a", "DPM++ 2M", "Heun", "DPM2 a", "PLMS", "LCM", "TCD"])
def test_every_kind_of_sampler_redraws(sampler: str) -> None:
    said: list[Any] = []
    wish = order(sampler=sampler, steps=6, redraw=Redraw(picture(), 0.5))
    drawn = draw(drawer(Family.SD1), wish, said.append)
    assert drawn.flaw is Flaw.NONE
    assert [step.step for step in said] == [1, 2, 3]


@FAMILIES
def test_nothing_of_an_order_is_left_for_the_next(family: Family) -> None:
    plain = order(negative="dull")
    others = [
        order(freeu=True, clip_skip=2, sampler="DPM++ 2M SDE", schedule="Karras", guidance=3.0),
        order("(a fox:1.4) [in snow:at night:0.5]", redraw=Redraw(picture(), 0.7)),
        order(redraw=Redraw(picture(96, 80), 0.9, region=(8, 8, 60, 60)), freeu=True),
        order(variation=Variation(99, 0.4), sampler="Euler a"),
        order("word " * 100, clip_skip=3),
    ]
    before = pixels(family, plain)
    for other in others:
        assert pixels(family, other) != before
        assert pixels(family, plain) == before


@settings(deadline=None, max_examples=8)
@given(
    prompt=st.sampled_from(["a fox", "a (fox:1.3), BREAK night", "[a|b] fox", "fox " * 80, ""]),
    sampler=st.sampled_from(tuple(SAMPLERS)),
    schedule=st.sampled_from(SCHEDULES),
    guidance=st.sampled_from([1.0, 4.5]),
    freeu=st.booleans(),
    clip_skip=st.integers(1, 3),
    variation=st.sampled_from([None, Variation(3, 0.2)]),
    redraw=st.sampled_from(
        [None, Redraw(picture(), 0.6), Redraw(picture(), 0.6, region=(4, 4, 30, 60))]
    ),
    seed=st.integers(0, 2**32),
)
def test_any_order_leaves_the_next_ones_alone(**wishes: Any) -> None:
    plain = order(sampler="Euler a", steps=2)
    before = pixels(Family.SD1, plain)
    first = pixels(Family.SD1, order(**wishes))
    assert pixels(Family.SD1, plain) == before
    assert pixels(Family.SD1, order(**wishes)) == first


def test_steps_are_told_with_previews_between() -> None:
    said: list[Any] = []
    draw(drawer(Family.SD1), order(steps=5, preview_every=2), said.append)
    assert [step.step for step in said] == [1, 2, 3, 4, 5]
    previews = [step.preview for step in said]
    assert [preview is not None for preview in previews] == [False, True, False, True, False]
    assert (previews[1].width, previews[1].height, len(previews[1].rgb)) == (8, 8, 192)


@pytest.mark.parametrize("redraw", [None, Redraw(picture(), 1.0)])
def test_a_stop_is_heard_within_a_step(redraw: Redraw | None) -> None:
    said: list[Any] = []
    with pytest.raises(Interrupted):
        drawer(Family.SD1).draw(order(steps=9, redraw=redraw), lambda: len(said) >= 2, said.append)
    assert [step.step for step in said] == [1, 2]
    with pytest.raises(Interrupted):
        drawer(Family.SD1).draw(order(), lambda: True, said.append)


def test_a_variation_goes_from_one_seeds_picture_to_the_others() -> None:
    def varied(strength: float) -> bytes:
        return pixels(Family.SD1, order(seed=1, variation=Variation(2, strength)))

    assert varied(0.0) == pixels(Family.SD1, order(seed=1))
    assert _far(varied(1.0), pixels(Family.SD1, order(seed=2))) < 1
    assert varied(0.3) not in (varied(0.0), varied(1.0))


@pytest.mark.parametrize("region", [None, (8, 8, 40, 40)])
@pytest.mark.parametrize("strength", [0.8, 1.0])
def test_a_picture_redrawn_has_variations_too(region: Region | None, strength: float) -> None:
    redraw = Redraw(picture(), strength, region=region)
    plain = pixels(Family.SD1, order(redraw=redraw))
    varied = [
        pixels(Family.SD1, order(redraw=redraw, variation=Variation(2, share)))
        for share in (0.0, 0.5)
    ]
    assert _far(varied[0], plain) < 3
    assert _far(varied[1], plain) > _far(varied[0], plain)


def test_only_the_masked_part_is_drawn_and_put_back() -> None:
    data = picture(150, 90)
    redraw = Redraw(data, 0.8, region=(20, 30, 60, 50), padding=8, blur=3)
    drawn = draw(drawer(Family.SD1), order(redraw=redraw, width=96, height=64)).raster
    assert (drawn.width, drawn.height) == (150, 90)
    before = Image.open(BytesIO(data))
    after = Image.frombytes("RGB", (150, 90), drawn.rgb)
    inside = (20, 30, 60, 50)
    assert after.crop(inside).tobytes() != before.crop(inside).tobytes()
    before.paste((0, 0, 0), inside)
    after.paste((0, 0, 0), inside)
    assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("strength", [0.0, 0.001, 1 / 3, 1.0, 2.0])
def test_a_redrawing_takes_at_least_one_step(strength: float) -> None:
    said: list[Any] = []
    draw(drawer(Family.SD1), order(steps=3, redraw=Redraw(picture(), strength)), said.append)
    assert said[-1] == Drawing(3 if strength >= 1 else 1, 3 if strength >= 1 else 1)


def test_a_side_that_cannot_be_drawn_is_corrected_and_named() -> None:
    said: list[Any] = []
    drawn = draw(drawer(Family.SD1), order(width=70, height=3, steps=1), said.append)
    assert (drawn.raster.width, drawn.raster.height) == (72, 8)
    assert isinstance(said[0], PainterNote)
    assert said[0].values == {"grid": "8", "drawn": "72×8", "ordered": "70×3"}


@pytest.mark.parametrize(("steps", "taken"), [(0, 1), (-7, 1), (9000, 500)])
def test_steps_that_cannot_be_taken_are_corrected_and_named(steps: int, taken: int) -> None:
    said: list[Any] = []
    with pytest.raises(Interrupted):
        drawer(Family.SD1).draw(
            order(steps=steps, sampler="DDIM"), lambda: len(said) > 1, said.append
        )
    assert said[0].values["drawn"] == str(taken)
    assert said[1] == Drawing(1, taken)


def test_what_is_not_done_is_noted() -> None:
    said: list[Any] = []
    wish = order("a fox AND a hare <other:x:1>", sampler="DDIM", schedule="Karras", steps=1)
    draw(drawer(Family.SD1), wish, said.append)
    notes = [note for note in said if isinstance(note, PainterNote)]
    assert [sorted(note.values) for note in notes] == [[], ["tag"], ["sampler", "schedule"]]


def test_an_unknown_sampler_is_named_with_the_nearest() -> None:
    with pytest.raises(EngineFault) as refused:
        draw(drawer(Family.SD1), order(sampler="DPM fast"))
    fault = refused.value.fault
    assert (fault.kind, fault.about, fault.more) == (FaultKind.NO_SAMPLER, "DPM fast", "DPM++ 2M")


def test_what_it_takes_to_draw_it_again_is_told() -> None:
    drawn = draw(drawer(Family.SDXL), order(sampler="DPM++ 2M Karras"))
    assert drawn.seed == 5
    assert drawn.facts["schedule"] == "Karras"
    assert drawn.facts["scheduler"] == "DPMSolverMultistepScheduler"
    assert drawn.facts["family"] == "SDXL"
    assert {"torch", "diffusers", "transformers", "threads", "device", "dtype", "saving"} <= set(
        drawn.facts
    )


def test_the_seeds_of_authors_are_all_right() -> None:
    assert pixels(Family.SD1, order(seed=-1, steps=1)) == pixels(
        Family.SD1, order(seed=2**64 - 1, steps=1)
    )


def _far(one: bytes, other: bytes) -> float:
    """How far two pictures are apart: the mean of their pixels' differences."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


@FAMILIES
def test_a_stop_is_heard_while_a_prompt_without_an_end_is_read(family: Family) -> None:
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked > 8

    with pytest.raises(Interrupted):
        drawer(family).draw(order("a lighthouse in the fog, " * 20_000), stopped, lambda _: None)
    assert asked == 9
    assert pixels(family, order("a fox"))
