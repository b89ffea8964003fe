"""Pictures after a reference: as bare diffusers draws them, and without one as before."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from storyforge.domain.picture.orders import Family, Redraw, Saving
from storyforge.domain.picture.staging import Control, Staging
from storyforge.engine.pictures import memory
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.pictures.families import ROWS
from tests.engine.pictures import easel, tiny, tiny_controls
from tests.engine.pictures.references import making

SIDE = easel.SIDE
ADAPTED = pytest.mark.parametrize("family", [Family.SD1, Family.SDXL])


def bare(family: Family, adapters: list[Path], scales: Any, kind: str = "", **asked: Any) -> bytes:
    """By diffusers alone."""
    import diffusers

    pipe = tiny.pipe_of(family)
    pipe.load_ip_adapter(str(adapters[0].parent.parent), "models", [each.name for each in adapters])
    pipe.set_ip_adapter_scale(scales)
    if kind:
        wide = family is Family.SDXL
        more: dict[str, Any] = {} if wide else {"requires_safety_checker": False}
        name = getattr(ROWS[family], kind, "")
        if kind == "control":
            name = ROWS[family].pipeline.replace("Pipeline", "ControlNetPipeline")
            more["controlnet"] = tiny_controls.net_of(family)
        pipe = getattr(diffusers, name)(**pipe.components, **more)
    pipe.scheduler = diffusers.EulerDiscreteScheduler.from_config(
        pipe.scheduler.config, timestep_spacing="linspace"
    )
    pipe.set_progress_bar_config(disable=True)
    usual: dict[str, Any] = {"num_inference_steps": 4, "guidance_scale": 7.0}
    usual["generator"] = torch.Generator("cpu").manual_seed(5)
    if not kind:
        usual |= {"width": SIDE, "height": SIDE}
    picture: Image.Image = pipe("a red fox in the snow", **{**usual, **asked}).images[0]
    return picture.convert("RGB").tobytes()


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


@ADAPTED
@pytest.mark.parametrize("kind", ["", "-plus"])
def test_a_picture_is_the_one_that_bare_diffusers_draws(
    shelf: Path, family: Family, kind: str
) -> None:
    adapter = shelf / f"{family.name}{kind}.safetensors"
    one = making.reference(adapter)
    before = easel.pixels(family, easel.order())
    drawn = easel.pixels(family, easel.order(references=(one,)))
    assert drawn == bare(family, [adapter], 0.6, ip_adapter_image=opened(one.image))
    assert drawn != before == easel.pixels(family, easel.order())


def test_so_it_is_with_a_face_part_by_part_and_without_guidance(shelf: Path) -> None:
    adapter = shelf / "SD1-full-face.safetensors"
    one = making.reference(adapter)
    drawn = easel.pixels(Family.SD1, easel.order(references=(one,), guidance=1.0))
    theirs = bare(
        Family.SD1, [adapter], 0.6, ip_adapter_image=opened(one.image), guidance_scale=1.0
    )
    assert _far(drawn, theirs) < 0.1


def test_a_pickled_adapter_draws_the_same_picture(shelf: Path, tmp_path: Path) -> None:
    safe, encoder = shelf / "SD1-plus.safetensors", shelf / "image_encoder"
    pickled = making.pickled(safe, tmp_path / "plus.bin")
    wishes = (
        easel.order(references=(making.reference(adapter, encoder=encoder),))
        for adapter in (safe, pickled)
    )
    first, second = (easel.pixels(Family.SD1, wish) for wish in wishes)
    assert first == second


def test_so_it_is_with_several_adapters_and_regions(shelf: Path) -> None:
    adapters = [shelf / "SD1.safetensors", shelf / "SD1-plus.safetensors"]
    halves = ((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 1.0, 1.0))
    pictures = (easel.picture(30, 30), easel.encoded(Image.new("RGB", (30, 30), (200, 30, 90))))
    ones = tuple(
        making.reference(adapter, image=data, scale=scale, region=region)
        for adapter, data, scale, region in zip(adapters, pictures, (0.6, 0.9), halves, strict=True)
    )
    drawn = easel.pixels(Family.SD1, easel.order(references=ones))
    masks = []
    for left in (0, SIDE // 2):
        mask = torch.zeros(1, 1, SIDE, SIDE)
        mask[..., left : left + SIDE // 2] = 1
        masks.append(mask)
    theirs = bare(
        Family.SD1,
        adapters,
        [[0.6], [0.9]],
        ip_adapter_image=[[opened(data)] for data in pictures],
        cross_attention_kwargs={"ip_adapter_masks": masks},
    )
    assert drawn == theirs


def test_pictures_that_count_alike_are_listened_to_together(shelf: Path) -> None:
    adapter = shelf / "SD1.safetensors"
    pictures = [easel.picture(30, 30), easel.picture(30, 50, "JPEG")]
    ones = tuple(making.reference(adapter, image=data) for data in pictures)
    drawn = easel.pixels(Family.SD1, easel.order(references=ones))
    theirs = bare(
        Family.SD1, [adapter], 0.6, ip_adapter_image=[[opened(data) for data in pictures]]
    )
    # they are looked at one by one here, so that each is kept; there in one batch
    assert _far(drawn, theirs) < 0.1


@pytest.mark.parametrize(
    ("kind", "redraw"),
    [
        ("redrawing", Redraw(easel.picture(), 0.8)),
        ("inpainting", Redraw(easel.picture(), 0.8, region=(0, 0, 32, 64), only_masked=False)),
    ],
)
def test_a_picture_is_redrawn_after_a_reference(shelf: Path, kind: str, redraw: Redraw) -> None:
    one = making.reference(shelf / "SD1.safetensors")
    wish = easel.order(redraw=redraw, references=(one,))
    drawn = easel.pixels(Family.SD1, wish)
    asked: dict[str, Any] = {"image": opened(redraw.image), "strength": 0.8}
    if redraw.is_inpaint:
        mask = Image.new("L", (SIDE, SIDE))
        mask.paste(255, redraw.region)
        asked |= {"mask_image": mask, "width": SIDE, "height": SIDE}
    theirs = bare(Family.SD1, [one.adapter], 0.6, kind, ip_adapter_image=opened(one.image), **asked)
    if redraw.is_inpaint:  # where its edge is not blended
        inner = (0, 0, 24, SIDE)
        sides = [Image.frombytes("RGB", (SIDE, SIDE), each).crop(inner) for each in (drawn, theirs)]
        drawn, theirs = (each.tobytes() for each in sides)
    assert drawn == theirs


def test_a_region_counts_there_only_whatever_the_size(shelf: Path) -> None:
    """Sides whose levels have no whole halves: a mask must not lie askew there."""
    adapter = shelf / "SD1.safetensors"
    loaded = easel.loaded_of(tiny.pipe_of(Family.SD1), Family.SD1)
    drawer = Drawer(loaded)
    size: dict[str, Any] = {"width": 72, "height": 40, "steps": 1}
    plain = easel.draw(drawer, easel.order(**size)).raster.rgb
    whole = making.reference(adapter)
    everywhere = easel.draw(drawer, easel.order(references=(whole,), **size)).raster.rgb
    named = making.reference(adapter, region=(0.0, 0.0, 1.0, 1.0))
    assert easel.draw(drawer, easel.order(references=(named,), **size)).raster.rgb == everywhere
    nowhere = making.reference(adapter, region=(0.5, 0.5, 0.5, 0.5))
    assert easel.draw(drawer, easel.order(references=(nowhere,), **size)).raster.rgb == plain
    left = making.reference(adapter, region=(0.0, 0.0, 0.4, 1.0))
    drawn = easel.draw(drawer, easel.order(references=(left,), **size)).raster.rgb
    assert drawn not in (plain, everywhere)


def test_of_a_part_that_is_redrawn_only_its_own_region_counts(shelf: Path) -> None:
    redraw = Redraw(easel.picture(128, 64), 0.8, region=(0, 0, 40, 60), padding=4)
    plain = easel.pixels(Family.SD1, easel.order(redraw=redraw))
    adapter = shelf / "SD1.safetensors"

    def drawn(region: Any) -> bytes:
        one = making.reference(adapter, region=region)
        return easel.pixels(Family.SD1, easel.order(redraw=redraw, references=(one,)))

    assert drawn((0.75, 0.0, 1.0, 1.0)) == plain
    assert drawn((0.0, 0.0, 0.75, 1.0)) == drawn(None) != plain


@ADAPTED
def test_a_staging_goes_with_it(shelf: Path, family: Family, tmp_path: Path) -> None:
    one = making.reference(shelf / f"{family.name}-plus.safetensors")
    net = tiny_controls.write_folder(tmp_path / "net", family)
    data = easel.picture(SIDE, SIDE)
    control = Control(Staging.POSE, net, data, ready=True)
    drawn = easel.pixels(family, easel.order(references=(one,), controls=(control,)))
    asked = {"image": opened(data), "width": SIDE, "height": SIDE}
    theirs = bare(
        family, [one.adapter], 0.6, "control", ip_adapter_image=opened(one.image), **asked
    )
    assert drawn == theirs


def test_schedules_loras_and_heat_go_with_it(shelf: Path, tmp_path: Path) -> None:
    from tests.engine.pictures.loras import making as loras

    pipe = tiny.pipe_of(Family.SD1)
    path = loras.write(tmp_path / "ink.safetensors", loras.kohya(loras.adapt(pipe)))
    one = making.reference(shelf / "SD1.safetensors")
    drawer = Drawer(easel.loaded_of(pipe, Family.SD1))
    wish = easel.order(
        "a [fox|hare] in the snow", references=(one,), loras=(loras.use(path),), heat=True
    )
    drawn, again = (easel.draw(drawer, wish) for _turn in range(2))
    quiet = easel.draw(drawer, easel.order(wish.prompt, references=(one,), loras=wish.loras))
    assert drawn.raster == again.raster == quiet.raster
    assert {heat.word for heat in drawn.heat} >= {"fox", "hare", "snow"}
    assert not making.hooks(pipe.unet)


def test_saving_memory_changes_nothing_of_it(shelf: Path) -> None:
    """With the processor in the GPU's place."""
    loaded = easel.loaded_of(tiny.pipe_of(Family.SD1), Family.SD1)
    drawer = Drawer(loaded)
    wish = easel.order(references=(making.reference(shelf / "SD1.safetensors"),))
    plain = easel.draw(drawer, wish).raster
    for mode in (Saving.OFFLOAD, Saving.TILES):
        drawer.let_go()
        memory.apply(loaded, mode)
        assert easel.draw(drawer, wish).raster == plain


def _far(one: bytes, other: bytes) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)
