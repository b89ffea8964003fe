"""Puts a finished text where the author wants it: whole or not at all. Knows no format."""

import errno
import os
import secrets
import shutil
from pathlib import Path

from storyforge.errors import BadInput, Refused
from storyforge.i18n import _

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_whole(target: Path, data: bytes, *, force: bool = False) -> None:
    """Write `data` to `target` in one step: temporary file beside it, fsync, then the name.

    Raises:
        Refused: something is there already and `force` is not set.
        BadInput: it cannot be written; whatever was there before is untouched.
    """
    try:
        place = target.resolve() if target.is_symlink() else target
        if place.is_dir():
            raise Refused(
                _("“{path}” is a folder; nothing was written.").format(path=target),
                title=_("Not exported"),
                hint=_("Name a file in it."),
            )
        if place.exists() and not force:
            raise _occupied(target)
        _write_beside(place, data, force=force)
    except FileExistsError as error:
        raise _occupied(target) from error
    except OSError as error:
        raise _unwritable(target, error) from error


def _write_beside(place: Path, data: bytes, *, force: bool) -> None:
    temporary = place.with_name(f".{place.name[:80]}.{secrets.token_hex(4)}.new")
    try:
        _write(temporary, data)
        _put(temporary, place, force=force)
    finally:
        temporary.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _put(temporary: Path, place: Path, *, force: bool) -> None:
    if force:
        if place.exists():
            shutil.copymode(place, temporary)
        temporary.replace(place)
        return
    try:
        # A link fails where a file has appeared meanwhile; a rename would silently replace it.
        place.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if place.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place)) from None
        temporary.replace(place)


def _occupied(target: Path) -> Refused:
    return Refused(
        _("“{path}” is there already; it was left as it is.").format(path=target),
        title=_("Not exported"),
        hint=_("Choose another name, or say --force to replace it."),
    )


def _unwritable(target: Path, error: OSError) -> BadInput:
    if error.errno in _FULL:
        return BadInput(
            _("“{path}” was not written, because the disk is full; no half file was left.").format(
                path=target
            ),
            title=_("Not exported"),
            hint=_("Free some space or write to another disk, then try again."),
        )
    if error.errno == errno.ENOENT:
        return BadInput(
            _("“{path}” was not written: its folder does not exist.").format(path=target),
            title=_("Not exported"),
            hint=_("Make the folder “{folder}” first.").format(folder=target.parent),
        )
    return BadInput(
        _("“{path}” was not written: {why}.").format(path=target, why=error.strerror or error),
        title=_("Not exported"),
        hint=_("Choose a folder that you may write to."),
    )
