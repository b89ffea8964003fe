"""A stop, passed on and waited for: work that takes long ends with it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

_T = TypeVar("_T")


class Stopped(Exception):
    """The stop came before the work was done."""


async def pass_on(one: asyncio.Event, other: asyncio.Event) -> None:
    """Set `other` once `one` is set."""
    await one.wait()
    other.set()


@asynccontextmanager
async def either(*events: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """An event that is set once one of these is."""
    any_of_them = asyncio.Event()
    watches = [asyncio.create_task(pass_on(one, any_of_them)) for one in events]
    try:
        yield any_of_them
    finally:
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)


async def unless_stopped(work: Coroutine[Any, Any, _T], stop: asyncio.Event) -> _T:
    """What comes of `work`, which is cancelled where the stop comes first.

    Raises:
        Stopped: it did.
    """
    ended, working = asyncio.create_task(stop.wait()), asyncio.create_task(work)
    try:
        await asyncio.wait((ended, working), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise Stopped
        return working.result()
    finally:
        ended.cancel()
        working.cancel()
        await asyncio.gather(ended, working, return_exceptions=True)
