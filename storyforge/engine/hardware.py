"""Which processors the engine works on: physical performance cores within what it may use.

Writing is bound by memory bandwidth: past four performance cores more threads do not help, and
efficiency cores or hyper-threads slow the others down, for all threads wait for the slowest. Owns
no thread; `confine` moves those of this process.
"""

import os
import platform
import subprocess
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from storyforge.domain.model import Which
from storyforge.engine import cgroups

# About four threads reach the memory bandwidth of a desktop machine.
_WRITERS = 4
# A core below this share of the fastest core's capacity is an efficiency core: Intel's are near
# 0.6, ARM's little cores below 0.5; slower cores of one kind (AMD's dense ones) lie above 0.7.
_PERFORMANCE_SHARE = 2 / 3
# With more than this share of the processors taken, a model's threads share theirs with others.
_BUSY = 0.75


@dataclass(frozen=True, slots=True)
class Cores:
    """The cores this process may use.

    Attributes:
        performance: one logical processor of each physical performance core.
        count: physical performance cores; `performance` is empty where only their number is known.
        quota: processors' worth of time, None when not limited.
        efficiency: one logical processor of each physical efficiency core.
        siblings: the other logical processors, of cores that are named already.
        nodes: the performance cores by the memory they are next to, where there is more than one.
    """

    performance: tuple[int, ...]
    count: int
    quota: float | None = None
    efficiency: tuple[int, ...] = ()
    siblings: tuple[int, ...] = ()
    nodes: tuple[tuple[int, ...], ...] = ()

    @property
    def most(self) -> int:
        """Threads that can run at the same time on performance cores."""
        return max(1, self.count if self.quota is None else min(self.count, int(self.quota)))

    def of(self, which: Which) -> tuple[int, ...]:
        """The logical processors that threads may stay on; empty where they are not known."""
        if not self.performance or which == "performance":
            return self.performance
        physical = self.performance + self.efficiency
        return physical if which == "physical" else physical + self.siblings


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


@dataclass(frozen=True, slots=True)
class Load:
    """What all programs together wanted of the machine in the last minute.

    Attributes:
        taken: processors' worth of work, what had to wait for one included.
        processors: logical ones, of the whole machine.
    """

    taken: float
    processors: int

    @property
    def busy(self) -> bool:
        """Whether a model's threads would have to wait for other programs."""
        return self.taken > self.processors * _BUSY


def find_load() -> Load:
    """The load of this machine; none where the system only begins to count (Windows)."""
    return Load(psutil.getloadavg()[0], psutil.cpu_count() or 1)


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
        return replace(cores, quota=quota, nodes=_nodes(root, cores.performance))
    count = _mac_performance_cores() if system == "Darwin" else 0
    count = count or psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    return Cores((), max(1, min(count, len(allowed) or count)), quota)


def allowed_cpus() -> frozenset[int]:
    """The logical processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(psutil.cpu_count() or 1))


def choose_threads(
    cores: Cores,
    *,
    writing: int | None = None,
    reading: int | None = None,
    pin: bool = True,
    writing_on: Which = "performance",
    reading_on: Which = "performance",
) -> Threads:
    """The threads for `cores`; given numbers win.

    Threads stay on the cores they are for when there are enough of them: more threads than cores on
    a pinned set would wait for each other. Few that write stay next to one memory.
    """
    writing = writing or min(_WRITERS, cores.most)
    reading = reading or cores.most
    near = next((node for node in cores.nodes if writing <= len(node)), ())
    write_places = near if near and writing_on == "performance" else cores.of(writing_on)
    read_places = cores.of(reading_on)
    return Threads(
        writing,
        reading,
        write_places if pin and writing <= len(write_places) else (),
        read_places if pin and reading <= len(read_places) else (),
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


def _linux_cores(root: Path, allowed: frozenset[int]) -> Cores | None:
    """The cores by their kinds; None when /sys does not tell."""
    system = root / "sys/devices/system/cpu"
    cores: dict[frozenset[int], list[int]] = {}
    for cpu in sorted(allowed):
        topology = system / f"cpu{cpu}/topology"
        siblings = _cpu_list(topology / "thread_siblings_list") or _cpu_list(
            topology / "core_cpus_list"
        )
        if not siblings:
            return None
        cores.setdefault(siblings, []).append(cpu)
    found = tuple(logical[0] for logical in cores.values())
    others = tuple(sorted(cpu for logical in cores.values() for cpu in logical[1:]))
    fast = _fast(root, found)
    if not fast:
        return None
    slow = tuple(cpu for cpu in found if cpu not in fast)
    return Cores(fast, len(fast), efficiency=slow, siblings=others)


def _fast(root: Path, found: tuple[int, ...]) -> tuple[int, ...]:
    """Those of the physical cores that are performance cores; all where they are of one kind."""
    intel = _cpu_list(root / "sys/devices/cpu_core/cpus")
    if intel:
        return tuple(cpu for cpu in found if cpu in intel) or found
    system = root / "sys/devices/system/cpu"
    capacity = {cpu: _capacity(system / f"cpu{cpu}/cpu_capacity") for cpu in found}
    most = max(capacity.values(), default=0)
    return tuple(cpu for cpu in found if capacity[cpu] >= most * _PERFORMANCE_SHARE)


def _nodes(root: Path, cores: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """`cores` by the memory they are next to; nothing where there is one memory for all."""
    nodes = []
    for place in sorted((root / "sys/devices/system/node").glob("node[0-9]*")):
        near = _cpu_list(place / "cpulist")
        nodes.append(tuple(cpu for cpu in cores if cpu in near))
    found = tuple(node for node in nodes if node)
    return found if len(found) > 1 else ()


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
