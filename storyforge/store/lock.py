"""The lock beside a story: who has it open for writing. One file, `NAME.forge.lock`, in JSON.

Two things tell whether its holder lives: the system's own lock on that file (`flock`, which the
kernel lets go when the process ends, even by kill -9), and, where a disk knows no flock, the number
of the process with its start time, so that a number given out again is not taken for the holder. A
dead process's lock is overwritten in place while its flock is held: of two that find it, one wins.
"""

import errno
import getpass
import json
import os
import socket
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from storyforge.domain.text import one_line
from storyforge.i18n import _

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# A lock file is created and filled in two steps, microseconds apart but for a slow network.
_PATIENCE = 1.0
# psutil derives start times from the boot time, which wanders by a second when the clock is set.
_CLOCK_SLACK = 2.0


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a story open.

    Attributes:
        started: when that process began, in seconds since 1970.
        since: when it opened the story.
    """

    user: str
    host: str
    pid: int
    started: float
    since: datetime

    @property
    def elsewhere(self) -> bool:
        """Whether it is another machine, about whose processes nothing can be known here."""
        return self.host != this_host()

    def describe(self) -> str:
        """One phrase for the author: "ana on skerry, process 4242, since 14:02"."""
        since = self.since.astimezone()
        today = since.date() == datetime.now().astimezone().date()
        return _("{user} on {host}, process {pid}, since {time}").format(
            user=self.user,
            host=self.host,
            pid=self.pid,
            time=since.strftime("%H:%M" if today else "%Y-%m-%d %H:%M"),
        )

    def is_this_process(self) -> bool:
        """Whether this very program holds it already."""
        return not self.elsewhere and self.pid == os.getpid() and not self.is_dead()

    def is_dead(self) -> bool:
        """Whether its process surely ended; never said of another machine's."""
        if self.elsewhere:
            return False
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) <= _CLOCK_SLACK
            return not same or process.status() == psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, ValueError):
            return True
        except psutil.AccessDenied:
            return False


@dataclass(slots=True)
class Lock:
    """A lock that this process holds until `release`.

    Attributes:
        inherited: whether it was left by a process of this machine that died.
    """

    path: Path
    inherited: bool
    _handle: int = field(repr=False)
    _told: bytes = field(repr=False)

    def taken_by(self) -> Holder | None:
        """Who took it over meanwhile (from another machine, after a yes); None while it is ours."""
        try:
            told = self.path.read_bytes()
        except OSError:
            return None
        return None if told == self._told else _parse(told)

    def release(self) -> None:
        """Give it back; another's lock is left alone."""
        ours = self.taken_by() is None
        if sys.platform == "win32":
            os.close(self._handle)  # an open file cannot be removed there
        if ours:
            self.path.unlink(missing_ok=True)
        if sys.platform != "win32":
            os.close(self._handle)


def lock_path(story: Path) -> Path:
    """Where the lock of a story lies."""
    return story.with_name(story.name + ".lock")


def this_host() -> str:
    """This machine's name."""
    return socket.gethostname()


def peek(path: Path) -> Holder | None:
    """Who the lock file at `path` names, dead or alive; None when there is none to read."""
    try:
        return _parse(path.read_bytes())
    except OSError:
        return None


def acquire(path: Path, *, take_over: bool = False) -> Lock | Holder:
    """Take the lock at `path`, or learn who has it.

    Args:
        take_over: take another machine's lock too: the author said that it may be.

    Raises:
        OSError: the folder takes no lock.
    """
    while True:
        try:
            handle = os.open(path, _flags() | os.O_CREAT | os.O_EXCL, 0o666)
            fresh = True
        except FileExistsError:
            try:
                handle = os.open(path, _flags())
            except FileNotFoundError:
                continue  # released between the two calls
            fresh = False
        try:
            settled = _settle(path, handle, fresh=fresh, take_over=take_over)
        except BaseException:
            os.close(handle)
            raise
        if not isinstance(settled, Lock):
            os.close(handle)
        if settled is not None:
            return settled


def _settle(path: Path, handle: int, *, fresh: bool, take_over: bool) -> Lock | Holder | None:
    """The outcome of an opened lock file; None when it was released meanwhile."""
    seized = _seize(handle)
    if seized is False:
        return _read(handle, patient=True) or _unknown()
    if not _still_there(path, handle):
        return None
    inherited = not fresh
    if not fresh:
        # Without flock an empty file may be one that is being filled at this moment.
        holder = _read(handle, patient=seized is None)
        if holder is not None and not holder.is_dead() and not (holder.elsewhere and take_over):
            return holder
        inherited = holder is None or not holder.elsewhere
    told = _own_words()
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        os.ftruncate(handle, 0)
        os.write(handle, told)
        os.fsync(handle)
    except OSError:
        if fresh:
            path.unlink(missing_ok=True)
        raise
    return Lock(path, inherited, handle, told)


def _flags() -> int:
    return os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def _seize(handle: int) -> bool | None:
    """Whether the system's lock is ours now; None where the disk knows none."""
    try:
        if sys.platform == "win32":
            os.lseek(
                handle, 1 << 30, os.SEEK_SET
            )  # past the text, which others must be able to read
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK):
            return False
        return None
    return True


def _still_there(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _read(handle: int, *, patient: bool) -> Holder | None:
    deadline = time.monotonic() + (_PATIENCE if patient else 0)
    while True:
        os.lseek(handle, 0, os.SEEK_SET)
        holder = _parse(os.read(handle, 4096))
        if holder is not None or time.monotonic() >= deadline:
            return holder
        time.sleep(0.01)


def _own_words() -> bytes:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        user = _("someone")
    told = {
        "user": user,
        "host": this_host(),
        "pid": os.getpid(),
        "started": psutil.Process().create_time(),
        "since": datetime.now(UTC).isoformat(),
    }
    return json.dumps(told).encode()


def _parse(told: bytes) -> Holder | None:
    try:
        read = json.loads(told)
        return Holder(
            one_line(str(read["user"])),
            one_line(str(read["host"])),
            int(read["pid"]),
            float(read["started"]),
            datetime.fromisoformat(read["since"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _unknown() -> Holder:
    return Holder(_("someone"), this_host(), 0, 0.0, datetime.now(UTC))
