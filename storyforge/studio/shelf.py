"""The shelf: which stories there are, making, opening and doubling them, and their dated copies.

The list of recent stories is a convenience, so nothing here keeps a story from opening: a list that
cannot be read or written is logged, a dated copy that fails becomes a note on the opened story.
"""

import contextlib
import json
import logging
import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.domain.text import one_line
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.store.story_file import StoryFile

log = logging.getLogger(__name__)

#: dated copies kept of each story
BACKUPS_KEPT = 10
_RECENT_KEPT = 30
_SUFFIX = ".forge"
# What Windows allows in no file name; the list of its reserved names is from its own documentation.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
# Names end at 255 bytes on most disks; a date, a lock's suffix and a number must still fit.
_NAME_BYTES = 180


@dataclass(frozen=True, slots=True)
class RecentStory:
    """A story that was open once.

    Attributes:
        opened: when it was opened last.
        exists: whether it still lies there.
    """

    path: Path
    title: str
    opened: datetime
    exists: bool


def recent() -> tuple[RecentStory, ...]:
    """The stories opened last, the newest first."""
    found = []
    for entry in _read_list():
        try:
            path = Path(str(entry["path"]))
            opened = datetime.fromisoformat(str(entry["opened"]))
            found.append(RecentStory(path, one_line(str(entry["title"])), opened, path.is_file()))
        except (KeyError, TypeError, ValueError, OSError):
            log.warning("An entry of the recent stories was left out: %r", entry)
    return tuple(found)


def remember_opened(path: Path, title: str) -> None:
    """Put a story at the head of the recent ones."""
    place = str(path.absolute())
    entry = {"path": place, "title": title, "opened": datetime.now(UTC).isoformat()}
    _write_list([entry, *_without(place)])


def forget(path: Path) -> None:
    """Take a story off the list; its file stays."""
    _write_list(_without(str(path.absolute())))


def new_path(title: str, folder: Path | None = None) -> Path:
    """A name for a new story that every system takes and nothing in the folder has."""
    folder = paths.stories_dir() if folder is None else folder
    name = _FORBIDDEN.sub(" ", one_line(unicodedata.normalize("NFC", title)))
    name = re.sub(" +", " ", name).strip(" .")
    while len(name.encode()) > _NAME_BYTES:
        name = name[:-1].rstrip(" .")
    if not name:
        name = _("Untitled")
    elif _RESERVED.fullmatch(name):
        name += "_"
    return _free(folder, name)


def create_story(path: Path, *, title: str, author: str = "", language: str = "en") -> StoryFile:
    """A new story at `path`, open; its folder is made where it is missing.

    Raises:
        Refused: something is there already.
        StoryFileError: it cannot be made there.
    """
    with contextlib.suppress(OSError):  # the store says what is wrong with the folder
        path.parent.mkdir(parents=True, exist_ok=True)
    story = StoryFile.create(path, title=title, author=author, language=language)
    remember_opened(path, one_line(title))
    return story


def open_story(path: Path, *, take_over: bool = False) -> StoryFile:
    """The story at `path`, with a dated copy made at the day's first opening.

    Args:
        take_over: take the lock of another machine; only after the author's yes.

    Raises:
        StoryFileError: it cannot be opened.
    """
    story = StoryFile.open(path, take_over=take_over)
    try:
        outline = story.outline()
        if not story.read_only:
            _back_up(story, outline.story_id)
        remember_opened(path, outline.title)
    except BaseException:
        story.close()
        raise
    return story


def duplicate(path: Path, target: Path | None = None) -> Path:
    """A sound copy of a story, open or not, that goes its own way; where it lies.

    Raises:
        Refused: something is at `target`.
        StoryFileError: the story cannot be read, or the copy not written.
    """
    if target is None:
        target = _free(path.parent, _("{name} copy").format(name=path.stem))
    with contextlib.closing(StoryFile.open(path)) as story:
        story.copy_to(target, as_new=True)
    return target


def _free(folder: Path, name: str) -> Path:
    number = 1
    while True:
        path = folder / f"{name if number == 1 else f'{name} {number}'}{_SUFFIX}"
        if not any(os.path.lexists(f"{path}{suffix}") for suffix in ("", "-wal", ".lock")):
            return path
        number += 1


def _back_up(story: StoryFile, story_id: str) -> None:
    folder = paths.backups_dir() / (re.sub(r"\W", "", story_id) or "story")
    target = folder / f"{story.path.stem}-{date.today().isoformat()}{_SUFFIX}"
    if target.exists():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        story.copy_to(target, pictures=False)
        day = re.compile(re.escape(story.path.stem) + r"-\d{4}-\d\d-\d\d" + re.escape(_SUFFIX))
        dated = sorted(entry for entry in folder.iterdir() if day.fullmatch(entry.name))
        for old in dated[:-BACKUPS_KEPT]:
            old.unlink()
    except StoryforgeError as error:
        story.notes.append(_("Today's copy was not made: {why}").format(why=error.message))
    except OSError as error:
        why = reason(error)
        story.notes.append(_("Today's copy was not made: {why}").format(why=why))


def _list_file() -> Path:
    return paths.data_dir() / "recent.json"


def _read_list() -> list[dict[str, str]]:
    file = _list_file()
    try:
        read = json.loads(file.read_text("utf-8"))
        if not isinstance(read, list):
            raise ValueError("not a list")
    except FileNotFoundError:
        return []
    except OSError as error:
        log.warning("The recent stories cannot be read: %s", error)
        return []
    except ValueError as error:
        aside = file.with_name(f"recent.broken-{datetime.now(UTC):%Y%m%d-%H%M%S}.json")
        log.warning("The recent stories were not readable (%s); kept as %s", error, aside)
        with contextlib.suppress(OSError):
            file.replace(aside)
        return []
    return [entry for entry in read if isinstance(entry, dict)]


def _without(place: str) -> list[dict[str, str]]:
    return [entry for entry in _read_list() if entry.get("path") != place]


def _write_list(entries: list[dict[str, str]]) -> None:
    file = _list_file()
    building = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        told = json.dumps(entries[:_RECENT_KEPT], ensure_ascii=False, indent=1)
        # A file name that is no text holds what UTF-8 lacks: escaped, JSON gives it back.
        building.write_bytes(told.encode("utf-8", "backslashreplace"))
        building.replace(file)
    except OSError as error:
        log.warning("The recent stories cannot be written: %s", error)
        with contextlib.suppress(OSError):
            building.unlink(missing_ok=True)
