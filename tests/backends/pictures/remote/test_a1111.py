"""AUTOMATIC1111's API against a real local server: what is sent, said and drawn."""

import asyncio
import base64
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from storyforge.backends.pictures.remote.a1111 import A1111Painter
from storyforge.backends.pictures.remote.a1111_api import step_of
from storyforge.domain.picture.orders import Ability, Order, Redraw, Variation
from storyforge.domain.picture.passes import Faces, Hires, Larger
from tests.backends.pictures.remote.far_a1111 import LISTS, FarA1111, base64_of, far_a1111, png
from tests.backends.pictures.remote.hearing import HASTE, KEY, ORDER, Heard, paint, spec_of
from tests.backends.remote.far_side import Asked, document


def painter(url: str, key: str = "", **more: Any) -> A1111Painter:
    spec = spec_of("a1111", url, **more)
    return A1111Painter(spec, key=lambda: key, patience=HASTE, pace=0.01)


def sent(far: FarA1111, name: str = "txt2img") -> Asked:
    (asked,) = (each for each in far.asked if each.path.endswith(name))
    return asked


async def drawn(order: Order = ORDER, key: str = "", **told: Any) -> tuple[Heard, FarA1111]:
    settings = {name: told.pop(name) for name in ("model",) if name in told}
    async with far_a1111(**told) as far:
        heard = await paint(painter(far.url, key, **settings), order)
    return heard, far


async def test_an_order_goes_out_as_it_stands_and_nothing_is_saved_there() -> None:
    heard, far = await drawn(replace(ORDER, schedule="Karras", clip_skip=2, guidance=5.5))
    body = sent(far).body
    for name, value in {
        "prompt": "a quay", "negative_prompt": "fog", "width": 64, "height": 48, "steps": 4,
        "seed": 7, "cfg_scale": 5.5, "sampler_name": "Euler a", "scheduler": "Karras",
        "save_images": False, "do_not_save_samples": True,
        "override_settings": {"CLIP_stop_at_last_layers": 2},
    }.items():  # fmt: skip
        assert body[name] == value
    assert heard.drawn.raster.rgb[:3] == bytes((7, 20, 30))
    assert (heard.drawn.raster.width, heard.drawn.raster.height) == (64, 48)


async def test_what_the_server_tells_of_a_picture_stays_with_it() -> None:
    heard, _far = await drawn()
    facts = heard.drawn.facts
    assert heard.drawn.seed == 7
    assert facts["model"] == "ink"
    assert facts["model hash"] == "1a2b3c4d5e"
    assert facts["server"] == "v1.10.1"
    assert facts["lora hashes"] == '{"mara": "0f0f0f0f0f0f"}'
    assert facts["RNG"] == "CPU"
    assert facts["backend"] == "a1111"
    assert "VAE" not in facts


async def test_the_checkpoint_that_is_set_is_asked_for_by_the_servers_name() -> None:
    _heard, far = await drawn(model="ink")
    overrides = sent(far).body["override_settings"]
    assert overrides["sd_model_checkpoint"] == "old/ink.safetensors [1a2b3c4d5e]"
    assert not sent(far).body["override_settings_restore_afterwards"]


@pytest.mark.parametrize(
    ("order", "settings", "title", "hint"),
    [
        (ORDER, {"model": "inc"}, "No such model", "“old/ink.safetensors”|ink"),
        (replace(ORDER, sampler="DPM++ 3M"), {}, "No such sampler", "DPM++ 2M"),
        (replace(ORDER, schedule="Karas"), {}, "No such schedule", "Karras"),
        (replace(ORDER, prompt="<lora:mira:1>"), {}, "No such LoRA", "mara"),
        (replace(ORDER, heat=True), {}, "Not with this painter", "another painter"),
    ],
)
async def test_what_the_server_has_not_is_named_before_anything_is_drawn(
    order: Order, settings: dict[str, str], title: str, hint: str
) -> None:
    heard, far = await drawn(order, **settings)
    assert heard.error is not None
    assert heard.error.title == title
    assert any(each in heard.error.hint for each in hint.split("|"))
    assert not far.drawing.is_set()


async def test_loras_that_it_has_go_out_in_the_prompt() -> None:
    heard, far = await drawn(replace(ORDER, prompt="a quay <lora:mara:0.7>"))
    assert heard.notes == []
    assert heard.error is None
    assert sent(far).body["prompt"] == "a quay <lora:mara:0.7>"


async def test_an_older_server_has_the_schedule_in_its_samplers_name() -> None:
    lists = {**LISTS, "samplers": [{"name": "Euler a"}, {"name": "DPM++ 2M Karras"}]}
    del lists["schedulers"]
    order = replace(ORDER, sampler="DPM++ 2M", schedule="Karras")
    _heard, far = await drawn(order, lists=lists)
    assert sent(far).body["sampler_name"] == "DPM++ 2M Karras"
    assert "scheduler" not in sent(far).body


async def test_steps_and_previews_are_told_while_it_draws() -> None:
    heard, _far = await drawn(replace(ORDER, preview_every=2), steps=4)
    assert [each.step for each in heard.steps][-1] >= 3
    assert {each.steps for each in heard.steps} == {4}
    previews = [each.preview for each in heard.steps if each.preview]
    assert previews
    assert (previews[0].width, previews[0].height) == (128, 64)
    assert heard.drawn.seed == 7


async def test_a_stop_interrupts_the_server_and_nothing_is_drawn() -> None:
    stop = asyncio.Event()
    async with far_a1111(steps=-1) as far:
        asking = asyncio.create_task(paint(painter(far.url), stop=stop))
        await asyncio.wait_for(far.drawing.wait(), 5)
        stop.set()
        heard = await asyncio.wait_for(asking, 5)
        assert far.interrupted.is_set()
    assert heard.error is None
    assert not any(hasattr(each, "raster") for each in heard.said)


async def test_a_stop_does_not_end_what_others_have_drawn() -> None:
    stop = asyncio.Event()
    async with far_a1111(steps=-1, queued=True) as far:
        asking = asyncio.create_task(paint(painter(far.url), stop=stop))
        await asyncio.wait_for(far.drawing.wait(), 5)
        stop.set()
        await asyncio.wait_for(asking, 5)
        assert not far.interrupted.is_set()
        assert any(each.path == "/internal/progress" for each in far.asked)


async def test_the_next_picture_waits_until_the_server_has_heard_the_stop() -> None:
    stop = asyncio.Event()
    async with far_a1111(steps=-1) as far:
        one = painter(far.url)

        async def first() -> None:
            async for _said in one.paint(ORDER, stop):
                pass

        asking = asyncio.create_task(first())
        await asyncio.wait_for(far.drawing.wait(), 5)
        stop.set()
        await asking
        far.steps = 0
        heard = await paint(one)
    assert heard.drawn.seed == 7
    paths = [each.path for each in far.asked if "progress" not in each.path]
    assert paths[-2:] == ["/sdapi/v1/interrupt", "/sdapi/v1/txt2img"]


async def test_a_picture_is_redrawn_by_img2img() -> None:
    redraw = Redraw(png((200, 0, 0)), strength=0.6)
    heard, far = await drawn(replace(ORDER, redraw=redraw))
    body = sent(far, "img2img").body
    assert body["denoising_strength"] == 0.6
    assert "mask" not in body
    assert heard.drawn.raster.rgb[:3] == bytes((7, 20, 30))


async def test_only_the_part_goes_out_and_outside_it_not_a_byte_changes() -> None:
    redraw = Redraw(png((200, 0, 0)), region=(16, 16, 32, 32), padding=4, blur=0)
    heard, far = await drawn(replace(ORDER, redraw=redraw))
    body = sent(far, "img2img").body
    with Image.open(io.BytesIO(base64.b64decode(body["mask"]))) as mask:
        assert mask.size == (64, 48)
        # What is seen around the part is 4 pixels wide, so it fills most of what goes out.
        assert (mask.getbbox() or (0, 0, 0, 0))[3] > 36
    picture = Image.frombytes("RGB", (64, 48), heard.drawn.raster.rgb)
    assert picture.getpixel((15, 20)) == (200, 0, 0)
    assert picture.getpixel((32, 20)) == (200, 0, 0)
    assert picture.getpixel((20, 20)) == (7, 20, 30)


async def test_hires_and_variations_are_the_servers_own() -> None:
    order = replace(ORDER, hires=Hires(scale=2.0, strength=0.5, steps=3))
    heard, far = await drawn(replace(order, variation=Variation(9, 0.25)))
    body = sent(far).body
    assert (body["enable_hr"], body["hr_scale"], body["hr_second_pass_steps"]) == (True, 2.0, 3)
    assert (body["subseed"], body["subseed_strength"]) == (9, 0.25)
    assert (heard.drawn.raster.width, heard.drawn.raster.height) == (128, 96)
    assert heard.notes == []


async def test_a_picture_is_made_larger_by_tiles_that_the_server_draws() -> None:
    larger = Larger(scale=2.0, overlap=16, strength=0.3, tile=64)
    heard, far = await drawn(replace(ORDER, larger=larger), steps=1)
    first, *tiles = (each for each in far.asked if each.path.endswith("img"))
    assert first.path.endswith("txt2img")
    assert [each.body["seed"] for each in tiles] == list(range(7, 7 + len(tiles)))
    assert {each.body["denoising_strength"] for each in tiles} == {0.3}
    assert (heard.drawn.raster.width, heard.drawn.raster.height) == (128, 96)
    assert heard.drawn.facts["model"] == "ink"
    assert heard.error is None


async def test_a_kept_picture_is_not_drawn_anew_and_only_its_face_is_redrawn() -> None:
    face = Faces(regions=((0.25, 0.25, 0.75, 0.75),), size=64)
    order = replace(ORDER, redraw=Redraw(png((200, 0, 0)), strength=0.0), faces=face)
    heard, far = await drawn(order)
    assert [each.path for each in far.asked if each.path.endswith("img")] == ["/sdapi/v1/img2img"]
    picture = Image.frombytes("RGB", (64, 48), heard.drawn.raster.rgb)
    assert picture.getpixel((1, 1)) == (200, 0, 0)
    assert picture.getpixel((32, 24)) == (7, 20, 30)


async def test_a_stop_within_a_tile_leaves_nothing_half() -> None:
    stop, larger = asyncio.Event(), Larger(scale=2.0, overlap=16, tile=64)
    async with far_a1111(holds=3) as far:
        order = replace(ORDER, larger=larger)
        asking = asyncio.create_task(paint(painter(far.url), order, stop))
        await asyncio.wait_for(far.held.wait(), 5)
        stop.set()
        heard = await asyncio.wait_for(asking, 5)
        assert far.interrupted.is_set()
    assert heard.error is None
    assert not any(hasattr(each, "raster") for each in heard.said)


async def test_a_fault_within_a_tile_is_the_pictures() -> None:
    order = replace(ORDER, redraw=Redraw(png((200, 0, 0)), strength=0.0), larger=Larger(tile=64))
    heard, _far = await drawn(order, picture=document({"images": []}))
    assert heard.error is not None
    assert heard.error.title == "Empty answer"


async def test_koboldcpp_draws_with_the_little_that_it_tells() -> None:
    lists = {
        "sd-models": [{"title": "ink", "model_name": "ink"}],
        "samplers": [{"name": "Euler a"}],
    }
    image = document({"images": [base64_of(png((1, 2, 3)))], "parameters": {}, "info": ""})
    version = {"result": "KoboldCpp", "version": "1.99"}
    async with far_a1111(lists=lists, picture=image, version=version) as far:
        one = painter(far.url)
        heard = await paint(one, replace(ORDER, schedule="Karras"))
    assert heard.drawn.raster.rgb[:3] == bytes((1, 2, 3))
    assert heard.drawn.facts["server"] == "KoboldCpp"
    assert heard.notes == ["The server of far lists no schedules: it may not go by “Karras”."]
    assert heard.drawn.seed == 7
    assert Ability.HIRES in one.card.lacks


async def test_a_picture_of_another_size_is_said() -> None:
    image = document({"images": [base64_of(png((1, 2, 3), 96, 96))], "info": "{}"})
    heard, _far = await drawn(picture=image)
    assert heard.notes == ["far drew 96×96 pixels where 64×48 were asked for."]


async def test_what_came_too_large_to_be_enlarged_is_enlarged_as_it_was_asked_for() -> None:
    image = document({"images": [base64_of(png((1, 2, 3), 4096, 4096))], "info": "{}"})
    order = replace(ORDER, hires=Hires(scale=2.0), larger=Larger(scale=3.0, tile=512))
    heard, _far = await drawn(order, picture=image)
    assert heard.error is None
    assert (heard.drawn.raster.width, heard.drawn.raster.height) == (384, 288)


async def test_what_a_server_tells_of_a_picture_is_bounded_and_has_no_key_in_it() -> None:
    info = {
        "seed": 10**30, "sd_model_name": f"ink\x1b[31m {KEY}", "sd_model_hash": [], "version": 3,
        "sd_vae_name": "x" * 99_999, "infotexts": ["Steps: 4, Lora hashes: 7"],
    }  # fmt: skip
    answer = document({"images": [base64_of(png((1, 2, 3)))], "info": json.dumps(info)})
    heard, _far = await drawn(key=KEY, picture=answer)
    assert heard.drawn.seed == ORDER.seed
    told = heard.drawn.facts
    assert told["model"] == "ink[31m …"
    assert len(told["VAE"]) == 40_000
    assert KEY not in repr(heard.drawn.facts)


@pytest.mark.parametrize("count", [10**400, -5, "4", 4.5, None, True])
async def test_steps_that_cannot_be_are_none(count: Any) -> None:
    state = {"sampling_steps": count, "sampling_step": count, "job_count": count, "job_no": count}
    now = step_of({"state": state, "current_image": 7})
    assert (now.step, now.steps, now.preview) == (0, 0, None)


@pytest.mark.parametrize(
    ("key", "header"),
    [
        ("ida:secret-word", "Basic aWRhOnNlY3JldC13b3Jk"),
        ("ida:größer", "Basic aWRhOmdyw7bDn2Vy"),
        (KEY, f"Bearer {KEY}"),
        ("", None),
    ],
)
async def test_a_key_goes_out_as_the_server_wants_it(key: str, header: str | None) -> None:
    _heard, far = await drawn(key=key)
    assert {each.headers.get("authorization") for each in far.asked} == {header}


def test_a_server_on_this_machine_is_no_other_place() -> None:
    assert painter("http://127.0.0.1:7860").card.place == ""
    card = painter("http://gpu.example:7860").card
    assert card.place == "gpu.example"
    assert card.unencrypted
