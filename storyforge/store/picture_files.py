"""The folder beside a story with the pictures that nobody chose: `NAME.pictures/<id>.png`.

It is made when it is first needed. A file there is replaced in one step, or left as it was, and is
never changed. A story may come from anywhere: what is no name of ours leads to no file, and only
plain files are read.
"""

import contextlib
import os
import re
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from storyforge.domain.picture.png_head import LARGEST_FILE
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store import faults
from storyforge.store.placing import placed

_ENDING = ".png"
# Windows opens a device under some names, whatever they end in.
_NAME = re.compile(r"(?!(?:con|prn|aux|nul|com\d|lpt\d)$)[0-9a-z_-]{1,64}", re.IGNORECASE)


def folder_of(story: Path) -> Path:
    """Where the pictures of the story at `story` lie that are not in it."""
    name = story.stem if story.suffix == ".forge" else story.name
    return story.with_name(f"{name}.pictures")


def move_pictures(story: Path, to: Path) -> None:
    """A story got another name or place: its pictures go along.

    Raises:
        StoryFileError: they cannot; all of them are where they were.
    """
    old, new = PictureFolder(story), PictureFolder(to)
    if old.path.is_symlink() and not new.path.exists():
        # It leads where other pictures may lie as well: none of them is moved.
        with faults.reported(new.path, doing="make"):
            new.path.symlink_to(old.path.resolve(), target_is_directory=True)
            old.path.unlink()
        return
    new.link(old)
    old.drop(old.sizes())


def is_name(key: str) -> bool:
    """Whether a file may be called so."""
    return _NAME.fullmatch(key) is not None


class PictureFolder:
    """The files of one story, by the ids of its pictures."""

    def __init__(self, story: Path) -> None:
        self.path = folder_of(story)

    def file(self, key: str) -> Path:
        """Where the picture of this id lies, or would.

        Raises:
            BadInput: no file can be called so.
        """
        if not is_name(key):
            raise BadInput(
                _("“{name}” cannot be the name of a picture.").format(name=faults.shown(key)),
                title=_("No such picture"),
                hint=_("The story file was changed by another program, or made to do harm."),
            )
        return self.path / f"{key}{_ENDING}"

    def put(self, key: str, data: bytes) -> None:
        """Have the picture of this id lie there, on the disk when this returns.

        Raises:
            StoryFileError: it cannot be written; nothing of it is left.
        """
        file = self.file(key)
        with faults.reported(self.path, doing="make"):
            self.path.mkdir(exist_ok=True)
        with faults.reported(file, doing="make"), placed(file) as building:
            building.write_bytes(data)

    def read(self, key: str) -> bytes | None:
        """The bytes of a picture; None where there is no such file.

        Raises:
            StoryFileError: the disk does not give them.
        """
        if not self.has(key):
            return None
        file = self.file(key)
        with faults.reported(file, doing="open"):
            return file.read_bytes()

    def has(self, key: str) -> bool:
        """Whether the picture of this id lies there."""
        return is_name(key) and _size(self.file(key)) is not None

    def remove(self, key: str) -> None:
        """Let a file go; one that is not there is gone already.

        Raises:
            StoryFileError: the disk does not let it go.
        """
        if is_name(key):
            file = self.file(key)
            with faults.reported(file, doing="save"):
                file.unlink(missing_ok=True)

    def take(self, other: "PictureFolder", keys: Iterable[str] | None = None) -> tuple[str, ...]:
        """Have these pictures of another folder here too, or all; those that were not here before.

        Args:
            keys: what is not there is passed over.

        Raises:
            StoryFileError: they cannot be written; nothing of them is left.
        """
        there, here = other.sizes(), self.sizes()
        fresh = [key for key in (there if keys is None else keys) if key in there.keys() - here]
        if fresh:
            with faults.reported(self.path, doing="make"):
                self.path.mkdir(exist_ok=True)
        done = []
        try:
            for key in fresh:
                file = self.file(key)
                with faults.reported(file, doing="make"), placed(file) as building:
                    shutil.copyfile(other.file(key), building)
                done.append(key)
        except BaseException:
            self.drop(done)
            raise
        return tuple(done)

    def link(self, other: "PictureFolder") -> None:
        """The same at once and in no more room, by second names; copied where there are none."""
        for key in other.sizes():
            with faults.reported(self.path, doing="make"):
                self.path.mkdir(exist_ok=True)
                with contextlib.suppress(OSError):  # no links on this disk: it is copied below
                    os.link(other.file(key), self.file(key))
        self.take(other)

    def drop(self, keys: Iterable[str]) -> None:
        """Let several files go, and the folder with the last one."""
        for key in keys:
            self.remove(key)
        with contextlib.suppress(OSError):  # something else lies in it
            self.path.rmdir()

    def sizes(self) -> dict[str, int]:
        """The bytes of every picture that lies there, by id."""
        found = {}
        with faults.reported(self.path, doing="open"):
            files = list(self.path.glob(f"*{_ENDING}"))
        for file in files:
            if is_name(file.stem) and (size := _size(file)) is not None:
                found[file.stem] = size
        return found


def _size(file: Path) -> int | None:
    """How long a plain file is; None where there is none, or a link, or one beyond all reason."""
    try:
        told = file.lstat()
    except OSError:
        return None
    return told.st_size if stat.S_ISREG(told.st_mode) and told.st_size <= LARGEST_FILE else None
