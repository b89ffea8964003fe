"""Reads a manuscript in up to its second scene, says so and waits: to be killed."""

import asyncio
import sys
from pathlib import Path

from storyforge.backends.sharing import Shared
from storyforge.store.story_file import StoryFile
from storyforge.studio.reading_in.queue import ReadingQueue
from tests.studio.reading_in.conftest import Reads


async def main() -> None:
    backend = Reads(gate=3)
    with StoryFile.open(Path(sys.argv[1])) as story:
        queue = ReadingQueue(story, Shared(backend, rest=0))
        running = asyncio.create_task(_run(queue))
        await backend.arrived.wait()
        print("reading", flush=True)
        await running


async def _run(queue: ReadingQueue) -> None:
    async for _progress in queue.run():
        continue


asyncio.run(main())
