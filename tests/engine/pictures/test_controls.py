"""A picture that keeps a staging is what diffusers' own pipelines draw, and leaves nothing."""

import json
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from storyforge.domain.picture.orders import Family, Redraw, Saving
from storyforge.domain.picture.staging import Control, Staging
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures import memory
from storyforge.engine.pictures.additions.controls import Controls
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.sequence import Interrupted
from tests.engine.pictures import tiny, tiny_controls
from tests.engine.pictures.easel import SIDE, draw, drawer, loaded_of, order, picture, pixels
from tests.engine.pictures.tiny_controls import net_of

FAMILIES = pytest.mark.parametrize("family", [Family.SD1, Family.SD2, Family.SDXL])
_KINDS = {"": "image", "Img2Img": "control_image", "Inpaint": "control_image"}


@pytest.fixture(scope="module")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Family, Path]:
    """A ControlNet a family, as a folder of diffusers."""
    where = tmp_path_factory.mktemp("nets")
    families = (Family.SD1, Family.SD2, Family.SDXL)
    return {each: tiny_controls.write_folder(where / each.name, each) for each in families}


def staging() -> bytes:
    """A staging as large as what is drawn."""
    return picture(SIDE, SIDE)


def keeps(model: Path, **wishes: Any) -> Control:
    return Control(Staging.POSE, model, **{"image": staging(), "ready": True, **wishes})


def bare(family: Family, way: str = "", nets: Any = None, **asked: Any) -> bytes:
    """The picture of diffusers alone, by Euler."""
    import diffusers
    import torch

    wide = family is Family.SDXL
    pipe = tiny.pipe_of(family)
    kind = f"StableDiffusion{'XL' if wide else ''}ControlNet{way}Pipeline"
    more = {"add_watermarker": False} if wide else {"requires_safety_checker": False}
    parts = {**pipe.components, **more, "controlnet": nets or net_of(family)}
    made = getattr(diffusers, kind)(**parts)
    made.scheduler = diffusers.EulerDiscreteScheduler.from_config(
        pipe.scheduler.config, timestep_spacing="linspace"
    )
    made.set_progress_bar_config(disable=True)
    image = Image.open(BytesIO(staging()))
    usual = {
        "num_inference_steps": 4,
        "guidance_scale": 7.0,
        _KINDS[way]: image,
        "controlnet_conditioning_scale": 1.0,
    }
    source = torch.Generator("cpu").manual_seed(5)
    drawn = made("a red fox in the snow", generator=source, **{**usual, **asked}).images[0]
    found: bytes = drawn.tobytes()
    return found


@FAMILIES
def test_a_staging_is_kept_as_the_bare_pipeline_keeps_it(
    family: Family, nets: Mapping[Family, Path]
) -> None:
    ours = pixels(family, order(controls=(keeps(nets[family]),)))
    assert ours == bare(family, width=SIDE, height=SIDE)
    assert ours != pixels(family, order())


@FAMILIES
def test_so_it_is_when_a_picture_is_redrawn(family: Family, nets: Mapping[Family, Path]) -> None:
    wish = order(redraw=Redraw(picture(), 0.6), controls=(keeps(nets[family], weight=0.7),))
    image = Image.open(BytesIO(picture()))
    asked = {"image": image, "strength": 0.6, "controlnet_conditioning_scale": 0.7}
    assert pixels(family, wish) == bare(family, "Img2Img", **asked)


@FAMILIES
def test_and_when_a_region_is(family: Family, nets: Mapping[Family, Path]) -> None:
    image = Image.open(BytesIO(picture()))
    mask = Image.new("L", (SIDE, SIDE))
    mask.paste(255, (16, 8, 48, 40))
    asked = {"image": image, "mask_image": mask, "width": SIDE, "height": SIDE, "strength": 0.6}
    drawn = Image.frombytes("RGB", (SIDE, SIDE), bare(family, "Inpaint", **asked))
    expected = image.copy()
    expected.paste(drawn, (0, 0), mask)
    redraw = Redraw(picture(), 0.6, region=(16, 8, 48, 40), only_masked=False, blur=0)
    wish = order(redraw=redraw, controls=(keeps(nets[family]),))
    assert pixels(family, wish) == expected.tobytes()


def test_several_are_kept_at_once_each_from_one_step_to_another(
    nets: Mapping[Family, Path], tmp_path: Path
) -> None:
    from diffusers.models.controlnets.multicontrolnet import MultiControlNetModel

    second = tiny_controls.write_folder(tmp_path / "second", Family.SD1, seed=29)
    turned = ImageOps.mirror(Image.open(BytesIO(staging())))
    data = BytesIO()
    turned.save(data, "PNG")
    wish = order(
        controls=(
            keeps(nets[Family.SD1], weight=0.5, end=0.6),
            keeps(second, weight=0.9, begin=0.2, image=data.getvalue()),
        )
    )
    expected = bare(
        Family.SD1,
        nets=MultiControlNetModel([net_of(Family.SD1), net_of(Family.SD1, 29)]),
        image=[Image.open(BytesIO(staging())), turned],
        controlnet_conditioning_scale=[0.5, 0.9],
        control_guidance_start=[0.0, 0.2],
        control_guidance_end=[0.6, 1.0],
        width=SIDE,
        height=SIDE,
    )
    assert pixels(Family.SD1, wish) == expected


def test_a_part_that_is_drawn_larger_keeps_its_part_of_the_staging(
    nets: Mapping[Family, Path],
) -> None:
    whole = picture(2 * SIDE, 2 * SIDE)
    redraw = Redraw(whole, 0.6, region=(64, 64, 128, 128), padding=0, blur=0)
    part = Image.open(BytesIO(whole)).crop((64, 64, 128, 128))
    data = BytesIO()
    part.save(data, "PNG")
    left, cut = (
        draw(
            drawer(Family.SD1),
            order(redraw=each, controls=(keeps(nets[Family.SD1], image=image),)),
        ).raster
        for each, image in (
            (redraw, whole),
            (
                Redraw(data.getvalue(), 0.6, region=(0, 0, 64, 64), padding=0, blur=0),
                data.getvalue(),
            ),
        )
    )
    shown = Image.frombytes("RGB", (left.width, left.height), left.rgb).crop((64, 64, 128, 128))
    assert shown.tobytes() == cut.rgb


def test_what_counts_for_nothing_changes_nothing(nets: Mapping[Family, Path]) -> None:
    plain = pixels(Family.SD1, order())
    for nothing in ({"weight": 0.0}, {"begin": 0.5, "end": 0.5}):
        wish = order(controls=(keeps(nets[Family.SD1], **nothing),))
        assert pixels(Family.SD1, wish) == plain


def test_nothing_of_a_staging_is_left_for_the_next_picture(nets: Mapping[Family, Path]) -> None:
    plain = order(negative="dull")
    before = pixels(Family.SD1, plain)
    kept = order("a fox [at dawn:at night:0.5]", controls=(keeps(nets[Family.SD1]),), freeu=True)
    first = pixels(Family.SD1, kept)
    assert pixels(Family.SD1, plain) == before
    assert pixels(Family.SD1, kept) == first


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("pose.safetensors", ""), ("pose.pth", ""), ("control_sd15_pose.pth", "control_model.")],
)
def test_every_layout_is_read(
    name: str, prefix: str, nets: Mapping[Family, Path], tmp_path: Path
) -> None:
    file = tiny_controls.write_file(tmp_path / name, Family.SD1, prefix=prefix)
    drawn = draw(drawer(Family.SD1), order(controls=(keeps(file),)))
    folder = draw(drawer(Family.SD1), order(controls=(keeps(nets[Family.SD1]),)))
    assert drawn.raster == folder.raster
    assert file.stem in drawn.facts["control hashes"]


def test_an_sdxl_file_is_read_as_well(nets: Mapping[Family, Path], tmp_path: Path) -> None:
    file = tiny_controls.write_file(tmp_path / "pose.safetensors", Family.SDXL)
    ours = pixels(Family.SDXL, order(controls=(keeps(file),)))
    assert ours == pixels(Family.SDXL, order(controls=(keeps(nets[Family.SDXL]),)))


def refusal(model: Path, **wishes: Any) -> Any:
    """The fault by which an order with this staging is refused."""
    with pytest.raises(EngineFault) as caught:
        draw(drawer(Family.SD1), order(controls=(keeps(model, **wishes),)))
    return caught.value.fault


def test_another_familys_is_refused_by_its_head(
    tmp_path: Path, nets: Mapping[Family, Path]
) -> None:
    import torch
    from safetensors.torch import save_file

    fault = refusal(nets[Family.SDXL])
    assert fault.kind is FaultKind.CONTROL_OTHER_BASE
    file = tmp_path / "xl.safetensors"
    words = "input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight"
    hint = "input_hint_block.0.weight"
    save_file({words: torch.zeros(1, 2048), hint: torch.zeros(1)}, file)
    fault = refusal(file)
    assert (fault.kind, fault.more) == (FaultKind.CONTROL_OTHER_BASE, str(Family.SDXL))


@pytest.mark.parametrize(
    ("tensor", "what"),
    [
        ("task_embedding", "union"),
        ("lora_controlnet", "Control-LoRA"),
        ("body.0.in_conv.weight", "T2I-Adapter"),
        ("lllite_unet_input_blocks.weight", "ControlLLLite"),
        ("anything", "other"),
    ],
)
def test_what_is_no_plain_controlnet_is_named(tensor: str, what: str, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    file = tmp_path / "net.safetensors"
    save_file({tensor: torch.zeros(1)}, file)
    fault = refusal(file)
    assert (fault.kind, fault.about, fault.more) == (FaultKind.CONTROL_KIND, file.name, what)


def test_damage_and_absence_are_named(tmp_path: Path, nets: Mapping[Family, Path]) -> None:
    assert refusal(tmp_path / "gone").kind is FaultKind.CONTROL_UNREAD
    torn = tiny_controls.write_file(tmp_path / "torn.safetensors", Family.SD1)
    torn.write_bytes(torn.read_bytes()[:-100])
    assert refusal(torn).kind is FaultKind.NOT_WHOLE
    assert refusal(nets[Family.SD1], image=b"no picture").kind is FaultKind.STAGING_SOURCE
    fault = refusal(nets[Family.SD1], ready=False)
    assert (fault.kind, fault.about) == (FaultKind.READER_MISSING, "body_pose_model.pth")


@pytest.mark.parametrize(
    "told",
    [
        {"layers_per_block": 10**9},
        {"transformer_layers_per_block": [1, 10**9]},
        {"num_class_embeds": 10**12},
        {"act_fn": None},
        {"norm_num_groups": 0},
    ],
)
def test_a_configuration_that_cannot_be_built_is_named_and_not_built(
    told: dict[str, Any], nets: Mapping[Family, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "net"
    shutil.copytree(nets[Family.SD1], folder)
    file = folder / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **told}), "utf-8")
    assert refusal(folder).kind is FaultKind.CONTROL_UNFIT


def test_weights_of_another_kind_or_shape_are_named(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    file = tiny_controls.write_file(tmp_path / "net.safetensors", Family.SD1)
    weights = load_file(file)
    word = next(name for name in weights if name.endswith("attn2.to_k.weight"))
    for odd in (torch.tensor(1.0), weights[word].to(torch.int8)):
        save_file({**weights, word: odd}, file)
        assert refusal(file).kind is FaultKind.CONTROL_UNFIT


def test_a_pickle_that_would_run_something_is_not_loaded(tmp_path: Path) -> None:
    import os
    import pickle

    class Trap:
        def __reduce__(self) -> Any:
            return os.system, ("true",)

    file = tmp_path / "trap.pth"
    file.write_bytes(pickle.dumps({"input_hint_block.0.weight": Trap()}))
    assert refusal(file).kind is FaultKind.FORBIDDEN_PICKLE


def test_a_stop_is_heard_while_it_is_loaded(nets: Mapping[Family, Path]) -> None:
    painter = Drawer(loaded_of(tiny.pipe_of(Family.SD1), Family.SD1))
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked > 4

    with pytest.raises(Interrupted):
        painter.draw(order(controls=(keeps(nets[Family.SD1]),)), stopped, lambda _: None)
    assert draw(painter, order()).raster.rgb == pixels(Family.SD1, order())


def test_only_the_last_pictures_controlnets_stay_in_memory(
    nets: Mapping[Family, Path], tmp_path: Path
) -> None:
    second = tiny_controls.write_folder(tmp_path / "second", Family.SD1, seed=29)
    painter = Drawer(loaded_of(tiny.pipe_of(Family.SD1), Family.SD1))
    controls = next(each for each in painter._additions if isinstance(each, Controls))
    for model in (nets[Family.SD1], second, second):
        draw(painter, order(controls=(keeps(model),)))
        assert [path for path, _ in controls._nets._kept] == [model]
    assert len(painter._pipes) == 1
    painter.let_go()
    assert not controls._nets._kept


def test_it_waits_in_main_memory_where_the_painter_does(nets: Mapping[Family, Path]) -> None:
    """With the processor in the GPU's place: the hooks are the same ones."""
    wish = order(controls=(keeps(nets[Family.SD1]),))
    loaded = loaded_of(tiny.pipe_of(Family.SD1), Family.SD1)
    loaded.pipe.set_progress_bar_config(disable=True)
    memory.apply(loaded, Saving.OFFLOAD)
    painter = Drawer(loaded)
    for wanted in (wish, order(), wish):
        assert draw(painter, wanted).raster.rgb == pixels(Family.SD1, wanted)
