"""What a checkpoint is, by its names and shapes: ours are told apart, others are named."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from storyforge.domain.picture.orders import Family
from storyforge.images import checkpoints, heads
from storyforge.images.checkpoint_kinds import BY_COUNT, UNET, Kind, of_file, of_unet
from storyforge.images.checkpoint_sizes import Sizes
from storyforge.images.wrong import Wrong, WrongFile
from tests.images import weights

Shapes = Mapping[str, Sequence[int]]
_ATTENTION = "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"
_IN = "input_blocks.1.1.proj_in.weight"


def tensors(shapes: Shapes) -> heads.Tensors:
    return {name: heads.Tensor("F16", tuple(shape), 0) for name, shape in shapes.items()}


def unet(width: int, *, channels: int = 4, linear: bool = False, wide: bool = False) -> Shapes:
    """The shapes of a U-Net that count, in a single file."""
    made: dict[str, Sequence[int]] = {
        "input_blocks.0.0.weight": (320, channels, 3, 3),
        _ATTENTION: (320, width),
        _IN: (320, 320) if linear else (320, 320, 1, 1),
    }
    if wide:
        made["label_emb.0.0.weight"] = (1280, 2816)
    return {UNET + name: shape for name, shape in made.items()}


@pytest.mark.parametrize(("count", "family"), BY_COUNT.items())
def test_the_family_is_told_by_the_numbers_of_its_unet(count: int, family: Family) -> None:
    shapes: dict[str, Sequence[int]] = {UNET + "input_blocks.0.0.weight": (320, 4, 3, 3)}
    shapes[UNET + "rest"] = (count - 320 * 4 * 9,)
    what = of_file(tensors(shapes))
    assert (what.kind, what.family, what.parameters) == (Kind.BASE, family, count)


@pytest.mark.parametrize(
    ("shapes", "family"),
    [
        (unet(768), Family.SD1),
        (unet(1024, linear=True), Family.SD2),
        (unet(2048, linear=True, wide=True), Family.SDXL),
        (unet(32), Family.SD1),
        (unet(32, linear=True), Family.SD2),
        (unet(64, linear=True, wide=True), Family.SDXL),
    ],
)
def test_unusual_sizes_are_told_by_width_and_layout(shapes: Shapes, family: Family) -> None:
    assert of_file(tensors(shapes)).family is family


@pytest.mark.parametrize(
    ("shapes", "kind", "name"),
    [
        (unet(768, channels=9), Kind.INPAINTING, ""),
        (unet(768, channels=8), Kind.EDITING, "InstructPix2Pix"),
        (unet(1024, channels=5, linear=True), Kind.EDITING, "Depth"),
        (unet(1024, channels=7, linear=True), Kind.EDITING, "Upscaler"),
        (unet(1280, linear=True, wide=True), Kind.REFINER, ""),
        (
            {**unet(1024, channels=8), UNET + "input_blocks.1.0.time_stack.in_layers.0.bias": (1,)},
            Kind.VIDEO,
            "Stable Video Diffusion",
        ),
        ({"down_blocks.0.motion_modules.0.norm.bias": (1,)}, Kind.VIDEO, "AnimateDiff"),
        ({UNET + "joint_blocks.0.x_block.bias": (1,)}, Kind.OTHER, "Stable Diffusion 3"),
        ({"double_blocks.0.img_attn.norm.key_norm.scale": (1,)}, Kind.OTHER, "FLUX"),
        ({"clip_txt_mapper.weight": (1,)}, Kind.OTHER, "Stable Cascade"),
        ({"control_model.time_embed.0.weight": (1,)}, Kind.OTHER, "ControlNet"),
        ({"lora_unet_down_blocks_0.lora_down.weight": (4, 320)}, Kind.NONE, ""),
        ({"decoder.conv_in.weight": (512, 4, 3, 3)}, Kind.NONE, ""),
        ({UNET + "input_blocks.0.0.weight": (320, 4, 3, 3)}, Kind.NONE, ""),
        ({}, Kind.NONE, ""),
    ],
)
def test_what_cannot_be_drawn_with_is_named(
    tmp_path: Path, shapes: Shapes, kind: Kind, name: str
) -> None:
    facts = checkpoints.look(weights.write(tmp_path / "fox.safetensors", shapes))
    assert (facts.kind, facts.name, facts.family) == (kind, name, None)
    refusal = facts.refusal()
    assert refusal is not None
    assert "fox.safetensors" in refusal.message
    assert name in refusal.message
    assert refusal.hint


def test_the_parts_are_counted_and_what_lies_beside_is_found(tmp_path: Path) -> None:
    shapes = {
        **unet(768),
        "model_ema.decay": (1000,),
        "first_stage_model.decoder.up.0.block.0.norm1.weight": (256,),
        "cond_stage_model.transformer.text_model.final_layer_norm.weight": (768,),
        "v_pred": (0,),
        "ztsnr": (0,),
    }
    file = weights.write(tmp_path / "fox.safetensors", shapes)
    facts = checkpoints.look(file)
    count = sum(each.count for each in tensors(unet(768)).values())
    assert facts.sizes == Sizes(count, 768, 256, 0, 320, 256)
    assert facts.sizes.whole == count + 1024
    assert (facts.prediction, facts.zero_snr, facts.has_vae) == ("v_prediction", True, True)
    assert (facts.vae, facts.config, facts.refusal()) == (None, None, None)
    (tmp_path / "fox.vae.pt").touch()
    (tmp_path / "fox.yaml").touch()
    facts = checkpoints.look(file)
    assert (facts.vae, facts.config) == (tmp_path / "fox.vae.pt", tmp_path / "fox.yaml")


def test_its_maker_may_say_what_it_predicts(tmp_path: Path) -> None:
    told = {"modelspec.prediction_type": "v"}
    file = weights.write(tmp_path / "fox.safetensors", unet(1024, linear=True), told)
    assert checkpoints.look(file).prediction == "v_prediction"


def folder(path: Path, pipeline: str, unet_class: str = "UNet2DConditionModel") -> Path:
    shapes: Shapes = {
        "conv_in.weight": (320, 4, 3, 3),
        "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": (320, 768),
    }
    weights.write(path / "unet" / "diffusion_pytorch_model.fp16.safetensors", shapes)
    told = {"_class_name": pipeline, "unet": ["diffusers", unet_class], "scheduler": [None, None]}
    (path / "model_index.json").write_text(json.dumps(told))
    return path


def test_a_folder_is_told_by_its_unet(tmp_path: Path) -> None:
    made = folder(tmp_path / "fox", "StableDiffusionPipeline")
    facts = checkpoints.look(made)
    assert (facts.kind, facts.family, facts.has_vae) == (Kind.BASE, Family.SD1, False)
    (made / "scheduler").mkdir()
    told = {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True}
    (made / "scheduler" / "scheduler_config.json").write_text(json.dumps(told))
    facts = checkpoints.look(made)
    assert (facts.prediction, facts.zero_snr) == ("v_prediction", True)
    assert of_unet({}).kind is Kind.NONE


@pytest.mark.parametrize(
    ("pipeline", "unet_class", "kind", "name"),
    [
        ("PixArtAlphaPipeline", "", Kind.OTHER, "PixArtAlpha"),
        ("IFSuperResolutionPipeline", "UNet2DConditionModel", Kind.STAGE, ""),
        ("KandinskyPipeline", "UNet2DConditionModel", Kind.OTHER, "Kandinsky"),
        ("TextToVideoSDPipeline", "UNet3DConditionModel", Kind.VIDEO, "TextToVideoSD"),
        (
            "StableVideoDiffusionPipeline",
            "UNetSpatioTemporalConditionModel",
            Kind.VIDEO,
            "StableVideoDiffusion",
        ),
    ],
)
def test_a_folder_of_another_pipeline_is_named(
    tmp_path: Path, pipeline: str, unet_class: str, kind: Kind, name: str
) -> None:
    facts = checkpoints.look(folder(tmp_path / "fox", pipeline, unet_class))
    assert (facts.kind, facts.name) == (kind, name)


def test_a_folder_that_is_no_checkpoint_is_none(tmp_path: Path) -> None:
    assert checkpoints.look(tmp_path).kind is Kind.NONE


def test_a_folder_that_is_not_whole_is_named(tmp_path: Path) -> None:
    made = folder(tmp_path / "fox", "StableDiffusionPipeline")
    file = made / "unet" / "diffusion_pytorch_model.fp16.safetensors"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(WrongFile, match=file.name):
        checkpoints.look(made)
    file.unlink()
    with pytest.raises(WrongFile, match="fox/unet"):
        checkpoints.look(made)
    index = made / "unet" / "diffusion_pytorch_model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "../../part-1.safetensors"}}))
    with pytest.raises(WrongFile, match=r"unet/part-1\.safetensors"):
        checkpoints.look(made)
    (made / "model_index.json").write_text("[]")
    with pytest.raises(WrongFile, match=r"model_index\.json") as caught:
        checkpoints.look(made)
    assert caught.value.wrong is Wrong.NOT_WHOLE


def test_whole_numbers_are_taken_before_halves(tmp_path: Path) -> None:
    made = folder(tmp_path / "fox", "StableDiffusionPipeline")
    whole = made / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write(whole, {"conv_in.weight": (320, 9, 3, 3)})
    assert checkpoints.look(made).kind is Kind.INPAINTING


def test_the_hash_is_the_one_that_others_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORYFORGE_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "a.ckpt").write_bytes(b"hello")
    assert checkpoints.known_autov2(tmp_path / "a.ckpt") == ""
    assert checkpoints.autov2(tmp_path / "a.ckpt", lambda: True) == ""
    assert checkpoints.autov2(tmp_path / "a.ckpt") == "2cf24dba5f"
    assert checkpoints.known_autov2(tmp_path / "a.ckpt") == "2cf24dba5f"
    made = folder(tmp_path / "fox", "StableDiffusionPipeline")
    assert len(checkpoints.autov2(made)) == 10
