"""Fetching a model: what, from where, to where and whether there is room; then file by file."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from storyforge import paths
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.studio.pulling import choosing, fetching, hub
from storyforge.studio.pulling.hub import RemoteFile, Repo
from storyforge.studio.sizes import file_size

# A disk that is filled to its last byte would keep stories from being saved.
_KEPT_FREE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be fetched.

    Attributes:
        folder: where it goes.
        here: bytes of it that lie there already.
    """

    repo: Repo
    files: tuple[RemoteFile, ...]
    folder: Path
    here: int

    @property
    def size(self) -> int:
        """Bytes of all of it."""
        return sum(file.size for file in self.files)

    @property
    def path(self) -> Path:
        """What `models use` wants: the file (of parts the first), or the folder."""
        first = self.files[0]
        is_file = first.name.lower().endswith(".gguf")
        return self.folder / Path(first.name).name if is_file else self.folder


@dataclass(frozen=True, slots=True)
class Coming:
    """How far it is.

    Attributes:
        name: the file that comes.
        done, total: bytes of all files.
        waits: why nothing comes just now; else empty.
        checking: it is here, and its checksum is compared.
    """

    name: str
    done: int
    total: int
    waits: str = ""
    checking: bool = False


def plan(name: str, file: str = "") -> Wanted:
    """What `name` and `file` mean on the hub; nothing is fetched yet.

    Raises:
        BadInput: there is no such thing, or no room for it.
        ModelError: the hub is not to be reached.
    """
    repo = hub.look(name)
    files = choosing.choose(repo, file)
    folder = paths.models_dir().joinpath(*repo.name.split("/"))
    here = sum(fetching.here(each, folder / Path(each.name).name) for each in files)
    wanted = Wanted(repo, files, folder, here)
    _refuse_without_room(wanted)
    return wanted


def pull(
    wanted: Wanted,
    tell: Callable[[Coming], None],
    pause: Callable[[float], None] = time.sleep,
) -> Path:
    """Fetch it; what is here whole already is left as it is. The path to use it by.

    Raises:
        ModelError: it could not be fetched whole; the same call goes on from there.
        StoryforgeError: it cannot be written.
    """
    before = 0
    for file in wanted.files:
        target = wanted.folder / Path(file.name).name
        hear = _Hears(tell, file.name, before, wanted.size)
        if not (target.is_file() and target.stat().st_size == file.size):
            fetching.fetch(partial(hub.read, wanted.repo, file), file, target, hear, pause)
        before += file.size
        tell(Coming(file.name, before, wanted.size))
    return wanted.path


@dataclass(frozen=True, slots=True)
class _Hears:
    """Puts what one file says into the news of all of them."""

    tell: Callable[[Coming], None]
    name: str
    before: int
    total: int

    def __call__(self, done: int, waits: str = "", *, checking: bool = False) -> None:
        self.tell(Coming(self.name, self.before + done, self.total, waits, checking))


def _refuse_without_room(wanted: Wanted) -> None:
    at = next(folder for folder in (wanted.folder, *wanted.folder.parents) if folder.exists())
    free = shutil.disk_usage(at).free
    missing = wanted.size - wanted.here
    if missing and missing + _KEPT_FREE > free:
        raise BadInput(
            _("There is no room for it: {needed} are to come, {free} are free at {folder}.").format(
                needed=file_size(missing), free=file_size(free), folder=at
            ),
            title=_("Disk too full"),
            hint=_("1 GB must stay free. STORYFORGE_DATA_DIR moves the models to another disk."),
        )
