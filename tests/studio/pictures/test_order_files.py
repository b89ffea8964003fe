"""Orders as JSON: they come back as they went, and a stranger's are refused."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.picture.adapters import Embedding, Hypernetwork, LoraUse, Reference
from storyforge.domain.picture.orders import Order, Redraw, Variation
from storyforge.domain.picture.passes import Faces, Hires, Larger, Person
from storyforge.domain.picture.staging import Control, Staging
from storyforge.errors import BadInput
from storyforge.studio.pictures import order_files

FULL = Order(
    prompt="a lighthouse, <lora:ink:0.8>",
    negative="blurry",
    width=768,
    height=512,
    steps=30,
    guidance=5.5,
    sampler="DPM++ 2M",
    schedule="Karras",
    seed=4_294_967_295,
    clip_skip=2,
    loras=(LoraUse("ink", Path("/models/ink.safetensors"), 0.8, 0.5),),
    embeddings=(Embedding("bad-hands", Path("/models/bad-hands.pt")),),
    freeu=True,
    redraw=Redraw(b"\x89PNG", 0.4, b"mask", (8, 16, 64, 72), only_masked=False),
    variation=Variation(7, 0.2),
    preview_every=3,
    hypernetworks=(Hypernetwork("ink", Path("/models/ink.pt"), 0.5),),
    references=(Reference(Path("/models/face.safetensors"), b"\xff\xd8", region=(0, 0, 0.5, 1)),),
    controls=(Control(Staging.POSE, Path("/models/pose"), b"\x89PNG", weight=0.8),),
    people=(
        Person(
            "mira",
            "Mira",
            "a woman",
            (0.0, 0.0, 0.5, 1.0),
            loras=(LoraUse("mira", Path("/models/mira.safetensors")),),
            reference=Reference(Path("/models/face.safetensors"), b"\x00"),
            seed=5,
        ),
    ),
    hires=Hires(1.5),
    faces=Faces(),
    larger=Larger(),
    heat=True,
)


def test_an_order_comes_back_as_it_went() -> None:
    told = order_files.ticket(FULL, "ink", "A lighthouse.")

    assert order_files.read(order_files.write(told)) == told


def test_a_picture_remembers_its_order_but_not_the_picture_it_began_from() -> None:
    told = order_files.ticket(FULL, "ink")
    settings = order_files.settings_of(told, {"torch": "2.13"})

    assert settings["torch"] == "2.13"
    assert settings[order_files.PAINTER] == "ink"
    assert json.loads(settings[order_files.ORDER])["redraw"]["image"] == ""
    assert order_files.source_of(settings) == told.source
    assert order_files.order_of(settings, b"\x89PNG") == FULL


def test_a_picture_that_began_from_noise_has_no_source() -> None:
    settings = order_files.settings_of(order_files.ticket(Order("sea", seed=3), ""), {})

    assert order_files.source_of(settings) == ""
    assert order_files.order_of(settings) == Order("sea", seed=3)


@pytest.mark.parametrize(
    "order",
    [
        None,
        {},
        {"prompt": 3},
        {"prompt": "sea", "seed": "7"},
        {"prompt": "sea", "steps": True},
        {"prompt": "sea", "loras": [{"name": "ink"}]},
        {"prompt": "sea", "redraw": {"image": "no base64!"}},
        {"prompt": "sea", "redraw": {"image": ""}},
        {"prompt": "sea", "redraw": {"image": "AAAA", "region": [1, 2]}},
        {"prompt": "sea", "variation": {"strength": 1}},
        {"prompt": "sea", "guidance": "much"},
        {"prompt": "sea", "guidance": "7"},
        {"prompt": "sea", "guidance": math.nan},
        {"prompt": "sea", "guidance": math.inf},
        {"prompt": "sea", "guidance": 10**400},
        {"prompt": "sea", "seed": 10**30},
        {"prompt": "sea", "width": 1_000_000_000},
        {"prompt": "sea", "height": -8},
        {"prompt": "sea", "freeu": "yes"},
        {"prompt": "sea", "controls": [{"kind": "smell", "model": "x", "image": "AAAA"}]},
        {"prompt": "sea", "hires": {"scale": "2"}},
        {"prompt": "sea", "larger": {"scale": 1e9}},
        {"prompt": "sea", "people": [{"who": "mira"}]},
        {"prompt": "sea", "preview_every": "3"},
        {"prompt": "sea", "loras": [{"name": 3, "path": "x"}]},
        {"prompt": "sea", "loras": [{"name": "ink", "path": "x", "weight": math.nan}]},
        {"prompt": "sea", "loras": [{"name": "ink", "path": "x", "text_weight": "1"}]},
        {"prompt": "sea", "embeddings": [{"name": ["ink"], "path": "x"}]},
        {"prompt": "sea", "variation": {"seed": 1, "strength": math.inf}},
        {"prompt": "sea", "variation": {"seed": -1, "strength": 1}},
        {"prompt": "sea", "redraw": {"image": "AAAA", "strength": "all"}},
        {"prompt": "sea", "redraw": {"image": "AAAA", "padding": 1 << 40}},
        {"prompt": "sea", "redraw": {"image": "AAAA", "region": [0, 0, 1 << 40, 8]}},
    ],
)
def test_what_a_stranger_wrote_is_refused_in_one_sentence(order: object) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        order_files.read(json.dumps({"painter": "ink", "order": order}))


@given(st.text() | st.from_type(dict).map(str))
def test_no_text_breaks_the_reading(text: str) -> None:
    with pytest.raises(BadInput):
        order_files.read(text)


def test_what_a_later_version_adds_is_passed_over() -> None:
    told = json.loads(order_files.write(order_files.ticket(Order("sea", seed=3), "ink")))
    told["order"]["upscaled"] = {"by": 2}

    assert order_files.read(json.dumps(told)).order == Order("sea", seed=3)
