"""Syncthing between two copies, with a program at work on each: no word ever typed is gone."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyforge.store.story_file import StoryFile
from tests.studio.copies import everything, make, texts
from tests.studio.syncthing import Device

STORY = "light.forge"
ROUNDS = 4
KILLS = ("kill", "kill typing")


class Program:
    """A process on one machine; started when it is needed, killed as a crash kills."""

    def __init__(self, home: Path) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._home = {"STORYFORGE_DATA_DIR": str(home)}

    def do(self, what: str, **told: object) -> None:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.studio.machine_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parents[2],
                env={**os.environ, **self._home},
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **told}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert answer == "", f"{what} {told}: {answer}"

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._end()

    def end(self) -> None:
        """End well, so that its coverage is written."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._end()

    def _end(self) -> None:
        assert self._process is not None
        self._process.wait(60)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()
        self._process = None


class World:
    """Two machines with Syncthing between them."""

    def __init__(self, place: Path, programs: tuple[Program, Program]) -> None:
        self.devices = tuple(Device(name, place / name) for name in ("FIRST", "SECOND"))
        self.programs = programs
        self.open = [False, False]
        self.words: list[str] = []
        make(self.devices[0].folder / STORY)
        self.sync(0)
        self.sync(1)

    def path(self, machine: int) -> Path:
        return self.devices[machine].folder / STORY

    def step(self, machine: int, what: str, scene: int) -> None:
        if what == "sync":
            self.sync(machine)
        elif what == "open":
            if not self.open[machine]:
                self.programs[machine].do("open", path=str(self.path(machine)))
                self.open[machine] = True
        elif self.open[machine]:
            self._at_work(machine, what, scene)

    def _at_work(self, machine: int, what: str, scene: int) -> None:
        program = self.programs[machine]
        if what == "type":
            self.words.append(f"w{machine}x{len(self.words)}")
            program.do("type", scene=scene, word=self.words[-1])
        elif what == "kill":
            # What is only on the screen dies with the program: it is brought to the disk first.
            program.do("look")
            program.kill()
            self.open[machine] = False
        elif what == "kill typing":
            program.do("look")
            self.words.append(f"w{machine}x{len(self.words)}")
            program.do("type", scene=scene, word=self.words[-1])
            self.sync(machine)
            program.kill()
            self.open[machine] = False
        else:
            program.do(what, **({"scene": scene} if what == "delete" else {}))
            self.open[machine] = self.open[machine] and what != "close"

    def sync(self, machine: int) -> None:
        """One machine hears of the other."""
        self.devices[1 - machine].scan()
        self.devices[machine].pull(self.devices[1 - machine])

    def settle(self) -> None:
        """Both go on with their work until nothing is new on either side."""
        for _round in range(ROUNDS):
            for machine in (0, 1):
                for what in ("sync", "open", "look", "close"):
                    self.step(machine, what, 0)
        self.sync(0)

    def missing(self) -> dict[int, list[str]]:
        """The words that are nowhere in a machine's story."""
        found = {}
        for machine in (0, 1):
            told = "\n".join(everything(self.path(machine)))
            found[machine] = [word for word in self.words if f"{word}" not in told.split()]
        return found


@pytest.fixture(scope="module")
def programs(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Program, Program]]:
    home = tmp_path_factory.mktemp("homes")
    both = (Program(home / "first"), Program(home / "second"))
    yield both
    for program in both:
        program.end()


def play(world: World, *steps: str) -> None:
    """Steps such as `1 type 0`: machine, what, scene."""
    for step in steps:
        machine, _blank, rest = step.partition(" ")
        what, _blank, scene = rest.rpartition(" ")
        world.step(int(machine), what, int(scene))


SCENARIOS = {
    "one after the other": (
        *("0 open 0", "0 type 0", "0 close 0", "1 sync 0"),
        *("1 open 0", "1 type 0", "1 close 0", "0 sync 0", "0 open 0", "0 type 1", "0 close 0"),
    ),
    "both closed, both changed": (
        *("0 open 0", "0 type 0", "0 close 0", "1 open 0", "1 type 0", "1 close 0"),
        *("1 sync 0", "0 sync 0"),
    ),
    "replaced while open": (
        *("0 open 0", "0 type 0", "1 open 0", "1 type 1", "1 close 0", "0 sync 0"),
        *("0 type 0", "0 look 0", "0 type 2"),
    ),
    "replaced while open, folded in between": (
        *("0 open 0", "0 type 0", "0 fold 0", "1 open 0", "1 type 0", "1 fold 0", "0 sync 0"),
        *("1 sync 0", "0 type 0", "0 fold 0", "1 type 1", "0 close 0", "1 close 0"),
    ),
    "killed, then replaced": (
        *("0 open 0", "0 type 0", "0 kill 0", "1 open 0", "1 type 0", "1 close 0", "0 sync 0"),
    ),
    "replaced, then killed": (
        *("1 open 0", "1 type 0", "1 close 0", "0 open 0", "0 type 0", "0 kill typing 0"),
    ),
    "deleted there, gone on with here": (
        *("0 open 0", "0 delete 1", "0 close 0", "1 open 0", "1 type 1", "1 close 0"),
        *("0 sync 0", "1 sync 0"),
    ),
    "conflict copies on both sides at once": (
        *("0 open 0", "0 type 0", "0 fold 0", "1 open 0", "1 type 0", "1 fold 0"),
        *("0 sync 0", "1 sync 0", "0 sync 0", "0 look 0", "1 look 0", "0 type 0", "1 type 0"),
        *("0 close 0", "1 close 0", "1 sync 0", "0 sync 0"),
    ),
}


@pytest.mark.parametrize("steps", SCENARIOS.values(), ids=SCENARIOS)
def test_every_word_is_in_both_stories(
    tmp_path: Path, programs: tuple[Program, Program], steps: tuple[str, ...]
) -> None:
    world = World(tmp_path, programs)
    play(world, *steps)
    world.settle()
    assert world.words
    assert world.missing() == {0: [], 1: []}
    assert texts(world.path(0)) == texts(world.path(1))
    for device in world.devices:
        assert [path.name for path in device.files()] == [STORY]


_STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(
            [*("type", "sync") * 3, *("open", "fold", "look", "close"), *KILLS, "delete"]
        ),
        st.integers(0, 2),
    ),
    min_size=6,
    max_size=24,
)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(_STEPS)
def test_in_any_order_no_word_is_gone(
    tmp_path_factory: pytest.TempPathFactory,
    programs: tuple[Program, Program],
    steps: list[tuple[int, str, int]],
) -> None:
    world = World(tmp_path_factory.mktemp("world"), programs)
    try:
        for machine in (0, 1):
            world.step(machine, "open", 0)
        for step in steps:
            world.step(*step)
        world.settle()
        assert world.missing() == {0: [], 1: []}
    finally:
        for machine in (0, 1):
            world.step(machine, "close", 0)
    for machine in (0, 1):
        with StoryFile.open(world.path(machine)) as story:
            assert story.outline().scenes
