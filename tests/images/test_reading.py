"""Pictures of all programs, and files that were made to do harm."""

import io
import json
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from storyforge.domain.picture.orders import Order, Raster
from storyforge.domain.picture.pictures import Picture
from storyforge.errors import BadInput
from storyforge.images import infotext, own_facts, png, reading

RASTER = Raster(8, 8, bytes(range(192)))
TEXT = (
    "a lighthouse, 灯台\nNegative prompt: blurry\n"
    "Steps: 9, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 8x8"
)
ORDER = Order("a lighthouse, <lora:ink:0.8>\n灯台 Negative prompt: no", "blurry,\n\n x", seed=2**60)
SECRETS = ("/home/ana", "C:\\Users\\ana", "ana.local")


def ours() -> Picture:
    """A picture with everything in it that must not leave this machine."""
    order = {
        "prompt": ORDER.prompt,
        "clip_skip": 2,
        "loras": [{"name": "ink", "path": "/home/ana/ink.safetensors", "weight": 0.8}],
        "embeddings": [{"name": "x", "path": "C:\\Users\\ana\\x.pt"}],
        "people": [{"who": "m1", "name": "only the author", "prompt": "a woman"}],
    }
    return Picture(
        "p1",
        "s1",
        datetime(2026, 11, 28, tzinfo=UTC),
        8,
        8,
        2**60,
        painter="/home/ana/models/v1-5.safetensors",
        place="ana.local",
        prompt=ORDER.prompt,
        negative=ORDER.negative,
        alt="A lighthouse.",
        plan_hash="beef",
        parts='[{"source": "what only the author reads"}]',
        settings={
            "order": json.dumps(order),
            "lora hashes": '{"ink": "0123456789ab"}',
            "VAE": "/home/ana/x.vae.pt",
            "threads": "2",
        },
    )


def test_our_own_picture_tells_all_but_what_is_the_authors() -> None:
    picture = ours()
    data = own_facts.png_of(RASTER, ORDER, picture, "story-1")
    texts = png.texts_of(data)
    for secret in (*SECRETS, "only the author"):
        assert all(secret not in told.replace("\\\\", "\\") for told in texts.values()), secret
        assert secret.encode() not in data
    found = own_facts.read(texts[own_facts.KEYWORD], data)
    assert found is not None
    read, story = found
    assert story == "story-1"
    told = json.loads(read.settings["order"])
    assert [one["path"] for one in told["loras"] + told["embeddings"]] == [
        "ink.safetensors",
        "x.pt",
    ]
    assert told["prompt"] == ORDER.prompt
    assert (read.settings["VAE"], read.settings["threads"]) == ("x.vae.pt", "2")
    expected = replace(picture, settings=read.settings, place="", parts="[]", painter="v1-5")
    assert read == expected
    seen = reading.read(data)
    assert seen is not None
    assert (seen.prompt, seen.negative, seen.seed) == (ORDER.prompt, ORDER.negative, 2**60)
    assert (seen.source, seen.clip_skip, seen.model) == ("storyforge", 2, "v1-5")
    named = replace(picture, painter="my ink", settings={**picture.settings, "model": "v1-5"})
    seen = reading.read(own_facts.png_of(RASTER, ORDER, named, "story-1"))
    assert seen is not None
    assert seen.model == "v1-5"


def test_jpeg_and_webp_of_a1111_are_read(tmp_path: Path) -> None:
    comment = b"UNICODE\0" + TEXT.encode("utf-16-be")
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = comment
    with Image.frombytes("RGB", (8, 8), RASTER.rgb) as image:
        for name in ("x.jpg", "x.webp"):
            image.save(tmp_path / name, exif=exif)
            read = reading.read_file(tmp_path / name)
            assert (read.prompt, read.seed, read.source) == (
                "a lighthouse, 灯台",
                5,
                "AUTOMATIC1111",
            )


COMFY = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            **{"seed": 5, "steps": 9, "cfg": 7, "sampler_name": "euler", "scheduler": "normal"},
            **{"denoise": 1, "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0]},
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "v1-5.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 8, "height": 8, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a lighthouse", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
}


LINKS = [
    *([1, 4, 0, 3, 0, "MODEL"], [2, 6, 0, 3, 1, "CONDITIONING"], [3, 7, 0, 3, 2, "CONDITIONING"]),
    *([4, 5, 0, 3, 3, "LATENT"], [5, 4, 1, 6, 0, "CLIP"], [6, 4, 1, 7, 0, "CLIP"]),
]


def test_comfyuis_graph_is_read() -> None:
    texts = {"prompt": json.dumps(COMFY), "workflow": json.dumps({"links": LINKS})}
    read = reading.read(png.with_texts(png.encoded(RASTER), texts))
    assert read is not None
    assert (read.prompt, read.negative, read.source) == ("a lighthouse", "blurry", "ComfyUI")
    assert (read.seed, read.steps, read.guidance, read.sampler) == (5, 9, 7.0, "euler")
    assert "v1-5" in read.model


def test_novelais_comment_is_read() -> None:
    told = {"steps": 28, "sampler": "k_euler", "seed": 5, "scale": 7.0, "uc": "blurry"}
    texts = {"Title": "AI generated image", "Description": "a lighthouse"}
    texts |= {
        "Software": "NovelAI",
        "Source": "Stable Diffusion 81274D13",
        "Comment": json.dumps(told),
    }
    read = reading.read(png.with_texts(png.encoded(RASTER), texts))
    assert read is not None
    assert (read.prompt, read.negative, read.seed) == ("a lighthouse", "blurry", 5)
    assert (read.source, read.guidance) == ("NovelAI", 7.0)


def packed(kind: bytes, text: bytes) -> bytes:
    """A PNG with a packed text in it."""
    zipped = zlib.compress(text)
    body = b"parameters\0" + (b"\0" + zipped if kind == b"zTXt" else b"\1\0\0\0" + zipped)
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    data = png.encoded(RASTER)
    return data[:33] + chunk + data[33:]


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_a_packed_text_is_read_and_a_bomb_is_not(kind: bytes) -> None:
    text = TEXT.replace("灯台", "e").encode()
    read = reading.read(packed(kind, text))
    assert read is not None
    assert read.prompt == "a lighthouse, e"
    bomb = packed(kind, b" " * (1 << 28))
    assert len(bomb) < 1 << 20
    assert png.texts_of(bomb) == {}
    with pytest.raises(BadInput):
        reading.read(bomb)


def gigantic() -> bytes:
    data = png.encoded(RASTER)
    head = struct.pack(">II", 1 << 20, 1 << 20) + data[24:29]
    return data[:16] + head + struct.pack(">I", zlib.crc32(b"IHDR" + head)) + data[33:]


HOSTILE = {
    "nothing": b"",
    "text": b"Steps: 20, Sampler: Euler a, Seed: 1",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "html": b"<!doctype html><img src=x onerror=alert(1)>",
    "cut": png.encoded(RASTER)[:20],
    "gigantic": gigantic(),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_picture_is_refused_in_one_sentence(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "x.png"
    file.write_bytes(data)
    with pytest.raises(BadInput) as caught:
        reading.read_file(file)
    assert caught.value.message.count(".") == 1
    assert caught.value.hint


@pytest.mark.parametrize(
    "texts",
    [
        {"prompt": "[" * 100_000},
        {"prompt": json.dumps({"3": {"class_type": "KSampler", "inputs": {"model": ["3", 0]}}})},
        {"parameters": "a Negative prompt: b Negative prompt: c"},
        {"parameters": '{"Version": "Fooocus"}'},
        {"Software": "NovelAI", "Comment": "[]", "Description": "x", "Source": "x"},
        {"sd-metadata": '{"image": []}'},
        {"invokeai_metadata": "[1]"},
        {"storyforge": "{}", "parameters": "x"},
        {"storyforge": '{"storyforge": 1, "settings": [], "seed": "x", "id": 7}'},
    ],
)
def test_a_text_that_makes_no_sense_breaks_nothing(texts: dict[str, str]) -> None:
    reading.read(png.with_texts(png.encoded(RASTER), texts))


def test_a_picture_that_says_nothing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "plain.png"
    file.write_bytes(png.encoded(RASTER))
    with pytest.raises(BadInput, match=r"plain\.png.* does not say"):
        reading.read_file(file)
    with pytest.raises(BadInput, match="no such file"):
        reading.read_file(tmp_path / "gone.png")
    with pytest.raises(BadInput, match="no such file"):
        reading.read_file(tmp_path)


def test_texts_are_replaced_and_no_pixel_is_touched() -> None:
    plain = png.encoded(RASTER)
    first = png.with_texts(plain, {"parameters": "a", "storyforge": "灯"})
    second = png.with_texts(first, {"parameters": "b"})
    assert png.texts_of(second) == {"parameters": "b", "storyforge": "灯"}
    kinds = [kind for kind, _body in png.chunks(second)]
    assert kinds[0] == b"IHDR"
    assert [c for c in png.chunks(second) if c[0] == b"IDAT"] == [
        c for c in png.chunks(plain) if c[0] == b"IDAT"
    ]
    with Image.open(io.BytesIO(second)) as image:
        assert image.info[infotext.KEYWORD] == "b"
        image.load()
