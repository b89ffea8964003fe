"""A picture made larger by tiles, against the same tiles by the bare pipeline: seconds each."""

import asyncio
import tempfile
import time
from io import BytesIO
from pathlib import Path

from PIL import Image
from PIL.Image import Resampling

from benchmarks.drawing_rows import against_bare, bare_pipe, write_tiny
from benchmarks.sizes import Sizes, median
from benchmarks.table import Bar, Row
from storyforge.domain.picture.enlarging import enlarged, tiles
from storyforge.domain.picture.orders import Order, PainterSpec, Redraw, Saving
from storyforge.domain.picture.passes import Larger
from storyforge.engine import hardware
from storyforge.engine.pictures.passes.larger import put_together

_SIDE, _TILE, _STEPS = 128, 128, 20
_LARGER = Larger(scale=2.0, overlap=16, strength=0.5, tile=_TILE)


def upscale(sizes: Sizes) -> list[Row]:
    """Seconds from the picture to the larger one, pasting included on both sides.

    Both are checked to be the same picture, bit for bit.
    """

    async def run(folder: Path) -> list[Row]:
        threads = hardware.choose_threads(hardware.find_cores()).writing
        spec = PainterSpec(folder, dtype="float32", saving=Saving.NONE, threads=threads)
        bare, order = _Bare(folder, threads), _order()
        ours, theirs = await against_bare(spec, order, lambda: bare.enlarge(order), sizes.rounds)
        count = sum(map(len, tiles((2 * _SIDE, 2 * _SIDE), _TILE, _LARGER.overlap)))
        note = f"medians of {len(ours)} pictures, {count} tiles of 128×128, {threads} threads"
        what = "a picture made larger by tiles, against the same tiles in bare diffusers"
        return [Row(what, median(ours), median(theirs), "s", Bar.RATIO_AT_MOST, 1.1, note)]

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tiny"
        write_tiny(folder)
        return asyncio.run(run(folder))


def _order() -> Order:
    """A picture with something in every corner, to be made larger."""
    ramp = Image.linear_gradient("L").resize((_SIDE, _SIDE))
    image = Image.merge("RGB", (ramp, ramp.rotate(90), ramp.rotate(180)))
    data = BytesIO()
    image.save(data, "PNG")
    return Order(
        "a red fox in the snow, evening light",
        "blurred",
        width=_SIDE,
        height=_SIDE,
        steps=_STEPS,
        sampler="Euler",
        seed=1,
        redraw=Redraw(data.getvalue(), 0.0),
        larger=_LARGER,
    )


class _Bare:
    """diffusers alone, tile by tile."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._pipe = bare_pipe("StableDiffusionImg2ImgPipeline", folder, threads)

    def enlarge(self, order: Order) -> tuple[float, bytes]:
        """(seconds, pixels) of the same picture."""
        began = time.perf_counter()
        assert order.redraw is not None
        image = Image.open(BytesIO(order.redraw.image)).convert("RGB")
        size = enlarged(image.size, _LARGER.scale)
        whole = image.resize(size, Resampling.LANCZOS)
        rows, seed = [], order.seed
        for row in tiles(size, _TILE, _LARGER.overlap):
            made = []
            for box in row:
                made.append((box, self._draw(order, whole.crop(box), seed)))
                seed += 1
            rows.append(made)
        return time.perf_counter() - began, put_together(rows, size).tobytes()

    def _draw(self, order: Order, tile: Image.Image, seed: int) -> Image.Image:
        import torch

        picture: Image.Image = self._pipe(
            order.prompt,
            image=tile,
            strength=_LARGER.strength,
            negative_prompt=order.negative,
            num_inference_steps=order.steps,
            guidance_scale=order.guidance,
            generator=torch.Generator("cpu").manual_seed(seed),
        ).images[0]
        return picture
