"""Folders of other programs are used in place, and files are found by their names."""

from pathlib import Path

import pytest

from storyforge.errors import BadInput
from storyforge.images import folders
from storyforge.images.folders import Missing
from tests.images import weights


def _touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def _names(files: tuple[folders.FoundFile, ...]) -> list[str]:
    return [each.name for each in files]


def test_a_folder_of_a1111_is_used_in_place(tmp_path: Path) -> None:
    root = tmp_path / "stable-diffusion-webui"
    _touch(
        root / "models/Stable-diffusion/anime/meina.safetensors",
        root / "models/Stable-diffusion/meina.vae.pt",
        root / "models/Lora/hero.safetensors",
        root / "models/LyCORIS/style.safetensors",
        root / "models/VAE/soft.ckpt",
        root / "models/ControlNet/pose.safetensors",
        root / "models/ControlNet/ip-adapter-plus_sd15.safetensors",
        root / "models/ControlNet/ip-adapter-faceid_sd15_lora.safetensors",
        root / "models/ControlNetPreprocessor/hed/ControlNetHED.pth",
        root / "models/hypernetworks/old hand.pt",
        root / "models/ESRGAN/four.pth",
        root / "embeddings/hands.pt",
        root / "venv/lib/weights.bin",
        root / "styles.csv",
    )
    found = folders.find([root])
    assert _names(found.checkpoints) == ["meina"]
    assert _names(found.loras) == ["hero", "ip-adapter-faceid_sd15_lora", "style"]
    assert _names(found.controlnets) == ["pose"]
    assert _names(found.ip_adapters) == ["ip-adapter-plus_sd15"]
    assert _names(found.readers) == ["ControlNetHED"]
    assert _names(found.hypernetworks) == ["old hand"]
    assert _names(found.embeddings) == ["hands"]
    assert _names(found.vaes) == ["meina.vae", "soft"]
    assert found.styles == (root / "styles.csv",)


def test_a_folder_of_comfyui_leads_to_others_by_its_list(tmp_path: Path) -> None:
    root, other = tmp_path / "ComfyUI", tmp_path / "webui"
    _touch(
        root / "models/checkpoints/xl.safetensors",
        root / "models/loras/one.safetensors",
        root / "models/embeddings/bad.safetensors",
        root / "models/vae/v.safetensors",
        root / "models/clip/l.safetensors",
        root / "models/clip_vision/big.safetensors",
        root / "models/ipadapter/plus.safetensors",
        other / "models/ControlNet/lines.pth",
        other / "models/Stable-diffusion/old.ckpt",
        other / "models/Lora/two.safetensors",
        other / "models/LyCORIS/three.safetensors",
    )
    (root / "extra_model_paths.yaml").write_text(
        f"# mine\na111:\n    base_path: {other}/\n\n"
        "    checkpoints: models/Stable-diffusion # old ones\n"
        "    loras: |\n         models/Lora\n         models/LyCORIS\n"
        "    controlnet: models/ControlNet\n",
        "utf-8",
    )
    found = folders.find([root])
    assert _names(found.checkpoints) == ["old", "xl"]
    assert _names(found.loras) == ["one", "three", "two"]
    assert _names(found.embeddings) == ["bad"]
    assert _names(found.controlnets) == ["lines"]
    assert _names(found.image_encoders) == ["big"]
    assert _names(found.ip_adapters) == ["plus"]


def test_the_models_of_extensions_are_found_where_they_keep_them(tmp_path: Path) -> None:
    webui, comfy = tmp_path / "webui", tmp_path / "ComfyUI"
    extension = webui / "extensions/sd-webui-controlnet"
    _touch(
        webui / "models/Lora/ink.safetensors",
        extension / "models/control_v11p_sd15_openpose.pth",
        extension / "models/ip-adapter_sd15.pth",
        extension / "annotator/downloads/hed/ControlNetHED.pth",
        extension / "scripts/weights.bin",
        comfy / "models/loras/hat.safetensors",
        comfy / "custom_nodes/comfyui_controlnet_aux/ckpts/lllyasviel/Annotators/sk_model.pth",
        comfy / "custom_nodes/other/more.pth",
    )
    found = folders.find([webui, comfy])
    assert _names(found.controlnets) == ["control_v11p_sd15_openpose"]
    assert _names(found.ip_adapters) == ["ip-adapter_sd15"]
    assert _names(found.readers) == ["ControlNetHED", "sk_model"]
    assert _names(found.loras) == ["hat", "ink"]
    assert not found.checkpoints


def test_folders_of_diffusers_and_transformers_are_one_model_each(tmp_path: Path) -> None:
    def model(folder: Path, config: str, weights: str = "model.safetensors") -> None:
        _touch(folder / weights)
        (folder / "config.json").write_text(config, "utf-8")

    seen = '{"architectures": ["CLIPVisionModelWithProjection"]}'
    model(
        tmp_path / "controlnet/lines",
        '{"_class_name": "ControlNetModel"}',
        "diffusion_pytorch_model.fp16.safetensors",
    )
    model(tmp_path / "IP-Adapter/models/image_encoder", seen)
    model(tmp_path / "IP-Adapter/sdxl_models/image_encoder", seen)
    _touch(tmp_path / "IP-Adapter/models/ip-adapter_sd15.safetensors")
    model(tmp_path / "mine/far", '{"architectures": ["DPTForDepthEstimation"]}')
    model(tmp_path / "mine/pose", '{"_class_name": "ControlNetModel"}')
    model(tmp_path / "annotators/near", "no configuration")
    _touch(tmp_path / "annotators/ControlNetHED.pth", tmp_path / "annotators/config.json")
    found = folders.find([tmp_path])
    assert _names(found.controlnets) == ["lines", "pose"]
    assert found.controlnets[0].path.is_dir()
    assert _names(found.image_encoders) == ["models/image_encoder", "sdxl_models/image_encoder"]
    assert _names(found.ip_adapters) == ["ip-adapter_sd15"]
    assert _names(found.readers) == ["ControlNetHED", "far", "near"]
    assert found.loras == found.checkpoints == ()


def test_in_a_plain_folder_the_heads_say_what_each_file_is(tmp_path: Path) -> None:
    weights.write(tmp_path / "mine/hero.safetensors", weights.lora(768))
    weights.write(tmp_path / "mine/base.safetensors", {"model.diffusion_model.out.2.bias": (4,)})
    weights.write(tmp_path / "mine/soft.safetensors", {"decoder.conv_in.weight": (4, 4, 3, 3)})
    weights.write(tmp_path / "mine/word.safetensors", {"emb_params": (2, 768)})
    weights.write(tmp_path / "mine/lines.safetensors", {"controlnet_down_blocks.0.bias": (4,)})
    weights.write(tmp_path / "mine/face.safetensors", {"image_proj.norm.bias": (4,)})
    weights.write(tmp_path / "mine/eyes.safetensors", {"vision_model.post_layernorm.bias": (4,)})
    weights.write(tmp_path / "mine/other.safetensors", {f"layer.{n}": (1,) for n in range(9)})
    (tmp_path / "mine/notes.txt").write_text("no weights")
    (tmp_path / "mine/real/unet").mkdir(parents=True)
    (tmp_path / "mine/real/model_index.json").write_text("{}")
    found = folders.find([tmp_path])
    assert _names(found.checkpoints) == ["base", "real"]
    assert _names(found.loras) == ["hero"]
    assert _names(found.vaes) == ["soft"]
    assert _names(found.embeddings) == ["word"]
    assert _names(found.controlnets) == ["lines"]
    assert _names(found.ip_adapters) == ["face"]
    assert _names(found.image_encoders) == ["eyes"]


def test_broken_files_and_links_in_circles_cost_only_themselves(tmp_path: Path) -> None:
    (tmp_path / "loras").mkdir()
    (tmp_path / "loras/broken.safetensors").write_bytes(b"\x00\x01")
    (tmp_path / "loras/again").symlink_to(tmp_path / "loras", target_is_directory=True)
    (tmp_path / "loras/gone.safetensors").symlink_to(tmp_path / "nowhere")
    (tmp_path / "half.safetensors").write_bytes(b"\xff" * 9)
    found = folders.find([tmp_path, tmp_path / "missing"])
    assert _names(found.loras) == ["broken", "gone", "half"]
    assert found.unread == (tmp_path / "missing",)


def test_names_are_as_short_as_tells_them_apart(tmp_path: Path) -> None:
    _touch(
        tmp_path / "a/loras/style/ink.safetensors",
        tmp_path / "a/loras/people/ink.safetensors",
        tmp_path / "a/loras/people/ann.safetensors",
        tmp_path / "a/loras/people/ann.pt",
        tmp_path / "b/loras/v1.5.safetensors",
    )
    found = folders.find([tmp_path / "a", tmp_path / "b"])
    assert _names(found.loras) == ["ann.pt", "ann.safetensors", "people/ink", "style/ink", "v1.5"]


def test_a_name_is_found_whatever_its_case_and_the_nearest_is_named(tmp_path: Path) -> None:
    files = folders.named(
        [tmp_path / "Hero.safetensors", tmp_path / "a/ink.safetensors", tmp_path / "b/ink.ckpt"]
    )
    assert folders.pick(files, "hero", Missing.LORA).path == tmp_path / "Hero.safetensors"
    assert folders.pick(files, "HERO.safetensors", Missing.LORA).name == "Hero"
    assert folders.pick(files, "A\\Ink", Missing.LORA).path == tmp_path / "a/ink.safetensors"
    with pytest.raises(BadInput, match="several files called “ink”: “a/ink”, “b/ink”"):
        folders.pick(files, "ink", Missing.LORA)
    with pytest.raises(BadInput, match=r"no LoRA called “heroe”.*Did you mean “Hero”"):
        folders.pick(files, "heroe", Missing.LORA)
    with pytest.raises(BadInput, match=r"pictures\.folders"):
        folders.pick([], "hero", Missing.LORA)


def test_copies_of_one_file_are_one(tmp_path: Path) -> None:
    for place in ("webui", "comfy"):
        weights.write(tmp_path / place / "loras/hero.safetensors", weights.lora(768))
    found = folders.find([tmp_path / "webui", tmp_path / "comfy"])
    assert _names(found.loras) == ["comfy/loras/hero", "webui/loras/hero"]
    assert folders.pick(found.loras, "hero", Missing.LORA).path.is_file()


def test_thousands_of_files_are_listed_without_reading_them(tmp_path: Path) -> None:
    folder = tmp_path / "loras"
    folder.mkdir()
    for number in range(3000):
        (folder / f"style {number}.safetensors").touch(mode=0o000)
    assert len(folders.find([folder]).loras) == 3000


def test_a_name_from_a_disk_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    _touch(tmp_path / "loras/red\x1b[31m\nink.safetensors")
    (found,) = folders.find([tmp_path]).loras
    assert found.name == "red[31m ink"
    assert folders.pick([found], "red[31m ink", Missing.LORA).path.exists()


def test_in_a_plain_folder_pickled_files_are_told_apart_by_size(tmp_path: Path) -> None:
    sizes = {
        "word.pt": 20_000,
        "style.pt": 9_000_000,
        "soft vae.pt": 300_000_000,
        "old.ckpt": 10**9,
        "my hypernetwork.pt": 90_000_000,
    }
    for name, size in sizes.items():
        with (tmp_path / name).open("wb") as made:
            made.truncate(size)  # takes no room on the disk
    found = folders.find([tmp_path])
    sorts = (found.embeddings, found.loras, found.vaes, found.checkpoints)
    assert [_names(each) for each in sorts] == [["word"], ["style"], ["soft vae"], ["old"]]
    assert _names(found.hypernetworks) == ["my hypernetwork"]


def test_a_list_of_other_folders_that_is_none_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "loras").mkdir()
    (tmp_path / "extra_model_paths.yaml").write_bytes(b"\xff\xfe")
    assert folders.find([tmp_path]).loras == ()
    (tmp_path / "extra_model_paths.yaml").write_text("a:\n  loras: nowhere\nb\n  - x: |\n")
    assert folders.find([tmp_path]).loras == ()


def test_a_list_of_folders_in_the_home_of_nobody_leads_nowhere(tmp_path: Path) -> None:
    lines = (
        "a:",
        "  base_path: ~nobody-here",
        "  loras: ~nobody-here/x",
        "  vae: |",
        "    ~none/y",
    )
    (tmp_path / "extra_model_paths.yaml").write_text("\n".join(lines))
    _touch(tmp_path / "loras" / "ink.safetensors")
    found = folders.find([tmp_path, Path("~nobody-here")])
    assert _names(found.loras) == ["ink"]
    assert found.unread == (Path("~nobody-here"),)
