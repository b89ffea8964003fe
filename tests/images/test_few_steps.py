"""A checkpoint and a LoRA that draw in few steps are known by their files and what lies beside."""

import json
from pathlib import Path

from storyforge.domain.picture.few_steps import Quick
from storyforge.images import few_steps, loras
from storyforge.images.folders import FoundFile
from tests.images import weights

_BASE = {"model.diffusion_model.out.2.bias": (4,)}


def test_a_checkpoint_is_known_by_its_name_its_title_or_civitais_word(tmp_path: Path) -> None:
    named = weights.write(tmp_path / "sdxl_lightning_4step.safetensors", _BASE)
    titled = weights.write(tmp_path / "mine.safetensors", _BASE, {"modelspec.title": "My Turbo"})
    told = weights.write(tmp_path / "vision.safetensors", _BASE)
    assert few_steps.of_checkpoint(told) is None
    (tmp_path / "vision.civitai.info").write_text('{"baseModel": "SDXL Hyper 8 steps"}')
    kinds = [few_steps.of_checkpoint(each) for each in (named, titled, told)]
    assert [habit and habit.quick for habit in kinds] == [
        Quick.LIGHTNING, Quick.TURBO, Quick.HYPER,
    ]  # fmt: skip
    assert few_steps.of_checkpoint(tmp_path / "gone-turbo.safetensors") is None
    assert few_steps.of_checkpoint(Path()) is None


def test_a_damaged_one_is_known_by_its_name_at_most(tmp_path: Path) -> None:
    (tmp_path / "plain.safetensors").write_bytes(b"\x09")
    assert few_steps.of_checkpoint(tmp_path / "plain.safetensors") is None


def test_a_folder_whose_u_net_is_told_the_guidance_keeps_its_makers(tmp_path: Path) -> None:
    folder = tmp_path / "LCM_Dreamshaper_v7"
    (folder / "unet").mkdir(parents=True)
    habit = few_steps.of_checkpoint(folder)
    assert habit is not None
    assert habit.guidance == 1.5
    folder = tmp_path / "other lcm"
    (folder / "unet").mkdir(parents=True)
    (folder / "unet/config.json").write_text(json.dumps({"time_cond_proj_dim": 256}))
    habit = few_steps.of_checkpoint(folder)
    assert habit is not None
    assert (habit.steps, habit.guidance) == (4, 8.0)


def test_a_lora_without_a_name_has_that_of_its_folder_or_the_one_it_was_trained_under(
    tmp_path: Path,
) -> None:
    nameless = tmp_path / "lcm-lora-sdxl/pytorch_lora_weights.safetensors"
    weights.write(nameless, weights.lora(2048))
    trained = tmp_path / "fast.safetensors"
    weights.write(trained, weights.lora(2048), {"ss_output_name": "sdxl_lightning_2step"})
    plain = weights.write(tmp_path / "ink.safetensors", weights.lora(2048))
    told = [few_steps.of_lora(loras.read(FoundFile("x", each))) for each in (nameless, trained)]
    assert [habit and (habit.quick, habit.steps) for habit in told] == [
        (Quick.LCM, 4), (Quick.LIGHTNING, 2),
    ]  # fmt: skip
    assert few_steps.of_lora(loras.read(FoundFile("ink", plain))) is None
