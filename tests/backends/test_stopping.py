"""Work that takes long ends with a stop."""

import asyncio

import pytest

from storyforge.backends.stopping import Stopped, unless_stopped


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
