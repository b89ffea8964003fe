"""A write that is made again and again while something runs, in a thread, never twice at once."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from storyforge.errors import StoryforgeError


class Repeating:
    """Calls `write` every so many seconds. Use as an asynchronous context: it is called inside it.

    The first failure ends it and is raised by `check`.
    """

    def __init__(self, seconds: float, write: Callable[[], None]) -> None:
        self._seconds = seconds
        self._write = write
        self._task: asyncio.Task[None] | None = None
        self._failure: StoryforgeError | None = None

    def check(self) -> None:
        """Raise what went wrong with the last write, if something did."""
        if self._failure is not None:
            raise self._failure

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._go_on())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def _go_on(self) -> None:
        while self._failure is None:
            await asyncio.sleep(self._seconds)
            try:
                await asyncio.to_thread(self._write)
            except StoryforgeError as error:
                self._failure = error
