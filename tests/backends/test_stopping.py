"""Work that takes long ends with a stop."""

import asyncio

import pytest

from storyforge.backends.stopping import Stopped, TakeStops, for_takes, stop_of, unless_stopped


async def test_what_is_done_before_the_stop_comes_of_it() -> None:
    async def work() -> int:
        return 7

    assert await unless_stopped(work(), asyncio.Event()) == 7


async def test_a_stop_cancels_it_and_waits_for_what_it_still_tidies_up() -> None:
    stop, told = asyncio.Event(), list[str]()

    async def work() -> None:
        stop.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.to_thread(told.append, "tidied up")

    with pytest.raises(Stopped):
        await unless_stopped(work(), stop)
    assert told == ["tidied up"]


async def test_an_error_of_its_own_is_told() -> None:
    async def work() -> None:
        raise ValueError("7")

    with pytest.raises(ValueError, match="7"):
        await unless_stopped(work(), asyncio.Event())


async def test_a_stop_is_meant_for_one_take_or_for_all() -> None:
    stops = TakeStops()
    stops.of(1).set()
    assert [stop_of(stops, take).is_set() for take in range(3)] == [False, True, False]
    assert not stops.is_set()
    stops.set()
    assert all(stop_of(stops, take).is_set() for take in range(4))
    plain = asyncio.Event()
    assert stop_of(plain, 2) is plain


async def test_takes_of_a_batch_are_counted_from_its_first_one() -> None:
    stops = TakeStops()
    stops.of(2).set()
    async with for_takes(stops, 2, 2) as batch:
        await batch.of(0).wait()
        assert not batch.of(1).is_set()
        stops.of(3).set()
        await batch.wait()  # each of its takes was stopped alone
        assert not stops.is_set()
    async with for_takes(stops, 0, 2) as batch:
        stops.set()
        await batch.wait()
