"""A picture is what the bare pipeline draws, and one order leaves nothing to the next."""

from typing import Any

import pytest

from storyforge.domain.picture.orders import (
    Family,
    Redraw,
)
from tests.engine.pictures import tiny
from tests.engine.pictures.easel import SIDE, order, picture, pixels

FAMILIES = pytest.mark.parametrize("family", Family)


def bare(family: Family, kind: str = "pipeline", **asked: Any) -> Any:
    """The picture of diffusers alone, by Euler."""
    import diffusers
    import torch

    from storyforge.engine.pictures.families import ROWS

    pipe = tiny.pipe_of(family)
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


@FAMILIES
def test_without_guidance_it_is_too(family: Family) -> None:
    expected = bare(family, guidance_scale=1.0, width=SIDE, height=SIDE)
    assert pixels(family, order(guidance=1.0, negative="never read")) == expected.tobytes()


@FAMILIES
def test_a_picture_redrawn_is_the_bare_pipelines(family: Family) -> None:
    from io import BytesIO

    from PIL import Image

    image = Image.open(BytesIO(picture()))
    expected = bare(family, "redrawing", image=image, strength=0.6)
    assert pixels(family, order(redraw=Redraw(picture(), 0.6))) == expected.tobytes()


@FAMILIES
def test_a_region_redrawn_is_the_bare_pipelines_in_its_place(family: Family) -> None:
    from io import BytesIO

    from PIL import Image

    image = Image.open(BytesIO(picture()))
    mask = Image.new("L", (SIDE, SIDE))
    mask.paste(255, (16, 8, 48, 40))
    size = {"width": SIDE, "height": SIDE}
    drawn = bare(family, "inpainting", image=image, mask_image=mask, strength=0.6, **size)
    expected = image.copy()
    expected.paste(drawn, (0, 0), mask)
    redraw = Redraw(picture(), 0.6, region=(16, 8, 48, 40), only_masked=False, blur=0)
    assert pixels(family, order(redraw=redraw)) == expected.tobytes()
