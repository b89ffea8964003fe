"""A painter and the language model on one seat: the author's words first, then the picture anew."""

import asyncio
from pathlib import Path

import pytest

from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Request
from storyforge.domain.picture.orders import Drawing, Drawn, Order, PainterSpec
from storyforge.studio.pictures import turns
from storyforge.studio.pictures.turns import SeatedPainter, takes_turns
from storyforge.studio.profiles.seat import Seat, Seated

ORDER = Order("a lighthouse", width=64, height=64, steps=4, seed=7)


class Closing(ScriptedPainter):
    """Counts how often it was let go."""

    closed = 0

    async def close(self) -> None:
        self.closed += 1
        await super().close()


class ClosingModel(ScriptedBackend):
    closed = 0

    async def close(self) -> None:
        self.closed += 1
        await super().close()


async def at_once(_stop: asyncio.Event) -> None:
    return


async def drawn(painter: SeatedPainter, stop: asyncio.Event | None = None) -> list[object]:
    return [event async for event in painter.paint(ORDER, stop or asyncio.Event())]


async def write(model: Seated) -> None:
    async for _delta in model.stream(Request("The sea", 4), asyncio.Event()):
        continue


async def test_a_painter_sends_the_model_away_only_after_a_rest() -> None:
    seat, model, painter = Seat(), ClosingModel(), Closing()
    rested = asyncio.Event()

    async def patience(_stop: asyncio.Event) -> None:
        await rested.wait()

    await write(Seated(model, seat, "local"))
    drawing = asyncio.create_task(drawn(SeatedPainter(painter, seat, patience)))
    await asyncio.sleep(0)
    assert painter.orders == []
    rested.set()
    events = await drawing

    assert isinstance(events[-1], Drawn)
    assert model.closed == 1
    assert seat.holder is painter


async def test_the_author_stops_the_picture_in_hand_and_it_is_drawn_anew() -> None:
    seat, model, painter = Seat(), ClosingModel(), Closing(delay=0.01)
    seated = Seated(model, seat, "local")
    events, writing = list[object](), None
    async for event in SeatedPainter(painter, seat, at_once).paint(ORDER, asyncio.Event()):
        events.append(event)
        if isinstance(event, Drawing) and event.step == 2 and writing is None:
            writing = asyncio.create_task(write(seated))
    assert writing is not None
    await writing

    steps = [event.step for event in events if isinstance(event, Drawing)]
    assert steps.count(1) == 2
    assert isinstance(events[-1], Drawn)
    assert len(model.requests) == 1
    assert painter.closed >= 1


async def test_a_stop_ends_the_waiting() -> None:
    seat, model, painter = Seat(), ScriptedBackend(), Closing()
    await write(Seated(model, seat, "local"))
    stop = asyncio.Event()

    async def patience(stop: asyncio.Event) -> None:
        await stop.wait()

    drawing = asyncio.create_task(drawn(SeatedPainter(painter, seat, patience), stop))
    await asyncio.sleep(0)
    stop.set()
    assert await drawing == []
    assert painter.orders == []


async def test_closing_it_frees_the_seat() -> None:
    seat, painter = Seat(), Closing()
    seated = SeatedPainter(painter, seat, at_once)
    async for _event in seated.load():
        continue
    assert seat.holder is painter
    await seated.close()
    assert seat.holder is None
    assert painter.closed == 1


@pytest.mark.parametrize(
    ("vendor", "device", "turns_are_taken"),
    [
        ("NVIDIA", "auto", True),
        ("NVIDIA", "cpu", False),
        ("", "auto", False),
        ("Apple", "mps", True),
    ],
)
def test_turns_are_taken_on_a_gpu(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, vendor: str, device: str, turns_are_taken: bool
) -> None:
    monkeypatch.setattr(turns, "gpu_vendor", lambda: vendor)
    spec = PainterSpec(tmp_path / "small.safetensors", device=device)
    assert takes_turns(spec, needed=1, free=10) is turns_are_taken


def test_turns_are_taken_where_memory_is_short(tmp_path: Path) -> None:
    spec = PainterSpec(tmp_path / "large.safetensors", device="cpu")
    assert takes_turns(spec, needed=9, free=10)
    assert not takes_turns(spec, needed=5, free=10)
