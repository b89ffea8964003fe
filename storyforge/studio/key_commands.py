"""A key that a command prints, such as `pass show openai`. No shell, a time limit, its first line.

What it says on its other stream is thrown away: it may hold anything.
"""

import os
import shlex
import signal
import subprocess
import sys
import threading
from typing import IO

from storyforge.borrowed import reason
from storyforge.domain.providers import without_keys
from storyforge.errors import ModelError
from storyforge.i18n import _

#: a password manager may ask for its master password in a window of its own
SECONDS = 60.0
_MOST = 1 << 16
# Seconds for what lies in the pipe when the command has ended.
_REST = 2.0


def printed(command: str, seconds: float = SECONDS) -> str:
    """The first line that `command` prints.

    Raises:
        ModelError: it cannot be run, failed, printed nothing, or did not end in time.
    """
    try:
        argv = shlex.split(command, posix=sys.platform != "win32")
    except ValueError:
        argv = []
    if not argv:
        raise _failed("?", _("a quotation mark in it is never closed, or there is nothing in it"))
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            # A group of its own can be ended whole, and has no terminal to ask in.
            start_new_session=True,
        )
    except OSError as error:
        raise _failed(argv[0], reason(error)) from error
    assert process.stdout is not None
    pieces: list[bytes] = []
    # A thread, since an agent that the command leaves behind may hold the pipe for hours.
    reader = threading.Thread(target=_read, args=(process.stdout, pieces), daemon=True)
    reader.start()
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        why = _("it did not end within {count:.0f} seconds").format(count=seconds)
        raise _failed(argv[0], why) from None
    finally:
        if process.returncode is None:
            _end(process)
    if status:
        raise _failed(argv[0], _("it ended with status {status}").format(status=status))
    reader.join(_REST)
    lines = b"".join(pieces).decode("utf-8", "replace").splitlines()
    if not lines or not lines[0].strip():
        raise _failed(argv[0], _("it printed nothing"))
    return lines[0]


def _environment() -> dict[str, str]:
    """Ours without other keys, and without where GnuPG would ask.

    Drawn over the page, nobody could answer it.
    """
    return {name: value for name, value in without_keys(os.environ).items() if name != "GPG_TTY"}


def _read(pipe: IO[bytes], pieces: list[bytes]) -> None:
    """Take in what comes; who prints without an end is cut off."""
    left = _MOST
    with pipe:
        while left and (piece := os.read(pipe.fileno(), left)):
            pieces.append(piece)
            left -= len(piece)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failed(program: str, why: str) -> ModelError:
    return ModelError(
        _("The command that prints the key, {program}, gave none: {why}.").format(
            program=program, why=why
        ),
        title=_("No key"),
        hint=_("Run it in a terminal to see what is wrong; it is set in [key_commands]."),
    )
