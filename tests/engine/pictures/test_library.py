"""Stable Diffusion 3, FLUX and DeepFloyd IF of folders: bit for bit what diffusers draws."""

import json
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.picture.orders import (
    Ability,
    Drawing,
    Drawn,
    Family,
    Flaw,
    Order,
    PainterNote,
    Redraw,
    Saving,
)
from storyforge.engine.faults import EngineFault, FaultKind
from storyforge.engine.pictures import devices, loading, memory
from storyforge.engine.pictures.canvases import canvas_of
from storyforge.engine.pictures.library import sentencepieces
from storyforge.engine.pictures.library.kinds import KINDS
from storyforge.engine.pictures.loaded import Loaded
from storyforge.engine.pictures.noise import generator
from storyforge.engine.pictures.painting import LoadedPainter
from storyforge.engine.pictures.preflight import preflight
from storyforge.engine.sequence import Interrupted
from storyforge.errors import ModelError
from storyforge.images import checkpoints
from storyforge.images.checkpoint_kinds import Kind
from storyforge.images.wrong import WrongFile
from tests.engine.pictures import easel, tiny, tiny_library

SIDE, STEPS = 128, 3
PROMPT, NEGATIVE = "a red fox in the snow", "grey"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    where = tmp_path_factory.mktemp("library")
    tiny_library.sd3().save_pretrained(where / "sd3")
    tiny_library.flux().save_pretrained(where / "flux")
    tiny_library.flux(guided=False).save_pretrained(where / "schnell")
    tiny_library.write_stages(where / "three")
    tiny_library.write_stages(where / "two", 2)
    names = ("sd3", "flux", "schnell")
    stages = {name: where / name / "first" for name in ("three", "two")}
    return {**{name: where / name for name in names}, **stages}


@pytest.fixture(scope="module")
def painters(
    folders: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Loaded]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("STORYFORGE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        return {name: load(folder) for name, folder in folders.items()}


def load(path: Path, **settings: Any) -> Loaded:
    return loading.load(tiny.spec_of(path, **settings), lambda _: True)


def order(**wishes: Any) -> Order:
    usual = {"width": SIDE, "height": SIDE, "steps": STEPS, "guidance": 3.0, "negative": NEGATIVE}
    return easel.order(PROMPT, **{**usual, **wishes})


def paint(loaded: Loaded, wish: Order) -> tuple[Drawn, list[Drawing], list[str]]:
    """(the picture, the steps, what is said) of an order."""
    said: list[Drawing | Drawn | PainterNote] = []
    LoadedPainter(loaded).paint(wish, lambda: False, said.append)
    *others, drawn = said
    assert isinstance(drawn, Drawn)
    steps = [each for each in others if isinstance(each, Drawing)]
    return drawn, steps, [each.text for each in others if isinstance(each, PainterNote)]


def in_memory(pipe: Any) -> Any:
    """`pipe` with its weights where allocators put them: in a mapped file they lie at any byte, and
    the processor adds them up in another order."""
    import torch

    pipe.set_progress_bar_config(disable=True)
    for part in pipe.components.values():
        for each in part.parameters() if isinstance(part, torch.nn.Module) else ():
            each.data = each.data.clone()
    return pipe


def bare(pipe: Any, wish: Order, **more: Any) -> Any:
    """What diffusers draws, asked as its documentation has it."""
    in_memory(pipe)
    size = {"width": wish.width, "height": wish.height}
    given = {**size, "num_inference_steps": wish.steps, "guidance_scale": wish.guidance, **more}
    return pipe(PROMPT, generator=generator(wish.seed), **given).images[0]


CASES = pytest.mark.parametrize(
    ("name", "more"),
    [
        ("sd3", {"negative_prompt": NEGATIVE}),
        ("flux", {}),
        ("schnell", {"max_sequence_length": 256}),
    ],
)


@CASES
def test_a_picture_is_diffusers_own_to_the_bit(
    painters: Mapping[str, Loaded], folders: Mapping[str, Path], name: str, more: dict[str, Any]
) -> None:
    import diffusers

    pipe = diffusers.AutoPipelineForText2Image.from_pretrained(folders[name])
    wish = order()
    expected = bare(pipe, wish, **more).tobytes()
    drawn, steps, notes = paint(painters[name], wish)
    assert drawn.raster.rgb == expected
    assert (drawn.seed, drawn.flaw) == (wish.seed, Flaw.NONE)
    assert [(each.step, each.steps) for each in steps] == [(n, STEPS) for n in (1, 2, 3)]
    assert len(notes) == (0 if name == "sd3" else 1)  # no negative prompt is read
    # Watched, and the prompt not read anew: the same.
    seen, steps, _notes = paint(painters[name], order(preview_every=1))
    assert seen.raster.rgb == expected
    previews = [each.preview for each in steps]
    assert previews[-1] is None
    assert all(each is not None and len(set(each.rgb)) > 10 for each in previews[:-1])
    assert (previews[0] and previews[0].width) == SIDE // 8


@CASES
@pytest.mark.parametrize("masked", [False, True])
def test_what_is_redrawn_is_diffusers_own_to_the_bit(
    painters: Mapping[str, Loaded],
    folders: Mapping[str, Path],
    name: str,
    more: dict[str, Any],
    masked: bool,
) -> None:
    import diffusers

    region = (16, 16, 96, 96) if masked else None
    redraw = Redraw(easel.picture(SIDE, SIDE), 0.7, region=region)
    wish = order(redraw=redraw)
    canvas = canvas_of(redraw, SIDE, SIDE)
    auto = "AutoPipelineForInpainting" if masked else "AutoPipelineForImage2Image"
    pipe = getattr(diffusers, auto).from_pretrained(folders[name])
    more = {**more, "image": canvas.seen, "strength": 0.7}
    if masked:
        more["mask_image"] = canvas.mask
    drawn, steps, _notes = paint(painters[name], wish)
    assert drawn.raster.rgb == canvas.finished(bare(pipe, wish, **more)).tobytes()
    assert steps[-1].step == steps[-1].steps


def stages(folder: Path) -> list[Any]:
    import diffusers

    where = folder.parent
    pipes = [
        diffusers.IFPipeline.from_pretrained(where / "first"),
        diffusers.IFSuperResolutionPipeline.from_pretrained(where / "second", text_encoder=None),
    ]
    if (where / "third").is_dir():
        pipes.append(diffusers.StableDiffusionUpscalePipeline.from_pretrained(where / "third"))
    return [in_memory(pipe) for pipe in pipes]


@pytest.mark.parametrize("name", ["three", "two"])
def test_three_stages_are_diffusers_own_to_the_bit(
    painters: Mapping[str, Loaded], folders: Mapping[str, Path], name: str
) -> None:
    wish = order(steps=4, height=2 * SIDE)
    first, second, *rest = stages(folders[name])
    source = generator(wish.seed)
    told, untold = first.encode_prompt(PROMPT, negative_prompt=NEGATIVE)
    words = {"prompt_embeds": told, "negative_prompt_embeds": untold}
    made = first(
        **words,
        height=16,
        width=8,
        num_inference_steps=4,
        guidance_scale=wish.guidance,
        generator=source,
        output_type="pt",
    ).images
    made = second(
        **words,
        image=made,
        height=64,
        width=32,
        num_inference_steps=2,
        generator=source,
        output_type="pt",
    ).images
    made = (made / 2 + 0.5).clamp(0, 1)
    if rest:
        image = rest[0](
            prompt=PROMPT,
            negative_prompt=NEGATIVE,
            image=made,
            num_inference_steps=3,
            noise_level=100,
            generator=source,
        ).images[0]
    else:
        image = first.numpy_to_pil(made.permute(0, 2, 3, 1).numpy())[0]
    drawn, steps, _notes = paint(painters[name], wish)
    assert (drawn.raster.width, drawn.raster.height) == image.size
    assert drawn.raster.rgb == image.tobytes()
    count = 9 if rest else 6
    assert [each.step for each in steps] == list(range(1, count + 1))
    assert {each.steps for each in steps} == {count}
    doing = [each.doing.values["number"] for each in steps if each.doing is not None]
    assert doing == [*"1111", *"22", *("333" if rest else "")]
    assert len(painters[name].notes) == (0 if rest else 1)


def test_t5_reads_a_prompt_once(painters: Mapping[str, Loaded]) -> None:
    read = list[int]()
    encoder = painters["three"].pipe.text_encoder
    painter = LoadedPainter(painters["three"])
    with encoder.register_forward_hook(lambda *_: read.append(1)):
        for seed in (1, 2):
            painter.paint(order(seed=seed), lambda: False, lambda _: None)
    assert len(read) == 2  # the prompt and the negative one


@pytest.mark.parametrize("name", ["sd3", "flux", "three"])
def test_a_stop_is_heard_within_a_step_and_leaves_nothing(
    painters: Mapping[str, Loaded], name: str
) -> None:
    before, _steps, _notes = paint(painters[name], order())
    asked = list[int]()

    def stopped() -> bool:
        asked.append(1)
        return len(asked) > 12

    told = list[Any]()
    painter = LoadedPainter(painters[name])
    with pytest.raises(Interrupted):
        painter.paint(order(), stopped, told.append)
    assert not any(isinstance(each, Drawn) for each in told)
    for pipe in painters[name].pipes:
        modules = (part for part in pipe.components.values() if hasattr(part, "modules"))
        assert not any(each._forward_pre_hooks for part in modules for each in part.modules())
        assert "step" not in vars(pipe.scheduler)
    after, _steps, _notes = paint(painters[name], order())
    assert after.raster == before.raster


@pytest.mark.parametrize("name", ["flux", "three"])
def test_what_a_painter_lacks_is_refused_before_it_draws(
    painters: Mapping[str, Loaded], name: str
) -> None:
    loaded = painters[name]
    assert loaded.card.lacks == KINDS[loaded.family].lacks
    with pytest.raises(EngineFault) as caught:
        paint(loaded, order(heat=True))
    assert caught.value.fault.kind is FaultKind.PAINTER_LACKS
    assert (Ability.REDRAW in loaded.card.lacks) == (name == "three")


def test_weights_are_left_out_with_a_word(painters: Mapping[str, Loaded]) -> None:
    plain, _steps, _notes = paint(painters["sd3"], order())
    words = "a (red:1.4) fox in the [snow]"
    weighed, _steps, notes = paint(painters["sd3"], easel.order(words, **_wishes()))
    assert weighed.raster == plain.raster
    assert any("plain words" in note for note in notes)


def _wishes() -> dict[str, Any]:
    return {"width": SIDE, "height": SIDE, "steps": STEPS, "guidance": 3.0, "negative": NEGATIVE}


def test_sizes_follow_what_the_model_can(painters: Mapping[str, Loaded]) -> None:
    drawn, _steps, notes = paint(painters["sd3"], order(width=136))
    assert (drawn.raster.width, len(notes)) == (128, 1)


def test_folders_tell_what_they_are(folders: Mapping[str, Path]) -> None:
    found = {name: checkpoints.look(folder) for name, folder in folders.items()}
    assert {name: each.family for name, each in found.items()} == {
        "sd3": Family.SD3,
        "flux": Family.FLUX,
        "schnell": Family.FLUX,
        "three": Family.IF,
        "two": Family.IF,
    }
    assert all(each.refusal() is None for each in found.values())
    assert [each.name for each in found["three"].stages] == ["second", "third"]
    assert (found["sd3"].sizes.hidden, found["flux"].sizes.hidden) == (32, 32)
    second = checkpoints.look(folders["three"].parent / "second")
    assert second.kind is Kind.STAGE


def test_the_weights_are_reckoned_as_they_are(
    folders: Mapping[str, Path], painters: Mapping[str, Loaded]
) -> None:
    import torch

    for name, loaded in painters.items():
        parts = {id(p): p for pipe in loaded.pipes for p in pipe.components.values()}
        modules = [each for each in parts.values() if isinstance(each, torch.nn.Module)]
        own = {id(p): p.numel() for each in modules for p in each.parameters()}
        told = checkpoints.look(folders[name]).sizes.whole
        assert sum(own.values()) <= told <= sum(own.values()) * 1.1 + 10_000


@pytest.mark.parametrize("strict", [False, True])
def test_a_folders_safety_checker_is_kept_and_what_it_blackens_is_said(
    painters: Mapping[str, Loaded],
    folders: Mapping[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    strict: bool,
) -> None:
    monkeypatch.setenv("STORYFORGE_CACHE_DIR", str(tmp_path / "cache"))
    where = Path(shutil.copytree(folders["two"].parent, tmp_path / "two"))
    tiny_library.write_checker(where / "first", strict=strict)
    drawn, _steps, _notes = paint(load(where / "first"), order())
    plain, _steps, _notes = paint(painters["two"], order())
    assert drawn.flaw is (Flaw.BLACKENED if strict else Flaw.NONE)
    assert drawn.raster.rgb == (bytes(len(plain.raster.rgb)) if strict else plain.raster.rgb)


def test_a_folder_without_its_second_stage_is_named(tmp_path: Path) -> None:
    alone = tiny_library.write_stages(tmp_path, 1)
    with pytest.raises(ModelError, match="64 pixels"):
        preflight(tiny.spec_of(alone))


def test_pickles_are_refused_unread(folders: Mapping[str, Path], tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folders["sd3"], tmp_path / "sd3"))
    weights = copy / "text_encoder" / "model.safetensors"
    weights.rename(weights.with_name("pytorch_model.bin"))
    with pytest.raises(WrongFile, match="pickled"):
        checkpoints.look(copy)


def test_code_of_a_folders_own_is_never_looked_for(
    folders: Mapping[str, Path], tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(folders["sd3"], tmp_path / "sd3"))
    index = copy / "model_index.json"
    told = json.loads(index.read_text("utf-8"))
    told["transformer"] = ["evil", "Evil"]
    index.write_text(json.dumps(told), "utf-8")
    (copy / "transformer" / "evil.py").write_text("raise SystemExit", "utf-8")
    with pytest.raises(EngineFault) as caught:
        load(copy)
    assert (caught.value.fault.kind, caught.value.fault.more) == (FaultKind.OTHER_FAMILY, "Evil")


def test_a_part_that_is_missing_is_named(folders: Mapping[str, Path], tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folders["flux"], tmp_path / "flux"))
    index = copy / "model_index.json"
    told = json.loads(index.read_text("utf-8"))
    del told["text_encoder_2"]
    index.write_text(json.dumps(told), "utf-8")
    with pytest.raises(EngineFault) as caught:
        load(copy)
    fault = caught.value.fault
    assert (fault.kind, fault.more) == (FaultKind.CHECKPOINT_LACKS, "text_encoder_2")


def test_stable_diffusion_3_draws_without_t5(
    folders: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORYFORGE_CACHE_DIR", str(tmp_path / "cache"))
    copy = Path(shutil.copytree(folders["sd3"], tmp_path / "sd3"))
    index = copy / "model_index.json"
    told = json.loads(index.read_text("utf-8"))
    told["text_encoder_3"] = told["tokenizer_3"] = [None, None]
    index.write_text(json.dumps(told), "utf-8")
    loaded = load(copy)
    assert loaded.pipe.text_encoder_3 is None
    drawn, _steps, _notes = paint(loaded, order())
    assert drawn.flaw is Flaw.NONE


def test_t5_keeps_what_half_precision_would_spoil(
    folders: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setenv("STORYFORGE_CACHE_DIR", str(tmp_path / "cache"))
    encoder = load(folders["flux"], dtype="float16").pipe.text_encoder_2
    kinds = {name.split(".")[-2]: each.dtype for name, each in encoder.named_parameters()}
    assert (kinds["wo"], kinds["q"]) == (torch.float32, torch.float16)
    assert encoder.shared.weight is encoder.encoder.embed_tokens.weight


def test_a_graphics_card_draws_with_them_in_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(devices, "_knows_bfloat16", lambda _: True)
    for family in KINDS:
        assert devices.dtype_of("auto", torch.device("cuda"), family) is torch.bfloat16


def varint(number: int) -> bytes:
    made = b""
    while number > 127:
        made += bytes([number & 127 | 128])
        number >>= 7
    return made + bytes([number])


def spiece(pieces: list[tuple[str, float]]) -> bytes:
    """A vocabulary as SentencePiece writes it: pieces, a trainer's part, a normalizer."""
    made = b""
    for text, score in pieces:
        word = text.encode("utf-8")
        inner = (
            b"\x0a" + varint(len(word)) + word + b"\x15" + struct.pack("<f", score) + b"\x18\x01"
        )
        made += b"\x0a" + varint(len(inner)) + inner
    return made + b"\x12\x02\x18\x01" + b"\x1a\x06\x0a\x04nmt_"


def test_t5s_vocabulary_is_read_without_sentencepiece(
    folders: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORYFORGE_CACHE_DIR", str(tmp_path / "cache"))
    where = Path(shutil.copytree(folders["two"].parent, tmp_path / "two"))
    tokens = where / "first" / "tokenizer"
    (tokens / "tokenizer.json").unlink()
    known = tiny_library.pieces()
    (tokens / "spiece.model").write_bytes(spiece(known))
    read = sentencepieces.read(tokens / "spiece.model")
    assert [name for name, _score in read.pieces] == [name for name, _score in known]
    assert read.pieces[5][1] == pytest.approx(known[5][1])
    made = load(where / "first").pipe.tokenizer
    ours = tiny_library.t5_tokenizer()
    assert made(PROMPT).input_ids == ours(PROMPT).input_ids


@pytest.mark.parametrize("data", [b"", b"\x0a\xff", b"\x07", b"\xff" * 20, b"\x0a\x02\x15\x00"])
def test_a_damaged_vocabulary_is_named(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "spiece.model"
    file.write_bytes(data)
    with pytest.raises(WrongFile):
        sentencepieces.read(file)


@pytest.mark.parametrize("name", ["sd3", "flux", "three"])
def test_parts_may_wait_elsewhere_and_the_picture_is_the_same(
    painters: Mapping[str, Loaded], name: str
) -> None:
    loaded = painters[name]
    before, _steps, _notes = paint(loaded, order())
    try:
        for saving in (Saving.TILES, Saving.OFFLOAD):
            memory.apply(loaded, saving)
            drawn, _steps, _notes = paint(loaded, order(preview_every=1))
            assert (drawn.raster, drawn.facts["saving"]) == (before.raster, saving.value)
    finally:
        memory.apply(loaded, Saving.NONE)
    assert loaded.pipe._all_hooks == []
