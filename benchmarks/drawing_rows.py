"""A picture through the painter's process, against the bare pipeline: seconds a step."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.sizes import Sizes, median
from benchmarks.table import Bar, Row
from storyforge.backends.pictures.engine_painter import EnginePainter
from storyforge.domain.picture.orders import Drawn, Order, PainterSpec, Saving
from storyforge.engine import hardware

STEPS = 30
ORDER = Order(
    "a red fox in the snow, evening light",
    "blurred",
    width=128,
    height=128,
    steps=STEPS,
    sampler="Euler",
    seed=1,
)
_TEXT = 64
# Seconds between two pictures: a side's threads wait awake for a while when it has drawn.
REST = 2.0


def drawing(sizes: Sizes) -> list[Row]:
    """Seconds a step, encoding and VAE included, of the same picture on both sides.

    It ends when its pixels are here. Both are checked to be the same picture, bit for bit.
    """

    async def run(folder: Path) -> list[Row]:
        threads = hardware.choose_threads(hardware.find_cores()).writing
        spec = PainterSpec(folder, dtype="float32", saving=Saving.NONE, threads=threads)
        bare = _Bare(folder, threads)
        took = await against_bare(spec, ORDER, bare.draw, sizes.rounds)
        ours, theirs = (median([one / STEPS * 1000 for one in side]) for side in took)
        note = f"medians of {sizes.rounds} pictures, 128×128, {STEPS} steps, {threads} threads"
        what = "a step of a picture, against bare diffusers"
        return [Row(what, ours, theirs, "ms", Bar.RATIO_AT_MOST, 1.05, note)]

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tiny"
        write_tiny(folder)
        return asyncio.run(run(folder))


async def against_bare(
    spec: PainterSpec, order: Order, bare: Callable[[], tuple[float, bytes]], rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds of each picture on both sides, in turns and rested; they must be the same pictures.

    Args:
        bare: draws the order by diffusers alone; (seconds, pixels).
    """
    painter = EnginePainter(spec, "bench")
    ours: list[float] = []
    theirs: list[float] = []
    try:
        for turn in range(rounds + 1):
            took, picture = await drawn(painter, order)
            await asyncio.sleep(REST)
            bare_took, pixels = bare()
            await asyncio.sleep(REST)
            assert picture.raster.rgb == pixels, "the pictures differ"
            if turn:  # the first pair only warms both sides up
                ours.append(took)
                theirs.append(bare_took)
    finally:
        await painter.close()
    return ours, theirs


async def drawn(painter: EnginePainter, order: Order) -> tuple[float, Drawn]:
    """(seconds, what came) of a picture; a painter that is not loaded is loaded before."""
    async for _step in painter.load():
        pass
    began = time.perf_counter()
    async for step in painter.paint(order, asyncio.Event()):
        if isinstance(step, Drawn):
            return time.perf_counter() - began, step
    raise RuntimeError("no picture came")


def bare_pipe(kind: str, folder: Path, threads: int) -> Any:
    """diffusers' own pipeline of that name, which samples as our orders do."""
    import diffusers
    import torch

    torch.set_num_threads(threads)
    pipe = getattr(diffusers, kind).from_pretrained(folder)
    pipe.scheduler = diffusers.EulerDiscreteScheduler.from_config(
        pipe.scheduler.config, timestep_spacing="linspace"
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


class _Bare:
    """diffusers alone."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._pipe = bare_pipe("StableDiffusionPipeline", folder, threads)

    def draw(self) -> tuple[float, bytes]:
        """(seconds, pixels) of the same picture."""
        import torch

        began = time.perf_counter()
        picture = self._pipe(
            ORDER.prompt,
            negative_prompt=ORDER.negative,
            width=ORDER.width,
            height=ORDER.height,
            num_inference_steps=STEPS,
            guidance_scale=ORDER.guidance,
            generator=torch.Generator("cpu").manual_seed(ORDER.seed),
        ).images[0]
        return time.perf_counter() - began, picture.tobytes()


def write_tiny(folder: Path) -> None:
    """A tiny checkpoint of random weights; its VAE makes eight pixels a side of each latent."""
    import diffusers
    import torch
    from transformers import CLIPTextConfig, CLIPTextModel

    from storyforge.engine.pictures.tokenizers import clip_tokenizer

    torch.manual_seed(0)
    encoder = CLIPTextConfig(
        vocab_size=49408,
        hidden_size=_TEXT,
        intermediate_size=2 * _TEXT,
        num_hidden_layers=2,
        num_attention_heads=2,
        bos_token_id=49406,
        eos_token_id=49407,
    )
    diffusers.StableDiffusionPipeline(
        vae=diffusers.AutoencoderKL(
            down_block_types=["DownEncoderBlock2D"] * 4,
            up_block_types=["UpDecoderBlock2D"] * 4,
            block_out_channels=(32, 32, 32, 64),
            latent_channels=4,
        ),
        text_encoder=CLIPTextModel(encoder),
        tokenizer=clip_tokenizer(),
        unet=diffusers.UNet2DConditionModel(
            sample_size=16,
            block_out_channels=(64, 128),
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
            cross_attention_dim=_TEXT,
            attention_head_dim=8,
        ),
        scheduler=diffusers.DDIMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
            set_alpha_to_one=False, steps_offset=1,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)  # fmt: skip
