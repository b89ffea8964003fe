"""The build behind the desk, with a package so small that building it takes a second."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from storyforge import paths
from storyforge.engine import build
from storyforge.engine.build import Package
from storyforge.errors import ModelError

# A build backend of one file: says what cmake and ninja say, waits at a gate, writes a wheel.
_BACKEND = """
import os, sys, zipfile
META = "Metadata-Version: 2.1\\nName: tiny-engine\\nVersion: 1.2.3\\n"
INFO = "tiny_engine-1.2.3.dist-info"
WHEEL = "Wheel-Version: 1.0\\nGenerator: tiny\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    os.mkdir(os.path.join(folder, INFO))
    with open(os.path.join(folder, INFO, "METADATA"), "w") as file:
        file.write(META)
    return INFO

def build_wheel(folder, config_settings=None, metadata_directory=None):
    here = os.path.dirname(os.path.abspath(__file__))
    print("[1/4] Building CXX object one.o", flush=True)
    print("[2/4] Building CXX object two.o", flush=True)
    jobs = os.environ["CMAKE_BUILD_PARALLEL_LEVEL"]
    print("jobs", jobs, os.environ.get("CMAKE_ARGS"), flush=True)
    complaint = os.path.join(here, "complaint")
    if os.path.exists(complaint):
        print(open(complaint).read(), flush=True)
        sys.exit(1)
    open(os.path.join(here, "gate")).read()
    name = "tiny_engine-1.2.3-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("tiny_engine.py", "")
        wheel.writestr(INFO + "/METADATA", META)
        wheel.writestr(INFO + "/WHEEL", WHEEL)
        wheel.writestr(INFO + "/RECORD", "")
    return name
"""
_PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny-engine"
version = "1.2.3"
"""


class Tiny:
    """The package's source, its gate and where it gets installed."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "source"
        self.source.mkdir()
        (self.source / "backend.py").write_text(_BACKEND)
        (self.source / "pyproject.toml").write_text(_PROJECT)
        os.mkfifo(self.source / "gate")
        self.site = folder / "site"
        self.site.mkdir()
        self.package = Package(
            name="tiny-engine",
            module="tiny_engine",
            requirement=(
                "--no-index",
                "--no-build-isolation",
                "--target",
                str(self.site),
                str(self.source),
            ),
        )

    def open_gate(self) -> None:
        """Let the build end: it reads the gate until somebody closed the other end."""
        (self.source / "gate").open("wb").close()

    def complain(self, text: str) -> None:
        """Let the next build fail with `text`."""
        (self.source / "complaint").write_text(text)

    def until(self, wanted: Callable[[build.BuildStatus], bool]) -> build.BuildStatus:
        """The first status that is wanted; fails after a minute."""
        deadline = time.monotonic() + 60
        while not wanted(now := build.status(self.package)):
            assert time.monotonic() < deadline, f"{now}\n{build.log_file().read_text()}"
            threading.Event().wait(0.02)
        return now

    def until_compiling(self) -> build.BuildStatus:
        return self.until(lambda now: now.fraction > 0.4)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tiny]:
    tiny = Tiny(tmp_path)
    monkeypatch.syspath_prepend(tiny.site)
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    yield tiny
    build.cancel()


def _pid() -> int:
    run = json.loads((paths.cache_dir() / "engine-build.json").read_text())
    return int(run["pid"])


def test_before_anything_the_engine_is_missing_and_the_hint_names_the_command(tiny: Tiny) -> None:
    now = build.status(tiny.package)
    assert (now.state, now.fraction) == ("missing", 0.0)
    assert "storyforge engine install" in now.hint


def test_a_build_shows_its_progress_and_ends_ready(tiny: Tiny) -> None:
    build.start(tiny.package)
    now = tiny.until_compiling()
    assert now.state == "building"
    assert now.message == f"Building the engine: {int(now.fraction * 100)} %"
    tiny.open_gate()
    now = tiny.until(lambda now: now.state == "ready")
    assert now.fraction == 1.0
    assert "1.2.3" in now.message
    assert not now.hint
    assert build.installed_version(tiny.package) == "1.2.3"


def test_a_second_start_while_building_and_one_when_ready_do_nothing(tiny: Tiny) -> None:
    build.start(tiny.package)
    first = _pid()
    build.start(tiny.package)
    assert _pid() == first
    tiny.until_compiling()
    tiny.open_gate()
    tiny.until(lambda now: now.state == "ready")
    build.start(tiny.package)
    assert _pid() == first


def test_following_a_build_ends_with_its_outcome(tiny: Tiny) -> None:
    build.start(tiny.package)
    tiny.until_compiling()
    tiny.open_gate()
    seen = list(build.follow(tiny.package, every=0.02))
    assert seen[-1].state == "ready"
    assert {now.state for now in seen[:-1]} <= {"building"}


def test_the_build_has_a_session_of_its_own_and_gives_way_to_the_desk(tiny: Tiny) -> None:
    build.start(tiny.package)
    assert os.getsid(_pid()) == _pid() != os.getsid(0)
    assert psutil.Process(_pid()).nice() == 10


def test_a_killed_build_has_failed_and_can_be_started_again(tiny: Tiny) -> None:
    build.start(tiny.package)
    tiny.until_compiling()
    killed = _pid()
    os.kill(killed, signal.SIGKILL)
    now = tiny.until(lambda now: now.state != "building")
    assert now.state == "failed"
    assert "interrupted" in now.message
    assert str(build.log_file()) in now.hint
    # The compiler under the killed pip still waits at its gate: let it go.
    tiny.open_gate()
    build.start(tiny.package)
    assert _pid() != killed
    tiny.until_compiling()
    tiny.open_gate()
    tiny.until(lambda now: now.state == "ready")


def test_a_failed_build_says_why_and_where_the_log_is(tiny: Tiny) -> None:
    tiny.complain("CMake Error: CMAKE_C_COMPILER not set, after EnableLanguage")
    build.start(tiny.package)
    now = tiny.until(lambda now: now.state != "building")
    assert now.state == "failed"
    assert "no C++ compiler" in now.message
    assert "Install" in now.hint
    assert str(build.log_file()) in now.hint
    (tiny.source / "complaint").unlink()
    build.start(tiny.package)
    tiny.until_compiling()
    tiny.open_gate()
    tiny.until(lambda now: now.state == "ready")


def test_a_cancelled_build_leaves_no_process_and_no_trace(tiny: Tiny) -> None:
    build.start(tiny.package)
    tiny.until_compiling()
    family = [psutil.Process(_pid()), *psutil.Process(_pid()).children(recursive=True)]
    assert len(family) > 1
    build.cancel()
    assert not any(process.is_running() for process in family)
    assert build.status(tiny.package).state == "missing"
    assert not list(paths.cache_dir().glob("*.tmp"))


def test_cmake_arguments_and_the_number_of_jobs_reach_the_compiler(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=on")
    monkeypatch.setenv("CMAKE_BUILD_PARALLEL_LEVEL", "1")
    build.start(tiny.package)
    tiny.until_compiling()
    tiny.open_gate()
    tiny.until(lambda now: now.state == "ready")
    assert "jobs 1 -DGGML_CUDA=on" in build.log_file().read_text()


def test_a_rebuild_compiles_an_installed_engine_anew(tiny: Tiny) -> None:
    build.start(tiny.package)
    tiny.until_compiling()
    tiny.open_gate()
    tiny.until(lambda now: now.state == "ready")
    first = _pid()
    build.start(tiny.package, rebuild=True)
    assert _pid() != first
    tiny.until_compiling()
    tiny.open_gate()
    tiny.until(lambda now: now.state == "ready")


def test_other_cmake_arguments_ask_for_another_engine_once(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.start(tiny.package)
    tiny.until_compiling()
    tiny.open_gate()
    tiny.until(lambda now: now.state == "ready")
    first = _pid()
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=on")
    build.start(tiny.package)
    second = _pid()
    assert second != first
    tiny.until_compiling()
    tiny.open_gate()
    tiny.until(lambda now: now.state == "ready")
    build.start(tiny.package)
    assert _pid() == second


def test_a_failed_rebuild_leaves_the_old_engine_ready_and_says_so(tiny: Tiny) -> None:
    build.start(tiny.package)
    tiny.until_compiling()
    tiny.open_gate()
    tiny.until(lambda now: now.state == "ready")
    tiny.complain("c++: fatal error: Killed signal terminated program cc1plus")
    build.start(tiny.package, rebuild=True)
    now = tiny.until(lambda now: now.state != "building")
    assert now.state == "ready"
    assert "out of memory" in now.hint


def test_an_installation_cut_short_is_not_taken_for_an_engine(tiny: Tiny) -> None:
    info = tiny.site / "tiny_engine-1.2.3.dist-info"
    (tiny.site / "tiny_engine.py").touch()
    assert build.installed_version(tiny.package) == ""
    info.mkdir()
    assert build.installed_version(tiny.package) == ""
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-engine\nVersion: 1.2.3\n")
    assert build.installed_version(tiny.package) == ""
    (info / "RECORD").write_text("tiny_engine.py,,\n")
    assert build.installed_version(tiny.package) == "1.2.3"


def test_a_version_that_is_too_old_does_not_count(tiny: Tiny) -> None:
    info = tiny.site / "tiny_engine-1.2.3.dist-info"
    info.mkdir()
    (tiny.site / "tiny_engine.py").touch()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-engine\nVersion: 1.2.3\n")
    (info / "RECORD").write_text("tiny_engine.py,,\n")
    newer = Package("tiny-engine", "tiny_engine", ("tiny-engine",), oldest=(1, 2, 4))
    assert build.installed_version(newer) == ""
    assert build.status(newer).state == "missing"


def test_a_pid_that_was_given_to_another_process_is_not_the_build(tiny: Tiny) -> None:
    paths.cache_dir().mkdir(parents=True)
    run = {"pid": os.getpid(), "started": 1.0, "python": sys.executable, "cmake_args": ""}
    (paths.cache_dir() / "engine-build.json").write_text(json.dumps(run))
    assert build.status(tiny.package).state == "missing"
    build.cancel()


def test_a_broken_note_of_the_last_build_counts_as_none(tiny: Tiny) -> None:
    paths.cache_dir().mkdir(parents=True)
    (paths.cache_dir() / "engine-build.json").write_text('{"pid": 1')
    assert build.status(tiny.package).state == "missing"


def test_a_disk_that_is_full_at_the_start_leaves_no_process_behind(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_text", full)
        with pytest.raises(ModelError, match="the disk is full"):
            build.start(tiny.package)
    mine = psutil.Process().children(recursive=True)
    assert not [process for process in mine if "pip" in " ".join(process.cmdline())]
    assert build.status(tiny.package).state == "missing"


def test_a_folder_that_cannot_be_written_is_one_sentence(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    with monkeypatch.context() as moved:
        moved.setenv("STORYFORGE_CACHE_DIR", str(tmp_path / "file"))
        with pytest.raises(ModelError, match="could not be started"):
            build.start(tiny.package)
