"""Two copies of one story, as two machines have them."""

import shutil
from collections.abc import Callable
from pathlib import Path

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile

TITLES = ("Oil", "Log", "Fog")


def page(scene_id: str, text: str) -> Page:
    return Page(scene_id, text, Provenance.whole(len(text), Origin.TYPED), len(text))


def make(path: Path) -> Path:
    """A story of two chapters and three scenes, each with a text."""
    with StoryFile.create(path, title="The Light", author="Ana") as story:
        first = story.outline().chapters[0]
        story.binder.rename_chapter(first.id, "The Keeper")
        story.binder.rename_scene(first.scenes[0].id, "Oil")
        story.binder.add_scene(first.id, "Log")
        story.binder.add_scene(story.binder.add_chapter("The Boat"), "Fog")
        for scene in story.outline().scenes:
            story.scenes.save(page(scene.id, f"{scene.title} as it was.\nSecond.\nThird."))
    return path


def copied(path: Path, name: str) -> Path:
    """Another copy, on another machine."""
    target = path.parent / name / path.name
    target.parent.mkdir()
    return Path(shutil.copy(path, target))


def change(path: Path, change: Callable[[StoryFile], object]) -> None:
    """A whole session on one machine."""
    with StoryFile.open(path) as story:
        change(story)


def scene_id(story: StoryFile, title: str) -> str:
    return next(scene.id for scene in story.outline().scenes if scene.title == title)


def write(title: str, text: str) -> Callable[[StoryFile], object]:
    return lambda story: story.scenes.save(page(scene_id(story, title), text))


def texts(path: Path) -> dict[str, str]:
    """The story as its reader sees it: chapter/title → text, in order."""
    with StoryFile.look(path) as story:
        return {
            f"{chapter.title}/{scene.title}": story.scenes.load(scene.id).text
            for chapter in story.outline().chapters
            for scene in chapter.scenes
        }


def everything(path: Path) -> set[str]:
    """Every text that is anywhere in the file: scenes, the trash, snapshots, takes."""
    with StoryFile.look(path) as story:
        side = story.merging.side()
        found = {story.merging.page(scene).text for scene in side.texts}
        for scene in side.texts:
            found |= {text for _at, text in story.merging.past_texts(scene).values()}
            found |= {take.text for take in story.takes.of_scene(scene)}
    return found
