"""Puts a finished file or folder where it is wanted: whole or not at all. Knows no format."""

import errno
import os
import re
import secrets
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from storyforge.borrowed import reason
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# How a story file begins: the database's name, and at byte 68 the sign of storyforge.
_DATABASE, _SIGN_AT, _SIGN = b"SQLite format 3\0", 68, b"FRGE"


Data = bytes | Callable[[], bytes]


class Occupied(Refused):
    """Something is there already; a yes would write over it."""


def write_whole(target: Path, data: bytes, *, force: bool = False) -> None:
    """Write `data` to `target` in one step: temporary file beside it, fsync, then the name.

    Raises:
        Occupied: something is there already and `force` is not set.
        Refused: it is a folder, a device or its like, or a story, which no `force` replaces.
        BadInput: it cannot be written; whatever was there before is untouched.
    """
    try:
        may_write(target, force=force)
        place = target.resolve() if target.is_symlink() else target
        _write_beside(place, data, force=force)
    except FileExistsError as error:
        raise occupied(target) from error
    except OSError as error:
        raise _unwritable(target, error) from error


def may_write(target: Path, *, force: bool = False) -> None:
    """Refuse what `write_whole` would refuse, before anyone has waited for the data.

    Raises:
        Occupied: something is there already and `force` is not set.
        Refused: it is a folder, a device or its like, or a story.
        BadInput: what is there cannot be looked at.
    """
    try:
        if target.is_dir():
            raise Refused(
                _("“{path}” is a folder; nothing was written.").format(path=target),
                title=_("Not exported"),
                hint=_("Name a file in it."),
            )
        if target.exists() and not target.is_file():
            raise Refused(
                _("“{path}” is no ordinary file; nothing was written.").format(path=target),
                title=_("Not exported"),
                hint=_("Name a file, or “-” for stdout."),
            )
        if target.is_file() and (force or os.access(target, os.R_OK)) and _is_story(target):
            raise Refused(
                _("“{path}” is a story; it was left as it is.").format(path=target),
                title=_("Not exported"),
                hint=_("Choose another name; an export never replaces a story."),
            )
        if target.exists() and not force:
            raise occupied(target)
    except OSError as error:
        raise _unwritable(target, error) from error


def _is_story(place: Path) -> bool:
    with place.open("rb") as file:
        head = file.read(_SIGN_AT + len(_SIGN))
    return head.startswith(_DATABASE) and head.endswith(_SIGN)


def write_folder(
    target: Path,
    files: Sequence[tuple[str, Data]],
    *,
    ours: re.Pattern[str],
    force: bool = False,
) -> None:
    """Write `files`, (name, data) each, as the folder `target` in one step.

    Args:
        files: data that are large may be given by what loads them.
        ours: what the files of an earlier export are called. A folder that holds anything else is
            never replaced, not even with `force`.

    Raises:
        Occupied: something is there already and `force` is not set.
        Refused: what is there is a file, or a folder that is not an earlier export.
        BadInput: it cannot be written; whatever was there before is untouched.
    """
    for name, _data in files:
        if Path(name).name != name or name in (".", ".."):
            raise ValueError(name)
    try:
        there = sorted(entry.name for entry in target.iterdir()) if target.is_dir() else []
        if target.exists() and not target.is_dir():
            raise Refused(
                _("“{path}” is a file; it was left as it is.").format(path=target),
                title=_("Not exported"),
                hint=_("The texts go into a folder: name one that is not there yet."),
            )
        if any(not ours.fullmatch(name) for name in there):
            raise Refused(
                _("“{path}” holds other files; it was left as it is.").format(path=target),
                title=_("Not exported"),
                hint=_("Name a folder that is not there yet."),
            )
        if there and not force:
            raise occupied(target)
        _write_folder_beside(target, files)
    except OSError as error:
        raise _unwritable(target, error) from error


def _write_folder_beside(target: Path, files: Sequence[tuple[str, Data]]) -> None:
    place = target.resolve() if target.is_symlink() else target
    building = place.with_name(f".{place.name[:80]}.{secrets.token_hex(4)}.new")
    before = building.with_suffix(".old")
    try:
        building.mkdir()
        for name, data in files:
            _write(building / name, data if isinstance(data, bytes) else data())
        if place.exists():
            place.rename(before)
        try:
            building.rename(place)
        except OSError:
            if before.exists():
                before.rename(place)
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)


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


def occupied(target: Path) -> Occupied:
    """The refusal to write over what is there."""
    return Occupied(
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
    if error.errno == errno.ENOENT and not target.parent.exists():
        return BadInput(
            _("“{path}” was not written: its folder does not exist.").format(path=target),
            title=_("Not exported"),
            hint=_("Make the folder “{folder}” first.").format(folder=target.parent),
        )
    hint = _("Choose a folder that you may write to.")
    if error.errno in (errno.ENAMETOOLONG, errno.EINVAL):
        hint = _("Choose another name.")
    return BadInput(
        _("“{path}” was not written: {why}.").format(path=target, why=reason(error)),
        title=_("Not exported"),
        hint=hint,
    )
