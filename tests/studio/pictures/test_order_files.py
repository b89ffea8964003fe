"""Orders as JSON: they come back as they went, and a stranger's are refused."""

import base64
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyforge.domain.picture.adapters import Embedding, Hypernetwork, LoraUse, Reference
from storyforge.domain.picture.orders import Order, Redraw, Variation
from storyforge.domain.picture.passes import Faces, Hires, Larger, Person
from storyforge.domain.picture.staging import Control, Staging
from storyforge.errors import BadInput
from storyforge.store.picture_sources import digest_of
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


def of(order: Order) -> order_files.Sources:
    """The bytes that `order` is made from, as a story has them."""
    return order_files.sources_of(order).__getitem__


def test_an_order_comes_back_as_it_went_with_the_bytes_beside_it() -> None:
    told = order_files.Ticket(FULL, "ink", "A lighthouse.")
    text = order_files.write(told)

    assert order_files.read(text, of(FULL)) == told
    assert set(order_files.sources_of(FULL).values()) == {b"\x89PNG", b"mask", b"\xff\xd8", b"\x00"}
    assert "iVBORw" not in text, "no picture is in it"
    seen = order_files.outline(text)
    assert seen.order.redraw == Redraw(b"", 0.4, b"", (8, 16, 64, 72), only_masked=False)
    assert (seen.painter, seen.order.controls[0].image) == ("ink", b"")


def test_the_same_picture_is_read_once() -> None:
    asked = []

    def sources(digest: str) -> bytes:
        asked.append(digest)
        return of(FULL)(digest)

    order_files.read(order_files.write(order_files.Ticket(FULL, "ink")), sources)
    assert len(asked) == len(set(asked)) == 4


def test_a_picture_remembers_its_order_with_all_that_it_was_made_from() -> None:
    settings = order_files.settings_of(order_files.Ticket(FULL, "ink"), {"torch": "2.13"})

    assert settings["torch"] == "2.13"
    assert settings[order_files.PAINTER] == "ink"
    assert order_files.order_of(settings, of(FULL)) == FULL


def test_the_same_order_with_another_seed_names_the_same_pictures() -> None:
    text = order_files.with_seed(order_files.write(order_files.Ticket(FULL, "ink", "Alt.")), 5)

    assert order_files.read(text, of(FULL)) == order_files.Ticket(
        replace(FULL, seed=5), "ink", "Alt."
    )


def test_what_is_gone_is_said() -> None:
    def gone(_digest: str) -> bytes:
        raise BadInput("It is gone.")

    with pytest.raises(BadInput, match="gone"):
        order_files.read(order_files.write(order_files.Ticket(FULL, "ink")), gone)


def test_orders_of_version_6_are_read() -> None:
    image = b"\x89PNG"
    told = {"prompt": "sea", "redraw": {"image": base64.b64encode(image).decode(), "mask": None}}
    waiting = json.dumps({"painter": "ink", "order": told})
    assert order_files.read(waiting, of(Order(""))).order.redraw == Redraw(image)

    remembered = {"prompt": "sea", "redraw": {"image": "", "source": digest_of(image)}}
    settings = {order_files.ORDER: json.dumps(remembered)}
    order = Order("sea", redraw=Redraw(image))
    assert order_files.order_of(settings, of(order)) == order


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
        {"prompt": "sea", "redraw": {"image": "sha256:\u00e9"}},
        {"prompt": "sea", "redraw": {"image": "AAAA", "region": [1, 2]}},
        {"prompt": "sea", "variation": {"strength": 1}},
        {"prompt": "sea", "guidance": "much"},
        {"prompt": "sea", "guidance": "7"},
        {"prompt": "sea", "guidance": math.nan},
        {"prompt": "sea", "guidance": math.inf},
        {"prompt": "sea", "guidance": 10**400},
        {"prompt": "sea", "seed": 10**30},
        {"prompt": "sea", "steps": 0},
        {"prompt": "sea", "hires": {"scale": 1e308}},
        {"prompt": "sea", "larger": {"scale": 1e308}},
        {"prompt": "sea", "width": 1_000_000_000},
        {"prompt": "sea", "height": -8},
        {"prompt": "sea", "freeu": "yes"},
        {"prompt": "sea", "controls": [{"kind": "smell", "model": "x", "image": "AAAA"}]},
        {"prompt": "sea", "hires": {"scale": "2"}},
        {"prompt": "sea", "larger": {"scale": 1e9}},
        {"prompt": "sea", "people": [{"who": "mira"}]},
        {"prompt": "sea", "loras": [{"name": "ink", "path": "x"}] * 300},
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
        order_files.outline(json.dumps({"painter": "ink", "order": order}))


@given(st.text() | st.from_type(dict).map(str))
def test_no_text_breaks_the_reading(text: str) -> None:
    with pytest.raises(BadInput):
        order_files.outline(text)


def test_what_a_later_version_adds_is_passed_over() -> None:
    told = json.loads(order_files.write(order_files.Ticket(Order("sea", seed=3), "ink")))
    told["order"]["upscaled"] = {"by": 2}

    assert order_files.outline(json.dumps(told)).order == Order("sea", seed=3)
