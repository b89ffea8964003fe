"""What ships: configurations of the families' own sizes, and tokenizers of CLIP's own numbers."""

import json
from typing import Any

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.engine.pictures import originals
from storyforge.engine.pictures.drawing import GRID
from storyforge.engine.pictures.families import ROWS
from storyforge.engine.pictures.single_files import scheduler, tokenizer
from storyforge.engine.pictures.tokenizers import WINDOW
from storyforge.images import clip_vocabulary
from storyforge.images.checkpoint_kinds import BY_COUNT

# The numbers that the original parts have.
_CLIP_L, _CLIP_H, _CLIP_G, _VAE = 123_060_480, 340_387_840, 694_659_840, 83_653_863
TEXT = {
    Family.SD1: {"text_encoder": _CLIP_L},
    Family.SD2: {"text_encoder": _CLIP_H},
    Family.SDXL: {"text_encoder": _CLIP_L, "text_encoder_2": _CLIP_G},
}


def count(module: Any) -> int:
    return sum(each.numel() for each in module.parameters())


@pytest.mark.parametrize("family", ROWS)
def test_each_family_has_as_many_numbers_as_its_checkpoints(family: Family) -> None:
    import torch
    import transformers
    from diffusers import AutoencoderKL, UNet2DConditionModel

    with torch.device("meta"):
        unet = UNet2DConditionModel.from_config(originals.shipped(family, "unet"))
        vae = AutoencoderKL.from_config(originals.shipped(family, "vae"))
        for part, wanted in TEXT[family].items():
            config = originals.shipped(family, part)
            kind = getattr(transformers, config["architectures"][0])
            assert count(kind(transformers.CLIPTextConfig.from_dict(config))) == wanted
    assert BY_COUNT[count(unet)] is family
    assert count(vae) == _VAE


def test_the_table_names_classes_that_there_are() -> None:
    import diffusers

    for row in ROWS.values():
        for name in (row.pipeline, row.redrawing, row.inpainting):
            assert issubclass(getattr(diffusers, name), diffusers.DiffusionPipeline)
        assert row.size % GRID == 0


def test_the_vocabulary_is_clips() -> None:
    numbers = clip_vocabulary.numbers()
    assert len(numbers) == 49_408
    assert list(numbers.values()) == list(range(49_408))
    assert (numbers[clip_vocabulary.START], numbers[clip_vocabulary.END]) == (49_406, 49_407)
    # As every program that uses CLIP has them.
    assert (numbers["!"], numbers["a</w>"], numbers["cat</w>"]) == (0, 320, 2368)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a photo of a cat", [320, 1125, 539, 320, 2368]),
        ("An ASTRONAUT riding a horse", [550, 18376, 6765, 320, 4558]),
        ("hello   world\n(don't)", [3306, 1002, 263, 847, 713, 264]),
        ("日本語", [39121, 44353, 34002, 508]),
        ("", []),
    ],
)
def test_texts_become_the_numbers_that_models_were_trained_on(text: str, tokens: list[int]) -> None:
    made = tokenizer(Family.SD1, "tokenizer")
    assert made(text).input_ids == [49_406, *tokens, 49_407]
    assert made.model_max_length == WINDOW


@pytest.mark.parametrize(
    ("family", "part", "pad"),
    [
        (Family.SD1, "tokenizer", 49_407),
        (Family.SD2, "tokenizer", 0),
        (Family.SDXL, "tokenizer", 49_407),
        (Family.SDXL, "tokenizer_2", 0),
    ],
)
def test_prompts_are_filled_up_as_each_encoder_knows_it(
    family: Family, part: str, pad: int
) -> None:
    told = tokenizer(family, part)("a", padding="max_length", max_length=5)
    assert told.input_ids == [49_406, 320, 49_407, pad, pad]


@pytest.mark.parametrize("family", ROWS)
def test_a_scheduler_follows_what_the_unet_predicts(family: Family) -> None:
    assert (
        scheduler(family, "v_prediction", zero_snr=False).config.prediction_type == "v_prediction"
    )
    begun = scheduler(family, "v_prediction", zero_snr=True)
    assert begun.alphas_cumprod[-1] < 1e-6
    assert begun.config.beta_start == 0.00085


def test_configurations_are_small() -> None:
    for row in ROWS.values():
        files = list(row.config.rglob("*.json"))
        assert len(files) >= 4
        assert sum(file.stat().st_size for file in files) < 8_000
        assert all(isinstance(json.loads(file.read_text("utf-8")), dict) for file in files)
