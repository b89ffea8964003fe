"""A stop, passed on and waited for: work that takes long ends with it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class Stopped(Exception):
    """The stop came before the work was done."""


async def pass_on(one: asyncio.Event, other: asyncio.Event) -> None:
    """Set `other` once `one` is set."""
    await one.wait()
    other.set()


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
