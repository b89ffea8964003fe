"""Other copies of a story that a sync tool put beside it: found, taken in, or left on purpose.

A copy that was taken in is not deleted: it goes to the dated copies, away from the synced folder.
"""

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from storyforge import paths
from storyforge.domain.copies import Standing, may_be_copy_of
from storyforge.domain.kept_json import read_json
from storyforge.store import glance
from storyforge.store.picture_files import move_pictures
from storyforge.store.story_file import StoryFile
from storyforge.studio import merging, shelf
from storyforge.studio.merging import Report

_KEPT = "copies_kept"
_LOGS = ("-wal", "-journal", "-shm")


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the open story's folder found.

    Attributes:
        standing: how the story's own file stands.
        copies: other copies that the author has not decided about.
    """

    standing: Standing = Standing.OURS
    copies: tuple[Path, ...] = ()


class Watch:
    """Looks at one open story's folder again and again; an unchanged folder costs 20 µs a look."""

    def __init__(self, story: StoryFile) -> None:
        self._story = story
        self._seen: tuple[int, int] | None = None
        self._copies: tuple[Path, ...] = ()

    def look(self) -> Look:
        """What is there now."""
        standing = self._story.guard.standing()
        folder = self._story.path.parent
        try:
            stat = folder.stat()
        except OSError:
            return Look(standing)
        now = (stat.st_mtime_ns, stat.st_ino)
        if now != self._seen:
            self._copies = undecided(self._story)
            # A copy that still grows is no story yet: until it is one, look again.
            waiting = any(
                may_be_copy_of(entry.name, self._story.path.name) and glance.story_id(entry) is None
                for entry in folder.iterdir()
            )
            self._seen = None if waiting else now
        return Look(standing, self._copies)

    def again(self) -> None:
        """Look anew the next time, whatever the folder says."""
        self._seen = None


def beside(path: Path, story_id: str) -> tuple[Path, ...]:
    """The other copies of the story that lie beside it, by name."""
    try:
        names = sorted(entry for entry in path.parent.iterdir())
    except OSError:
        return ()
    return tuple(
        entry
        for entry in names
        if may_be_copy_of(entry.name, path.name) and glance.story_id(entry) == story_id
    )


def undecided(story: StoryFile) -> tuple[Path, ...]:
    """The copies beside an open story that the author was not asked about yet."""
    known = set(_kept(story))
    found = beside(story.path, story.outline().story_id)
    return tuple(copy for copy in found if _told(copy) not in known)


def keep_as_they_are(story: StoryFile, copies: Iterable[Path]) -> None:
    """Do not ask about these again, as long as they stay as they are."""
    known = dict.fromkeys((*_kept(story), *(_told(copy) for copy in copies)))
    story.remember(_KEPT, json.dumps([*known][-50:], ensure_ascii=True))


def take_in(story: StoryFile, copy: Path, *, join: bool = False) -> tuple[Report, Path]:
    """Merge a copy into the open story, then put the copy away; where it lies then.

    Raises:
        StoryforgeError: it cannot be read or is another story; nothing has changed then.
    """
    seen = _told(copy)
    with StoryFile.look(copy) as other:
        report = merging.merge_into(story, other, source=copy.name, join=join)
        in_use = other.holder is not None
    story.fold()
    if in_use:
        keep_as_they_are(story, (copy,))
        return report, copy
    if _told(copy) != seen:  # the sync tool went on with it: what came is not taken in yet
        return report, copy
    return report, put_away(copy, story.outline().story_id)


def holds_more(path: Path, copy: Path) -> bool:
    """Whether `copy` holds anything that the story at `path` lacks; both are only looked at."""
    with StoryFile.look(path) as story, StoryFile.look(copy) as other:
        return merging.foresee(story, other).took


def take_in_at(path: Path, copy: Path) -> tuple[Report, Path]:
    """`take_in` for a story that is not open."""
    with shelf.open_story(path) as story:
        return take_in(story, copy)


def put_away(copy: Path, story_id: str) -> Path:
    """Move a file whose words are all elsewhere to the dated copies, with the pictures beside it;
    where it lies then.
    """
    folder = paths.backups_dir() / story_id / "merged"
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / copy.name, 2
    while target.exists():
        target, number = folder / f"{copy.stem} {number}{copy.suffix}", number + 1
    for suffix in _LOGS:
        log = copy.with_name(copy.name + suffix)
        if log.exists():
            shutil.move(log, target.with_name(target.name + suffix))
    move_pictures(copy, target)
    shutil.move(copy, target)
    return target


def put_back(rescued: Path, path: Path) -> Path:
    """Give a rescued copy the story's name again, if that is free; where it lies then.

    Raises:
        OSError: it cannot be renamed.
    """
    if path.exists() or not path.parent.is_dir():
        return rescued
    rescued.rename(path)
    move_pictures(rescued, path)
    return path


def _kept(story: StoryFile) -> list[str]:
    read = read_json(story.recall(_KEPT))
    return [str(one) for one in read] if isinstance(read, list) else []


def _told(copy: Path) -> str:
    try:
        stat = copy.stat()
    except OSError:
        return copy.name
    return f"{copy.name}|{stat.st_size}|{stat.st_mtime_ns}"
