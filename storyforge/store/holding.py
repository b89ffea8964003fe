"""A second name for the open file, so that it outlives being replaced.

A sync tool that puts another file in a story's place takes the name away from ours; after a crash
our log would then belong to a file that is nowhere. A hard link in the data folder costs nothing
and keeps the file until the story is closed. Where there are no hard links, or the data folder is
on another disk, the log of such a crash can only be kept aside.
"""

import contextlib
import hashlib
import os
from pathlib import Path

from storyforge import paths


def held_name(path: Path) -> Path:
    """Where the second name of the story at `path` lies while it is open."""
    told = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:16]
    return paths.data_dir() / "held" / f"{told}.forge"


def hold(path: Path) -> None:
    """Give the file at `path` its second name, in place of an older one."""
    held = held_name(path)
    with contextlib.suppress(OSError):  # a convenience: without it a story opens as well
        held.parent.mkdir(parents=True, exist_ok=True)
        held.unlink(missing_ok=True)
        held.hardlink_to(path)


def let_go(path: Path) -> None:
    """The story is closed: its second name goes."""
    with contextlib.suppress(OSError):
        held_name(path).unlink(missing_ok=True)
