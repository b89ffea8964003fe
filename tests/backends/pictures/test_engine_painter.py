"""The painter in its engine process, with a tiny checkpoint: drawn, stopped, killed, no memory."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from storyforge.backends.pictures.base import NotReady, Painted
from storyforge.backends.pictures.engine_painter import EnginePainter
from storyforge.domain.generation import Loading
from storyforge.domain.picture.orders import (
    Drawing,
    Drawn,
    Family,
    Order,
    PainterSpec,
    Saving,
)
from storyforge.errors import ModelError
from tests.engine.pictures import tiny

DEADLINE = 120.0
SMALL = Order("a lighthouse", width=64, height=64, steps=3, seed=7, preview_every=2)
LONG = Order("a lighthouse", width=64, height=64, steps=150, seed=7)


@pytest.fixture(scope="module")
def checkpoint() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield tiny.write_file(Path(folder) / "ink.safetensors", Family.SD1)


@pytest.fixture(scope="module")
def ink(checkpoint: Path) -> Iterator[EnginePainter]:
    """One for all tests: a process of torch takes seconds to start."""
    painter = EnginePainter(PainterSpec(checkpoint, threads=1), "ink", Family.SD1)
    yield painter
    asyncio.run(painter.close())


async def paint(
    painter: EnginePainter, order: Order = SMALL, stop: asyncio.Event | None = None
) -> list[Painted]:
    async def follow() -> list[Painted]:
        return [event async for event in painter.paint(order, stop or asyncio.Event())]

    return await asyncio.wait_for(follow(), DEADLINE)


async def test_it_loads_and_draws_step_by_step(ink: EnginePainter) -> None:
    events = await paint(ink)

    assert isinstance(events[0], Loading)
    steps = [event for event in events if isinstance(event, Drawing)]
    assert [(step.step, step.steps) for step in steps] == [(1, 3), (2, 3), (3, 3)]
    assert [step.preview is not None for step in steps] == [False, True, False]
    last = events[-1]
    assert isinstance(last, Drawn)
    assert (last.raster.width, last.raster.height, last.seed) == (64, 64, 7)
    card = ink.card
    assert (card.name, card.place, card.family) == ("ink", "", Family.SD1)
    assert (card.device, card.dtype, card.saving) == ("cpu", "float32", Saving.NONE)
    assert len(card.hash) == 10
    assert card.needed > 0


async def test_it_stays_loaded_and_the_same_order_is_the_same_picture(ink: EnginePainter) -> None:
    first, process = (await paint(ink))[-1], ink.pid
    events = await paint(ink)

    assert ink.pid == process
    assert not any(isinstance(event, Loading) for event in events)
    assert isinstance(first, Drawn)
    assert isinstance(events[-1], Drawn)
    assert events[-1].raster == first.raster


async def test_the_page_and_the_words_go_first(ink: EnginePainter) -> None:
    await paint(ink)
    assert ink.pid is not None
    niceness = psutil.Process(ink.pid).nice()
    usual = psutil.Process().nice()
    assert niceness > usual or sys.platform == "win32"


async def test_a_stop_ends_it_within_a_step_and_the_checkpoint_stays(ink: EnginePainter) -> None:
    stop, events = asyncio.Event(), list[Painted]()
    await paint(ink)
    process = ink.pid
    async for event in ink.paint(LONG, stop):
        events.append(event)
        if isinstance(event, Drawing):
            stop.set()

    # One more may have been on its way when the stop was said.
    assert len(events) < 50
    assert not isinstance(events[-1], Drawn)
    assert isinstance((await paint(ink))[-1], Drawn)
    assert ink.pid == process


async def test_a_killed_process_is_one_sentence_and_the_next_picture_starts_it_again(
    ink: EnginePainter,
) -> None:
    await paint(ink)
    before = ink.pid
    assert before is not None

    async def killed() -> None:
        async for event in ink.paint(LONG, asyncio.Event()):
            if isinstance(event, Drawing) and event.step == 1:
                psutil.Process(before).kill()

    with pytest.raises(ModelError) as caught:
        await killed()
    assert "ended from outside" in caught.value.message
    assert "your pictures are whole" in caught.value.message
    assert 'saving = "sequential"' in caught.value.hint

    assert isinstance((await paint(ink))[-1], Drawn)
    assert ink.pid != before


async def test_too_little_memory_is_told_and_the_next_picture_is_drawn(ink: EnginePainter) -> None:
    await paint(ink)
    assert ink.pid is not None
    child = psutil.Process(ink.pid)
    limit = child.memory_info().vms + (16 << 20)
    child.rlimit(psutil.RLIMIT_AS, (limit, psutil.RLIM_INFINITY))
    large = Order("a lighthouse", width=512, height=512, steps=1, seed=7)
    with pytest.raises(ModelError) as caught:
        await paint(ink, large)
    assert "memory" in caught.value.message

    child.rlimit(psutil.RLIMIT_AS, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))
    assert isinstance((await paint(ink))[-1], Drawn)


def broken(kind: str, checkpoint: Path, folder: Path) -> Path:
    path = folder / f"{kind}.safetensors"
    if kind == "cut":
        whole = checkpoint.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    elif kind == "fill":
        tiny.write_file(path, Family.SD1, channels=9)
    return path


@pytest.mark.parametrize(
    ("kind", "said"),
    [("cut", "not whole"), ("fill", "for inpainting"), ("none", "No such file|not there")],
)
async def test_what_cannot_be_loaded_is_named_before_a_process_is_started(
    checkpoint: Path, tmp_path: Path, kind: str, said: str
) -> None:
    path = broken(kind, checkpoint, tmp_path)
    painter = EnginePainter(PainterSpec(path, threads=1), kind)

    with pytest.raises(NotReady, match=said):
        await paint(painter)
    assert painter.pid is None
    await painter.close()
