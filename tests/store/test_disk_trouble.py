import errno
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyforge.domain.generation import StopReason, Take, TakeState, Usage
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.sampling import Sampling
from storyforge.errors import StoryFileError
from storyforge.store import disk, faults
from storyforge.store.story_file import StoryFile
from tests.store.helpers import answer, only_scene, query, typed

NOW = datetime(2026, 11, 28, tzinfo=UTC)
FILL = """
import resource, sys
from pathlib import Path
from storyforge.errors import StoryFileError
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, typed

path = Path(sys.argv[1])
with StoryFile.create(path, title="Full") as story:
    scene = only_scene(story)
    story.scenes.save(typed(scene, "Fog."))
    story.fold()
    used = max(path.stat().st_size, path.with_name(path.name + "-wal").stat().st_size)
    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    limit(used + 30_000)
    for what in (
        lambda: story.scenes.save(typed(scene, "long " * 100_000)),
        lambda: story.revisions.keep(typed(scene, "long " * 100_000), reason="named"),
        lambda: limit(20_000) or story.copy_to(path.with_name("copy.forge")),
        lambda: StoryFile.create(path.with_name("new.forge"), title="x"),
    ):
        try:
            what()
        except StoryFileError as error:
            print(error.message)
    assert story.scenes.load(scene).text == "Fog."
    limit(resource.RLIM_INFINITY)
    story.scenes.save(typed(scene, "long " * 100_000))
"""


def test_what_does_not_fit_is_told_and_the_next_save_fits(tmp_path: Path) -> None:
    path = tmp_path / "x.forge"
    assert answer(FILL, path).splitlines() == [
        "The disk did not take the last change to “x.forge”; all before it is saved.",
        "The disk did not take the last change to “x.forge”; all before it is saved.",
        "The disk did not take “copy.forge”; nothing was written there.",
        "The disk did not take “new.forge”; nothing was written there.",
    ]
    assert [p.name for p in tmp_path.iterdir()] == ["x.forge"]
    with StoryFile.open(path) as story:
        assert story.recovered is None
        assert len(story.scenes.load(only_scene(story)).text) == 500_000
    assert query(path, "PRAGMA integrity_check") == [("ok",)]


def test_a_full_disk_is_called_full(story: StoryFile) -> None:
    scene = only_scene(story)
    story.scenes.save(typed(scene, "Fog."))
    raw = story._database.raw
    pages = raw.execute("PRAGMA page_count").fetchone()[0]
    raw.execute(f"PRAGMA max_page_count = {pages}")  # SQLite says the same as on a full disk
    with pytest.raises(
        StoryFileError, match=r"disk is full.*not saved, all before it is"
    ) as caught:
        story.scenes.save(typed(scene, "long " * 10_000))
    assert "next save" in caught.value.hint
    assert story.scenes.load(scene).text == "Fog."
    raw.execute("PRAGMA max_page_count = 1000000")
    story.scenes.save(typed(scene, "long " * 10_000))
    assert len(story.scenes.load(scene).text) == 50_000


def test_how_a_take_ended_is_kept_once_the_disk_takes_it(story: StoryFile) -> None:
    scene, raw = only_scene(story), story._database.raw
    takes = [
        story.takes.begin(scene, "p", model="m", request_hash="h", sampling=Sampling())
        for _number in range(3)
    ]

    def finish(take: Take, text: str) -> Take:
        ended = (TakeState.FINISHED, StopReason.END)
        return story.takes.finish(
            take.id, text=text, kept=4, state=ended[0], reason=ended[1], usage=Usage()
        )

    raw.execute("PRAGMA query_only = ON")
    for take in takes:
        with pytest.raises(StoryFileError):
            finish(take, "half")
    with pytest.raises(StoryFileError):
        finish(takes[0], "All of it.")
    raw.execute("PRAGMA query_only = OFF")
    assert story.takes.one(takes[0].id).state is TakeState.RUNNING
    story.takes.set_kept(takes[0].id, 2)  # what the author does next is not undone by it
    assert story.takes.one(takes[0].id).kept == 2
    assert [(one.text, one.state) for one in story.takes.of_place("p")] == [
        ("All of it.", TakeState.FINISHED),
        ("half", TakeState.FINISHED),
        ("half", TakeState.FINISHED),
    ]


def noted(made: list[str], name: str) -> Callable[[object], None]:
    """A change that tells when it is made."""
    return lambda _session: made.append(name)


def test_what_came_late_is_made_once(story: StoryFile) -> None:
    database, made = story._database, list[str]()
    database.raw.execute("PRAGMA query_only = ON")
    for name in ("one", "two", "three"):
        with pytest.raises(StoryFileError):
            database.surely(name, noted(made, name))
    assert len(database.owed) == 3
    database.raw.execute("PRAGMA query_only = OFF")
    made.clear()
    story.remember("open_scene", "any")
    assert made == ["one", "two", "three"]
    assert not database.owed


def test_what_comes_late_waits_in_its_order_while_the_disk_takes_nothing(
    story: StoryFile,
) -> None:
    database, made = story._database, list[str]()
    database.raw.execute("PRAGMA query_only = ON")
    for name in ("one", "two"):
        with pytest.raises(StoryFileError):
            database.surely(name, noted(made, name))
    database.settle()
    assert len(database.owed) == 2
    database.raw.execute("PRAGMA query_only = OFF")
    made.clear()
    database.settle()
    assert made == ["one", "two"]
    assert not database.owed


def test_what_the_disk_takes_again_only_at_the_end_is_kept_by_closing(story: StoryFile) -> None:
    proposal = story.proposals.begin(Proposal("", Target(Stage.PREMISE, "t"), "b", 0, NOW))
    raw = story._database.raw
    raw.execute("PRAGMA query_only = ON")
    with pytest.raises(StoryFileError):
        story.proposals.finish(replace(proposal, text="A keeper.", state=TakeState.FINISHED))
    raw.execute("PRAGMA query_only = OFF")
    story.close()
    with StoryFile.look(story.path) as again:
        kept = again.proposals.one(proposal.id)
    assert (kept.text, kept.state) == ("A keeper.", TakeState.FINISHED)


def test_a_save_fails_clearly_when_the_folder_vanishes(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    with StoryFile.create(folder / "x.forge", title="x") as story:
        scene = only_scene(story)
        story.scenes.save(typed(scene, "Fog."))
        folder.rename(tmp_path / "away")
        with pytest.raises(StoryFileError, match=r"no longer at .*stays on the screen"):
            story.scenes.save(typed(scene, "More."))
        assert story.scenes.load(scene).text == "Fog."
        story.copy_to(tmp_path / "saved.forge")
        (tmp_path / "away").rename(folder)
        story.scenes.save(typed(scene, "More."))
    assert query(folder / "x.forge", "SELECT text FROM scene") == [("More.",)]
    assert query(tmp_path / "saved.forge", "SELECT text FROM scene") == [("Fog.",)]


def test_closing_survives_a_folder_that_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    with StoryFile.create(folder / "x.forge", title="x"):
        shutil.rmtree(folder)


def test_a_busy_story_is_told_and_saved_later(
    story: StoryFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = only_scene(story)
    story._database.raw.execute("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoryFileError, match="Another program is using"):
            story.scenes.save(typed(scene, "Fog."))
        other.execute("ROLLBACK")
    story.scenes.save(typed(scene, "Fog."))
    assert story.scenes.load(scene).text == "Fog."


def test_a_fold_that_fails_on_closing_is_told_and_nothing_is_lost(
    story: StoryFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise StoryFileError("The disk is full.")

    monkeypatch.setattr(story._database, "fold", fail)
    with pytest.raises(StoryFileError, match="is safe, but its last pages") as caught:
        story.close()
    assert "The disk is full." in caught.value.hint
    story.close()
    with StoryFile.open(path) as again:
        assert not again.read_only


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "doing", "said"),
    [
        (OSError(errno.ENOSPC, "no"), "save", "disk is full"),
        (OSError(errno.EDQUOT, "no"), "open", "too full to open"),
        (OSError(errno.EROFS, "no"), "save", "can no longer be written"),
        (PermissionError(errno.EACCES, "no"), "make", "cannot be written there"),
        (FileNotFoundError(errno.ENOENT, "no"), "open", "no longer at"),
        (OSError(errno.EIO, "no"), "open", "did not give"),
        (sqlite_error(sqlite3.SQLITE_IOERR | 3 << 8), "save", "did not take the last change"),
        (sqlite_error(sqlite3.SQLITE_READONLY), "save", "can no longer be written"),
        (sqlite_error(sqlite3.SQLITE_CANTOPEN), "open", "cannot be opened"),
        (sqlite_error(sqlite3.SQLITE_NOTADB), "open", "not a storyforge story"),
        (sqlite_error(sqlite3.SQLITE_CORRUPT), "open", "damaged"),
    ],
)
def test_every_trouble_has_its_sentence(
    tmp_path: Path, error: OSError | sqlite3.Error, doing: faults.Doing, said: str
) -> None:
    found = faults.explain(tmp_path / "x.forge", error, doing=doing)
    assert said in found.message
    assert found.hint
    assert found.title


def test_a_write_that_fails_on_a_disk_without_room_is_called_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "room", lambda _path: 4096)
    error = sqlite_error(sqlite3.SQLITE_IOERR | 3 << 8)
    assert "disk is full" in faults.explain(tmp_path / "x", error, doing="save").message


def test_the_room_of_a_folder_that_is_gone_is_unknown(tmp_path: Path) -> None:
    assert disk.room(tmp_path / "x.forge")
    assert disk.room(tmp_path / "no" / "x.forge") is None
    gone = faults.explain(tmp_path / "no" / "x", sqlite_error(sqlite3.SQLITE_IOERR), doing="save")
    assert "no longer at" in gone.message
