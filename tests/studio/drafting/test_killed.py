"""A program that dies in the middle of the queue: what is whole stays, and the rest goes on."""

import asyncio
import sys
from pathlib import Path

from storyforge.domain.generation import TakeState
from storyforge.store.story_file import StoryFile
from storyforge.studio.drafting.order import kept
from tests.studio.drafting.planned import LINES, ended, more, planned, queue, writer

# Writes until the third beat is half written and in the file, says so, and waits to be killed.
_CHILD = """
import asyncio, sys
from pathlib import Path
from storyforge.backends.scripted import ScriptedBackend
from storyforge.store.story_file import StoryFile
from tests.studio.drafting.planned import LINES, queue, writer

async def main(path):
    with StoryFile.open(path) as story:
        scenes = [head.id for head in story.outline().scenes]
        run = queue(story, writer(LINES, delay=0.02), *scenes)
        async for progress in run.run():
            takes = [take for scene in scenes for take in story.takes.of_scene(scene)]
            if len(takes) == 3 and takes[-1].text:
                print("half", flush=True)
                await asyncio.Event().wait()

asyncio.run(main(Path(sys.argv[1])))
"""


async def test_a_kill_loses_half_a_beat_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "killed.forge"
    with StoryFile.create(path, title="Salt") as story:
        first = planned(story, "She climbs down.", "She finds him.", words=22)
        # Long enough to be caught in the middle, however busy the machine is.
        second = more(story, "They climb.", words=80)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _CHILD, str(path)), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    try:
        assert await child.stdout.readline() == b"half\n"
    finally:
        child.kill()
        await child.wait()
    with StoryFile.open(path) as story:
        assert story.scenes.text(first) == f"{LINES[0]}\n\n{LINES[1]}"
        assert [beat.number for beat in story.drafted.of_scene(first)] == [1, 2]
        (half,) = story.takes.of_scene(second)
        assert half.state is TakeState.INTERRUPTED
        assert LINES[2].startswith(half.text) or half.text.startswith(LINES[2])
        assert not story.scenes.text(second)
        order = kept(story)
        assert order is not None
        assert order.scenes == (first, second)
        await ended(queue(story, writer(LINES[2:]), *order.scenes, words=order.words).run())
        assert story.scenes.text(second).startswith(LINES[2])
        # The half is a take of the same place: the author can walk to it.
        assert len(story.takes.of_place(half.place_id)) == 2
        assert kept(story) is None
