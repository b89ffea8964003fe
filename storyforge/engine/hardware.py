"""Which processors the engine works on: physical performance cores within what it may use.

Writing is bound by memory bandwidth: past four performance cores more threads do not help, and
efficiency cores or hyper-threads slow the others down, for all threads wait for the slowest. Owns
no thread; `confine` moves those of this process.
"""

import os
import platform
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

import psutil

from storyforge.engine import cgroups

# About four threads reach the memory bandwidth of a desktop machine.
_WRITERS = 4
# A core below this share of the fastest core's capacity is an efficiency core: Intel's are near
# 0.6, ARM's little cores below 0.5; slower cores of one kind (AMD's dense ones) lie above 0.7.
_PERFORMANCE_SHARE = 2 / 3


@dataclass(frozen=True, slots=True)
class Cores:
    """The cores this process may use.

    Attributes:
        performance: one logical processor of each physical performance core.
        count: physical performance cores; `performance` is empty where only their number is known.
        quota: processors' worth of time, None when not limited.
    """

    performance: tuple[int, ...]
    count: int
    quota: float | None = None


@dataclass(frozen=True, slots=True)
class Threads:
    """How many threads write and read, and where they stay.

    Attributes:
        writing_cpus, reading_cpus: logical processors to stay on; empty means anywhere.
    """

    writing: int
    reading: int
    writing_cpus: tuple[int, ...] = ()
    reading_cpus: tuple[int, ...] = ()


def find_cores(root: Path = Path("/"), allowed: frozenset[int] | None = None) -> Cores:
    """The cores of this machine that this process may use.

    Args:
        root: where /sys and /proc lie.
        allowed: logical processors, instead of this process's affinity.
    """
    system = platform.system()
    if allowed is None:
        allowed = allowed_cpus()
    cores = _linux_cores(root, allowed) if system == "Linux" else None
    quota = cgroups.processors(root) if system == "Linux" else None
    if cores is not None:
        return Cores(cores, len(cores), quota)
    count = _mac_performance_cores() if system == "Darwin" else 0
    count = count or psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    return Cores((), max(1, min(count, len(allowed) or count)), quota)


def allowed_cpus() -> frozenset[int]:
    """The logical processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(psutil.cpu_count() or 1))


def choose_threads(
    cores: Cores, *, writing: int | None = None, reading: int | None = None, pin: bool = True
) -> Threads:
    """The threads for `cores`; given numbers win.

    Threads stay on performance cores when there are enough of them: more threads than cores on a
    pinned set would wait for each other.
    """
    most = cores.count if cores.quota is None else min(cores.count, int(cores.quota))
    most = max(1, most)
    writing = writing or min(_WRITERS, most)
    reading = reading or most
    places = cores.performance if pin else ()
    return Threads(
        writing,
        reading,
        places if writing <= len(places) else (),
        places if reading <= len(places) else (),
    )


def confine(cpus: tuple[int, ...], everywhere: frozenset[int]) -> None:
    """Keep all threads of this process on `cpus`, or let them go `everywhere` when it is empty.

    llama.cpp's own way (a thread pool with a mask) is not bound by llama-cpp-python and is ignored
    by builds with OpenMP; moving each thread costs a few microseconds. Does nothing where the
    system has no such call. The calling Python threads move too; they only wait.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    where = frozenset(cpus) or everywhere
    for task in _tasks():
        try:
            os.sched_setaffinity(task, where)
        except OSError:
            continue  # the thread has ended, or the set was narrowed from outside


def _tasks() -> tuple[int, ...]:
    try:
        return tuple(int(each.name) for each in Path("/proc/self/task").iterdir())
    except OSError:
        return (threading.get_native_id(),)


def _linux_cores(root: Path, allowed: frozenset[int]) -> tuple[int, ...] | None:
    """One processor a physical performance core; None when /sys does not tell."""
    system = root / "sys/devices/system/cpu"
    cores: dict[frozenset[int], int] = {}
    for cpu in sorted(allowed):
        topology = system / f"cpu{cpu}/topology"
        siblings = _cpu_list(topology / "thread_siblings_list") or _cpu_list(
            topology / "core_cpus_list"
        )
        if not siblings:
            return None
        cores.setdefault(siblings, cpu)
    found = tuple(cores.values())
    intel = _cpu_list(root / "sys/devices/cpu_core/cpus")
    if intel:
        fast = tuple(cpu for cpu in found if cpu in intel)
        return fast or found or None
    capacity = {cpu: _capacity(system / f"cpu{cpu}/cpu_capacity") for cpu in found}
    most = max(capacity.values(), default=0)
    return tuple(cpu for cpu in found if capacity[cpu] >= most * _PERFORMANCE_SHARE) or None


def _capacity(path: Path) -> int:
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return 0


def _cpu_list(path: Path) -> frozenset[int]:
    """A kernel list such as `0-3,8,10-11`; empty when it cannot be read."""
    try:
        found: set[int] = set()
        for part in path.read_text("ascii").strip().split(","):
            first, _, last = part.partition("-")
            found.update(range(int(first), int(last or first) + 1))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(found)


def _mac_performance_cores() -> int:
    """Apple's fastest cores (`perflevel0`); 0 where the question is unknown, as on Intel Macs."""
    try:
        said = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "hw.perflevel0.physicalcpu"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
        return int(said.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0
