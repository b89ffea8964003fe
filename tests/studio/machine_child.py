"""storyforge on one machine, without its screen: does what the desk does, as lines tell it."""

import json
import sys
from pathlib import Path
from typing import Any

from storyforge.domain.copies import Standing
from storyforge.domain.story import Page
from storyforge.errors import StoryforgeError
from storyforge.store import glance
from storyforge.store.story_file import StoryFile
from storyforge.studio import other_copies, shelf
from tests.studio.copies import page


class Machine:
    """One program with at most one story open."""

    def __init__(self) -> None:
        self.story: StoryFile | None = None
        self.unsaved: Page | None = None
        self.path = Path()

    def open(self, path: str) -> None:
        self.path = Path(path)
        self.story = shelf.open_story(self.path)
        self.look()

    def type(self, scene: int, word: str) -> None:
        """A word at the end of a scene; what cannot be saved stays on the screen."""
        assert self.story is not None
        scenes = self.story.outline().scenes
        found = scenes[scene % len(scenes)].id
        if self.unsaved is not None and self.unsaved.scene_id != found:
            found = self.unsaved.scene_id  # the desk does not leave a page that is not saved
        text = self.unsaved.text if self.unsaved else self.story.scenes.load(found).text
        written = page(found, f"{text} {word}")
        try:
            self.story.scenes.save(written)
            self.unsaved = None
        except StoryforgeError:
            self.unsaved = written

    def delete(self, scene: int) -> None:
        assert self.story is not None
        scenes = self.story.outline().scenes
        if self.story.guard.standing() is Standing.OURS and len(scenes) > 1:
            self.story.binder.delete_scene(scenes[scene % len(scenes)].id)

    def fold(self) -> None:
        assert self.story is not None
        self.story.fold()

    def look(self) -> None:
        """What the desk does every few seconds; every question is answered with “merge”."""
        assert self.story is not None
        if self.story.guard.standing() is Standing.OURS:
            if self.unsaved is not None:
                self.story.scenes.save(self.unsaved)
                self.unsaved = None
            for copy in other_copies.undecided(self.story):
                other_copies.take_in(self.story, copy)
            return
        rescued = self.story.guard.rescue(self.unsaved)
        self.unsaved = None
        story_id = self.story.outline().story_id
        self.story.close()
        if not self.path.exists():
            rescued.rename(self.path)
        elif glance.story_id(self.path) == story_id:
            other_copies.take_in_at(self.path, rescued)
        self.story = shelf.open_story(self.path)

    def close(self) -> None:
        assert self.story is not None
        if self.unsaved is not None and self.story.guard.standing() is not Standing.OURS:
            self.story.guard.rescue(self.unsaved)
            self.unsaved = None
        elif self.unsaved is not None:
            self.story.scenes.save(self.unsaved)
            self.unsaved = None
        try:
            self.story.close()
        except StoryforgeError as error:
            if "whole in" not in error.message:
                raise
        self.story = None


def main() -> None:
    machine = Machine()
    for line in sys.stdin:
        told: dict[str, Any] = json.loads(line)
        try:
            getattr(machine, told.pop("do"))(**told)
            answer = ""
        except Exception as error:  # the edge of the process: the test reads it
            answer = f"{type(error).__name__}: {error}"
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
