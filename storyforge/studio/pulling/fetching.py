"""One file, fetched whole: what came is kept, gone on with, and looked through before it counts.

huggingface_hub's own download begins again after every break, and compares only the length; a model
of 40 GB on a slow line would never come.
"""

import contextlib
import errno
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from storyforge.borrowed import reason
from storyforge.errors import ModelError, Refused, StoryforgeError
from storyforge.i18n import _
from storyforge.studio.pulling.hub import Lost, RemoteFile

#: reads a file from a place on: pieces with their places
Read = Callable[[int], Iterator[tuple[int, bytes]]]


class Tell(Protocol):
    """Hears how far it is."""

    def __call__(self, done: int, waits: str = "", *, checking: bool = False) -> None:
        """`done` bytes are here; it waits for a reason, or compares the checksum."""


# Seconds before it is tried again, as often as nothing came; a byte that comes starts it anew.
_PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0)
_PIECE = 1 << 22


def part_of(target: Path, file: RemoteFile) -> Path:
    """Where what came so far lies: the name says of which contents it is a part."""
    return target.with_name(f"{target.name}.{file.digest[:12]}.part")


def fetch(
    read: Read,
    file: RemoteFile,
    target: Path,
    tell: Tell,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Bring `file` to `target`, from where an earlier try stopped.

    Raises:
        ModelError: the connection breaks again and again, or what came is damaged.
        StoryforgeError: it cannot be written, or is being fetched already.
    """
    part = part_of(target, file)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(part), part.open("ab+") as out:
            _fill(read, file, out, tell, pause)
            tell(file.size, checking=True)
            whole = _whole(file, out)
        if not whole:
            part.unlink()
            raise ModelError(
                _("{name} came damaged: its checksum is another.").format(name=file.name),
                title=_("Not fetched"),
                hint=_("What came is deleted. Try again."),
            )
        part.replace(target)
    except OSError as error:
        raise _unwritable(error, part) from error


def here(file: RemoteFile, target: Path) -> int:
    """Bytes of `file` that need not be fetched: all of a whole file, or those of its part."""
    for path in (target, part_of(target, file)):
        if path.is_file() and (path.suffix == ".part" or path.stat().st_size == file.size):
            return min(path.stat().st_size, file.size)
    return 0


@contextlib.contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Nobody else writes to `part` meanwhile: two would mix their bytes."""
    from filelock import FileLock, Timeout

    lock = part.with_suffix(".lock")
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout as error:
        raise Refused(
            _("{file} is being fetched already.").format(file=part.with_suffix("").name),
            title=_("Not fetched"),
            hint=_("Wait for the other storyforge, or stop it."),
        ) from error
    lock.unlink(missing_ok=True)


def _fill(
    read: Read, file: RemoteFile, out: BinaryIO, tell: Tell, pause: Callable[[float], None]
) -> None:
    """Append what is missing."""
    failed = 0
    while (have := out.seek(0, 2)) < file.size:
        tell(have)
        try:
            for at, piece in read(have):
                if at == 0 and have:
                    out.truncate(0)  # the server began anew
                have = at + len(piece)
                out.write(piece)
                failed = 0
                tell(min(have, file.size))
            why = _("the connection broke")
        except Lost as lost:
            why = lost.why
        out.flush()
        if out.seek(0, 2) < file.size:
            if failed == len(_PAUSES):
                raise _broken(file, out.tell(), why)
            tell(out.tell(), why)
            pause(_PAUSES[failed])
            failed += 1


def _whole(file: RemoteFile, out: BinaryIO) -> bool:
    """Whether what is here is what the hub has; reading 5 GB takes some 4 s."""
    if out.tell() != file.size:
        return False
    digest = file.hashed()
    out.seek(0)
    while piece := out.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest() == file.digest


def _broken(file: RemoteFile, have: int, why: str) -> ModelError:
    return ModelError(
        _("{name} could not be fetched whole: {why}. {share:.0%} of it are here and kept.").format(
            name=file.name, why=why, share=have / file.size
        ),
        title=_("Not fetched"),
        hint=_("The same command goes on from there."),
    )


def _unwritable(error: OSError, part: Path) -> StoryforgeError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return StoryforgeError(
        _("{file} cannot be written: {why}. What came before is kept.").format(
            file=part, why=reason(error)
        ),
        title=_("Not fetched"),
        hint=_("Make room and give the same command again.")
        if full
        else _("Check that the folder may be written."),
    )
