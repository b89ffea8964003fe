"""Keys in a file that only their owner can read: for machines without a keyring, after a yes.

It owns the file and who may read it. A file that others can read is not used, not even to be
written anew: what lies in it may be known already.
"""

import os
import stat
import sys
import tomllib
from pathlib import Path

import tomlkit

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.errors import ModelError
from storyforge.i18n import _

_MODE = 0o600


def key_file() -> Path:
    """Where it lies."""
    return paths.config_dir() / "keys.toml"


def read() -> dict[str, str]:
    """The keys by name; none where there is no file.

    Raises:
        ModelError: others can read it, or it cannot be read.
    """
    file = key_file()
    try:
        with file.open("rb") as opened:
            _refuse_if_shared(file, os.fstat(opened.fileno()))
            told = opened.read().decode("utf-8")
        found = tomllib.loads(told)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _unreadable(file, reason(error)) from error
    except ValueError:
        # What the reader says of the line may hold a key.
        raise _unreadable(file, _("it is not valid TOML")) from None
    return {name: key for name, key in found.items() if isinstance(key, str)}


def write(keys: dict[str, str]) -> None:
    """Put these keys in the place of those that were; without any the file goes.

    Raises:
        ModelError: others can read it, or it cannot be written.
    """
    read()
    file = key_file()
    fresh = file.with_suffix(".toml.new")
    try:
        if not keys:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(tomlkit.dumps(dict(sorted(keys.items()))))
        fresh.replace(file)
    except OSError as error:
        raise ModelError(
            _("The keys could not be written to {file}: {why}.").format(
                file=file, why=reason(error)
            ),
            title=_("Key not kept"),
            hint=_("Nothing in that file has changed."),
        ) from error


def _refuse_if_shared(file: Path, found: os.stat_result) -> None:
    """Windows keeps a user's folder from others by itself; its modes say nothing."""
    if sys.platform == "win32":
        return
    if found.st_uid != os.getuid():
        raise ModelError(
            _("The keys in {file} were not used: the file is another user's.").format(file=file),
            title=_("Keys not safe"),
            hint=_("Remove it, and set your keys anew: storyforge keys set PROVIDER"),
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise ModelError(
            _("The keys in {file} were not used: others on this machine can read them.").format(
                file=file
            ),
            title=_("Keys not safe"),
            hint=_("Take that from them: chmod 600 {file}").format(file=file),
        )


def _unreadable(file: Path, why: str) -> ModelError:
    return ModelError(
        _("The keys in {file} cannot be read: {why}.").format(file=file, why=why),
        title=_("Keys not read"),
        hint=_("Correct it or remove it, and set your keys anew: storyforge keys set PROVIDER"),
    )
