"""A program that is killed while it reads goes on where it was."""

import asyncio
import subprocess
import sys
from pathlib import Path

from storyforge.backends.sharing import Shared
from storyforge.store.story_file import StoryFile
from storyforge.studio.reading_in.queue import ReadingQueue, was_begun
from tests.studio.reading_in.conftest import Reads


async def test_what_was_read_is_not_read_again(story: StoryFile) -> None:
    story.close()
    await asyncio.to_thread(read_and_be_killed, story.path)
    with StoryFile.open(story.path) as again:
        assert was_begun(again)
        backend = Reads()
        queue = ReadingQueue(again, Shared(backend, rest=0))
        async for _progress in queue.run():
            continue
        assert backend.asked[:3] == ["scene", "world", "chapter"]
        assert not was_begun(again)


def read_and_be_killed(path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.studio.reading_in.killed_child", str(path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "reading\n"
        child.kill()
