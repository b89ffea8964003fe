"""A stop, passed on and waited for: work that takes long ends with it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

_T = TypeVar("_T")


class Stopped(Exception):
    """The stop came before the work was done."""


class TakeStops(asyncio.Event):
    """A stop of several takes that can be meant for one of them alone."""

    def __init__(self) -> None:
        super().__init__()
        self._takes: dict[int, asyncio.Event] = {}

    def of(self, take: int) -> asyncio.Event:
        """The stop of that take: it is set with this one, or alone."""
        event = self._takes.setdefault(take, asyncio.Event())
        if self.is_set():
            event.set()
        return event

    def set(self) -> None:
        """Stop all of them."""
        super().set()
        for event in self._takes.values():
            event.set()


def stop_of(stop: asyncio.Event, take: int) -> asyncio.Event:
    """What stops one take of a request: its own stop where there is one, else that of all."""
    return stop.of(take) if isinstance(stop, TakeStops) else stop


@asynccontextmanager
async def meanwhile(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have these go on as long as the inside does; they are gone behind it."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def for_takes(stop: asyncio.Event, first: int, takes: int) -> AsyncIterator[TakeStops]:
    """The stop of so many takes from the one numbered `first` on; they count from 0 there.

    It is set once `stop` is, and once each of them was stopped alone.
    """
    part = TakeStops()

    async def when_all_are() -> None:
        for take in range(takes):
            await part.of(take).wait()
        part.set()

    ones = (_pass_on(stop_of(stop, first + take), part.of(take)) for take in range(takes))
    async with meanwhile(_pass_on(stop, part), when_all_are(), *ones):
        yield part


@asynccontextmanager
async def either(*events: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """An event that is set once one of these is, or by whoever asks for it."""
    any_of_them = asyncio.Event()
    async with meanwhile(*(_pass_on(one, any_of_them) for one in events)):
        yield any_of_them


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


async def _pass_on(one: asyncio.Event, other: asyncio.Event) -> None:
    """Set `other` once `one` is set."""
    await one.wait()
    other.set()
