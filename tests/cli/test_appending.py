"""A scene that grows at its end: what is saved, and what is said when saving fails."""

import asyncio
import contextlib
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from storyforge.cli.appending import Appending
from storyforge.domain.sampling import Sampling
from storyforge.errors import StoryFileError
from storyforge.store.story_file import StoryFile
from tests.cli.conftest import FIRST


async def until_saved(path: Path, text: str) -> None:
    """Wait until another reader finds `text` in the first scene."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with StoryFile.open(path) as reader:
            found = reader.scenes.load(reader.outline().scenes[0].id).text
        if found == text:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{found!r} is all that was saved")


async def test_the_page_is_saved_while_it_grows(light: Path) -> None:
    with StoryFile.open(light) as story:
        scene = story.outline().scenes[0].id
        async with Appending(story, scene) as page:
            page.begin(
                story.takes.begin(
                    scene, page.place_id, model="M", request_hash="x", sampling=Sampling()
                )
            )
            page.append(" One")
            page.append(" two.")
            await until_saved(light, FIRST + " One two.")
            page.settle(" One")
        assert story.scenes.load(scene).text == FIRST + " One"
        assert story.scenes.load(scene).caret == len(FIRST) + 4


@pytest.fixture
def on_a_stick(tmp_path: Path, light: Path) -> Path:
    """The story in a folder that can be pulled."""
    (tmp_path / "stick").mkdir()
    return Path(shutil.copyfile(light, tmp_path / "stick" / "light.forge"))


async def append_until_it_fails(story: StoryFile) -> None:
    async with Appending(story, story.outline().scenes[0].id) as page:
        shutil.rmtree(story.path.parent)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            page.append(" word")
            await asyncio.sleep(0.05)


async def append_and_pull(story: StoryFile) -> None:
    async with Appending(story, story.outline().scenes[0].id) as page:
        page.append(" word")
        shutil.rmtree(story.path.parent)


@pytest.mark.parametrize("writing", [append_until_it_fails, append_and_pull])
async def test_a_folder_that_vanishes_is_told(
    on_a_stick: Path, writing: Callable[[StoryFile], Awaitable[None]]
) -> None:
    story = StoryFile.open(on_a_stick)
    with pytest.raises(StoryFileError):
        await writing(story)
    with contextlib.suppress(StoryFileError):
        story.close()
