"""What cannot be used is named before the first step, a stop is heard, and nothing stays behind."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from storyforge.domain.picture.orders import Family
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.memory import Memory
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.pictures.families import ROWS
from storyforge.engine.pictures.references import room
from storyforge.engine.pictures.references.room import where
from storyforge.engine.pictures.references.speaking import listeners
from storyforge.engine.sequence import Interrupted
from storyforge.images import image_encoders
from storyforge.images.heads import Tensor
from tests.engine.pictures import easel, tiny
from tests.engine.pictures.references import making


def test_without_room_on_the_device_a_picture_is_looked_at_by_the_processor() -> None:
    loaded = easel.loaded_of(tiny.pipe_of(Family.SD1), Family.SD1)
    assert where(loaded, 10**12) == (torch.device("cpu"), torch.float32)
    full: Any = SimpleNamespace(device=torch.device("cuda"), dtype=torch.float16)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(room, "free_on", lambda _: Memory(8 << 30, 2 << 30))
        assert where(full, 10**9) == (torch.device("cpu"), torch.float32)
        assert where(full, 10**8) == (torch.device("cuda"), torch.float16)


def test_a_stop_and_a_fault_leave_no_hook(shelf: Path) -> None:
    pipe = tiny.pipe_of(Family.SD1)
    drawer = Drawer(easel.loaded_of(pipe, Family.SD1))
    said: list[Any] = []
    wish = easel.order(steps=9, references=(making.reference(shelf / "SD1.safetensors"),))
    with pytest.raises(Interrupted):
        drawer.draw(wish, lambda: len(said) >= 2, said.append)
    assert not making.hooks(pipe.unet)

    def fail(_said: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        drawer.draw(wish, lambda: False, fail)
    assert not making.hooks(pipe.unet)


def test_what_does_not_fit_is_named_before_the_first_step(shelf: Path, tmp_path: Path) -> None:
    alone = making.write_adapter(tmp_path / "ip.safetensors", tiny.pipe_of(Family.SD1))
    odd = making.write_encoder(tmp_path / "odd", width=8, gives=12)
    torn = making.write_adapter(shelf / "torn.safetensors", tiny.pipe_of(Family.SD1))
    torn.write_bytes(torn.read_bytes()[:-99])
    for one, kind in (
        (making.reference(shelf / "SDXL.safetensors"), FaultKind.ADAPTER_OTHER_BASE),
        (making.reference(alone), FaultKind.NO_ENCODER_THERE),
        (making.reference(alone, encoder=odd), FaultKind.ENCODER_UNFIT),
        (making.reference(alone, encoder=tmp_path / "no"), FaultKind.REFERENCE_UNREAD),
        (making.reference(torn), FaultKind.NOT_WHOLE),
        (making.reference(shelf / "SD1.safetensors", image=b"x"), FaultKind.NO_REFERENCE),
        (making.reference(tmp_path / "gone.safetensors"), FaultKind.REFERENCE_UNREAD),
        (making.reference(odd / "model.safetensors"), FaultKind.NO_ADAPTER),
    ):
        said: list[Any] = []
        with pytest.raises(EngineFault) as caught:
            easel.draw(easel.drawer(Family.SD1), easel.order(references=(one,)), said.append)
        assert caught.value.fault.kind is kind
        assert not said
    assert not making.hooks(easel.drawer(Family.SD1).loaded.pipe.unet)


@pytest.mark.parametrize(
    ("family", "layers"),
    [
        (Family.SD1, (320, 320, 640, 640, 1280, 1280, *[1280] * 3, *[640] * 3, *[320] * 3, 1280)),
        (Family.SDXL, (*[640] * 4, *[1280] * 20, *[1280] * 30, *[640] * 6, *[1280] * 10)),
    ],
)
def test_layers_stand_in_the_order_of_published_adapters(
    family: Family, layers: tuple[int, ...]
) -> None:
    """Down, up, and the middle last, as IP-Adapter's authors counted them."""
    from accelerate import init_empty_weights
    from diffusers import UNet2DConditionModel

    config = UNet2DConditionModel.load_config(ROWS[family].config, subfolder="unet")
    with init_empty_weights():
        unet = UNet2DConditionModel.from_config(config)
    assert tuple(each.to_k.out_features for each in listeners(unet)) == layers


def test_one_that_does_not_count_is_not_looked_at(tmp_path: Path) -> None:
    nobody = making.reference(tmp_path / "gone.safetensors", scale=0.0)
    wish = easel.order(references=(nobody,))
    assert easel.pixels(Family.SD1, wish) == easel.pixels(Family.SD1, easel.order())


def test_a_stop_is_heard_while_a_picture_is_looked_at(shelf: Path) -> None:
    one = making.reference(shelf / "SD1.safetensors", image=easel.picture(33, 33))
    wish = easel.order(references=(one,))
    for most in range(2, 40, 4):
        asked = 0

        def stopped(most: int = most) -> bool:
            nonlocal asked
            asked += 1
            return asked > most

        said: list[Any] = []
        with pytest.raises(Interrupted):
            easel.drawer(Family.SD1).draw(wish, stopped, said.append)
        assert asked == most + 1
        assert {each.step for each in said} <= {0}


def test_that_a_picture_is_looked_at_is_said_once(shelf: Path) -> None:
    one = making.reference(shelf / "SD1.safetensors", image=easel.picture(34, 34))
    wish = easel.order(references=(one,), steps=2)
    for before in ([0], []):
        said: list[Any] = []
        easel.draw(easel.drawer(Family.SD1), wish, said.append)
        assert [each.step for each in said] == [*before, 1, 2]
        assert [each.doing is not None for each in said] == [
            *(bool(not each) for each in before),
            False,
            False,
        ]


@pytest.mark.parametrize(
    ("sizes", "layers", "bends"),
    [((1280, 5120, 1024), 32, "gelu"), ((1664, 8192, 1280), 48, "gelu")],
)
def test_a_single_file_becomes_the_encoder_that_it_was(
    sizes: tuple[int, int, int], layers: int, bends: str
) -> None:
    """ViT-H and ViT-bigG in their own sizes, without a number."""
    from accelerate import init_empty_weights
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    width, inner, gives = sizes
    made = CLIPVisionConfig(
        hidden_size=width,
        intermediate_size=inner,
        projection_dim=gives,
        num_hidden_layers=layers,
        num_attention_heads=16,
        image_size=224,
        patch_size=14,
        hidden_act=bends,
    )

    def shapes(config: Any) -> dict[str, tuple[int, ...]]:
        with init_empty_weights():
            model = CLIPVisionModelWithProjection(config)
        return {name: tuple(each.shape) for name, each in model.state_dict().items()}

    tensors = {name: Tensor("F16", shape, 0) for name, shape in shapes(made).items()}
    reckoned = image_encoders.reckoned(tensors)
    assert reckoned["hidden_act"] == bends
    assert reckoned["num_attention_heads"] == 16
    assert shapes(CLIPVisionConfig.from_dict(reckoned)) == shapes(made)
