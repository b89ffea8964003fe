"""How many threads a model works with: fewer while other programs want their processors.

All threads wait for the slowest one at every layer of every token, and spin meanwhile. With two
threads on two processors beside ten busy programs SmolLM2 wrote 2 tokens a second; with one, 45. So
it is watched how long threads wait for a processor. Linux tells; elsewhere all of them work always.
"""

import os
import platform
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from storyforge.engine.hardware import Threads

# Seconds between two looks at it, and those without work behind which nothing is known any more.
_SPAN, _STALE = 0.5, 10.0
# Processors' worth of time that may be lost to others: the program itself paints what comes.
_LOST = 0.4
# Seconds of work without loss before one thread more is tried; twice as many where that was wrong.
_PATIENCE, _LONGEST = 2.0, 60.0
# Other programs come and go within milliseconds: the fewest of so many looks are those that stay.
_LOOKS, _BETWEEN = 3, 0.008


class Watch(Protocol):
    """What can be seen of the processors."""

    def waited(self) -> float:
        """Seconds that the threads which work here have waited for a processor so far."""
        ...

    def free(self, own: int) -> int:
        """Processors that nobody else wants just now, where `own` threads of ours are at work."""
        ...


class Crew:
    """The threads of one model for one kind of work.

    Args:
        most: as many as work where nobody else does.
        watch: None lets all of them work always.

    Attributes:
        count: how many work by now.
    """

    def __init__(
        self, most: int, watch: Watch | None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.count = most
        self._most = most
        self._watch = watch
        self._now = now
        self._looked = float("-inf")
        self._waited = 0.0
        self._calm = 0.0
        self._patience = _PATIENCE

    def begin(self) -> int:
        """Work begins: how many threads are to do it."""
        if self._watch is not None:
            now = self._now()
            if now - self._looked > _STALE:
                self.count = min(self._most, max(1, self._watch.free(1)))
                self._calm, self._patience = 0.0, _PATIENCE
            self._looked, self._waited = now, self._watch.waited()
        return self.count

    def look(self) -> int:
        """How many threads are to go on; for between two evaluations, and nearly free."""
        now = self._now()
        span = now - self._looked
        if self._watch is not None and span >= _SPAN and self._most > 1:
            waited = self._watch.waited()
            lost = (waited - self._waited) / span
            self._looked, self._waited = now, waited
            self._settle(lost, span)
        return self.count

    def _settle(self, lost: float, span: float) -> None:
        """Fewer where processors' worth of time was `lost`, one more where none is for long."""
        if lost > _LOST:
            self._calm = 0.0
            if self.count > 1:
                self.count = max(1, self.count - max(1, round(lost)))
                self._patience = min(2 * self._patience, _LONGEST)
            return
        self._calm += span
        if self._calm < self._patience:
            return
        self._calm = 0.0
        if self.count == self._most:
            self._patience = _PATIENCE
        elif self._watch is not None and self._watch.free(self.count) > self.count:
            self.count += 1


class Crews:
    """The threads of a model, for reading and for writing.

    Args:
        use: has so many threads work from the next evaluation on.
        give_way: go on with fewer while other programs want their processors.
    """

    def __init__(
        self, threads: Threads, use: Callable[[int], object], *, give_way: bool = True
    ) -> None:
        seen = watch() if give_way else None
        self._reading, self._writing = Crew(threads.reading, seen), Crew(threads.writing, seen)
        self._threads = threads
        self._use = use
        self._crew: Crew | None = None
        self._used = 0

    def turn_to_reading(self, *, exactly: bool) -> None:
        """A prompt is read now; `exactly` with all threads, since their number may change words."""
        self._turn_to(self._reading, self._threads.reading, exactly)

    def turn_to_writing(self, *, exactly: bool) -> None:
        """Tokens are written now."""
        self._turn_to(self._writing, self._threads.writing, exactly)

    def look(self) -> None:
        """Give way where that is needed."""
        if self._crew is not None and self._crew.look() != self._used:
            self._work_with(self._crew.count)

    def _turn_to(self, crew: Crew, most: int, exactly: bool) -> None:
        self._crew = None if exactly else crew
        self._work_with(most if exactly else crew.begin())

    def _work_with(self, count: int) -> None:
        self._used = count
        self._use(count)


class LinuxWatch:
    """What /proc tells.

    Args:
        proc: where it lies.
        processors: how many the machine has; 0 where this process may not use all of them, so that
            it cannot be told who else wants those.
    """

    def __init__(self, proc: Path = Path("/proc"), processors: int | None = None) -> None:
        self._proc = proc
        self._processors = _processors() if processors is None else processors

    def waited(self) -> float:
        """Seconds waited so far by the caller and by threads that a library has made."""
        others = {each.native_id for each in threading.enumerate()} - {threading.get_native_id()}
        nanoseconds = 0
        for task in (self._proc / "self/task").iterdir():
            if int(task.name) not in others:
                nanoseconds += _waited(task / "schedstat")
        return nanoseconds / 1e9

    def free(self, own: int) -> int:
        """Processors that nobody else has wanted at several moments."""
        if not self._processors:
            return 1 << 16
        others = self._running() - own
        for _ in range(_LOOKS - 1):
            if others <= 0:
                break
            time.sleep(_BETWEEN)
            others = min(others, self._running() - own)
        return self._processors - max(0, others)

    def _running(self) -> int:
        """Threads of all programs that run or wait for it: "0.52 0.58 0.59 2/167 1234"."""
        return int((self._proc / "loadavg").read_text("ascii").split()[3].partition("/")[0])


def watch() -> Watch | None:
    """What can be seen of this machine; None where it does not tell."""
    if platform.system() != "Linux" or not Path("/proc/self/schedstat").exists():
        return None
    return LinuxWatch()


def _processors() -> int:
    everywhere = os.cpu_count() or 1
    return everywhere if len(os.sched_getaffinity(0)) == everywhere else 0


def _waited(path: Path) -> int:
    try:
        return int(path.read_text("ascii").split()[1])
    except OSError:
        return 0  # the thread has ended
