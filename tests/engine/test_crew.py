"""Fewer threads beside other programs: when, how many, and when there are more again."""

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.domain.model import ModelSpec
from storyforge.engine import crew, llama
from storyforge.engine.crew import Crew, Crews, LinuxWatch
from storyforge.engine.hardware import Threads
from tests.engine.conftest import ask
from tests.engine.tiny import write_model


class Machine:
    """A machine of so many processors on which others work; time passes only when it is told.

    Each program more than there are processors takes one of them from whoever works.
    """

    def __init__(self, processors: int, others: int = 0) -> None:
        self.processors = processors
        self.others = others
        self.seconds = 100.0
        self.lost = 0.0

    def waited(self) -> float:
        return self.lost

    def free(self, own: int) -> int:
        return self.processors - self.others

    def now(self) -> float:
        return self.seconds

    def works(self, made: Crew, seconds: float) -> list[int]:
        """How many threads work at the end of each half of a second."""
        counts = []
        for _ in range(round(seconds * 2)):
            self.seconds += 0.5
            self.lost += 0.5 * max(0, made.count + self.others - self.processors)
            counts.append(made.look())
        return counts


def crew_on(machine: Machine, most: int = 4) -> Crew:
    made = Crew(most, machine, machine.now)
    made.begin()
    return made


def test_alone_all_threads_work() -> None:
    machine = Machine(8)
    made = crew_on(machine)
    assert set(machine.works(made, 60)) == {4}


@pytest.mark.parametrize(("others", "count"), [(0, 4), (4, 4), (5, 3), (7, 1), (30, 1)])
def test_work_begins_with_as_many_as_others_leave(others: int, count: int) -> None:
    assert crew_on(Machine(8, others)).count == count


def test_who_comes_meanwhile_is_given_way_to_and_who_goes_is_noticed() -> None:
    machine = Machine(4)
    made = crew_on(machine)
    machine.others = 2
    assert machine.works(made, 1)[-1] == 2
    assert set(machine.works(made, 30)) == {2}, "none more is tried while others want theirs"
    machine.others = 0
    assert machine.works(made, 10)[-1] == 4


def test_one_thread_always_works() -> None:
    machine = Machine(2, 40)
    assert set(machine.works(crew_on(machine, 2), 20)) == {1}


def test_where_nothing_can_be_told_of_others_more_are_tried_ever_more_rarely() -> None:
    machine = Machine(2)
    made = crew_on(machine, 2)
    machine.others = 1
    machine.free = lambda own: 1 << 16  # type: ignore[method-assign]
    counts = machine.works(made, 300)
    assert counts.count(2) < 12
    assert counts.count(2) > 3


def test_a_long_pause_forgets_what_was() -> None:
    machine = Machine(4, 3)
    made = crew_on(machine)
    assert made.count == 1
    machine.seconds, machine.others = machine.seconds + 5, 0
    assert made.begin() == 1, "it may be the same still"
    machine.seconds += 11
    assert made.begin() == 4


def test_little_that_is_lost_changes_nothing() -> None:
    machine = Machine(2)
    made = crew_on(machine, 2)
    for _ in range(40):
        machine.seconds += 0.25
        machine.lost += 0.08  # the program itself paints what comes
        assert made.look() == 2


def test_what_must_be_exact_is_done_by_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "watch", lambda: Machine(2, 9))
    used = list[int]()
    both = Crews(Threads(2, 4), used.append)
    both.turn_to_reading(exactly=False)
    both.turn_to_writing(exactly=False)
    both.turn_to_reading(exactly=True)
    both.look()
    both.turn_to_writing(exactly=True)
    assert used == [1, 1, 4, 2]
    used.clear()
    set_so = Crews(Threads(2, 4), used.append, give_way=False)
    set_so.turn_to_reading(exactly=False)
    set_so.turn_to_writing(exactly=False)
    assert used == [4, 2]


def test_the_words_are_the_same_with_fewer_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_model(tmp_path / "tiny.gguf")
    spec = ModelSpec(path, threads=2, threads_batch=2, pin_threads=False)
    monkeypatch.setattr(crew, "watch", lambda: Machine(2, 9))
    fewer = llama.load(spec, lambda _: True)
    all_of_them = llama.load(replace(spec, give_way=False), lambda _: True)
    assert ask(fewer, "the sea", 12).text == ask(all_of_them, "the sea", 12).text
    counts = [model._lib.llama_n_threads(model.context) for model in (fewer, all_of_them)]
    assert counts == [1, 2]
    for model in (fewer, all_of_them):
        model.close()


def test_linux_tells_who_waits_and_who_runs(tmp_path: Path) -> None:
    (tmp_path / "loadavg").write_text("0.52 0.58 0.59 7/1234 4711\n")
    seen = LinuxWatch(tmp_path, processors=8)
    assert [seen.free(1), seen.free(4), seen.free(9)] == [2, 5, 8]
    assert LinuxWatch(tmp_path, processors=0).free(1) > 1000, "it may not use all processors"
    release, begun = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        release.wait()

    other = threading.Thread(target=wait)
    other.start()
    begun.wait()
    for task, waited in ((threading.get_native_id(), 3), (other.native_id, 50), (77, 2)):
        (tmp_path / f"self/task/{task}").mkdir(parents=True)
        (tmp_path / f"self/task/{task}/schedstat").write_text(f"900 {waited}000000000 12\n")
    (tmp_path / "self/task/78").mkdir()  # it ends at this moment
    assert seen.waited() == 5.0, "the libraries' own threads and the caller"
    release.set()
    other.join()


def test_this_machine_is_watched_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    there = crew.watch()
    assert (there is not None) is Path("/proc/self/schedstat").exists()
    if there is not None:
        assert there.waited() >= 0
        assert there.free(1) <= max(1 << 16, os.cpu_count() or 1)
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert crew.watch() is None
