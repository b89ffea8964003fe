"""A staging is read in a process of its own, without any checkpoint."""

import asyncio
from pathlib import Path

import pytest

from storyforge.backends.pictures.staging_reader import read_staging
from storyforge.domain.picture.staging import Control, Staging
from storyforge.errors import StoryforgeError
from tests.engine.pictures.easel import picture

DEADLINE = 120.0


def edges(image: bytes) -> Control:
    return Control(Staging.EDGES, Path("canny.safetensors"), image)


async def test_it_comes_as_large_as_it_is_asked_for() -> None:
    reading = read_staging(edges(picture(96, 64)), (128, 96), asyncio.Event())
    found = await asyncio.wait_for(reading, DEADLINE)
    assert found is not None
    assert (found.width, found.height, len(found.rgb)) == (128, 96, 128 * 96 * 3)
    assert set(found.rgb) >= {0, 255}


@pytest.mark.usefixtures("one_engine")
async def test_what_is_no_picture_is_said_in_a_sentence() -> None:
    reading = read_staging(edges(b"no picture"), (64, 64), asyncio.Event())
    with pytest.raises(StoryforgeError, match="whose staging shall be kept is damaged"):
        await asyncio.wait_for(reading, DEADLINE)


async def test_a_stop_leaves_nothing() -> None:
    stop = asyncio.Event()
    stop.set()
    reading = read_staging(edges(picture()), (64, 64), stop)
    assert await asyncio.wait_for(reading, DEADLINE) is None
