"""ComfyUI draws over pictures: what is put there, and what comes back into the picture."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from storyforge.domain.picture.orders import Ability, Order, Redraw
from storyforge.domain.picture.passes import Hires, Larger
from storyforge.images import workflow_files
from tests.backends.pictures.remote.far_comfyui import far_comfyui, png
from tests.backends.pictures.remote.hearing import paint
from tests.backends.pictures.remote.test_comfyui import nodes, painter, put
from tests.domain.picture.workflows.graphs import hires

PHOTO = png((90, 90, 90), 64, 64)
ORDER = Order("a face", width=32, height=32, steps=2, seed=7)
PART = Redraw(PHOTO, 0.4, region=(16, 16, 32, 32), padding=8, blur=0)


def files_in(far: Any) -> list[Image.Image]:
    uploaded = [data for name, data in far.files.items() if "_" not in name]
    return [Image.open(io.BytesIO(data)) for data in uploaded]


async def test_a_workflow_that_only_draws_begins_from_a_picture() -> None:
    async with far_comfyui() as far:
        heard = await paint(painter(far), replace(ORDER, redraw=Redraw(PHOTO, 0.5)))
    assert heard.error is None
    (begun,) = files_in(far)
    assert (begun.size, begun.getpixel((3, 3))) == ((32, 32), (90, 90, 90))
    told = nodes(far)
    assert told["KSampler"]["denoise"] == 0.5
    assert told["KSampler"]["latent_image"] == ["storyforge-latent", 0]
    assert told["LoadImage"]["image"].startswith("storyforge/")
    assert heard.drawn.raster.rgb[:3] == bytes((7, 20, 30))


async def test_outside_of_a_part_no_pixel_changes() -> None:
    async with far_comfyui() as far:
        heard = await paint(painter(far), replace(ORDER, redraw=PART))
    assert heard.error is None
    seen, mask = files_in(far)
    assert seen.size == mask.size == (32, 32)
    assert mask.convert("L").getextrema() == (0, 255)
    assert nodes(far)["SetLatentNoiseMask"]["samples"] == ["storyforge-latent", 0]
    assert nodes(far)["LoadImageMask"]["channel"] == "red"
    raster = heard.drawn.raster
    picture = Image.frombytes("RGB", (raster.width, raster.height), raster.rgb)
    assert picture.size == (64, 64)
    assert picture.getpixel((15, 15)) == picture.getpixel((32, 32)) == (90, 90, 90)
    assert picture.getpixel((16, 16)) == picture.getpixel((31, 31)) == (7, 20, 30)


async def test_a_mask_may_be_what_a_picture_lets_through(tmp_path: Path) -> None:
    graph: dict[str, Any] = json.loads(workflow_files.OURS.read_bytes())
    graph["7"]["_meta"]["title"] = "Preview"
    graph["8"] = {"class_type": "LoadImage", "inputs": {"image": "example.png"}}
    graph["9"] = {
        "class_type": "VAEEncode", "inputs": {"pixels": ["8", 0], "vae": ["1", 2]},
    }  # fmt: skip
    graph["10"] = {
        "class_type": "SetLatentNoiseMask", "inputs": {"samples": ["9", 0], "mask": ["8", 1]},
    }  # fmt: skip
    graph["5"]["inputs"]["latent_image"] = ["10", 0]
    put(tmp_path, graph, "quay.mask.json")
    file = put(tmp_path, json.loads(workflow_files.OURS.read_bytes()))
    async with far_comfyui() as far:
        heard = await paint(painter(far, workflow=file), replace(ORDER, redraw=PART))
    assert heard.error is None
    (both,) = files_in(far)
    assert both.mode == "RGBA"
    assert (both.getpixel((0, 0)), both.getpixel((16, 16))) == ((90, 90, 90, 255), (90, 90, 90, 0))
    assert heard.drawn.facts["workflow"] == "quay.mask.json"


async def test_a_workflow_that_cannot_redraw_says_what_could(tmp_path: Path) -> None:
    graph: dict[str, Any] = json.loads(workflow_files.OURS.read_bytes())
    graph["8"] = {"class_type": "KSampler", "inputs": {**graph["5"]["inputs"]}, "_meta": {}}
    graph["8"]["inputs"]["latent_image"] = ["5", 0]
    graph["6"]["inputs"]["samples"] = ["8", 0]
    async with far_comfyui() as far:
        two = painter(far, workflow=put(tmp_path, graph))
        heard = await paint(two, replace(ORDER, redraw=Redraw(PHOTO)))
    assert {Ability.REDRAW, Ability.MASK} <= two.card.lacks
    assert "quay.redraw.json" in str(heard.error)
    assert far.files == {}


async def test_a_workflow_that_begins_from_a_picture_is_not_drawn_without(tmp_path: Path) -> None:
    graph: dict[str, Any] = json.loads(workflow_files.OURS.read_bytes())
    graph["8"] = {
        "class_type": "LoadImage", "inputs": {"image": "x.png"},
        "_meta": {"title": "storyforge: image"},
    }  # fmt: skip
    graph["9"] = {"class_type": "VAEEncode", "inputs": {"pixels": ["8", 0], "vae": ["1", 2]}}
    graph["5"]["inputs"]["latent_image"] = ["9", 0]
    async with far_comfyui() as far:
        heard = await paint(painter(far, workflow=put(tmp_path, graph)), ORDER)
        over = await paint(
            painter(far, workflow=tmp_path / "quay.json"), replace(ORDER, redraw=Redraw(PHOTO))
        )
    assert "begins from a picture, and none is given" in str(heard.error)
    assert over.error is None
    assert nodes(far)["LoadImage"]["image"].startswith("storyforge/")


async def test_hires_fix_and_tiles_are_drawn_by_the_same_workflow() -> None:
    order = replace(ORDER, hires=Hires(2.0, 0.5), larger=Larger(2.0, 16, 0.3, 64))
    async with far_comfyui() as far:
        heard = await paint(painter(far), order)
    assert heard.error is None
    raster = heard.drawn.raster
    assert (raster.width, raster.height) == (128, 128)
    first, over, *tiles = far.took.values()
    assert first["5"]["inputs"]["latent_image"] == ["4", 0]
    assert over["5"]["inputs"]["denoise"] == 0.5
    assert {tile["5"]["inputs"]["denoise"] for tile in tiles} == {0.3}
    steps = [each.step for each in heard.steps]
    assert steps == sorted(steps)
    assert any(each.doing is not None for each in heard.steps)


async def test_what_needs_a_picture_to_begin_from_is_refused_without_one(tmp_path: Path) -> None:
    async with far_comfyui() as far:
        two = painter(far, workflow=put(tmp_path, hires()))
        heard = await paint(two, replace(ORDER, larger=Larger()))
    assert "cannot do this: larger by tiles" in str(heard.error)
    assert far.took == {}
