"""Several answers at once, heard as one stream."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from storyforge.domain.generation import Delta


async def merged(streams: Sequence[AsyncGenerator[Delta, None]]) -> AsyncGenerator[Delta, None]:
    """What all of `streams` yield, as it comes.

    One that fails does not end the others: its exception is raised when they have ended.
    """
    heard: asyncio.Queue[Delta | None] = asyncio.Queue()

    async def pump(stream: AsyncGenerator[Delta, None]) -> None:
        async with aclosing(stream) as deltas:
            async for delta in deltas:
                heard.put_nowait(delta)

    tasks = [asyncio.create_task(pump(stream)) for stream in streams]
    for task in tasks:
        task.add_done_callback(lambda _done: heard.put_nowait(None))
    left = len(tasks)
    try:
        while left:
            delta = await heard.get()
            if delta is None:
                left -= 1
            else:
                yield delta
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end
