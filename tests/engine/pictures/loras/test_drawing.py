"""Pictures with a LoRA: as bare diffusers draws them with it fused, and without it as before."""

from pathlib import Path
from typing import Any

import pytest
import torch

from storyforge.domain.picture.orders import Drawn, Family
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures.drawing import Drawer
from tests.engine.pictures import easel, tiny
from tests.engine.pictures.loras import making
from tests.images import weights


def test_a_picture_is_the_one_that_bare_diffusers_draws_with_it(tmp_path: Path) -> None:
    pipe = tiny.pipe_of(Family.SD1)
    made = {n: e for n, e in making.adapt(pipe).items() if n.startswith("unet.")}
    path = making.write(tmp_path / "ink.safetensors", making.kohya(made))
    drawer = Drawer(easel.loaded_of(pipe, Family.SD1))
    plain = easel.draw(drawer, easel.order())
    drawn = easel.draw(drawer, easel.order(loras=(making.use(path),)))
    again = easel.draw(drawer, easel.order())
    assert drawn.raster != plain.raster == again.raster
    assert path.stem in drawn.facts["lora hashes"]
    bare = tiny.pipe_of(Family.SD1)
    bare.load_lora_weights(str(path))
    bare.fuse_lora()
    bare.unload_lora_weights()
    theirs = easel.draw(Drawer(easel.loaded_of(bare, Family.SD1)), easel.order())
    assert theirs.raster == drawn.raster


def test_one_of_the_text_encoder_changes_what_a_prompt_means(tmp_path: Path) -> None:
    pipe = tiny.pipe_of(Family.SDXL)
    made = {n: e for n, e in making.adapt(pipe).items() if n.startswith("text_encoder_2.")}
    path = making.write(tmp_path / "words.safetensors", making.kohya(made))
    drawer = Drawer(easel.loaded_of(pipe, Family.SDXL))
    wish: dict[str, Any] = {"steps": 2}

    def drawn(*weights: float) -> Drawn:
        uses = tuple(making.use(path, 0.0, each) for each in weights)
        return easel.draw(drawer, easel.order(loras=uses, **wish))

    first, strong, weak, last = drawn(), drawn(1.0), drawn(0.5), drawn()
    assert first.raster == last.raster
    assert len({first.raster.rgb, strong.raster.rgb, weak.raster.rgb}) == 3


def test_one_for_another_base_stops_before_the_first_step(tmp_path: Path) -> None:
    path = weights.write(tmp_path / "wide.safetensors", weights.lora(2048))
    heard: list[object] = []
    with pytest.raises(EngineFault) as caught:
        easel.draw(easel.drawer(Family.SD1), easel.order(loras=(making.use(path),)), heard.append)
    assert caught.value.fault.kind is FaultKind.LORA_OTHER_BASE
    assert not heard


def test_weights_are_never_asked_for_gradients(tmp_path: Path) -> None:
    pipe = tiny.pipe_of(Family.SD1)
    path = making.write(tmp_path / "ink.safetensors", making.adapt(pipe))
    drawer = Drawer(easel.loaded_of(pipe, Family.SD1))
    with torch.enable_grad():
        easel.draw(drawer, easel.order(loras=(making.use(path),), steps=1))
    assert all(each.grad is None for each in pipe.unet.parameters())
