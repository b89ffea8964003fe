"""OpenAI's images against a real local server: what is sent, said, drawn and paid for."""

import asyncio
import io
import json
from dataclasses import replace
from email.parser import BytesParser
from typing import Any

import pytest
from PIL import Image

from storyforge.backends.pictures.remote import openai_api as api
from storyforge.backends.pictures.remote.openai import OpenAIPainter
from storyforge.domain.generation import Usage
from storyforge.domain.picture.orders import Order, Redraw
from storyforge.domain.picture.plain_words import plain
from storyforge.images import infotext
from tests.backends.pictures.remote.far_a1111 import base64_of, png
from tests.backends.pictures.remote.hearing import HASTE, KEY, Heard, paint, spec_of
from tests.backends.remote.far_side import Answer, Asked, FarSide, document, far_side

ORDER = Order("a (quay:1.3) <lora:mara:1>, [fog]", width=1024, height=1024, seed=7)
MODELS = document({"data": [{"id": "gpt-image-1"}, {"id": "gpt-5"}, {"id": "dall-e-3"}]})
USAGE = {"input_tokens": 50, "output_tokens": 4160, "total_tokens": 4210}


def answered(colour: tuple[int, int, int] = (1, 2, 3), side: int = 64, **more: Any) -> Answer:
    data = [{"b64_json": base64_of(png(colour, side, side))}]
    return document({"created": 1, "data": data, "usage": USAGE, **more})


def painter(url: str, key: str = KEY, model: str = "gpt-image-1", **more: Any) -> OpenAIPainter:
    spec = spec_of("openai", url, model=model, **more)
    return OpenAIPainter(spec, key=lambda: key, patience=HASTE)


async def drawn(*answers: Answer, order: Order = ORDER, **more: Any) -> tuple[Heard, FarSide]:
    async with far_side(MODELS, *answers) as far:
        heard = await paint(painter(far.url, **more), order)
    return heard, far


def parts_of(asked: Asked) -> dict[str, bytes]:
    """A form's parts by their names, as the standard library reads them."""
    head = f"content-type: {asked.headers['content-type']}\r\n\r\n".encode()
    found: dict[str, bytes] = {}
    for part in BytesParser().parsebytes(head + asked.body).walk():
        name, data = (
            part.get_param("name", header="content-disposition"),
            part.get_payload(decode=True),
        )
        if isinstance(name, str) and isinstance(data, bytes):
            found[name] = data
    return found


async def test_a_prompt_goes_out_in_plain_words_with_what_the_model_knows() -> None:
    heard, far = await drawn(answered(side=1024), effort="high")
    assert far.asked[-1].path == "/images/generations"
    assert far.asked[-1].body == {
        "model": "gpt-image-1", "prompt": "a quay, fog", "n": 1, "size": "1024x1024",
        "quality": "high", "output_format": "png",
    }  # fmt: skip
    assert far.asked[-1].headers["authorization"] == f"Bearer {KEY}"
    assert heard.drawn.raster.rgb[:3] == bytes((1, 2, 3))
    assert heard.drawn.usage == Usage(read=50, written=4160)
    assert heard.notes == []


async def test_what_it_does_not_go_by_is_not_told_of_its_pictures() -> None:
    heard, _far = await drawn(answered(side=1024, quality="high"))
    facts = heard.drawn.facts
    assert (facts["model"], facts["quality"]) == ("gpt-image-1", "high")
    told = infotext.write(replace(ORDER, negative="people"), facts, facts["model"])
    assert "Seed" not in told
    assert "Sampler" not in told
    assert "people" not in told
    assert infotext.read(told).model == "gpt-image-1"


async def test_other_models_are_asked_in_their_own_way() -> None:
    _heard, far = await drawn(answered(), model="dall-e-3")
    assert far.asked[-1].body["response_format"] == "b64_json"
    assert "output_format" not in far.asked[-1].body


@pytest.mark.parametrize(
    ("model", "wanted", "size"),
    [
        ("gpt-image-1", (768, 512), (1536, 1024)),
        ("gpt-image-1-mini", (512, 768), (1024, 1536)),
        ("gpt-image-1", (640, 600), (1024, 1024)),
        ("dall-e-3", (1920, 1080), (1792, 1024)),
        ("dall-e-2", (512, 512), (512, 512)),
        ("own-model", (640, 384), (640, 384)),
    ],
)
def test_the_nearest_of_a_models_sizes_is_asked_for(
    model: str, wanted: api.Size, size: api.Size
) -> None:
    assert api.size_for(model, *wanted) == size


async def test_a_parameter_that_is_refused_is_left_out_once_and_said() -> None:
    refusal = {"error": {"message": "Unknown parameter: 'quality'.", "param": "quality"}}
    async with far_side(MODELS, document(refusal, 400), answered(side=1024)) as far:
        one = painter(far.url, effort="high")
        async for _said in one.paint(ORDER, asyncio.Event()):
            pass
        heard = await paint(one, ORDER)
    bodies = [each.body for each in far.asked if each.body]
    assert ["quality" in body for body in bodies] == [True, False, False]
    assert heard.notes == []


async def test_a_picture_is_redrawn_from_its_pixels_alone() -> None:
    before = Image.new("RGB", (96, 64), (200, 0, 0))
    out = io.BytesIO()
    before.save(out, "JPEG", comment=b"the author's own words")
    order = replace(ORDER, width=96, height=64, redraw=Redraw(out.getvalue()))
    heard, far = await drawn(answered(), order=order)
    assert far.asked[-1].path == "/images/edits"
    parts = parts_of(far.asked[-1])
    assert parts["prompt"] == b"a quay, fog"
    assert parts["size"] == b"1536x1024"
    assert b"own words" not in far.asked[-1].body
    assert "mask" not in parts
    with Image.open(io.BytesIO(parts["image"])) as image:
        assert (image.format, image.size) == ("PNG", (96, 64))
    assert heard.drawn.raster.width == 64


async def test_only_a_part_is_redrawn_and_outside_it_not_a_byte_changes() -> None:
    redraw = Redraw(png((200, 0, 0), 96, 96), region=(32, 32, 64, 64), padding=8, blur=0)
    order = replace(ORDER, width=96, height=96, redraw=redraw)
    heard, far = await drawn(answered(side=1024), order=order)
    parts = parts_of(far.asked[-1])
    with (
        Image.open(io.BytesIO(parts["mask"])) as mask,
        Image.open(io.BytesIO(parts["image"])) as image,
    ):
        assert mask.mode == "RGBA"
        assert mask.size == image.size == (1024, 1024)
        alpha = mask.getchannel("A")
        assert (alpha.getpixel((512, 512)), alpha.getpixel((4, 4))) == (0, 255)
    picture = Image.frombytes("RGB", (96, 96), heard.drawn.raster.rgb)
    assert picture.getpixel((31, 40)) == (200, 0, 0)
    assert picture.getpixel((64, 40)) == (200, 0, 0)
    assert picture.getpixel((40, 40)) == (1, 2, 3)


async def test_a_key_that_may_only_draw_is_enough() -> None:
    async with far_side(document({"error": {"message": "No."}}, 403), answered(side=1024)) as far:
        heard = await paint(painter(far.url))
    assert heard.error is None
    assert heard.drawn.seed == 7


async def test_a_stop_closes_the_connection_at_once() -> None:
    stop = asyncio.Event()
    async with far_side(MODELS, Answer(ends="never")) as far:
        asking = asyncio.create_task(paint(painter(far.url), ORDER, stop))
        while len(far.asked) < 2:
            await far.began.wait()
            await asyncio.sleep(0)
        stop.set()
        await asyncio.wait_for(far.gone.wait(), 5)
        heard = await asyncio.wait_for(asking, 5)
    assert heard.error is None
    assert not any(hasattr(each, "raster") for each in heard.said)


def test_models_that_draw_are_told_apart() -> None:
    assert api.model_names(json.loads(MODELS.pieces[0])) == ("dall-e-3", "gpt-image-1")
    assert api.model_names({"data": [{"id": "own"}, {"id": 3}, "x"]}) == ("own",)
    assert api.model_names([]) == ()


def test_what_a_picture_may_cost_is_rather_too_much() -> None:
    assert api.expected(ORDER, "low").written == 272
    assert api.expected(replace(ORDER, width=1536), "").written == 6240


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("a (quay:1.3), [fog] BREAK (old) boat", "a quay, fog, old boat"),
        ("[day:night:0.5] harbour", "day harbour"),
        ("a, <lora:x:1>, b", "a, b"),
        ("[a|b] cat, \\(x\\)", "a cat, (x)"),
        ("", ""),
    ],
)
def test_a_prompt_in_plain_words_has_no_grammar(prompt: str, told: str) -> None:
    assert plain(prompt, 20) == told
