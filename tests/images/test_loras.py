"""What a LoRA's file and the files beside it tell."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.errors import BadInput
from storyforge.images import folders, loras
from storyforge.images.folders import Found, FoundFile
from storyforge.images.lora_keys import Kind
from tests.images import weights

_TOLD = {
    "ss_output_name": "ink_heroine_v2",
    "ss_sd_model_name": "animefull.ckpt",
    "ss_base_model_version": "sd_v1",
    "ss_network_dim": "4",
    "ss_tag_frequency": json.dumps(
        {"10_ink": {"ink": 20, "1girl": 18, "hat": 2}, "5_more": {"1girl": 4, "odd": "x"}}
    ),
    "sshs_model_hash": "0123456789abcdef",
    "modelspec.trigger_phrase": "inkheroine, ink style",
    "modelspec.usage_hint": "Weights around 0.7.",
}


def _read(path: Path) -> loras.LoraFile:
    return loras.read(FoundFile(path.stem, path))


def test_head_and_metadata_are_told(tmp_path: Path) -> None:
    told = _read(weights.write(tmp_path / "ink.safetensors", weights.lora(768), _TOLD))
    assert (told.name, told.family, told.kind, told.rank) == ("ink", Family.SD1, Kind.LORA, 4)
    assert told.base == "sd_v1, animefull.ckpt"
    assert told.alias == "ink_heroine_v2"
    assert told.words == ("inkheroine", "ink style")
    assert told.tags == (("1girl", 22), ("ink", 20), ("hat", 2))
    assert told.notes == "Weights around 0.7."
    assert told.hash == "0123456789ab"
    assert not told.problem


def test_what_lies_beside_goes_before_what_is_within(tmp_path: Path) -> None:
    path = weights.write(tmp_path / "v1.5 ink.safetensors", weights.lora(768), _TOLD)
    (tmp_path / "v1.5 ink.civitai.info").write_text(
        json.dumps(
            {
                "trainedWords": ["inked, hat", "inked", 7],
                "baseModel": "SD 1.5",
                "description": "<p>Draws &amp; inks.</p>",
            }
        )
    )
    (tmp_path / "v1.5 ink.preview.png").write_bytes(b"png")
    told = _read(path)
    assert told.words == ("inked", "hat")
    assert (told.base, told.notes) == ("SD 1.5", "Draws & inks.")
    assert told.preview == tmp_path / "v1.5 ink.preview.png"
    (tmp_path / "v1.5 ink.json").write_text(
        json.dumps(
            {
                "description": "By me.",
                "sd version": "Unknown",
                "activation text": "my ink",
                "preferred weight": 0.8,
                "negative text": "photo\nblurry",
                "notes": "",
            }
        ),
        "utf-8-sig",
    )
    told = _read(path)
    assert (told.words, told.weight, told.negative) == (("my ink",), 0.8, "photo blurry")
    assert (told.base, told.notes) == ("SD 1.5", "By me.")


@pytest.mark.parametrize(
    "beside",
    [
        "[]",
        "{",
        '{"activation text": 5, "preferred weight": true}',
        '{"preferred weight": NaN}',
        '{"preferred weight": 1' + "0" * 400 + "}",
    ],
)
def test_files_beside_that_say_nothing_cost_nothing(tmp_path: Path, beside: str) -> None:
    path = weights.write(tmp_path / "ink.safetensors", weights.lora(768))
    path.with_suffix(".json").write_text(beside)
    path.with_suffix(".civitai.info").write_bytes(b"\xff\xfe")
    told = _read(path)
    assert (told.words, told.weight, told.problem) == ((), None, "")


@pytest.mark.parametrize(
    ("width", "family"),
    [(768, Family.SD1), (1024, Family.SD2), (2048, Family.SDXL), (32, None)],
)
def test_the_base_follows_from_the_keys_not_from_what_is_said(
    tmp_path: Path, width: int, family: Family | None
) -> None:
    path = tmp_path / "it.safetensors"
    assert _read(weights.write(path, weights.lora(width))).family is family


@pytest.mark.parametrize(
    ("told", "family"),
    [
        ({"ss_base_model_version": "sdxl_base_v1-0"}, Family.SDXL),
        ({"modelspec.architecture": "stable-diffusion-v1/lora"}, Family.SD1),
        ({"modelspec.architecture": "stable-diffusion-v2-768-v/lora"}, Family.SD2),
        ({"ss_v2": "True"}, Family.SD2),
        ({"modelspec.architecture": "flux-1-dev/lora"}, None),
    ],
)
def test_where_the_keys_say_nothing_the_metadata_do(
    tmp_path: Path, told: dict[str, str], family: Family | None
) -> None:
    shapes = {"lora_unet_x.lora_down.weight": (4, 9), "lora_unet_x.lora_up.weight": (9, 4)}
    assert _read(weights.write(tmp_path / "it.safetensors", shapes, told)).family is family


@pytest.mark.parametrize(
    ("name", "shape", "family"),
    [
        ("lora_te_text_model_encoder_layers_0_self_attn_q_proj", (4, 768), Family.SD1),
        ("text_encoder.text_model.encoder.layers.0.mlp.fc1", (4, 1024), Family.SD2),
        ("lora_te2_text_model_encoder_layers_0_mlp_fc1", (4, 1280), Family.SDXL),
        ("lora_te1_text_model_encoder_layers_0_mlp_fc1", (4, 768), None),
        ("unet.down_blocks.0.attentions.0.x.attn2.processor.to_v", (4, 2048), Family.SDXL),
    ],
)
def test_text_encoders_and_diffusers_names_tell_the_base_too(
    tmp_path: Path, name: str, shape: tuple[int, int], family: Family | None
) -> None:
    told = _read(weights.write(tmp_path / "it.safetensors", {f"{name}.lora_down.weight": shape}))
    assert told.family is family


def test_kinds_are_told_apart(tmp_path: Path) -> None:
    base = "lora_unet_down_blocks_0_attentions_0_proj_in"
    plain = weights.lora(768)
    kinds: dict[Kind, dict[str, tuple[int, ...]]] = {
        Kind.LORA: plain,
        Kind.LOCON: weights.lora(768, wide=True),
        Kind.DORA: plain | {f"{base}.dora_scale": (32, 1)},
        Kind.LOHA: {f"{base}.hada_w1_a": (4, 4), f"{base}.hada_w1_b": (4, 4)},
        Kind.LOKR: {f"{base}.lokr_w1": (4, 4), f"{base}.lokr_w2": (80, 4)},
        Kind.FULL: {f"{base}.diff": (320, 16), f"{base}.diff_b": (320,)},
        Kind.LYCORIS: {f"{base}.oft_blocks": (4, 4, 4)},
        Kind.UNKNOWN: {"something": (4,)},
    }
    for kind, shapes in kinds.items():
        assert _read(weights.write(tmp_path / f"{kind.name}.safetensors", shapes)).kind is kind
    mid = weights.lora(768, wide=True) | {f"{base}.lora_mid.weight": (4, 4, 3, 3)}
    assert _read(weights.write(tmp_path / "mid.safetensors", mid)).kind is Kind.TUCKER


_HEARS = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"


@pytest.mark.parametrize(
    ("shapes", "family", "rank"),
    [
        ({"hada_w1_a": (320, 8), "hada_w1_b": (8, 768)}, Family.SD1, 8),
        ({"lokr_w1": (8, 8), "lokr_w2": (40, 128)}, Family.SD2, 0),
        ({"lokr_w1": (8, 16), "lokr_w2_a": (40, 4), "lokr_w2_b": (4, 128)}, Family.SDXL, 4),
        ({"lokr_w1_a": (8, 2), "lokr_w1_b": (2, 16), "lokr_w2": (40, 48)}, Family.SD1, 2),
        ({"diff": (640, 2048)}, Family.SDXL, 0),
        ({"lokr_w1": (8, 8)}, None, 0),
    ],
)
def test_base_and_rank_of_lycoris_files(
    tmp_path: Path, shapes: dict[str, tuple[int, ...]], family: Family | None, rank: int
) -> None:
    whole = {f"{_HEARS}.{name}": shape for name, shape in shapes.items()}
    told = _read(weights.write(tmp_path / "it.safetensors", whole))
    assert (told.family, told.rank) == (family, rank)


def test_one_that_is_broken_is_listed_with_its_problem(tmp_path: Path) -> None:
    path = weights.write(tmp_path / "half.safetensors", weights.lora(768))
    path.write_bytes(path.read_bytes()[:-40])
    assert "half.safetensors is not whole" in _read(path).problem
    assert "it is not there" in _read(tmp_path / "gone.safetensors").problem
    pickled = tmp_path / "old.pt"
    pickled.write_bytes(b"\x80\x02")
    assert (_read(pickled).kind, _read(pickled).problem) == (Kind.UNKNOWN, "")


def test_the_hash_is_of_what_stands_behind_the_head(tmp_path: Path) -> None:
    one = weights.write(tmp_path / "one.safetensors", weights.lora(768), {"a": "b"})
    two = weights.write(tmp_path / "two.safetensors", weights.lora(768), {"other": "words"})
    other = weights.write(tmp_path / "other.safetensors", weights.lora(768), fill=1)
    body = b"\0" * (4 * 768 + 320 * 4 + 1) * 2
    assert loras.hash_of(one) == loras.hash_of(two) == hashlib.sha256(body).hexdigest()[:12]
    assert loras.hash_of(other) != loras.hash_of(one)


def test_a_lora_is_found_by_its_file_then_by_what_it_was_trained_as(tmp_path: Path) -> None:
    weights.write(tmp_path / "loras/ink.safetensors", weights.lora(768), _TOLD)
    weights.write(tmp_path / "loras/hat.safetensors", weights.lora(768))
    found = folders.find([tmp_path])
    assert loras.find(found, "INK").name == "ink"
    assert loras.find(found, "Ink_Heroine_V2").name == "ink"
    with pytest.raises(BadInput, match="Did you mean “ink_heroine_v2”"):
        loras.find(found, "ink_heroin")
    with pytest.raises(BadInput, match="no LoRA called “ink”"):
        loras.find(Found(), "ink")


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = weights.write(tmp_path / "it.safetensors", weights.lora(768))
    assert _read(path).family is Family.SD1
    other = weights.write(tmp_path / "other.safetensors", weights.lora(2048))
    shutil.move(other, path)
    assert _read(path).family is Family.SDXL
