import fcntl
import getpass
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from storyforge.errors import Refused, StoryFileError
from storyforge.store import lock
from storyforge.store.story_file import StoryFile
from tests.store.helpers import child, only_scene, typed

OPEN_AND_WAIT = """
import sys
from pathlib import Path
from storyforge.store.story_file import StoryFile
print("ready", flush=True)
sys.stdin.readline()
with StoryFile.open(Path(sys.argv[1])) as story:
    print("reads" if story.read_only else "writes", flush=True)
    sys.stdin.readline()
"""


def told(**changed: object) -> str:
    """A lock's words, by default those of this process."""
    words = {
        "user": "ana",
        "host": lock.this_host(),
        "pid": os.getpid(),
        "started": psutil.Process().create_time(),
        "since": datetime.now(UTC).isoformat(),
    }
    return json.dumps({**words, **changed})


@pytest.fixture
def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def closed(story: StoryFile, path: Path) -> Path:
    story.close()
    return path


@pytest.fixture
def beside(closed: Path) -> Path:
    return lock.lock_path(closed)


def test_the_second_opener_reads_and_is_told_who_writes(story: StoryFile, path: Path) -> None:
    scene = only_scene(story)
    story.scenes.save(typed(scene, "Fog."))
    with StoryFile.open(path) as second:
        assert second.read_only
        assert second.holder is not None
        assert second.holder.pid == os.getpid()
        assert f"process {os.getpid()}, since" in second.holder.describe()
        assert second.holder.describe() in second.read_only_reason
        assert second.recovered is None
        assert second.scenes.load(scene).text == "Fog."
        story.scenes.save(typed(scene, "Fog and more."))
        assert second.scenes.load(scene).text == "Fog and more."
        for change in (
            lambda: second.scenes.save(typed(scene, "x")),
            lambda: second.rename(title="x"),
            lambda: second.binder.add_chapter("x"),
        ):
            with pytest.raises(Refused, match="can only be read now"):
                change()
        second.remember("open_scene", "x")
        second.scenes.save_caret(scene, 2)
        second.fold()
        assert second.recall("open_scene") == ""
    assert not story.read_only
    story.scenes.save(typed(scene, "The writer goes on."))


def test_another_process_reads_while_this_one_writes(story: StoryFile, path: Path) -> None:
    with child(OPEN_AND_WAIT, path) as other:
        out, err = other.communicate("\n\n", timeout=60)
    assert out.split() == ["ready", "reads"], err


def test_a_link_to_the_story_is_the_same_story(story: StoryFile, tmp_path: Path) -> None:
    link = tmp_path / "link.forge"
    link.symlink_to(story.path)
    with StoryFile.open(link) as second:
        assert second.read_only


def test_the_lock_goes_with_the_story(closed: Path, beside: Path) -> None:
    assert not beside.exists()
    with StoryFile.open(closed):
        assert beside.exists()
    assert not beside.exists()


def test_a_dead_processs_lock_is_taken_over(closed: Path, beside: Path, dead_pid: int) -> None:
    beside.write_text(told(pid=dead_pid))
    with StoryFile.open(closed) as story:
        assert not story.read_only
        assert story.recovered is not None
        assert json.loads(beside.read_text())["pid"] == os.getpid()


def test_a_number_given_out_again_is_not_the_holder(closed: Path, beside: Path) -> None:
    beside.write_text(told(pid=1, started=12.0))
    with StoryFile.open(closed) as story:
        assert not story.read_only


def test_a_living_process_is_believed_even_without_the_systems_lock(
    closed: Path, beside: Path
) -> None:
    parent = psutil.Process(os.getppid())
    beside.write_text(told(pid=parent.pid, started=parent.create_time()))
    with StoryFile.open(closed, take_over=True) as story:
        assert story.read_only
        assert story.holder is not None
        assert story.holder.pid == parent.pid


@pytest.mark.parametrize("words", [b"", b"{", b"[]", b'{"pid": 1e999}', b"\xff\xfe", b"[" * 9999])
def test_a_lock_of_no_meaning_holds_nothing(closed: Path, beside: Path, words: bytes) -> None:
    beside.write_bytes(words)
    with StoryFile.open(closed) as story:
        assert not story.read_only


def test_another_machines_lock_is_taken_only_after_a_yes(closed: Path, beside: Path) -> None:
    beside.write_text(told(host="skerry", pid=1, since="2024-05-01T10:00:00+00:00"))
    with StoryFile.open(closed) as story:
        assert story.read_only
        assert story.holder is not None
        assert story.holder.elsewhere
        assert "ana on skerry, process 1, since 2024-05-01" in story.read_only_reason
    with StoryFile.open(closed, take_over=True) as story:
        assert not story.read_only
        assert story.recovered is None
        story.rename(title="Taken")


def test_whose_lock_was_taken_over_stops_writing(closed: Path, beside: Path) -> None:
    with StoryFile.open(closed) as story:
        theirs = told(host="skerry")
        beside.write_text(theirs)
        with pytest.raises(Refused, match="taken over: ana on skerry"):
            story.rename(title="x")
        assert story.read_only
        assert story.holder is not None
        assert story.outline().title == "The Light"
    assert beside.read_text() == theirs


def test_names_in_a_lock_cannot_write_to_the_terminal(closed: Path, beside: Path) -> None:
    beside.write_text(told(host="sk\x1b[2Jerry", user="a\x07na"))
    with StoryFile.open(closed) as story:
        assert story.holder is not None
        assert "\x1b" not in story.read_only_reason
        assert story.holder.user == "ana"


def test_of_many_openers_one_writes(closed: Path, beside: Path, dead_pid: int) -> None:
    beside.write_text(told(pid=dead_pid))
    others = [child(OPEN_AND_WAIT, closed) for _number in range(3)]
    try:
        for other in others:
            assert other.stdout is not None
            assert other.stdout.readline() == "ready\n"
        for other in others:
            assert other.stdin is not None
            other.stdin.write("\n")
            other.stdin.flush()
        answers = [other.stdout.readline().strip() for other in others if other.stdout]
        assert sorted(answers) == ["reads", "reads", "writes"]
    finally:
        for other in others:
            other.communicate("\n", timeout=60)


def without_flock(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_handle: int, _how: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)


def test_a_disk_without_flock_goes_by_the_process(
    closed: Path, beside: Path, dead_pid: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_flock(monkeypatch)
    beside.write_text(told(pid=dead_pid))
    with StoryFile.open(closed) as story, StoryFile.open(closed) as second:
        assert not story.read_only
        assert second.read_only


def test_a_lock_that_is_never_filled_in_is_taken_in_the_end(
    closed: Path, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_flock(monkeypatch)
    monkeypatch.setattr(lock, "_PATIENCE", 0.05)
    beside.write_bytes(b"")
    with StoryFile.open(closed) as story:
        assert not story.read_only


def test_a_lock_held_by_someone_who_says_nothing_is_respected(
    closed: Path, beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_PATIENCE", 0.05)
    beside.write_bytes(b"")
    with beside.open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with StoryFile.open(closed) as story:
            assert story.read_only
            assert "someone" in story.read_only_reason


def test_a_lock_released_at_this_moment_is_made_anew(
    beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lock._seize
    calls: list[int] = []

    def release_first(handle: int) -> bool | None:
        if not calls:
            beside.unlink()
        calls.append(handle)
        return real(handle)

    beside.write_text(told(host="skerry"))
    monkeypatch.setattr(lock, "_seize", release_first)
    got = lock.acquire(beside)
    assert isinstance(got, lock.Lock)
    assert not got.inherited
    assert len(calls) == 2
    got.release()


def test_a_full_disk_leaves_no_half_lock(beside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        lock.acquire(beside)
    assert not beside.exists()


def test_a_user_without_a_name_is_someone(beside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("uid 1234")

    monkeypatch.setattr(getpass, "getuser", nameless)
    got = lock.acquire(beside)
    assert isinstance(got, lock.Lock)
    holder = lock.peek(beside)
    assert holder is not None
    assert holder.user == "someone"
    assert holder.is_this_process()
    got.release()


@pytest.mark.parametrize(
    ("raised", "dead"), [(psutil.NoSuchProcess(1), True), (psutil.AccessDenied(1), False)]
)
def test_a_process_that_cannot_be_asked_counts_as_living(
    raised: Exception, dead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def process(_pid: int) -> None:
        raise raised

    monkeypatch.setattr(psutil, "Process", process)
    holder = lock.Holder("ana", lock.this_host(), 1, 0.0, datetime.now(UTC))
    assert holder.is_dead() is dead


def test_a_replaced_story_is_not_written(story: StoryFile, path: Path) -> None:
    path.rename(path.with_name("away.forge"))
    path.write_bytes(b"something else")
    with pytest.raises(StoryFileError, match="different file in the place"):
        story.rename(title="x")
    path.with_name("away.forge").replace(path)
    story.rename(title="Back")
    assert story.outline().title == "Back"
