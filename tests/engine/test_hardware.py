"""Which processors are chosen, on machines made of files."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from storyforge.engine import cgroups, hardware
from storyforge.engine.hardware import Cores, choose_threads, find_cores


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n")


def machine(root: Path, siblings: list[str], capacities: list[int] | None = None) -> Path:
    """A /sys of processors; the list names each one's hyper-threads."""
    for cpu, together in enumerate(siblings):
        folder = root / f"sys/devices/system/cpu/cpu{cpu}"
        write(folder / "topology/thread_siblings_list", together)
        if capacities:
            write(folder / "cpu_capacity", str(capacities[cpu]))
    return root


def everything(count: int) -> frozenset[int]:
    return frozenset(range(count))


@pytest.fixture(autouse=True)
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")


# Four performance cores with two threads each, and eight efficiency cores.
HYBRID = ["0-1", "0-1", "2-3", "2-3", "4-5", "4-5", "6-7", "6-7", *map(str, range(8, 16))]


def test_intel_hybrid_uses_one_thread_of_each_performance_core(tmp_path: Path) -> None:
    root = machine(tmp_path, HYBRID)
    write(root / "sys/devices/cpu_core/cpus", "0-7")
    write(root / "sys/devices/cpu_atom/cpus", "8-15")
    cores = find_cores(root, everything(16))
    assert cores == Cores((0, 2, 4, 6), 4, efficiency=tuple(range(8, 16)), siblings=(1, 3, 5, 7))


def test_only_allowed_processors_count(tmp_path: Path) -> None:
    root = machine(tmp_path, HYBRID)
    write(root / "sys/devices/cpu_core/cpus", "0-7")
    assert find_cores(root, frozenset({1, 3, 9})).performance == (1, 3)
    # Confined to efficiency cores, those are what there is.
    assert find_cores(root, frozenset({8, 9, 10})).performance == (8, 9, 10)


def test_hyper_threads_of_a_plain_machine_count_once(tmp_path: Path) -> None:
    # Linux often numbers the second threads after all first ones.
    root = machine(tmp_path, ["0,4", "1,5", "2,6", "3,7", "0,4", "1,5", "2,6", "3,7"])
    assert find_cores(root, everything(8)).performance == (0, 1, 2, 3)


def test_arm_little_cores_are_left_out(tmp_path: Path) -> None:
    capacities = [290, 290, 290, 290, 870, 870, 870, 1024]
    root = machine(tmp_path, [str(cpu) for cpu in range(8)], capacities)
    assert find_cores(root, everything(8)).performance == (4, 5, 6, 7)


def test_hybrid_without_core_lists_goes_by_capacity(tmp_path: Path) -> None:
    root = machine(tmp_path, ["0-1", "0-1", "2", "3"], [1024, 1024, 620, 620])
    assert find_cores(root, everything(4)).performance == (0,)


def test_without_topology_the_number_of_cores_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "cpu_count", lambda logical=True: 16 if logical else 8)
    assert find_cores(tmp_path, everything(16)) == Cores((), 8)
    assert find_cores(tmp_path, everything(3)) == Cores((), 3)


def test_apple_performance_cores_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    said = subprocess.CompletedProcess([], 0, stdout="6\n")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_more: said)
    assert find_cores(tmp_path, everything(10)) == Cores((), 6)


def test_an_intel_mac_falls_back_to_physical_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    said = subprocess.CompletedProcess([], 1, stdout="")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_more: said)
    monkeypatch.setattr(psutil, "cpu_count", lambda logical=True: 8 if logical else 4)
    assert find_cores(tmp_path, everything(8)).count == 4


def test_a_quota_of_version_2_limits(tmp_path: Path) -> None:
    root = machine(tmp_path, [str(cpu) for cpu in range(8)])
    write(root / "proc/self/cgroup", "0::/user.slice/app.scope")
    write(root / "sys/fs/cgroup/user.slice/app.scope/cpu.max", "max 100000")
    write(root / "sys/fs/cgroup/user.slice/cpu.max", "250000 100000")
    cores = find_cores(root, everything(8))
    assert cores.quota == 2.5
    assert choose_threads(cores).writing == choose_threads(cores).reading == 2


def test_a_quota_of_version_1_limits(tmp_path: Path) -> None:
    write(tmp_path / "proc/self/cgroup", "4:cpu,cpuacct:/docker/abc\n3:memory:/docker/abc")
    # Inside a container the path names a place outside of it: the top is its own group.
    write(tmp_path / "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "50000")
    write(tmp_path / "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000")
    assert cgroups.processors(tmp_path) == 0.5
    assert choose_threads(Cores((0, 1), 2, 0.5)).writing == 1


def test_no_quota_is_no_limit(tmp_path: Path) -> None:
    write(tmp_path / "proc/self/cgroup", "4:cpu:/\n0::/")
    write(tmp_path / "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1")
    write(tmp_path / "sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000")
    write(tmp_path / "sys/fs/cgroup/cpu.max", "max 100000")
    assert cgroups.processors(tmp_path) is None


def test_four_threads_write_and_all_performance_cores_read() -> None:
    threads = choose_threads(Cores(tuple(range(0, 16, 2)), 8))
    assert (threads.writing, threads.reading) == (4, 8)
    assert threads.writing_cpus == threads.reading_cpus == tuple(range(0, 16, 2))


def test_efficiency_cores_and_hyper_threads_can_be_asked_for() -> None:
    cores = Cores((0, 2), 2, efficiency=(4, 5), siblings=(1, 3))
    threads = choose_threads(cores, writing=4, reading=6, writing_on="physical", reading_on="all")
    assert threads.writing_cpus == (0, 2, 4, 5)
    assert threads.reading_cpus == (0, 2, 4, 5, 1, 3)
    assert choose_threads(cores, writing=3).writing_cpus == ()


def test_few_that_write_stay_next_to_one_memory(tmp_path: Path) -> None:
    root = machine(tmp_path, [str(cpu) for cpu in range(8)])
    for node, cpus in enumerate(("0-3", "4-7", "")):
        write(root / f"sys/devices/system/node/node{node}/cpulist", cpus)
    cores = find_cores(root, everything(8))
    assert cores.nodes == ((0, 1, 2, 3), (4, 5, 6, 7))
    threads = choose_threads(cores)
    assert threads.writing_cpus == (0, 1, 2, 3)
    assert threads.reading_cpus == tuple(range(8))
    assert choose_threads(cores, writing=6).writing_cpus == tuple(range(8))
    # Confined to one node, there is nothing to choose.
    assert find_cores(root, frozenset({4, 5, 6})).nodes == ()


def test_given_numbers_win_and_are_not_squeezed_onto_fewer_cores() -> None:
    cores = Cores((0, 2), 2)
    threads = choose_threads(cores, writing=1, reading=6)
    assert (threads.writing, threads.reading) == (1, 6)
    assert threads.writing_cpus == (0, 2)
    assert threads.reading_cpus == ()
    assert choose_threads(cores, pin=False).writing_cpus == ()


def test_this_machine_has_cores_within_its_affinity() -> None:
    cores = find_cores()
    assert 1 <= cores.count <= len(hardware.allowed_cpus())
    assert set(cores.performance) <= hardware.allowed_cpus()


@pytest.mark.usefixtures("linux")
def test_all_threads_are_confined_and_freed_again() -> None:
    if not hasattr(os, "sched_setaffinity"):
        hardware.confine((0,), frozenset({0}))
        return
    code = (
        "import os, threading\n"
        "from storyforge.engine import hardware\n"
        "everywhere = hardware.allowed_cpus()\n"
        "ready, go = threading.Event(), threading.Event()\n"
        "tid = []\n"
        "def other():\n"
        "    tid.append(threading.get_native_id()); ready.set(); go.wait()\n"
        "thread = threading.Thread(target=other); thread.start(); ready.wait()\n"
        "one = min(everywhere)\n"
        "hardware.confine((one,), everywhere)\n"
        "assert os.sched_getaffinity(tid[0]) == os.sched_getaffinity(0) == {one}\n"
        "hardware.confine((), everywhere)\n"
        "assert os.sched_getaffinity(tid[0]) == os.sched_getaffinity(0) == set(everywhere)\n"
        "hardware.confine((100000,), everywhere)\n"
        "go.set(); thread.join()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_affinity_nothing_is_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    hardware.confine((0,), frozenset({0}))
    assert hardware.allowed_cpus() == frozenset(range(psutil.cpu_count() or 1))
