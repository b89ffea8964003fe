"""A refiner takes over the last steps: bit for bit what diffusers' ensemble of experts draws."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.picture.orders import (
    Drawing,
    Drawn,
    Family,
    Flaw,
    Order,
    PainterNote,
    Redraw,
    Saving,
    Variation,
)
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures import loading, memory
from storyforge.engine.pictures.drawing import Drawer
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.noise import generator
from storyforge.engine.pictures.originals import shipped_refiner
from storyforge.engine.pictures.painting import LoadedPainter
from storyforge.engine.pictures.samplers import sampler_of
from storyforge.engine.sequence import Interrupted
from storyforge.images import checkpoints
from storyforge.images.checkpoint_kinds import OF_REFINER, Kind
from storyforge.images.wrong import WrongFile
from tests.engine.pictures import easel, tiny, tiny_refiner

STEPS = 5


@pytest.fixture(scope="module")
def refiner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_refiner.write_folder(tmp_path_factory.mktemp("folder") / "refiner")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_refiner.write_file(tmp_path_factory.mktemp("file") / "refiner.safetensors")


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For what is loaded once, before any test has a home."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("STORYFORGE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


def load(base: Path, refiner: Path, **settings: Any) -> Loaded:
    return loading.load(tiny.spec_of(base, refiner=refiner, **settings), lambda _: True)


@pytest.fixture(scope="module")
def bare(folders: Mapping[Family, Path], refiner: Path) -> tuple[Any, Any]:
    """diffusers' own two pipelines of the same folders."""
    import diffusers

    base = diffusers.StableDiffusionXLPipeline.from_pretrained(
        folders[Family.SDXL], add_watermarker=False
    )
    later = diffusers.StableDiffusionXLImg2ImgPipeline.from_pretrained(
        refiner, text_encoder_2=base.text_encoder_2, vae=base.vae, add_watermarker=False
    )
    for pipe in (base, later):
        pipe.set_progress_bar_config(disable=True)
    return base, later


def drawn_barely(pipes: tuple[Any, Any], order: Order, begins: float) -> Any:
    """What diffusers draws with the two of them, as its documentation has it."""
    base, later = pipes
    source = generator(order.seed)
    words = {"prompt": order.prompt, "negative_prompt": order.negative, "generator": source}
    steps = {"num_inference_steps": order.steps, "guidance_scale": order.guidance}
    size = {"width": order.width, "height": order.height}
    with pytest.MonkeyPatch.context() as patched:
        for pipe in pipes:
            sampler = sampler_of(order.sampler, order.schedule, pipe.scheduler)
            patched.setattr(pipe, "scheduler", sampler.scheduler)
        begun = base(**words, **steps, **size, denoising_end=begins, output_type="latent").images
        return later(**words, **steps, image=begun, denoising_start=begins).images[0]


@pytest.fixture(scope="module")
def early(folders: Mapping[Family, Path], refiner: Path) -> Loaded:
    """Two of five steps are the refiner's."""
    return load(folders[Family.SDXL], refiner, refine_from=0.6)


@pytest.mark.parametrize("sampler", ["Euler", "Euler a", "DPM2", "DPM++ 2M"])
def test_a_picture_is_diffusers_own_to_the_bit(
    bare: tuple[Any, Any], early: Loaded, sampler: str
) -> None:
    order = easel.order(steps=STEPS, sampler=sampler, negative="grey", prompt="a red fox")
    drawn = easel.draw(Drawer(early), order)
    assert drawn.raster.rgb == drawn_barely(bare, order, 0.6).tobytes()
    assert drawn.facts["refiner"] == "refiner"
    assert drawn.facts["refine from"] == "0.6"
    assert drawn.facts["refiner hash"]


def test_a_single_file_is_the_same_refiner(
    folders: Mapping[Family, Path], refiner: Path, file: Path
) -> None:
    order = easel.order(steps=STEPS)
    drawn = [
        easel.draw(Drawer(load(folders[Family.SDXL], each)), order) for each in (refiner, file)
    ]
    assert drawn[0].raster == drawn[1].raster
    assert drawn[0].raster.rgb != easel.pixels(Family.SDXL, order)


@pytest.fixture(scope="module")
def both(folders: Mapping[Family, Path], tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder = tmp_path_factory.mktemp("both") / "refiner"
    return load(folders[Family.SDXL], tiny_refiner.write_folder(folder))


def test_steps_are_counted_as_one_and_the_refiner_is_stopped_within_one(both: Loaded) -> None:
    told = list[tuple[int, int]]()

    def say(said: Drawing | Drawn | PainterNote) -> None:
        if isinstance(said, Drawing):
            told.append((said.step, said.steps))

    painter, order = LoadedPainter(both), easel.order(steps=STEPS)
    painter.paint(order, lambda: False, say)
    assert told == [(step, STEPS) for step in range(1, STEPS + 1)]
    told.clear()
    with pytest.raises(Interrupted):
        painter.paint(order, lambda: len(told) >= STEPS - 1, say)
    assert len(told) == STEPS - 1


def test_prompts_change_in_the_refiners_steps_too(both: Loaded) -> None:
    drawer = Drawer(both)
    plain, changed, same = (
        easel.draw(drawer, easel.order(prompt, steps=20, preview_every=1)).raster
        for prompt in ("a fox", "[a fox:an owl:17]", "[a fox:an owl:20]")
    )
    assert changed != plain
    assert same == plain


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_few_steps_are_shared_too(both: Loaded, steps: int) -> None:
    told = list[int]()

    def say(said: Drawing | Drawn | PainterNote) -> None:
        if isinstance(said, Drawing):
            told.append(said.step)

    drawn = easel.draw(Drawer(both), easel.order(steps=steps), say)
    assert drawn.flaw is Flaw.NONE
    assert told[-1] == steps


def test_what_is_added_to_a_drawing_is_the_bases(both: Loaded) -> None:
    drawer = Drawer(both)
    plain = easel.draw(drawer, easel.order(steps=STEPS))
    hot = easel.draw(drawer, easel.order(steps=STEPS, heat=True))
    varied = easel.draw(drawer, easel.order(steps=STEPS, variation=Variation(9, 0.3)))
    assert hot.raster == plain.raster != varied.raster
    assert [heat.word for heat in hot.heat][-1] == "snow"


def test_the_two_take_turns_where_parts_wait(both: Loaded) -> None:
    order, drawer = easel.order(steps=STEPS), Drawer(both)
    before = easel.draw(drawer, order)
    drawer.let_go()
    memory.apply(both, Saving.OFFLOAD)
    try:
        drawn = [easel.draw(drawer, order) for _ in range(2)]
    finally:
        drawer.let_go()
        memory.apply(both, Saving.NONE)
    assert {each.facts["saving"] for each in drawn} == {"offload"}
    assert all(each.raster == before.raster for each in drawn)


def test_what_is_redrawn_is_drawn_by_the_base_alone(both: Loaded) -> None:
    order = easel.order(redraw=Redraw(easel.picture()))
    alone = easel.pixels(Family.SDXL, order)
    assert easel.draw(Drawer(both), order).raster.rgb == alone


def test_a_refiner_that_is_none_or_has_no_base_is_named_before_anything_is_loaded(
    folders: Mapping[Family, Path], refiner: Path
) -> None:
    with pytest.raises(EngineFault) as none:
        load(folders[Family.SDXL], folders[Family.SDXL])
    assert none.value.fault.kind is FaultKind.NO_REFINER
    with pytest.raises(EngineFault) as unfit:
        load(folders[Family.SD1], refiner)
    assert unfit.value.fault.kind is FaultKind.REFINER_UNFIT
    assert unfit.value.fault.more == Family.SD1.value


@pytest.mark.parametrize("kind", ["refiner", "file"])
def test_a_refiner_alone_is_no_painter_and_it_is_said_what_it_is_for(
    request: pytest.FixtureRequest, kind: str
) -> None:
    facts = checkpoints.look(request.getfixturevalue(kind))
    assert facts.kind is Kind.REFINER
    refusal = facts.refusal()
    assert isinstance(refusal, WrongFile)
    assert "refiner=FILE" in refusal.hint


def test_what_ships_has_as_many_numbers_as_the_refiner() -> None:
    import torch
    from diffusers import UNet2DConditionModel

    with torch.device("meta"):
        unet = UNet2DConditionModel.from_config(shipped_refiner())
    assert sum(each.numel() for each in unet.parameters()) == OF_REFINER


def test_both_are_reckoned(folders: Mapping[Family, Path], both: Loaded) -> None:
    alone = loading.load(tiny.spec_of(folders[Family.SDXL]), lambda _: True)
    unet = sum(each.numel() for each in both.later[0].unet.parameters())
    assert both.needed == alone.needed + unet * 4
