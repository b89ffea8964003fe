"""Gets the engine (llama-cpp-python) built into this Python, behind the desk and once.

pip itself is the detached process: it outlives the screen that started it, writes its log straight
into a file, and nobody stands between it and its end. What was started is kept in a small file;
whether it still runs, how far it is and why it ended are read from the process and the log, so a
kill of anything at any moment leaves nothing that has to be mended.

It does not import the engine and does not know what it is for.
"""

import importlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import psutil

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.domain.providers import without_keys
from storyforge.engine import build_log
from storyforge.engine.build_lock import alone
from storyforge.errors import ModelError
from storyforge.i18n import _

State = Literal["missing", "building", "ready", "failed"]

# pip's own words at its end and the last counted object both lie within this many bytes.
_TAIL = 64 * 1024
# An error may stand far above the end: every object that was under way still prints its own.
_WHOLE = 1024 * 1024
# Two processes with one pid are told apart by their start; the clock may have been set since.
_SAME_START = 2.0
_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Package:
    """What is installed.

    Attributes:
        name: the distribution's name.
        module: what is imported from it.
        requirement: what pip is asked for.
        oldest: the oldest version that will do.
    """

    name: str
    module: str
    requirement: tuple[str, ...]
    oldest: tuple[int, ...] = ()


ENGINE = Package(
    name="llama-cpp-python",
    module="llama_cpp",
    requirement=("llama-cpp-python>=0.3.36,<0.4",),
    oldest=(0, 3, 36),
)


@dataclass(frozen=True, slots=True)
class BuildStatus:
    """How the engine stands.

    Attributes:
        fraction: of the build, 0 to 1; 1 when the engine is ready.
        message: one line for the status line.
        hint: what to do next, or empty.
    """

    state: State
    fraction: float
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Run:
    """One started build: the process, its start (to tell a reused pid), for whom and how."""

    pid: int
    started: float
    python: str
    cmake_args: str


def log_file() -> Path:
    """What pip and the compiler wrote, of the newest build."""
    return paths.cache_dir() / "engine-build.log"


def installed_version(package: Package = ENGINE) -> str:
    """The version that can be used here; empty when there is none, or one that is too old."""
    importlib.invalidate_caches()
    if importlib.util.find_spec(package.module) is None:
        return ""
    try:
        distribution = importlib.metadata.distribution(package.name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    # pip writes the list of files last: without it the installation was cut short.
    if distribution.files is None:
        return ""
    numbers = tuple(int(number) for number in re.findall(r"\d+", distribution.version)[:3])
    return distribution.version if numbers >= package.oldest else ""


def status(package: Package = ENGINE) -> BuildStatus:
    """How the engine stands now. Cheap enough to ask twice a second."""
    _reap()
    run = _read_run()
    if run is not None and _is_alive(run):
        fraction, message = build_log.progress(_read_log(_TAIL))
        return BuildStatus("building", fraction, message)
    version = installed_version(package)
    log = _read_log(_WHOLE) if run is not None and run.python == sys.executable else ""
    if version:
        message = _("The engine is ready (llama-cpp-python {version})").format(version=version)
        if log and not build_log.is_done(log):
            fault = build_log.explain(log)
            return BuildStatus("ready", 1.0, message, f"{fault.message} {fault.hint}")
        return BuildStatus("ready", 1.0, message)
    if log and not build_log.is_done(log):
        fault = build_log.explain(log)
        where = _("The log: {file}").format(file=log_file())
        return BuildStatus("failed", 0.0, fault.message, f"{fault.hint} {where}")
    return BuildStatus(
        "missing", 0.0, _("The engine is not built yet."), _("Run: storyforge engine install")
    )


def start(package: Package = ENGINE, *, rebuild: bool = False) -> None:
    """Start the build if nobody has; returns at once.

    An installed engine is compiled anew with `rebuild`, and when CMAKE_ARGS in the environment asks
    for another one than was built last: `CMAKE_ARGS="-DGGML_CUDA=on"` is how it gets to a GPU.

    Raises:
        ModelError: the build cannot be started; nothing was changed.
    """
    try:
        with alone(paths.cache_dir() / "engine-build.lock"):
            _reap()
            run = _read_run()
            if run is not None and _is_alive(run):
                return
            if rebuild or _is_another_wanted(run) or not installed_version(package):
                _begin(_pip(package))
    except OSError as error:
        raise ModelError(
            _("The engine's build could not be started: {why}.").format(why=reason(error)),
            title=_("Engine not built"),
            hint=_("Writing works without it. Look at {folder}.").format(folder=paths.cache_dir()),
        ) from error


def follow(package: Package = ENGINE, *, every: float = 0.5) -> Iterator[BuildStatus]:
    """The build's status each `every` seconds; the last one is not "building"."""
    while (now := status(package)).state == "building":
        yield now
        time.sleep(every)
    yield now


def cancel() -> None:
    """Stop a running build; what it had compiled is thrown away."""
    with alone(paths.cache_dir() / "engine-build.lock"):
        run = _read_run()
        if run is not None and _is_alive(run):
            _end(run.pid)
        _run_file().unlink(missing_ok=True)
        shutil.rmtree(_workshop(), ignore_errors=True)
    _reap()


def _is_another_wanted(last: _Run | None) -> bool:
    """Whether CMAKE_ARGS asks for a build that was not made, or not to its end."""
    wanted = os.environ.get("CMAKE_ARGS", "")
    if not wanted:
        return False
    same = last is not None and (last.python, last.cmake_args) == (sys.executable, wanted)
    return not same or not build_log.is_done(_read_log(_TAIL))


def _pip(package: Package) -> list[str]:
    command = [sys.executable, "-m", "pip", "install", "--verbose", "--progress-bar", "off"]
    command += ["--no-input", "--disable-pip-version-check"]
    installed = bool(installed_version(package))
    if installed or os.environ.get("CMAKE_ARGS"):
        # pip's cache does not know for which CMAKE_ARGS a wheel was built.
        command += ["--no-cache-dir", "--no-binary", package.name]
    if installed:
        command += ["--force-reinstall", "--no-deps"]
    return command + list(package.requirement)


def _begin(command: list[str]) -> None:
    shutil.rmtree(_workshop(), ignore_errors=True)
    _workshop().mkdir(parents=True)
    environment = {
        **without_keys(os.environ),
        "CMAKE_BUILD_PARALLEL_LEVEL": os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL") or str(_jobs()),
        "PYTHONUNBUFFERED": "1",
        # Half a gigabyte of objects: not into a /tmp that is memory, and swept with the next start.
        "TMPDIR": str(_workshop()),
        "TEMP": str(_workshop()),
        "TMP": str(_workshop()),
    }
    with log_file().open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=paths.cache_dir(),
            env=environment,
            creationflags=_detached(),
            start_new_session=True,
        )
    _started.append(process)
    try:
        _write_run(process.pid)
    except OSError:
        _end(process.pid)
        raise


def _detached() -> int:
    """Windows' way to outlive the screen; elsewhere a session of its own does it."""
    if sys.platform == "win32":
        apart = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        return apart | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    return 0


def _write_run(pid: int) -> None:
    started = psutil.Process(pid).create_time()
    if sys.platform != "win32":
        # The author is writing meanwhile: the desk goes first.
        psutil.Process(pid).nice(10)
    new = _run_file().with_suffix(".new")
    run = _Run(pid, started, sys.executable, os.environ.get("CMAKE_ARGS", ""))
    new.write_text(json.dumps(asdict(run)), "utf-8")
    new.replace(_run_file())


def _jobs() -> int:
    """Compilers at a time: half the cores, each with 2 GiB (the largest object takes 1.3)."""
    by_cores = max(2, (os.cpu_count() or 2) // 2)
    return max(1, min(by_cores, psutil.virtual_memory().available // (2 * _GIB)))


def _run_file() -> Path:
    return paths.cache_dir() / "engine-build.json"


def _workshop() -> Path:
    return paths.cache_dir() / "engine-build.tmp"


def _read_run() -> _Run | None:
    try:
        return _Run(**json.loads(_run_file().read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _read_log(size: int) -> str:
    """The last `size` bytes of the log."""
    try:
        with log_file().open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - size))
            return log.read(size).decode("utf-8", "replace")
    except OSError:
        return ""


def _is_alive(run: _Run) -> bool:
    try:
        process = psutil.Process(run.pid)
        same = abs(process.create_time() - run.started) < _SAME_START
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _end(pid: int) -> None:
    """End pip and the compilers under it."""
    with suppress(psutil.NoSuchProcess):
        leader = psutil.Process(pid)
        family = [*leader.children(recursive=True), leader]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=5)


# Builds that this very process started: it is their parent and has to take note of their end.
_started: list[subprocess.Popen[bytes]] = []


def _reap() -> None:
    _started[:] = [process for process in _started if process.poll() is None]
