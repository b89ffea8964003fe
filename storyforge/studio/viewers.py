"""A picture in the system's own viewer."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge import paths
from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# What opens a file, by the system; the first that is there.
_OPENERS = {"darwin": (("open",),), "linux": (("xdg-open",), ("gio", "open"))}
# Seconds: an opener hands the file on and returns.
_PATIENCE = 30.0


def file_of(story: "StoryFile", picture_id: str) -> Path:
    """The picture as a file: the one beside the story, else a copy in the cache folder.

    Raises:
        BadInput: it is gone.
        OSError: the copy cannot be written.
    """
    picture = story.pictures.get(picture_id)
    if story.pictures.folder.has(picture_id):
        return story.pictures.folder.file(picture_id)
    data = story.pictures.read(picture_id)
    copy = paths.viewed_dir() / f"{picture.called}.png"
    copy.parent.mkdir(parents=True, exist_ok=True)
    if not copy.exists():
        copy.write_bytes(data)
    return copy


def show(file: Path) -> None:
    """Have the system show a file. Call it in a thread.

    Raises:
        BadInput: nothing here shows it; where it lies is said.
    """
    if sys.platform == "win32":
        os.startfile(file)
        return
    openers = _OPENERS.get(sys.platform, _OPENERS["linux"])
    words = next((each for each in openers if shutil.which(each[0])), None)
    if words is None or not _opened([*words, str(file)]):
        raise BadInput(
            _("No viewer could be started here."),
            title=_("Not shown"),
            hint=_("The picture lies in {file}").format(file=file),
        )


def _opened(command: list[str]) -> bool:
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command,
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            start_new_session=True,
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
