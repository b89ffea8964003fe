"""The made-up painter keeps what the contract of painters says."""

import asyncio

import pytest

from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.generation import Loading
from storyforge.domain.picture.orders import Drawing, Drawn, Order, PainterNote
from storyforge.errors import ModelError

ORDER = Order("a lighthouse at night", width=64, height=48, steps=6, seed=207, preview_every=2)


async def drawn(painter: ScriptedPainter, order: Order = ORDER) -> list[object]:
    return [event async for event in painter.paint(order, asyncio.Event())]


async def test_it_says_what_it_is_and_takes_step_after_step() -> None:
    events = await drawn(ScriptedPainter())

    assert isinstance(events[0], Loading)
    assert isinstance(events[1], PainterNote)
    assert "No painter is running" in events[1].text
    steps = [event for event in events if isinstance(event, Drawing)]
    assert [step.step for step in steps] == [1, 2, 3, 4, 5, 6]
    previews = [step.preview for step in steps if step.preview is not None]
    assert len(previews) == 3
    assert (previews[0].width, previews[0].height) == (8, 6)
    assert isinstance(events[-1], Drawn)


async def test_the_same_order_is_the_same_picture_and_another_seed_another() -> None:
    one = (await drawn(ScriptedPainter()))[-1]
    same = (await drawn(ScriptedPainter()))[-1]
    other = (await drawn(ScriptedPainter(), Order("sea", width=64, height=48, seed=208)))[-1]

    assert isinstance(one, Drawn)
    assert isinstance(other, Drawn)
    assert len(one.raster.rgb) == 64 * 48 * 3
    assert one == same
    assert one.raster.rgb != other.raster.rgb


async def test_a_picture_too_small_for_its_number_is_drawn_without() -> None:
    last = (await drawn(ScriptedPainter(), Order("sea", width=8, height=8, seed=1)))[-1]

    assert isinstance(last, Drawn)
    assert len(last.raster.rgb) == 8 * 8 * 3


async def test_a_stop_is_heard_within_a_step() -> None:
    painter, stop, steps = ScriptedPainter(delay=3600), asyncio.Event(), []
    asyncio.get_running_loop().call_soon(stop.set)
    async for event in painter.paint(ORDER, stop):
        steps.append(event)

    assert not any(isinstance(event, Drawn) for event in steps)


async def test_it_fails_where_it_is_told_to() -> None:
    painter = ScriptedPainter(fails={2: ModelError("The second one fails.")})
    await drawn(painter)

    with pytest.raises(ModelError, match="The second one fails"):
        await drawn(painter)
    assert isinstance((await drawn(painter))[-1], Drawn)
    assert len(painter.orders) == 3
