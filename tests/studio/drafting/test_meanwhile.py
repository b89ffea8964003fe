"""Scenes that are deleted, split, joined or planned anew while a beat of theirs is written."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable

import pytest

from storyforge.errors import StoryFileError
from storyforge.store.story_file import StoryFile
from storyforge.studio.drafting.order import kept
from storyforge.studio.drafting.queue import Progress, ended_words
from tests.studio.continuation import Gated, write
from tests.studio.drafting.planned import LINES, ended, more, planned, queue, writer


async def meanwhile(
    story: StoryFile, *scenes: str, do: Callable[[], object], written: bool = False
) -> Progress:
    """A run over these; in the middle of its first beat something is done."""
    backend = Gated(*LINES, at=4)
    run = asyncio.create_task(ended(queue(story, backend, *scenes, written=written).run()))
    await backend.waiting.wait()
    do()
    backend.at = -1
    backend.gate.set()
    return await run


def texts(story: StoryFile) -> list[str]:
    return [story.scenes.text(scene.id) for scene in story.outline().scenes]


@pytest.mark.parametrize("purged", [False, True])
async def test_a_scene_that_goes_ends_nothing_else(story: StoryFile, purged: bool) -> None:
    gone = planned(story, "She climbs down.", "She finds him.", words=22)
    scene = more(story, "She waits.", words=11)

    def delete() -> None:
        story.binder.delete_scene(gone)
        if purged:
            story.binder.empty_trash()

    told = await meanwhile(story, gone, scene, do=delete)
    assert [one.scene_id for one in told.failed] == [gone]
    assert "1 scene is drafted. Scene 1, “Storm”: It was deleted" in ended_words(told)
    assert story.scenes.text(scene) == LINES[1]
    assert kept(story) is None
    if not purged:
        assert [take.text for take in story.takes.of_scene(gone)] == [LINES[0]]
        story.binder.restore_scene(gone)
        assert story.scenes.text(gone) == "", "nothing was written into the trash"


async def test_a_scene_that_is_joined_with_the_one_before_it_keeps_its_take(
    story: StoryFile,
) -> None:
    first = planned(story)
    write(story, "It was dark.")
    scene = more(story, "She climbs down.", "She finds him.", words=22)
    told = await meanwhile(story, scene, do=lambda: story.binder.join_scenes(first, scene))
    assert len(told.failed) == 1
    assert texts(story) == ["It was dark."]
    assert [take.text for take in story.takes.of_scene(first)] == [LINES[0]]


async def test_the_beat_stands_where_its_place_went(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", "She finds him.", words=22)
    write(story, "It was dark. She waited there.")
    split = len("It was dark.")
    await meanwhile(story, scene, do=lambda: story.binder.split_scene(scene, split), written=True)
    first, second = texts(story)
    assert first.startswith("It was dark.")
    assert LINES[0] in first
    assert second == " She waited there."


async def test_a_plan_that_is_undone_leaves_what_was_written(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", "She finds him.", words=22)

    def undo() -> None:
        while story.plan.undo():
            pass

    told = await meanwhile(story, scene, do=undo)
    assert texts(story) == [LINES[0]]
    assert "neither beats nor a purpose" in told.failed[0].why


async def test_a_full_disk_costs_the_beat_and_nothing_else(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", "She finds him.", words=22)
    before = "It was dark. " * 900
    write(story, before)
    raw = story._database.raw

    def fill() -> None:
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages}")
        numbers = itertools.count()
        for size in (4_000, 400, 40, 4):
            with contextlib.suppress(StoryFileError):
                while True:
                    story.remember(f"full {next(numbers)}", "x" * size)

    with pytest.raises(StoryFileError, match="disk is full"):
        await meanwhile(story, scene, do=fill, written=True)
    assert texts(story) == [before]
    raw.execute("PRAGMA max_page_count = 1000000")
    order = kept(story)
    assert order is not None
    await ended(queue(story, writer(), *order.scenes, written=order.written).run())
    (text,) = texts(story)
    assert text.startswith(before)
    assert [text.count(line) for line in LINES[:3]] == [1, 1, 0]
