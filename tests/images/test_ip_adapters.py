"""What IP-Adapters and image encoders say of themselves, and what does not go together."""

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.images import image_encoders, ip_adapters
from storyforge.images.ip_adapters import Kind
from storyforge.images.wrong import Wrong, WrongFile
from tests.images import weights

Shapes = dict[str, tuple[int, ...]]
# ViT-H and ViT-bigG of LAION, by their widths and what they give.
H, BIG_G, OPENAI = (1280, 1024), (1664, 1280), (1024, 768)


def plain(width: int = 768, sees: int = 1024) -> Shapes:
    return {"image_proj.proj.weight": (4 * width, sees), **speaking(width)}


def plus(width: int = 768, sees: int = 1280) -> Shapes:
    shapes = {"image_proj.latents": (1, 16, 64), "image_proj.proj_in.weight": (64, sees)}
    return {**shapes, **speaking(width)}


def full_face(width: int = 768, sees: int = 1280) -> Shapes:
    shapes = {"image_proj.proj.0.weight": (sees, sees), "image_proj.proj.3.weight": (width,)}
    return {**shapes, **speaking(width)}


def speaking(width: int) -> Shapes:
    return {
        f"ip_adapter.{number}.to_{side}_ip.weight": (inner, width)
        for number, inner in ((1, 320), (11, 8), (3, 640))
        for side in "kv"
    }


def encoder(folder: Path, width: int, gives: int) -> Path:
    shapes = _seeing(width, gives)
    weights.write(folder / "model.safetensors", shapes)
    config = {"hidden_size": width, "projection_dim": gives}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return folder


def _seeing(width: int, gives: int) -> Shapes:
    inner = "vision_model.encoder.layers"
    return {
        "vision_model.embeddings.class_embedding": (width,),
        "vision_model.embeddings.patch_embedding.weight": (width, 3, 14, 14),
        "vision_model.embeddings.position_embedding.weight": (257, width),
        f"{inner}.0.mlp.fc1.weight": (2, width),
        f"{inner}.1.mlp.fc1.weight": (2, width),
        "visual_projection.weight": (gives, width),
    }


def refused(call: Any, *asked: Any, **more: Any) -> WrongFile:
    with pytest.raises(WrongFile) as caught:
        call(*asked, **more)
    error = caught.value
    assert error.title
    assert error.hint
    return error


@pytest.mark.parametrize(
    ("shapes", "kind", "words", "sees"),
    [
        (plain(), Kind.PLAIN, 4, 1024),
        (plus(), Kind.PLUS, 16, 1280),
        (full_face(), Kind.FULL_FACE, 257, 1280),
    ],
)
def test_an_adapter_says_how_it_sees(
    tmp_path: Path, shapes: Shapes, kind: Kind, words: int, sees: int
) -> None:
    found = ip_adapters.look(weights.write(tmp_path / "ip.safetensors", shapes))
    assert (found.kind, found.words, found.sees) == (kind, words, sees)
    assert found.layers == (320, 640, 8)
    assert found.family is Family.SD1


@pytest.mark.parametrize(
    ("shapes", "wrong"),
    [
        (weights.lora(768), Wrong.NO_ADAPTER),
        (speaking(768), Wrong.NO_ADAPTER),
        ({**speaking(768), "image_proj.proj.weight": (7, 1024)}, Wrong.NOT_WHOLE),
        ({**speaking(768), "image_proj.proj.weight": (3072,)}, Wrong.NOT_WHOLE),
        ({**speaking(768), "image_proj.odd": (2,)}, Wrong.NOT_WHOLE),
        ({**plain(), "ip_adapter.3.to_v_ip.weight": (640, 767)}, Wrong.NOT_WHOLE),
        ({**plain(), "ip_adapter.3.to_v_ip.weight": ()}, Wrong.NOT_WHOLE),
        ({**plain(), "ip_adapter.5.to_k_ip.weight": (640, 768)}, Wrong.NOT_WHOLE),
        (
            {
                **speaking(768),
                "image_proj.proj.0.weight": (1024, 512),
                "image_proj.proj.2.weight": (3072, 1024),
                "image_proj.norm.weight": (768,),
            },
            Wrong.ADAPTER_KIND,
        ),
        (
            {**plus(), "image_proj.perceiver_resampler.proj_in.weight": (64, 1280)},
            Wrong.ADAPTER_KIND,
        ),
        ({**plain(), "ip_adapter.1.to_k_lora.down.weight": (8, 8)}, Wrong.ADAPTER_KIND),
    ],
)
def test_what_is_none_or_of_another_kind_is_named(
    tmp_path: Path, shapes: Shapes, wrong: Wrong
) -> None:
    with pytest.raises(WrongFile) as caught:
        ip_adapters.look(weights.write(tmp_path / "ip.safetensors", shapes))
    assert caught.value.wrong is wrong


def test_names_that_are_no_layers_count_for_nothing(tmp_path: Path) -> None:
    odd = {f"ip_adapter.{name}.to_k_ip.weight": (8, 9) for name in ("x", "-1", "07", "\u0663")}
    facts = ip_adapters.look(weights.write(tmp_path / "ip.safetensors", {**plain(), **odd}))
    assert (facts.places, facts.layers) == ((1, 3, 11), (320, 640, 8))


@pytest.mark.parametrize("name", ["ip.bin", "ip-adapter_sd15.pth"])
def test_a_pickled_one_says_the_same_whose_halves_are_tables(tmp_path: Path, name: str) -> None:
    import torch

    halves: dict[str, dict[str, Any]] = {"image_proj": {}, "ip_adapter": {}}
    for key, shape in plain().items():
        half, _point, rest = key.partition(".")
        halves[half][rest] = torch.zeros(shape, dtype=torch.float16)
    torch.save(halves, tmp_path / name)
    found = ip_adapters.look(tmp_path / name)
    same = ip_adapters.look(weights.write(tmp_path / "ip.safetensors", plain()))
    assert replace(found, path=same.path) == same
    assert ip_adapters.is_pickled_twin(tmp_path / name) is (name == "ip.bin")


def test_a_pickle_that_would_run_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ip.bin").write_bytes(pickle.dumps({"image_proj": print, "ip_adapter": {}}))
    with pytest.raises(WrongFile, match=r"it would run builtins\.print") as caught:
        ip_adapters.look(tmp_path / "ip.bin")
    assert caught.value.wrong is Wrong.FORBIDDEN_PICKLE


def test_one_for_another_family_is_named(tmp_path: Path) -> None:
    path = weights.write(tmp_path / "ip.safetensors", plain(2048))
    error = refused(ip_adapters.sight, path, None, Family.SD1)
    assert (error.wrong, error.more) == (Wrong.ADAPTER_OTHER_BASE, "SDXL")


def test_one_without_its_image_encoder_is_named(tmp_path: Path) -> None:
    path = weights.write(tmp_path / "models" / "ip.safetensors", plain())
    other = encoder(tmp_path / "models" / "image_encoder", *BIG_G)
    assert refused(ip_adapters.sight, path).wrong is Wrong.NO_ENCODER_THERE
    assert refused(ip_adapters.sight, path, other).wrong is Wrong.ENCODER_UNFIT


@pytest.mark.parametrize(
    "place", ["models/image_encoder", "image_encoder", "sdxl_models/image_encoder", "clip_vision/h"]
)
def test_its_image_encoder_is_found_where_makers_and_comfyui_have_it(
    tmp_path: Path, place: str
) -> None:
    path = weights.write(tmp_path / "models" / "ip.safetensors", plain())
    encoder(tmp_path / "models" / "clip_vision" / "a", *BIG_G)
    there = encoder(tmp_path / place, *H)
    assert ip_adapters.sight(path).encoder.path == there


def test_one_of_the_authors_folders_does_where_none_lies_beside_it(tmp_path: Path) -> None:
    path = weights.write(tmp_path / "a" / "b" / "ip.safetensors", plus())
    known = [encoder(tmp_path / "x", *BIG_G), tmp_path / "torn", encoder(tmp_path / "y", *H)]
    weights.write(tmp_path / "torn", {"odd": (2,)})
    assert ip_adapters.sight(path, known=known).encoder.path == known[2]


def test_a_single_file_is_read_by_its_sizes(tmp_path: Path) -> None:
    path = weights.write(tmp_path / "h.safetensors", _seeing(*H))
    found = image_encoders.look(path)
    assert (found.width, found.gives, found.files) == (*H, (path,))
    assert found.config["num_attention_heads"] == 16
    assert found.config["image_size"] == 224
    assert found.config["num_hidden_layers"] == 2
    assert found.config["hidden_act"] == "gelu"
    openai = image_encoders.look(weights.write(tmp_path / "l.safetensors", _seeing(*OPENAI)))
    assert openai.config["hidden_act"] == "quick_gelu"


@pytest.mark.parametrize(
    "shapes",
    [{}, weights.lora(768), _seeing(999, 8), {**_seeing(*H), "visual_projection.weight": ()}],
)
def test_what_is_no_image_encoder_is_named(tmp_path: Path, shapes: Shapes) -> None:
    path = weights.write(tmp_path / "odd.safetensors", shapes)
    assert refused(image_encoders.look, path).wrong is Wrong.NO_IMAGE_ENCODER


def test_a_folder_that_says_nothing_is_named(tmp_path: Path) -> None:
    folder = encoder(tmp_path / "odd", *H)
    (folder / "config.json").write_text('{"hidden_size": "wide"}', "utf-8")
    assert refused(image_encoders.look, folder).wrong is Wrong.NO_IMAGE_ENCODER
    (folder / "config.json").write_text("[]", "utf-8")
    with pytest.raises(WrongFile) as caught:
        image_encoders.look(folder)
    assert caught.value.wrong is Wrong.NOT_WHOLE
    assert refused(image_encoders.look, tmp_path).wrong is Wrong.NO_IMAGE_ENCODER
