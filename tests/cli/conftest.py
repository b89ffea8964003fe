"""A command to run, and a story to run it on."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command

FIRST = "Mara had kept the light for eleven years."
SECOND = "The boat came in without a crew."


@pytest.fixture
def storyforge(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Command:
    monkeypatch.chdir(tmp_path)
    return Command(capfd)


@pytest.fixture(autouse=True)
def fresh_log() -> Iterator[None]:
    """Every command opens the log of its own home."""
    logger = logging.getLogger("storyforge")
    before = list(logger.handlers), logger.level, logger.propagate
    logger.handlers.clear()
    yield
    for handler in logger.handlers:
        handler.close()
    logger.handlers[:], logger.level, logger.propagate = before


@pytest.fixture
def light(tmp_path: Path) -> Path:
    """A story of two chapters and three scenes."""
    path = tmp_path / "light.forge"
    with StoryFile.create(path, title="The Light", author="Mara", language="en") as story:
        chapter = story.outline().chapters[0]
        story.binder.rename_chapter(chapter.id, "The Keeper")
        boat = story.binder.add_chapter("The Boat")
        scenes = [chapter.scenes[0].id]
        scenes.append(story.binder.add_scene(chapter.id, "Oil"))
        scenes.append(story.binder.add_scene(boat, "Fog"))
        for scene, text in zip(scenes, (FIRST, "", SECOND), strict=True):
            story.scenes.save(Page(scene, text, Provenance.whole(len(text), Origin.TYPED)))
        story.remember("open_scene", scenes[0])
    return path
