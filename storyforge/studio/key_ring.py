"""Keys in the system's keyring: asked by a process that is given a time, so that nothing hangs.

It owns that process, and the names of what was put there: a keyring cannot be asked what it holds.
Which keyring it is, and how it is spoken to, is `key_ring_child`'s business.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from storyforge import paths
from storyforge.domain.kept_json import read_json
from storyforge.errors import ModelError
from storyforge.i18n import _
from storyforge.small_files import put
from storyforge.studio.key_ring_child import ASKS

log = logging.getLogger(__name__)

# -P: a story's folder may hold a file with a module's name. The root stands last, for checkouts.
_START = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from storyforge.studio.key_ring_child import main; main()"
)
_ROOT = str(Path(__file__).resolve().parents[2])
#: seconds that a keyring has for its answer: over a D-Bus where nobody answers none ever comes
SECONDS = 2.0
# Until the libraries are imported; on a busy machine that takes a while, and nobody is asked yet.
_STARTING = 30.0
# For the password of a locked keyring, where there is a screen that it can be asked for on.
_TYPING = 60.0


class Trouble(StrEnum):
    """Why a keyring has no answer."""

    #: there is none here that keeps keys safe
    NONE = "none"
    LOCKED = "locked"
    #: it did not answer in time
    SILENT = "silent"
    FAILED = "failed"


class NoKeyring(ModelError):
    """The keyring has no answer; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        message, hint = {
            Trouble.NONE: (
                _("There is no keyring here that keeps keys safe."),
                _(
                    "Give the key in the environment, by a command in [key_commands], or keep it "
                    "in a file that only you can read."
                ),
            ),
            Trouble.LOCKED: (_("The keyring is locked."), _("Unlock it, then try again.")),
            Trouble.SILENT: (
                _("The keyring did not answer."),
                _("If it asked for its password, unlock it; then try again."),
            ),
            Trouble.FAILED: (
                _("The keyring answered with an error."),
                _("The log may tell why. Another way is the environment."),
            ),
        }[trouble]
        super().__init__(message, title=_("No keyring"), hint=hint)
        self.trouble = trouble


def fetch(name: str) -> str | None:
    """The key of that name; None where the keyring has none.

    Raises:
        NoKeyring: it cannot be asked.
    """
    key = _ask({"do": "get", "name": name}).get("key")
    return key if isinstance(key, str) else None


def keep(name: str, key: str) -> None:
    """Put a key into the keyring, in the place of the one before.

    Raises:
        NoKeyring: it cannot be kept there.
    """
    _ask({"do": "keep", "name": name, "key": key})
    _note(noted() | {name})


def drop(name: str) -> bool:
    """Take a key out of the keyring; whether there was one.

    Raises:
        NoKeyring: it cannot be asked.
    """
    found = bool(_ask({"do": "drop", "name": name}).get("found"))
    _note(noted() - {name})
    return found


def noted() -> frozenset[str]:
    """The names of the keys that were put into the keyring."""
    try:
        told = read_json(_notes().read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return frozenset()
    return frozenset(map(str, told)) if isinstance(told, list) else frozenset()


def _notes() -> Path:
    return paths.data_dir() / "keyring.json"


def _note(names: frozenset[str]) -> None:
    if names == noted():
        return
    try:
        put(_notes(), json.dumps(sorted(names)))
    except OSError:
        # Providers' keys are looked for in the keyring all the same.
        log.warning("The names of the keys in the keyring could not be noted", exc_info=True)


def _ask(question: dict[str, str]) -> dict[str, Any]:
    try:
        told = json.loads(_answered(json.dumps(question).encode() + b"\n"))
    except (OSError, ValueError) as error:
        log.warning("keyring: %s", type(error).__name__)
        raise NoKeyring(Trouble.FAILED) from None
    trouble = told.get("trouble")
    if trouble is not None:
        if kind := told.get("kind"):
            log.warning("keyring: %s", kind)
        raise NoKeyring(Trouble(trouble))
    return dict(told)


def _answered(question: bytes) -> bytes:
    with subprocess.Popen(
        [sys.executable, "-P", "-X", "utf8", "-c", _START, _ROOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Ctrl+C goes to the terminal's group.
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with _at_most(_STARTING, process):
            process.stdout.readline()
        with _at_most(SECONDS, process) as over:
            process.stdin.write(question)
            process.stdin.flush()
            answer = process.stdout.readline()
        if answer == ASKS:
            if not _has_screen():
                process.kill()
                raise NoKeyring(Trouble.LOCKED)
            with _at_most(_TYPING, process) as over:
                answer = process.stdout.readline()
        process.kill()  # it holds nothing that could be lost
        if over.is_set():
            raise NoKeyring(Trouble.SILENT)
        return answer


def _has_screen() -> bool:
    """Whether a keyring could ask for its password here; over ssh it could not."""
    return sys.platform == "darwin" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


@contextmanager
def _at_most(seconds: float, process: "subprocess.Popen[bytes]") -> Iterator[threading.Event]:
    """Kill the process where it takes longer; the event says that it was."""
    over = threading.Event()

    def end() -> None:
        over.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()
