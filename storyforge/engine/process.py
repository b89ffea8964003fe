"""The engine process from without: start it, talk to it, and outlive whatever happens to it.

Nothing here blocks the program: one thread writes commands, one reads answers and hands them to the
event loop of whoever asked. Knows no model; `messages` says what is talked about.

A plain child with two pipes instead of `multiprocessing`: that would import the program's
`__main__` again in the child and keep a helper process, and neither is needed.
"""

import asyncio
import contextlib
import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from io import RawIOBase
from pathlib import Path
from typing import cast

from storyforge import paths
from storyforge.domain.providers import without_keys
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.messages import (
    Answer,
    Command,
    Faulted,
    Stop,
    ends_job,
)
from storyforge.engine.pipe import receive, send

# -P: a story's folder may hold a file with a module's name. The root stands last, for checkouts.
_START = "import sys; sys.path.append(sys.argv[1]);from storyforge.engine.child import main; main()"
# A child that was told to end frees its model first: 0.1 s for small ones.
_FAREWELL = 4.0
_LOG_LIMIT = 1_000_000
# Of a child whose work has time: the system's niceness. Alone it is as fast; beside a model that
# writes it gets half of what that gets. With 10 it stood still on a busy machine.
_BEHIND = 3
# Rounds that a painter's threads wait for more work before they sleep: a tenth of a second or so.
_SPINS = "30000000"


class Job:
    """One command and the answers to it, within the event loop that asked.

    Attributes:
        done: the last answer has come (it may not have been taken yet).
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.done = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()

    async def answers(self) -> AsyncIterator[Answer]:
        """The answers as they come; ends with the job.

        Raises:
            EngineFault: the job failed, or the engine process ended.
        """
        while True:
            answer = await self._answers.get()
            if isinstance(answer, Faulted):
                raise EngineFault(answer.fault)
            yield answer
            if ends_job(answer):
                return

    def hear(self, answer: Answer) -> None:
        """Take `answer` from another thread; nobody hears it once the event loop is closed."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._take, answer)

    def _take(self, answer: Answer) -> None:
        self._answers.put_nowait(answer)
        if ends_job(answer):
            self.done.set()


class EngineProcess:
    """One child process, from its start to its end. A new one is made for the next start.

    Args:
        behind: its work has time: the system lets others' go first.
    """

    def __init__(self, *, behind: bool = False) -> None:
        self._numbers = itertools.count(1)
        self._outbox: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._jobs: dict[int, Job] = {}
        self._end: Fault | None = None
        self._popen = _spawn(behind)
        self._threads = (
            threading.Thread(target=self._write, name="engine-writer", daemon=True),
            threading.Thread(target=self._read, name="engine-reader", daemon=True),
        )
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The process id of the child."""
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._end is None and self._popen.poll() is None

    @contextlib.asynccontextmanager
    async def job(
        self,
        make: Callable[[int], Command],
        *,
        stop: asyncio.Event | None = None,
        grace: float,
    ) -> AsyncIterator[Job]:
        """Send the command that `make` builds for a job number; stops it when the block is left.

        Args:
            stop: ends the job too when it is set.
            grace: seconds the child may take to stop; it is killed then. A job that waits behind
                others' work has nothing to stop: it ends unheard when its turn comes.
        """
        job = Job(next(self._numbers))
        with self._guard:
            end = self._end
            if end is None:
                self._jobs[job.number] = job
        if end is None:
            self._outbox.put(make(job.number))
        else:
            job.hear(Faulted(job.number, end))
        watcher = None if stop is None else asyncio.create_task(self._stop_when(stop, job, grace))
        try:
            yield job
        finally:
            if watcher is not None:
                watcher.cancel()
            if not job.done.is_set():
                await self._halt(job, grace)

    def stop_take(self, job: Job, take: int) -> None:
        """End one take of a job; the others go on."""
        self._outbox.put(Stop(job.number, take))

    async def close(self) -> None:
        """End the child in good order, by force if need be; its memory is free afterwards."""
        self._outbox.put(None)
        await asyncio.to_thread(self._wait)

    def kill(self) -> None:
        """End the child at once; it counts as dead from now on, before anybody has heard of it."""
        with self._guard:
            self._end = self._end or Fault(FaultKind.KILLED)
        with contextlib.suppress(OSError):
            self._popen.kill()

    async def _stop_when(self, stop: asyncio.Event, job: Job, grace: float) -> None:
        await stop.wait()
        await self._halt(job, grace)

    async def _halt(self, job: Job, grace: float) -> None:
        self._outbox.put(Stop(job.number))
        with self._guard:
            waits = any(number < job.number for number in self._jobs)
        if waits:
            return
        try:
            await asyncio.wait_for(job.done.wait(), grace)
        except TimeoutError:
            self.kill()

    def _write(self) -> None:
        pipe = cast("RawIOBase", self._popen.stdin)
        with contextlib.suppress(OSError):  # a child that is gone is told of by the reader
            while (command := self._outbox.get()) is not None:
                send(pipe, command)
        with contextlib.suppress(OSError):
            pipe.close()

    def _read(self) -> None:
        pipe = cast("RawIOBase", self._popen.stdout)
        while (message := receive(pipe)) is not None:
            answer = cast("Answer", message)
            with self._guard:
                job = self._jobs.get(answer.job)
                if job is not None and ends_job(answer):
                    del self._jobs[answer.job]
            if job is not None:
                job.hear(answer)
        pipe.close()
        self._outbox.put(None)
        code = self._reap()
        killed = code == -getattr(signal, "SIGKILL", 9)
        end = Fault(FaultKind.KILLED if killed else FaultKind.STOPPED_UNEXPECTEDLY)
        with self._guard:
            self._end = end = self._end or end
            jobs, self._jobs = self._jobs, {}
        for job in jobs.values():
            job.hear(Faulted(job.number, end))

    def _reap(self) -> int:
        """The child's exit code; one that has closed its end and stays is killed."""
        try:
            return self._popen.wait(_FAREWELL)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._popen.wait()

    def _wait(self) -> None:
        self._reap()
        for thread in self._threads:
            thread.join(_FAREWELL)


def _spawn(behind: bool) -> subprocess.Popen[bytes]:
    """Start the child with its own pipes, its errors going to the log.

    Raises:
        EngineFault: the system does not start it.
    """
    # How long OpenMP's threads spin is left as it is for language models: GOMP_SPINCOUNT=300 writes
    # 1.4 times as fast beside another busy process on two cores, but 5 % slower alone. A painter's
    # threads sleep some hundred times a step as it is, in a session of their own, which cost a tiny
    # checkpoint half its speed. An author may set it for both.
    environment = without_keys(os.environ)
    if behind:
        environment.setdefault("GOMP_SPINCOUNT", _SPINS)
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        flags |= subprocess.BELOW_NORMAL_PRIORITY_CLASS if behind else 0
    root = str(Path(__file__).resolve().parents[2])
    log = _open_log()
    try:
        child = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-c", _START, root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            bufsize=0,
            env=environment,
            creationflags=flags,
            # Ctrl+C goes to the terminal's group: even a child that is only starting must not hear.
            start_new_session=True,
        )
        if behind and sys.platform != "win32":
            _let_others_first(child.pid)
        return child
    except OSError as error:
        raise EngineFault(Fault(FaultKind.ENGINE_UNUSABLE, str(error))) from error
    finally:
        if log != subprocess.DEVNULL:
            os.close(log)


def _let_others_first(pid: int) -> None:
    """Make a child that has just started, and the threads it will have, wait for others.

    On Linux a session may be weighed as a whole, and the child has one of its own.
    """
    with contextlib.suppress(OSError):  # a child that is gone is told of by the reader
        os.setpriority(os.PRIO_PROCESS, pid, _BEHIND)
        Path(f"/proc/{pid}/autogroup").write_text(str(_BEHIND), "ascii")


def _open_log() -> int:
    """A descriptor of the log; the old one is set aside when it has grown large."""
    file = paths.log_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and file.stat().st_size > _LOG_LIMIT:
            with contextlib.suppress(PermissionError):  # Windows, while another engine writes to it
                file.replace(file.with_suffix(".old.log"))
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return subprocess.DEVNULL  # an engine without a log is better than none
