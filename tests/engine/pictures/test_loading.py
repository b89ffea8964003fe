"""Checkpoints from folders and single files: the same weights, and every fault a sentence."""

import json
import shutil
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.picture.orders import Family, Saving
from storyforge.engine.faults import EngineFault, FaultKind, to_error
from storyforge.engine.pictures import devices, loading, memory
from storyforge.engine.pictures.families import ROWS
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.preflight import preflight
from storyforge.engine.sequence import Interrupted
from storyforge.errors import ModelError
from tests.engine.pictures import original, tiny

Files = Mapping[Family, Path]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYFORGE_CACHE_DIR", str(tmp_path / "cache"))


def load(path: Path, **settings: Any) -> Loaded:
    return loading.load(tiny.spec_of(path, **settings), lambda _: True)


def into(told: list[float]) -> Callable[[float], bool]:
    """Keeps what is told of the progress, and never stops."""

    def tell(fraction: float) -> bool:
        told.append(fraction)
        return True

    return tell


def copied(files: Files, family: Family, folder: Path, *, configured: bool = True) -> Path:
    """A file of its own to spoil."""
    file = Path(shutil.copy(files[family], folder / "fox.safetensors"))
    if configured:
        shutil.copy(files[family].with_suffix(".yaml"), folder / "fox.yaml")
    return file


def faulted(path: Path, **settings: Any) -> tuple[FaultKind, str]:
    """The fault of loading it: its kind, and the sentence."""
    with pytest.raises(EngineFault) as caught:
        load(path, **settings)
    return caught.value.fault.kind, str(to_error(caught.value.fault))


def assert_same(pipe: Any, bare: Any) -> None:
    """Whether all weights are, and under the same names."""
    import torch

    for name, part in bare.components.items():
        if isinstance(part, torch.nn.Module):
            wanted, found = part.state_dict(), getattr(pipe, name).state_dict()
            assert found.keys() == wanted.keys()
            assert all(torch.equal(found[key], each) for key, each in wanted.items())
    assert pipe.tokenizer("a fox").input_ids == bare.tokenizer("a fox").input_ids
    assert pipe.tokenizer.pad_token == bare.tokenizer.pad_token


@pytest.mark.parametrize("family", ROWS)
def test_file_and_folder_have_the_weights_they_were_made_of(
    folders: Files, files: Files, family: Family
) -> None:
    bare = tiny.pipe_of(family)
    for path in (folders[family], files[family]):
        loaded = load(path)
        assert (loaded.family, loaded.card.name) == (family, path.name)
        assert_same(loaded.pipe, bare)


@pytest.mark.parametrize("family", ROWS)
def test_diffusers_itself_reads_the_single_file_as_we_do(
    files: Files, folders: Files, family: Family
) -> None:
    """With all configurations given, so that it need not ask the hub."""
    import torch
    from diffusers import AutoencoderKL, UNet2DConditionModel

    pipe = load(files[family]).pipe
    for kind, part in ((UNet2DConditionModel, "unet"), (AutoencoderKL, "vae")):
        found = kind.from_single_file(
            str(files[family]), config=str(folders[family]), subfolder=part, local_files_only=True
        ).state_dict()
        ours = getattr(pipe, part).state_dict()
        assert all(torch.equal(ours[key], each) for key, each in found.items())


@pytest.mark.parametrize("family", [Family.SD1, Family.SDXL])
def test_pickled_weights_are_read_without_being_run(tmp_path: Path, family: Family) -> None:
    bare = tiny.pipe_of(family)
    assert_same(load(tiny.write_file(tmp_path / "fox.ckpt", family)).pipe, bare)
    assert_same(load(tiny.write_folder(tmp_path / "fox", family, pickled=True)).pipe, bare)


def test_nobody_is_asked_and_no_class_of_a_folder_is_run(
    tmp_path: Path, folders: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    made = Path(shutil.copytree(folders[Family.SD1], tmp_path / "fox"))
    index = json.loads((made / "model_index.json").read_text())
    index["scheduler"] = ["evil", "EvilScheduler"]
    (made / "model_index.json").write_text(json.dumps(index))
    (made / "evil.py").write_text("raise SystemExit(1)")
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("somebody was asked"))
    assert load(made).pipe.scheduler.config.prediction_type == "epsilon"


def test_progress_is_the_share_of_bytes_and_can_stop_it(files: Files) -> None:
    told: list[float] = []
    spec = tiny.spec_of(files[Family.SD1])
    loading.load(spec, into(told))
    assert told == sorted(told)
    assert len(told) > 100
    assert max(after - before for before, after in pairwise(told)) < 0.55
    assert told[-1] == 1.0
    with pytest.raises(Interrupted):
        loading.load(spec, lambda fraction: fraction < 0.5)


def test_a_hash_that_is_known_is_not_reckoned_again(files: Files) -> None:
    first, second = list[float](), list[float]()
    spec = tiny.spec_of(files[Family.SD1])
    loaded = loading.load(spec, into(first))
    again = loading.load(spec, into(second))
    assert loaded.hash == again.hash == loaded.card.hash
    assert len(loaded.hash) == 10
    # The token embedding is half the file: all of it counts twice as much now.
    assert max(second[:60]) > max(first[:60])


@pytest.mark.parametrize(
    ("settings", "dtype", "vae"),
    [
        ({}, "float32", "float32"),
        ({"dtype": "bfloat16"}, "bfloat16", "bfloat16"),
        ({"dtype": "float16", "float32_vae": True}, "float16", "float32"),
    ],
)
def test_the_numbers_are_those_that_were_asked_for(
    files: Files, settings: dict[str, Any], dtype: str, vae: str
) -> None:
    loaded = load(files[Family.SD1], **settings)
    assert loaded.card.dtype == dtype
    assert str(loaded.pipe.unet.dtype) == str(loaded.pipe.text_encoder.dtype) == f"torch.{dtype}"
    assert str(loaded.pipe.vae.dtype) == f"torch.{vae}"
    assert (loaded.device.type, loaded.threads, loaded.saving) == ("cpu", 1, Saving.NONE)


def test_another_vae_is_taken_from_beside_or_from_anywhere(tmp_path: Path, files: Files) -> None:
    import torch

    other = tiny.vae_of(Family.SD1, seed=77).state_dict()
    file = copied(files, Family.SD1, tmp_path)
    tiny.write_vae(tmp_path / "fox.vae.ckpt", Family.SD1, seed=77)
    beside = load(file)
    assert beside.facts["VAE"] == "fox.vae.ckpt"
    assert len(beside.facts["VAE hash"]) == 10
    folder = tiny.write_vae(tmp_path / "vae", Family.SD1, seed=77)
    alone = tiny.write_vae(tmp_path / "other.safetensors", Family.SD1, seed=77)
    inside = tiny.write_folder(tmp_path / "whole", Family.SD1, seed=77)
    for path in (folder, folder / "diffusion_pytorch_model.safetensors", alone):
        found = load(files[Family.SD1], vae=path).pipe.vae.state_dict()
        assert all(torch.equal(found[key], each) for key, each in other.items())
    assert load(files[Family.SD1], vae=inside).facts["VAE"] == "whole"
    found = beside.pipe.vae.state_dict()
    assert all(torch.equal(found[key], each) for key, each in other.items())


@pytest.mark.parametrize("family", [Family.SD1, Family.SDXL])
def test_the_prediction_is_settable_and_told_from_the_files(
    tmp_path: Path, files: Files, family: Family
) -> None:
    velocity = tiny.write_file(tmp_path / "v.safetensors", family, prediction="v_prediction")
    loaded = load(velocity)
    assert loaded.pipe.scheduler.config.prediction_type == "v_prediction"
    assert loaded.facts["prediction"] == "v_prediction"
    assert load(velocity, prediction="sample").facts["prediction"] == "sample"
    assert load(files[family]).facts["prediction"] == "epsilon"


def test_a_folder_says_what_it_predicts(tmp_path: Path) -> None:
    made = tiny.write_folder(tmp_path / "v", Family.SD1, prediction="v_prediction")
    assert load(made).facts["prediction"] == "v_prediction"
    assert load(made, prediction="epsilon").pipe.scheduler.config.prediction_type == "epsilon"


def test_what_nobody_says_is_tried_of_stable_diffusion_2(tmp_path: Path) -> None:
    """One that takes much away from a grey picture predicts the velocity."""
    import torch
    import yaml

    pipe = tiny.pipe_of(Family.SD2)
    told = original.configuration(pipe, Family.SD2)
    del told["model"]["params"]["parameterization"]
    for bias, wanted in ((-5.0, "v_prediction"), (0.5, "epsilon")):
        with torch.no_grad():
            pipe.unet.conv_out.weight.zero_()
            pipe.unet.conv_out.bias.fill_(bias)
        file = tmp_path / "fox.safetensors"
        tiny.write_weights(file, original.checkpoint(pipe, Family.SD2))
        file.with_suffix(".yaml").write_text(yaml.safe_dump(told))
        loaded = load(file)
        assert loaded.pipe.scheduler.config.prediction_type == wanted
        assert loaded.notes[0].values == {"prediction": wanted}


def test_a_checkpoint_that_begins_from_pure_noise_says_so(tmp_path: Path, files: Files) -> None:
    import torch
    from safetensors.torch import load_file

    weights = load_file(files[Family.SDXL])
    file = copied(files, Family.SDXL, tmp_path)
    (tmp_path / "fox.yaml").write_text(
        file.with_suffix(".yaml").read_text().replace("EpsScaling", "another")
    )
    marks = {"v_pred": torch.empty(0), "ztsnr": torch.empty(0)}
    tiny.write_weights(file, {**weights, **marks})
    config = load(file).pipe.scheduler.config
    assert (config.prediction_type, config.rescale_betas_zero_snr) == ("v_prediction", True)


def test_a_safety_checker_of_a_folder_is_kept(tmp_path: Path) -> None:
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessor

    text = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1}
    vision = {**text, "num_attention_heads": 1, "image_size": 28, "patch_size": 14}
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)
    pipe = tiny.pipe_of(Family.SD1)
    pipe.register_modules(
        safety_checker=StableDiffusionSafetyChecker(config),
        feature_extractor=CLIPImageProcessor(size={"shortest_edge": 28}, crop_size=28),
    )
    pipe.save_pretrained(tmp_path / "fox")
    loaded = load(tmp_path / "fox")
    assert_same(loaded.pipe, pipe)
    assert loaded.pipe.safety_checker is not None


# What cannot be loaded.


def test_a_truncated_file_is_named_before_torch_sees_it(tmp_path: Path, files: Files) -> None:
    file = copied(files, Family.SD1, tmp_path)
    file.write_bytes(file.read_bytes()[:-1000])
    kind, said = faulted(file)
    assert kind is FaultKind.NOT_WHOLE
    assert "fox.safetensors" in said
    with pytest.raises(ModelError, match=r"fox\.safetensors is not whole"):
        preflight(tiny.spec_of(file))


@pytest.mark.parametrize(
    ("channels", "kind"), [(9, FaultKind.FOR_INPAINTING), (8, FaultKind.FOR_EDITING)]
)
def test_another_kind_of_checkpoint_is_named(
    tmp_path: Path, channels: int, kind: FaultKind
) -> None:
    file = tiny.write_file(tmp_path / "fox.safetensors", Family.SD1, channels=channels)
    assert faulted(file)[0] is kind
    with pytest.raises(ModelError, match=r"fox\.safetensors"):
        preflight(tiny.spec_of(file))


def test_a_malicious_checkpoint_is_refused_by_name(tmp_path: Path) -> None:
    import os
    import pickle

    class Evil:
        def __reduce__(self) -> Any:
            return os.system, (f"touch {tmp_path / 'ran'}",)

    for name in ("fox.ckpt", "fox.pt", "fox.safetensors"):
        (tmp_path / name).write_bytes(pickle.dumps({"state_dict": Evil()}, 2))
        kind, said = faulted(tmp_path / name)
        assert kind is FaultKind.FORBIDDEN_PICKLE
        assert name in said
        assert f"{os.name}.system" in said
        assert not (tmp_path / "ran").exists()


def test_a_malicious_vae_is_refused_by_name(tmp_path: Path, files: Files) -> None:
    import pickle

    class Evil:
        def __reduce__(self) -> Any:
            return eval, ("1",)

    (tmp_path / "evil.pt").write_bytes(pickle.dumps(Evil()))
    kind, said = faulted(files[Family.SD1], vae=tmp_path / "evil.pt")
    assert kind is FaultKind.FORBIDDEN_PICKLE
    assert "evil.pt" in said


def test_unusual_sizes_need_a_configuration(tmp_path: Path, files: Files) -> None:
    kind, said = faulted(copied(files, Family.SD1, tmp_path, configured=False))
    assert kind is FaultKind.UNUSUAL_SIZES
    assert "NAME.yaml" in said


@pytest.mark.parametrize(
    "text", ["", "[", "model: 3", "model: {params: {}}", "model: {params: {unet_config: {}}}"]
)
def test_a_configuration_that_does_not_fit_is_named(
    tmp_path: Path, files: Files, text: str
) -> None:
    file = copied(files, Family.SD1, tmp_path)
    (tmp_path / "fox.yaml").write_text(text)
    kind, said = faulted(file)
    assert kind is FaultKind.BAD_CONFIGURATION
    assert "fox.yaml" in said


def spoiled(files: Files, folder: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    """A file whose weights were changed."""
    from safetensors.torch import load_file

    weights = load_file(files[Family.SD1])
    change(weights)
    file = copied(files, Family.SD1, folder)
    return tiny.write_weights(file, weights)


def test_missing_weights_are_named(tmp_path: Path, files: Files) -> None:
    name = "model.diffusion_model.out.2.bias"
    kind, said = faulted(spoiled(files, tmp_path, lambda held: held.pop(name)))
    assert kind is FaultKind.CHECKPOINT_LACKS
    assert "conv_out.bias" in said


def test_one_without_a_vae_asks_for_one(tmp_path: Path, files: Files) -> None:
    def trim(held: dict[str, Any]) -> None:
        for name in [name for name in held if name.startswith("first_stage_model.")]:
            del held[name]

    file = spoiled(files, tmp_path, trim)
    assert faulted(file)[0] is FaultKind.NO_VAE
    tiny.write_vae(tmp_path / "fox.vae.safetensors", Family.SD1)
    assert load(file).facts["VAE"] == "fox.vae.safetensors"


def test_a_vae_of_another_kind_is_named(tmp_path: Path, files: Files) -> None:
    import torch

    for weights in (
        {"decoder.conv_in.weight": torch.zeros(4, 4, 3, 3)},
        {
            "encoder.down.0.block.0.conv1.weight": torch.zeros(8, 8, 3, 3),
            "post_quant_conv.weight": torch.zeros(16, 16, 1, 1),
        },
    ):
        other = tiny.write_weights(tmp_path / "other.safetensors", weights)
        assert faulted(files[Family.SD1], vae=other)[0] is FaultKind.VAE_UNFIT
    folder = tiny.write_vae(tmp_path / "tiny", Family.SD1)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "_class_name": "AutoencoderTiny"}))
    kind, said = faulted(files[Family.SD1], vae=folder)
    assert kind is FaultKind.VAE_UNFIT
    assert "AutoencoderTiny" in said


def test_a_device_that_is_not_there_is_named(files: Files) -> None:
    assert faulted(files[Family.SD1], device="cuda:7")[0] is FaultKind.NO_DEVICE
    assert faulted(files[Family.SD1], device="toaster")[0] is FaultKind.NO_DEVICE


def test_what_is_larger_than_all_memory_is_refused(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storyforge.engine.memory import Memory

    monkeypatch.setattr(devices, "free_on", lambda _device: Memory(50_000_000, 20_000_000))
    kind, said = faulted(files[Family.SD1])
    assert kind is FaultKind.PAINTER_TOO_LARGE
    assert "50 MB" in said


def test_memory_that_runs_out_while_it_is_loaded_is_named(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    def full(*_: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(memory, "apply", full)
    kind, said = faulted(files[Family.SD1])
    assert kind is FaultKind.PAINTER_TOO_LARGE
    assert "sd1.safetensors" in said


def test_what_a_library_says_is_passed_on(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise ValueError("No such thing.\nMore of it")

    monkeypatch.setattr(memory, "apply", fails)
    kind, said = faulted(files[Family.SD1])
    assert kind is FaultKind.PAINTER_NOT_LOADED
    assert "No such thing." in said


def test_without_the_extra_one_sentence_says_what_to_do(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r'pip install "storyforge\[pictures\]"'):
        preflight(tiny.spec_of(files[Family.SD1]))


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        preflight(tiny.spec_of(tmp_path / "fox.safetensors"))
    assert faulted(tmp_path / "fox.safetensors")[0] is FaultKind.PAINTER_NOT_LOADED


def test_preflight_says_what_it_is(files: Files) -> None:
    assert preflight(tiny.spec_of(files[Family.SD2])).family is Family.SD2
