import json
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from storyforge.errors import Refused, StoryFileError
from storyforge.store import database, disk, lock, opening
from storyforge.store.story_file import StoryFile
from tests.store.helpers import answer, as_nobody, child, only_scene, query, typed


def refusal(path: Path) -> StoryFileError:
    """The error of opening `path`, which must leave every byte in the folder as it was."""
    folder = path.parent
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    with pytest.raises(StoryFileError) as caught:
        StoryFile.open(path)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before
    error = caught.value
    assert error.title
    assert error.hint
    assert "\n" not in error.message
    assert path.name in error.message
    return error


class TestRefused:
    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        assert "no story at" in refusal(tmp_path / "no.forge").message

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(StoryFileError, match="its folder is not there"):
            StoryFile.open(tmp_path / "no" / "no.forge")

    def test_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "x.forge").mkdir()
        assert "is a folder" in refusal(tmp_path / "x.forge").message

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "is empty"),
            (b"Once upon a time.", "not a storyforge story"),
            (b"\x00" * 5000, "not a storyforge story"),
            (b"SQLite format 3\x00short", "damaged"),
        ],
    )
    def test_what_is_no_story(self, tmp_path: Path, content: bytes, said: str) -> None:
        path = tmp_path / "x.forge"
        path.write_bytes(content)
        assert said in refusal(path).message

    def test_another_programs_database(self, tmp_path: Path) -> None:
        path = tmp_path / "x.forge"
        query(path, "CREATE TABLE story (id)")
        assert "not a storyforge story" in refusal(path).message

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
    def test_a_story_that_ends_too_early(self, kept: Path, share: float) -> None:
        content = kept.read_bytes()
        kept.write_bytes(content[: int(len(content) * share)])
        assert "ends too early" in refusal(kept).message

    def test_a_story_damaged_inside(self, kept: Path) -> None:
        content = bytearray(kept.read_bytes())
        content[4096:20480] = b"\xaa" * 16384
        kept.write_bytes(content)
        assert "damaged" in refusal(kept).message

    def test_a_story_whose_tables_are_gone(self, kept: Path) -> None:
        query(kept, "DROP TABLE take")
        assert "damaged" in refusal(kept).message

    def test_a_newer_story(self, kept: Path) -> None:
        query(kept, "PRAGMA user_version = 99")
        assert "newer storyforge" in refusal(kept).message

    def test_a_newer_story_that_was_not_closed(self, kept: Path) -> None:
        with closing(sqlite3.connect(kept)) as raw:
            raw.execute("PRAGMA user_version = 99")
            log = kept.with_name(kept.name + "-wal").read_bytes()
            content = kept.read_bytes()
        kept.write_bytes(content)
        kept.with_name(kept.name + "-wal").write_bytes(log)
        with pytest.raises(StoryFileError, match="newer storyforge"):
            StoryFile.open(kept)
        assert kept.read_bytes() == content
        assert kept.with_name(kept.name + "-wal").read_bytes() == log

    def test_names_cannot_write_to_the_terminal(self, tmp_path: Path) -> None:
        path = tmp_path / "a\x1b[31m.forge"
        path.write_bytes(b"no")
        with pytest.raises(StoryFileError) as caught:
            StoryFile.open(path)
        assert "\x1b" not in str(caught.value)


READ = """
import json, sys
from pathlib import Path
from storyforge.store.story_file import StoryFile
from tests.store.helpers import become_nobody
become_nobody()
for path in sys.argv[1:]:
    with StoryFile.open(Path(path)) as story:
        assert story.read_only
        text = story.scenes.load(story.outline().scenes[0].id).text
        print(json.dumps([story.read_only_reason, text, story.recovered]))
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="storyforge-test-"))
    folder.chmod(0o755)
    yield folder
    for inside in folder.iterdir():
        inside.chmod(0o755)
    shutil.rmtree(folder)


def crash(folder: Path, *, index: bool) -> Path:
    """A story in `folder` whose session died with text in the log."""
    away = folder / "away"
    away.mkdir()
    with StoryFile.create(away / "x.forge", title="x") as story:
        story.fold()
        story.scenes.save(typed(only_scene(story), "In the log."))
        for suffix in ("", "-wal", *(["-shm"] if index else [])):
            shutil.copyfile(away / f"x.forge{suffix}", folder / f"x.forge{suffix}")
    shutil.rmtree(away)
    return folder / "x.forge"


class TestReadOnly:
    def test_where_nothing_can_be_written_stories_are_read_and_nothing_is_left(
        self, open_folder: Path
    ) -> None:
        names = ("unwritable folder", "log and index", "log alone", "write-protected file")
        folders = [open_folder / name for name in names]
        for folder in folders:
            folder.mkdir()
        for folder in (folders[0], folders[3]):
            with StoryFile.create(folder / "x.forge", title="x") as story:
                story.scenes.save(typed(only_scene(story), "Fog."))
        crash(folders[1], index=True)
        crash(folders[2], index=False)
        for file in open_folder.glob("*/*"):
            file.chmod(0o444)
        for folder in folders:
            folder.chmod(0o777 if folder is folders[3] else 0o555)
        before = {p: p.read_bytes() for p in open_folder.glob("*/*")}

        stories = [folder / "x.forge" for folder in folders]
        said = [json.loads(s) for s in answer(READ, *stories, env=as_nobody()).splitlines()]

        assert {p: p.read_bytes() for p in open_folder.glob("*/*")} == before
        assert [text for _reason, text, _recovered in said] == [
            "Fog.",
            "In the log.",
            "In the log.",
            "Fog.",
        ]
        for folder, (reason, _text, _recovered) in zip(folders[:3], said[:3], strict=True):
            assert reason == f"The folder {folder} cannot be written to."
        assert said[3][0] == "The file is write-protected."
        assert [bool(recovered) for _reason, _text, recovered in said] == [False, True, True, False]

    def test_a_reader_finds_the_file_without_its_log(
        self, kept: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = database.connect

        def no_index(path: Path, mode: database.Mode) -> sqlite3.Connection:
            if mode == "ro":  # as SQLite says where it can make no index for the log
                raise sqlite3.OperationalError("unable to open database file")
            return real(path, "immutable" if mode == "immutable" else "rw")

        with StoryFile.open(kept) as writer:
            monkeypatch.setattr(opening, "connect", no_index)
            writer.fold()
            with StoryFile.open(kept) as reader:
                assert reader.outline() == writer.outline()
            writer.rename(title="In the log")
            with pytest.raises(StoryFileError):
                StoryFile.open(kept)

    def test_a_write_protected_file_in_ones_own_eyes(
        self, kept: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
        with StoryFile.open(kept) as story:
            assert story.read_only_reason == "The file is write-protected."
            assert story.holder is None
            with pytest.raises(Refused):
                story.rename(title="x")
        assert [p.name for p in kept.parent.iterdir()] == [kept.name]

    def test_a_place_that_takes_no_lock(self, kept: Path) -> None:
        kept.with_name(kept.name + ".lock").mkdir()
        with StoryFile.open(kept) as story:
            assert "No lock can be set" in story.read_only_reason
            assert len(story.outline().scenes) == 2

    @pytest.mark.parametrize(
        ("number", "said"), [(28, "disk is full"), (30, "cannot be written to"), (5, "No lock")]
    )
    def test_why_it_takes_none(
        self, kept: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
    ) -> None:
        def refuse(_path: Path, *, take_over: bool) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(lock, "acquire", refuse)
        with StoryFile.open(kept) as story:
            assert said in story.read_only_reason

    def test_a_log_that_may_not_be_joined_here_is_read_in_a_copy(self, tmp_path: Path) -> None:
        path = crash(tmp_path, index=False)
        path.with_name("x.forge.lock").mkdir()
        with StoryFile.open(path) as story:
            assert story.scenes.load(only_scene(story)).text == "In the log."
            assert story.recovered is not None
            scratch = story._scratch
            assert scratch is not None
            with pytest.raises(Refused):
                story.rename(title="x")
        assert not scratch.exists()

    def test_a_log_that_cannot_be_read_at_all(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = crash(tmp_path, index=False)
        path.with_name("x.forge.lock").mkdir()
        content = bytearray(path.read_bytes())
        content[4096:] = b"\xaa" * (len(content) - 4096)
        path.write_bytes(content)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
        (tmp_path / "scratch").mkdir()
        with pytest.raises(StoryFileError):
            StoryFile.open(path)
        assert not list((tmp_path / "scratch").iterdir())


JOURNAL = """
import os, signal, sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("PRAGMA journal_mode = TRUNCATE")
raw.execute("PRAGMA cache_spill = 1")
raw.execute("PRAGMA cache_size = 1")
raw.execute("BEGIN")
raw.execute("UPDATE story SET title = 'Half'")
raw.execute("UPDATE scene SET text = ?", ("never committed " * 100000,))
os.kill(os.getpid(), signal.SIGKILL)
"""


class TestHeldElsewhere:
    @pytest.fixture
    def held(self, kept: Path) -> Path:
        """A story with a change to roll back, and the lock of another machine."""
        with child(JOURNAL, kept) as process:
            process.communicate(timeout=60)
        words = {"user": "ana", "host": "skerry", "pid": 1, "started": 0.0}
        lock.lock_path(kept).write_text(json.dumps({**words, "since": "2024-05-01T10:00:00"}))
        assert kept.with_name(kept.name + "-journal").stat().st_size > 0
        return kept

    def test_a_change_to_roll_back_is_left_out_in_a_copy(self, held: Path) -> None:
        before = held.read_bytes()
        with StoryFile.open(held) as story:
            assert "ana on skerry" in story.read_only_reason
            assert story.recovered is None
            assert story.outline().title == "The Light at Skerry Point"
        assert held.read_bytes() == before

    def test_after_a_yes_it_is_rolled_back_in_place(self, held: Path) -> None:
        with StoryFile.open(held, take_over=True) as story:
            assert not story.read_only
            assert story.outline().title == "The Light at Skerry Point"
            assert story.scenes.load(only_scene(story)).text.startswith("Mara had kept")


def on_a(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the mount table say that `folder` is a drive of that kind."""
    parts = [
        SimpleNamespace(mountpoint="/", fstype="ext4", opts="rw"),
        SimpleNamespace(mountpoint=str(folder), fstype=kind, opts="rw"),
    ]
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: parts)  # noqa: A006


class TestNetworkDrive:
    @pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
    def test_no_log_is_used_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        drive = tmp_path
        on_a(kind, drive, monkeypatch)
        path = drive / "x.forge"
        with StoryFile.create(path, title="x") as story:
            story.scenes.save(typed(only_scene(story), "Fog."))
            assert query(path, "PRAGMA journal_mode") == [("delete",)]
            assert not list(drive.glob("*-wal")) + list(drive.glob("*-shm"))
            with StoryFile.open(path) as second:
                assert second.read_only
                assert second.scenes.load(only_scene(second)).text == "Fog."
            story.scenes.save(typed(only_scene(story), "More fog."))
            story.fold()
        assert query(path, "SELECT text FROM scene") == [("More fog.",)]

    def test_a_log_that_came_along_is_folded_in(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drive = tmp_path
        path = crash(drive, index=False)
        on_a("nfs4", drive, monkeypatch)
        with StoryFile.open(path) as story:
            assert story.scenes.load(only_scene(story)).text == "In the log."
            assert not list(drive.glob("*-wal")) + list(drive.glob("*-shm"))
            story.scenes.save(typed(only_scene(story), "Written."))
            with StoryFile.open(path) as second:
                assert second.scenes.load(only_scene(second)).text == "Written."


def test_the_nearest_mount_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_a("ext4", tmp_path, monkeypatch)
    assert not disk.is_network(tmp_path / "x.forge")
    on_a("nfs", tmp_path / "elsewhere", monkeypatch)
    assert not disk.is_network(tmp_path / "x.forge")
    on_a("nfs", tmp_path, monkeypatch)
    assert disk.is_network(tmp_path / "deep" / "x.forge")
    assert stat.S_ISDIR(tmp_path.stat().st_mode)
