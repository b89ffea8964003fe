"""The text in a picture's file: A1111's order and quoting, there and back again."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sd_parsers import ParserManager

from storyforge.domain.picture.adapters import LoraUse
from storyforge.domain.picture.orders import Order, Raster, Redraw, Variation
from storyforge.domain.picture.passes import Faces, Hires, Larger
from storyforge.domain.picture.staging import Control, Staging
from storyforge.domain.text import clean
from storyforge.images import infotext, png

RASTER = Raster(8, 8, bytes(range(192)))
FACTS = {"model hash": "6ce0161689", "lora hashes": '{"ink": "0123456789ab"}'}


def test_the_pairs_stand_in_a1111s_order() -> None:
    order = Order(
        "a lighthouse, <lora:ink:0.8>",
        "blurry",
        width=512,
        height=768,
        seed=4294967295,
        schedule="Karras",
        sampler="DPM++ 2M",
        clip_skip=2,
        guidance=7.5,
        variation=Variation(7, 0.25),
        redraw=Redraw(b"x", strength=0.4, region=(0, 0, 8, 8)),
        loras=(LoraUse("ink", Path("/home/ana/ink.safetensors"), 0.8),),
    )
    told = infotext.write(order, FACTS, "/models/sd/v1-5.safetensors")
    assert told.partition(", Version")[0] == (
        "a lighthouse, <lora:ink:0.8>\nNegative prompt: blurry\n"
        "Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, Seed: 4294967295, "
        "Size: 512x768, Model hash: 6ce0161689, Model: v1-5, Variation seed: 7, "
        "Variation seed strength: 0.25, Denoising strength: 0.4, Clip skip: 2, RNG: CPU, "
        'Mask blur: 4, Inpaint area: Only masked, Masked area padding: 32, Lora hashes: "ink: '
        '0123456789ab"'
    )
    read = infotext.read(told)
    assert (read.prompt, read.negative) == (order.prompt, order.negative)
    assert (read.steps, read.sampler, read.schedule) == (20, "DPM++ 2M", "Karras")
    assert (read.guidance, read.seed, read.width, read.height) == (7.5, 4294967295, 512, 768)
    assert (read.clip_skip, read.strength, read.loras) == (2, 0.4, (("ink", 0.8),))
    assert (read.model, read.model_hash) == ("v1-5", "6ce0161689")
    assert read.more["Lora hashes"] == "ink: 0123456789ab"
    assert read.more["Variation seed"] == "7"


def test_what_was_done_to_a_picture_is_told_as_hires_fix_and_sd_upscale_tell_it() -> None:
    def pairs(**wishes: Any) -> dict[str, str]:
        told = infotext.read(infotext.write(Order("a fox", **wishes), {}, ""))
        strength = {} if told.strength is None else {"strength": str(told.strength)}
        names = ("Hires upscale", "Hires steps", "Hires upscaler", "SD upscale overlap")
        return {**strength, **{name: told.more[name] for name in names if name in told.more}}

    kept = Redraw(b"x", strength=0.0)
    assert pairs(hires=Hires(1.5, steps=9)) == {
        "strength": "0.7", "Hires upscale": "1.5", "Hires steps": "9", "Hires upscaler": "Lanczos",
    }  # fmt: skip
    assert pairs(larger=Larger(2.0)) == {"SD upscale overlap": "64"}
    assert pairs(redraw=kept, faces=Faces(), larger=Larger(2.0, 32)) == {
        "strength": "0.3", "SD upscale overlap": "32",
    }  # fmt: skip
    assert pairs(redraw=kept, faces=Faces()) == {"strength": "0.4"}


def test_stagings_are_told_as_the_controlnet_extension_tells_them() -> None:
    controls = (
        Control(Staging.POSE, Path(r"C:\Users\ana\pose.pth"), b"", weight=0.7, end=0.5),
        Control(Staging.EDGES, Path("/home/ana/canny.safetensors"), b"", ready=True),
    )
    facts = {"control hashes": '{"canny": "0123456789"}'}
    read = infotext.read(infotext.write(Order("sea", controls=controls), facts, "v1-5"))
    assert read.more["ControlNet 0"] == (
        "Module: openpose, Model: pose, Weight: 0.7, Resize Mode: Crop and Resize, "
        "Guidance Start: 0, Guidance End: 0.5, Control Mode: Balanced"
    )
    assert read.more["ControlNet 1"].startswith("Module: none, Model: canny [0123456789], ")


def test_hypernetworks_are_told_and_those_of_older_settings_come_into_the_prompt() -> None:
    facts = {"hypernetwork hashes": '{"ink": "0123456789ab"}'}
    told = infotext.write(Order("sea <hypernet:ink:0.8>"), facts, "v1-5")
    assert 'Hypernet hashes: "ink: 0123456789ab"' in told
    assert infotext.read(told).prompt == "sea <hypernet:ink:0.8>"
    older = "sea\nSteps: 20, Sampler: Euler, CFG scale: 7, Hypernet: ink(0a1b2c3d)"
    assert infotext.read(older).prompt == "sea <hypernet:ink:1>"
    weaker = infotext.read(f"{older}, Hypernet strength: 0.6")
    assert weaker.prompt == "sea <hypernet:ink:0.6>"
    assert not {"Hypernet", "Hypernet strength"} & weaker.more.keys()


@pytest.mark.parametrize("prompt", ["a lighthouse, (fog:1.2)", "灯台、夜\n霧が出た。"])
def test_sd_parsers_reads_it_back(prompt: str) -> None:
    order = Order(prompt, "blurry, 下手", seed=7)
    told = infotext.write(order, FACTS, "v1-5.ckpt")
    data = png.with_texts(png.encoded(RASTER), {infotext.KEYWORD: told})
    found = ParserManager().parse(io.BytesIO(data))
    assert found is not None
    assert (found.full_prompt, found.full_negative_prompt) == (prompt, "blurry, 下手")
    (sampler,) = found.samplers
    assert sampler.name == "Euler a"
    assert (sampler.parameters["seed"], sampler.parameters["steps"]) == ("7", "20")
    assert sampler.model is not None
    assert (sampler.model.name, sampler.model.hash) == ("v1-5", "6ce0161689")
    with Image.open(io.BytesIO(data)) as image:
        assert image.tobytes() == RASTER.rgb


words = st.text(st.characters(codec="utf-8"), max_size=60)


def as_kept(text: str) -> str:
    """What the format can say of a prompt: A1111 strips its lines."""
    lines = [line.strip() for line in clean(text).split("\n")]
    return "\n".join(lines).strip("\n")


@given(words, words)
def test_any_prompt_comes_back(prompt: str, negative: str) -> None:
    if "Negative prompt:" in prompt + negative:
        return
    read = infotext.read(infotext.write(Order(prompt, negative), FACTS, "v1"))
    assert (read.prompt, read.negative) == (as_kept(prompt), as_kept(negative))
    assert (read.steps, read.seed) == (20, 0)


@given(words)
def test_any_value_comes_back(value: str) -> None:
    told = infotext.read(f"p\nSteps: 1, Seed: 2, Note: {infotext.quoted(clean(value))}, Size: 8x8")
    if value.strip() and not value.startswith('"'):
        assert told.more["Note"].strip() == clean(value).strip()
    assert (told.width, told.height) == (8, 8)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    infotext.read(text)


def test_what_tells_no_settings_is_a_prompt() -> None:
    read = infotext.read("a lighthouse: white, tall\nat night")
    assert (read.prompt, read.steps, read.source) == (
        "a lighthouse: white, tall\nat night",
        None,
        "",
    )


def test_an_endless_line_takes_no_time() -> None:
    read = infotext.read("p\n" + "a" * 1_000_000)
    assert len(read.prompt) == 1_000_002
    assert infotext.read("p\n" + "a" * 60_000).prompt.startswith("p\na")


def test_an_old_text_of_a1111_is_read() -> None:
    read = infotext.read(
        "masterpiece, 1girl\nNegative prompt: lowres\nSteps: 28, Sampler: DPM++ 2M Karras, "
        "CFG scale: 11, Seed: 1, Size: 512x512, Model hash: e1441589a6, "
        'Hires prompt: "a, b: \\"c\\"", ENSD: 31337'
    )
    assert (read.sampler, read.guidance) == ("DPM++ 2M Karras", 11.0)
    assert read.more == {"Hires prompt": 'a, b: "c"', "ENSD": "31337"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/ana/v1-5.safetensors", "v1-5"),
        ("C:\\Users\\ana\\v1-5.ckpt", "v1-5"),
        ("v1.5-pruned", "v1.5-pruned"),
        ("\\\\server\\share\\x.pt", "x"),
    ],
)
def test_a_path_is_told_by_its_name(path: str, name: str) -> None:
    assert infotext.name_of(path) == name


def test_no_numbers_beyond_reason_are_read() -> None:
    read = infotext.read(
        "p\nSteps: 1e999, Seed: " + "9" * 5000 + ", CFG scale: nan, Size: 8x8, a1: b"
    )
    assert (read.steps, read.seed, read.guidance) == (None, None, None)
    assert json.dumps(read.more["a1"]) == '"b"'
