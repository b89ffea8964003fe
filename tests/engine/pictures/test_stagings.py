"""Stagings are read out of pictures by the real readers: their classes, with weights made here."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image, ImageDraw, ImageOps

from storyforge.domain.picture.orders import PainterNote
from storyforge.domain.picture.staging import Control, Staging
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures.canvases import Canvas
from storyforge.engine.pictures.controls import annotators
from storyforge.engine.pictures.controls.annotators import reader_module
from storyforge.engine.pictures.controls.stagings import fitted, read, staging_of

SIDE = 64


@pytest.fixture(scope="module")
def cpu() -> Any:
    import torch

    return torch.device("cpu")


def house() -> Image.Image:
    """A dark house before a light sky."""
    picture = Image.new("RGB", (SIDE, SIDE), (220, 230, 250))
    ImageDraw.Draw(picture).rectangle((16, 24, 48, 63), (60, 30, 20))
    return picture


def saved(picture: Image.Image) -> bytes:
    data = BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def test_edges_are_cannys(cpu: Any) -> None:
    import cv2

    found = numpy.asarray(read(Staging.EDGES, house(), None, (SIDE, SIDE), cpu))
    expected = cv2.Canny(numpy.asarray(house()), 100, 200)
    assert (found == expected[:, :, None]).all()
    assert found[40, 14:18].max() == 255
    assert found[40, 30].max() == 0


def test_lines_come_without_a_model_too(cpu: Any) -> None:
    found = numpy.asarray(read(Staging.LINES, house(), None, (SIDE, SIDE), cpu))
    assert found[40, 17:22].max() > 100 > found[8, 8].max()
    plain = Image.new("RGB", (SIDE, SIDE), (90, 90, 90))
    assert not numpy.asarray(read(Staging.LINES, plain, None, (SIDE, SIDE), cpu)).any()


@pytest.mark.parametrize(
    ("kind", "module", "make"),
    [
        (Staging.LINES, "lineart", lambda module: module.Generator(3, 1, 3)),
        (Staging.SOFT_EDGES, "hed", lambda module: module.ControlNetHED_Apache2()),
    ],
)
def test_lines_and_soft_edges_are_controlnet_auxs(
    kind: Staging, module: str, make: Callable[[Any], Any], tmp_path: Path, cpu: Any
) -> None:
    import torch

    torch.manual_seed(3)
    model = make(reader_module(module)).eval()
    file = tmp_path / "reader.pth"
    torch.save(model.state_dict(), file)
    found = numpy.asarray(read(kind, house(), file, (SIDE, SIDE), cpu))
    theirs = {
        Staging.LINES: lambda: reader_module(module).LineartDetector(model, None),
        Staging.SOFT_EDGES: lambda: reader_module(module).HEDdetector(model),
    }[kind]()
    expected = theirs(house(), detect_resolution=SIDE, image_resolution=SIDE, output_type="np")
    assert found.shape == (SIDE, SIDE, 3)
    assert (found == expected).all()


class Seen:
    """What OpenPose's network would tell of one person who stands upright: joints and limbs."""

    # by OpenPose's numbers, in parts of the picture
    _JOINTS = (
        (0.5, 0.15), (0.5, 0.3), (0.4, 0.3), (0.35, 0.45), (0.33, 0.6), (0.6, 0.3), (0.65, 0.45),
        (0.67, 0.6), (0.44, 0.6), (0.43, 0.75), (0.43, 0.9), (0.56, 0.6), (0.57, 0.75),
        (0.57, 0.9), (0.48, 0.12), (0.52, 0.12), (0.45, 0.14), (0.55, 0.14),
    )  # fmt: skip
    _LIMBS = (
        (2, 3), (2, 6), (3, 4), (4, 5), (6, 7), (7, 8), (2, 9), (9, 10), (10, 11), (2, 12),
        (12, 13), (13, 14), (2, 1), (1, 15), (15, 17), (1, 16), (16, 18), (3, 17), (6, 18),
    )  # fmt: skip
    _PLACES = (
        (31, 32), (39, 40), (33, 34), (35, 36), (41, 42), (43, 44), (19, 20), (21, 22), (23, 24),
        (25, 26), (27, 28), (29, 30), (47, 48), (49, 50), (53, 54), (51, 52), (55, 56), (37, 38),
        (45, 46),
    )  # fmt: skip

    def __init__(self, *, empty: bool = False) -> None:
        self._empty = empty

    def parameters(self) -> Any:
        import torch

        return iter([torch.zeros(1)])

    def __call__(self, data: Any) -> Any:
        import torch

        high, wide = (side // 8 for side in data.shape[2:])
        limbs, joints = torch.zeros(1, 38, high, wide), torch.zeros(1, 19, high, wide)
        if self._empty:
            return limbs, joints
        ys, xs = torch.meshgrid(torch.arange(high), torch.arange(wide), indexing="ij")
        for at, (x, y) in enumerate(self._JOINTS):
            far = (xs + 0.5 - x * wide) ** 2 + (ys + 0.5 - y * high) ** 2
            joints[0, at] = torch.exp(-far / 2)
        for (start, end), (across, down) in zip(self._LIMBS, self._PLACES, strict=True):
            (x1, y1), (x2, y2) = self._JOINTS[start - 1], self._JOINTS[end - 1]
            length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
            limbs[0, across - 19], limbs[0, down - 19] = (x2 - x1) / length, (y2 - y1) / length
        return limbs, joints


def test_a_pose_is_a_skeleton_in_openposes_colours() -> None:
    pixels = numpy.asarray(house().resize((256, 256)))
    found = annotators.skeletons(pixels, 256, Seen())
    assert found.shape == (256, 256, 3)
    # the neck, and the middle of the left thigh
    assert found[int(0.3 * 256), 128].max() > 150
    assert found[int(0.68 * 256), int(0.565 * 256)].max() > 100
    assert not found[:20].any()


def test_that_there_is_nobody_is_said() -> None:
    with pytest.raises(EngineFault) as caught:
        annotators.skeletons(numpy.asarray(house()), SIDE, Seen(empty=True))
    assert caught.value.fault.kind is FaultKind.NOBODY_THERE


def test_a_pose_comes_by_openposes_own_network(tmp_path: Path, cpu: Any) -> None:
    import torch

    model = reader_module("open_pose.model").bodypose_model()
    with torch.no_grad():
        for each in model.parameters():
            each.zero_()
    # The file has the names of the first conversion, without a level.
    weights = {name.partition(".")[2]: each for name, each in model.state_dict().items()}
    file = tmp_path / "body_pose_model.pth"
    torch.save(weights, file)
    with pytest.raises(EngineFault) as caught:
        read(Staging.POSE, house(), file, (SIDE, SIDE), cpu)
    assert caught.value.fault.kind is FaultKind.NOBODY_THERE
    torch.save(dict(list(weights.items())[1:]), file)
    with pytest.raises(EngineFault) as caught:
        read(Staging.POSE, house(), file, (SIDE, SIDE), cpu)
    assert caught.value.fault.kind is FaultKind.READER_UNFIT


def depth_folder(folder: Path) -> Path:
    """A DPT with few and random weights."""
    import torch
    from transformers import DPTConfig, DPTForDepthEstimation

    torch.manual_seed(5)
    config = DPTConfig(
        hidden_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=32,
        patch_size=16,
        backbone_out_indices=[0, 1, 2, 3],
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        reassemble_factors=[4, 2, 1, 0.5],
        is_hybrid=False,
    )
    DPTForDepthEstimation(config).save_pretrained(folder)
    told = '{"size": {"height": 32, "width": 32}, "keep_aspect_ratio": false}'
    (folder / "preprocessor_config.json").write_text(told, "utf-8")
    return folder


def test_depth_is_read_by_a_model_of_transformers(tmp_path: Path, cpu: Any) -> None:
    import torch
    from transformers import DPTForDepthEstimation

    folder = depth_folder(tmp_path / "depth-anything")
    found = numpy.asarray(read(Staging.DEPTH, house(), folder, (SIDE, SIDE), cpu))
    assert found.shape == (SIDE, SIDE, 3)
    assert (int(found.min()), int(found.max())) == (0, 255)
    small = numpy.asarray(house().resize((32, 32), Image.Resampling.BICUBIC), numpy.float32)
    seen = torch.from_numpy((small / 255 - 0.5) / 0.5).permute(2, 0, 1)[None]
    with torch.no_grad():
        told = DPTForDepthEstimation.from_pretrained(folder)(pixel_values=seen).predicted_depth
    nearest = numpy.unravel_index(int(told.argmax()), told.shape[1:])
    scale = SIDE / told.shape[1]
    assert found[int((nearest[0] + 0.5) * scale), int((nearest[1] + 0.5) * scale), 0] > 200


@pytest.mark.parametrize("wrong", ["another kind", "no weights", "weights missing"])
def test_what_reads_no_depth_is_named(wrong: str, tmp_path: Path, cpu: Any) -> None:
    from safetensors.torch import load_file, save_file

    folder = depth_folder(tmp_path / "depth")
    file = folder / "model.safetensors"
    if wrong == "another kind":
        (folder / "config.json").write_text('{"architectures": ["BertModel"]}', "utf-8")
    elif wrong == "no weights":
        file.unlink()
    else:
        weights = load_file(file)
        weights.pop(next(iter(weights)))
        save_file(weights, file, {"format": "pt"})
    with pytest.raises(EngineFault) as caught:
        read(Staging.DEPTH, house(), folder, (SIDE, SIDE), cpu)
    assert caught.value.fault.kind is FaultKind.READER_UNFIT


@pytest.mark.parametrize(
    "told",
    [
        {"backbone": "microsoft/resnet-50", "use_pretrained_backbone": True},
        {"backbone": "resnet50", "use_timm_backbone": True},
        {"num_hidden_layers": "many"},
        {"hidden_size": 1 << 40},
    ],
)
def test_a_depth_model_that_would_come_from_elsewhere_or_is_none_is_named(
    told: dict[str, Any], tmp_path: Path, cpu: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*asked: object) -> None:
        raise AssertionError(asked)

    monkeypatch.setattr("socket.getaddrinfo", nobody)
    folder = _told(depth_folder(tmp_path / "depth"), "config.json", told)
    with pytest.raises(EngineFault) as caught:
        read(Staging.DEPTH, house(), folder, (SIDE, SIDE), cpu)
    assert caught.value.fault.kind is FaultKind.READER_UNFIT


def test_what_a_depth_model_says_beside_its_sizes_is_not_heard(tmp_path: Path, cpu: Any) -> None:
    plain = read(Staging.DEPTH, house(), depth_folder(tmp_path / "one"), (SIDE, SIDE), cpu)
    told = {
        "quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True},
        "attn_implementation": "somebody/kernels",
        "auto_map": {"AutoModelForDepthEstimation": "somebody--model.Model"},
    }
    folder = _told(depth_folder(tmp_path / "other"), "config.json", told)
    assert read(Staging.DEPTH, house(), folder, (SIDE, SIDE), cpu).tobytes() == plain.tobytes()


@pytest.mark.parametrize(
    "told",
    [
        {"size": 10**9}, {"size": [1, 2]}, {"size": "x"}, {"ensure_multiple_of": 10**9},
        {"image_mean": "grey"}, {"image_std": [1, 2]},
    ],
)  # fmt: skip
def test_a_depth_model_that_wants_to_see_what_cannot_be_is_named(
    told: dict[str, Any], tmp_path: Path, cpu: Any
) -> None:
    folder = _told(depth_folder(tmp_path / "depth"), "preprocessor_config.json", told)
    with pytest.raises(EngineFault) as caught:
        read(Staging.DEPTH, house(), folder, (SIDE, SIDE), cpu)
    assert caught.value.fault.kind is FaultKind.READER_UNFIT


def _told(folder: Path, name: str, told: dict[str, Any]) -> Path:
    file = folder / name
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **told}), "utf-8")
    return folder


def test_a_drawing_in_pencil_is_turned_to_light_on_dark(tmp_path: Path, cpu: Any) -> None:
    drawn = Image.new("RGB", (SIDE, SIDE), "white")
    ImageDraw.Draw(drawn).line((8, 8, 56, 56), "black", 2)
    for kind, turned in ((Staging.LINES, True), (Staging.DEPTH, False)):
        control, said = Control(kind, tmp_path, saved(drawn), ready=True), list[PainterNote]()
        found = staging_of(control, (SIDE, SIDE), cpu, said.append)
        assert found == (ImageOps.invert(drawn) if turned else drawn)
        assert len(said) == turned


def test_a_staging_is_fitted_to_what_is_drawn() -> None:
    wide = Image.new("RGB", (128, 64), "black")
    wide.paste((255, 0, 0), (32, 0, 96, 64))
    assert fitted(wide, (64, 64), None).getcolors() == [(64 * 64, (255, 0, 0))]
    whole = Image.new("RGB", (128, 64))
    canvas = Canvas(whole.crop((0, 0, 32, 64)), None, whole, (0, 0, 32, 64), Image.new("L", (1, 1)))
    assert fitted(wide, (16, 32), canvas).getpixel((4, 16)) == (0, 0, 0)


def test_the_rest_of_controlnet_aux_is_not_imported() -> None:
    import sys

    reader_module("canny")
    assert "controlnet_aux.midas" not in sys.modules
    assert "controlnet_aux.open_pose.face" not in sys.modules
    with pytest.raises(EngineFault) as caught:
        reader_module("open_pose.face")
    assert caught.value.fault.kind is FaultKind.NO_STAGING_READERS
