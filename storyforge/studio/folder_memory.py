"""What a story remembers of a folder it was written to: the last state that both agreed on.

Without it nobody could tell whether a file that differs is newer or older than the scene: git may
bring the files of another machine, or go back to an older day. It is kept with the story, a line
for each folder; a folder knows its own name for that (`story.toml`).
"""

import json
from pathlib import Path

from storyforge.domain.ancestry import digest, short_digest
from storyforge.domain.kept_json import read_json
from storyforge.domain.scene_files import SceneFile, StoryList
from storyforge.store.story_file import StoryFile

#: the settings that hold this begin so
PREFIX = "folder:"
_ORDER = "order"
_FILE = "file "
_BESIDE = "beside "


def folder_id(story_id: str, path: Path) -> str:
    """The name that a folder gets when it is written for the first time."""
    return short_digest(f"{story_id} {path.resolve()}")


class Memory:
    """The marks of files and list as they were written or read last."""

    def __init__(self, story: StoryFile, folder: str) -> None:
        self._story = story
        self._key = f"{PREFIX}{folder}"
        self._known = _read(story.recall(self._key, "{}")) if folder else {}
        self._before = dict(self._known)

    def keep(self) -> None:
        """Put it into the story; nothing where nothing is new."""
        if self._known != self._before:
            self._story.remember(self._key, json.dumps(self._known, sort_keys=True))

    def owner(self, name: str) -> str:
        """The scene that was made of a file without an id of its own; may be empty."""
        return self._known.get(_FILE + name, "")

    def made(self, name: str, scene_id: str) -> None:
        """A scene was made of this file."""
        self._known[_FILE + name] = scene_id

    def renamed(self, name: str) -> None:
        """This file is there no more under that name."""
        self._known.pop(_FILE + name, None)

    def agreed(self, scene_id: str, mark: str) -> None:
        """The file and the scene are settled at this mark."""
        self._known[scene_id[:12]] = mark

    def agreed_order(self, mark: str) -> None:
        """The list and the story's order are settled."""
        self._known[_ORDER] = mark

    def settled(self, name: str, mark: str) -> None:
        """A file beside the scenes, and what the story has of it, are settled at this mark."""
        self._known[_BESIDE + name] = mark

    def knows(self, name: str, mark: str) -> bool:
        """Whether that is the mark at which they were settled."""
        return self._known.get(_BESIDE + name) == mark

    def order(self, listed: StoryList) -> str:
        """The mark that both had last."""
        return self._known.get(_ORDER, listed.base)

    def text_changed(self, file: SceneFile, scene: SceneFile) -> tuple[bool, bool]:
        """(whether the file's text has changed, whether the scene's has) since they agreed."""
        known = self._known.get(scene.id[:12])
        if known is not None:
            base = known.partition(" ")[0]
            return file.text_mark != base, scene.text_mark != base
        older = digest(file.text) in self._story.lineage.of(scene.id)
        return not older, scene.text_mark != file.base.partition(" ")[0]

    def head_changed(self, file: SceneFile, scene: SceneFile) -> tuple[bool, bool]:
        """The same for title, chapter, status and label."""
        known = self._known.get(scene.id[:12], file.base)
        base = known.partition(" ")[2]
        return file.head_mark != base, scene.head_mark != base

    def unread(self, file: SceneFile, scene: SceneFile) -> bool:
        """Whether the file holds something that the story has not seen."""
        text = file.text != scene.text and self.text_changed(file, scene)[0]
        head = file.head_mark != scene.head_mark and self.head_changed(file, scene)[0]
        return text or head

    def untouched(self, file: SceneFile) -> bool:
        """Whether nobody changed the file since it was written or read."""
        return file.mark == self._known.get(file.id[:12], file.base)


def _read(told: str) -> dict[str, str]:
    read = read_json(told)
    if not isinstance(read, dict):
        return {}
    return {str(key): str(value) for key, value in read.items()}
