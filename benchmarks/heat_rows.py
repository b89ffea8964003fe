"""Word heat maps while a picture is drawn, against the same picture without: seconds a step."""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.drawing_rows import ORDER, REST, STEPS, drawn, write_tiny
from benchmarks.sizes import Sizes, median
from benchmarks.table import Bar, Row
from storyforge.backends.pictures.engine_painter import EnginePainter
from storyforge.domain.picture.orders import PainterSpec, Saving
from storyforge.engine import hardware


def heat(sizes: Sizes) -> list[Row]:
    """Seconds a step by the painter's process; the maps are here when it ends.

    The two pictures are checked to be the same, bit for bit.
    """

    async def run(folder: Path) -> list[Row]:
        threads = hardware.choose_threads(hardware.find_cores()).writing
        spec = PainterSpec(folder, dtype="float32", saving=Saving.NONE, threads=threads)
        painter = EnginePainter(spec, "bench")
        sides: dict[bool, list[float]] = {True: [], False: []}
        try:
            for turn in range(sizes.rounds + 1):
                made = {}
                for listens, times in sides.items():
                    took, made[listens] = await drawn(painter, replace(ORDER, heat=listens))
                    if turn:  # the first pair only warms up
                        times.append(took / STEPS * 1000)
                    await asyncio.sleep(REST)
                assert made[True].raster == made[False].raster, "the pictures differ"
                assert made[True].heat, "there is no heat"
        finally:
            await painter.close()
        note = f"medians of {len(sides[True])} pictures, 128×128, {STEPS} steps, {threads} threads"
        what = "a step with word heat maps, against without"
        on, off = median(sides[True]), median(sides[False])
        return [Row(what, on, off, "ms", Bar.RATIO_AT_MOST, 1.3, note)]

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tiny"
        write_tiny(folder)
        return asyncio.run(run(folder))
