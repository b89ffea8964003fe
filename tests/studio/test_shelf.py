import json
import logging
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storyforge import paths
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.errors import Refused, StoryFileError
from storyforge.store.story_file import StoryFile
from storyforge.studio import shelf


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed story with one sentence in it."""
    path = tmp_path / "灯台.forge"
    with shelf.create_story(path, title="灯台", author="Ana", language="ja") as story:
        scene = story.outline().scenes[0].id
        story.scenes.save(Page(scene, "霧。", Provenance.whole(2, Origin.TYPED)))
    return path


def backups() -> list[Path]:
    return sorted(paths.backups_dir().rglob("*.forge"))


class TestRecent:
    def test_the_story_opened_last_comes_first(self, path: Path, tmp_path: Path) -> None:
        with shelf.create_story(tmp_path / "b.forge", title="B\x1b\nb"):
            pass
        assert [(r.path, r.title, r.exists) for r in shelf.recent()] == [
            (tmp_path / "b.forge", "B b", True),
            (path, "灯台", True),
        ]
        shelf.open_story(path).close()
        first = shelf.recent()[0]
        assert first.path == path
        assert abs((datetime.now(UTC) - first.opened).total_seconds()) < 60

    def test_a_story_that_is_gone_is_marked_and_can_be_forgotten(self, path: Path) -> None:
        path.unlink()
        assert [r.exists for r in shelf.recent()] == [False]
        shelf.forget(path)
        assert shelf.recent() == ()

    def test_nothing_was_open_yet(self) -> None:
        assert shelf.recent() == ()

    @pytest.mark.parametrize("content", [b"{", b'{"a": 1}', b"\xff\xff"])
    def test_a_broken_list_is_kept_aside(
        self, path: Path, content: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        listed = paths.data_dir() / "recent.json"
        listed.write_bytes(content)
        with caplog.at_level(logging.WARNING):
            assert shelf.recent() == ()
        assert "not readable" in caplog.text
        (aside,) = paths.data_dir().glob("recent.broken-*.json")
        assert aside.read_bytes() == content
        shelf.open_story(path).close()
        assert [r.path for r in shelf.recent()] == [path]

    def test_a_broken_entry_does_not_hide_the_others(
        self, path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        listed = paths.data_dir() / "recent.json"
        good = json.loads(listed.read_text("utf-8"))
        odd = [1, {}, {"path": "x", "title": "x", "opened": "never"}, {"path": "a\x00b", **good[0]}]
        listed.write_text(json.dumps([*odd, *good]), "utf-8")
        assert [r.path for r in shelf.recent()][-1] == path
        assert "left out" in caplog.text

    def test_a_list_that_cannot_be_kept_stops_nothing(
        self, path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        listed = paths.data_dir() / "recent.json"
        listed.unlink()
        listed.mkdir()
        shelf.open_story(path).close()
        assert "cannot be written" in caplog.text
        assert shelf.recent() == ()
        assert "cannot be read" in caplog.text
        assert not [p for p in paths.data_dir().iterdir() if p.name.endswith(".new")]


class TestNames:
    @pytest.mark.parametrize(
        ("title", "name"),
        [
            ("The Light at Skerry Point", "The Light at Skerry Point"),
            ("灯台の番人", "灯台の番人"),
            ("か\u3099らす", "がらす"),
            ('What? A "story" / two', "What A story two"),
            ("../../etc/passwd", "etc passwd"),
            (".hidden. ", "hidden"),
            ("a\x00b\x1b\nc", "ab c"),
            ("con", "con_"),
            ("LPT1.txt", "LPT1.txt_"),
            ("???", "Untitled"),
            ("", "Untitled"),
        ],
    )
    def test_a_title_becomes_a_name_that_every_system_takes(
        self, tmp_path: Path, title: str, name: str
    ) -> None:
        assert shelf.new_path(title, tmp_path) == tmp_path / f"{name}.forge"

    def test_a_long_title_is_cut_between_characters(self, tmp_path: Path) -> None:
        name = shelf.new_path("霧" * 300, tmp_path).name
        assert len(name.encode()) < 200
        assert set(name.removesuffix(".forge")) == {"霧"}

    def test_a_name_in_use_gets_a_number(self, path: Path, tmp_path: Path) -> None:
        assert shelf.new_path("灯台", tmp_path).name == "灯台 2.forge"
        (tmp_path / "灯台 2.forge").touch()
        (tmp_path / "灯台 3.forge-wal").touch()
        assert shelf.new_path("灯台", tmp_path).name == "灯台 4.forge"

    def test_without_a_folder_it_lies_with_the_stories(self) -> None:
        assert shelf.new_path("x") == paths.stories_dir() / "x.forge"


class TestMaking:
    def test_the_folder_is_made(self) -> None:
        path = shelf.new_path("First")
        with shelf.create_story(path, title="First", author="Ana", language="ja") as story:
            outline = story.outline()
        assert (outline.title, outline.author, outline.language) == ("First", "Ana", "ja")

    def test_a_folder_that_cannot_be_made_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StoryFileError, match="does not exist"):
            shelf.create_story(tmp_path / "file" / "x.forge", title="x")
        assert shelf.recent() == ()

    def test_a_copy_goes_its_own_way(self, path: Path) -> None:
        twin = shelf.duplicate(path)
        assert twin.name == "灯台 copy.forge"
        assert shelf.duplicate(path).name == "灯台 copy 2.forge"
        with StoryFile.open(path) as one, StoryFile.open(twin) as two:
            assert not two.read_only
            a, b = one.outline(), two.outline()
            assert a.chapters == b.chapters
            assert a.story_id != b.story_id

    def test_an_open_story_is_copied_too(self, path: Path, tmp_path: Path) -> None:
        with StoryFile.open(path) as story:
            scene = story.outline().scenes[0].id
            story.scenes.save(Page(scene, "深い霧。", Provenance.whole(4, Origin.TYPED)))
            twin = shelf.duplicate(path, tmp_path / "twin.forge")
            with pytest.raises(Refused):
                shelf.duplicate(path, twin)
        with StoryFile.open(twin) as copy:
            assert copy.scenes.load(scene).text == "深い霧。"


class TestDatedCopies:
    def test_the_days_first_opening_makes_one(self, path: Path) -> None:
        assert backups() == []
        with shelf.open_story(path) as story:
            (copy,) = backups()
            folder = story.outline().story_id
            assert story.notes == []
        today = datetime.now().astimezone().date().isoformat()
        assert copy == paths.backups_dir() / folder / f"灯台-{today}.forge"
        made = copy.stat().st_mtime_ns
        shelf.open_story(path).close()
        assert [p.stat().st_mtime_ns for p in backups()] == [made]
        with StoryFile.open(copy) as kept:
            assert kept.scenes.load(kept.outline().scenes[0].id).text == "霧。"

    def test_the_last_ten_are_kept(self, path: Path) -> None:
        with StoryFile.open(path) as story:
            folder = paths.backups_dir() / story.outline().story_id
        folder.mkdir(parents=True)
        for day in range(1, 13):
            (folder / f"灯台-2024-01-{day:02}.forge").touch()
        (folder / "灯台-by hand.forge").touch()
        (folder / "other-2024-01-01.forge").touch()
        shelf.open_story(path).close()
        names = [p.name for p in backups()]
        assert len([n for n in names if n.startswith("灯台-20")]) == shelf.BACKUPS_KEPT
        assert "灯台-2024-01-03.forge" not in names
        assert "灯台-2024-01-04.forge" in names
        assert {"灯台-by hand.forge", "other-2024-01-01.forge"} <= set(names)

    def test_one_that_fails_becomes_a_note(self, path: Path) -> None:
        paths.backups_dir().parent.mkdir(parents=True, exist_ok=True)
        paths.backups_dir().touch()  # a file where the folder should be
        with shelf.open_story(path) as story:
            assert not story.read_only
            (note,) = story.notes
        assert note.startswith("Today's copy was not made: ")

    def test_one_that_does_not_fit_becomes_a_note(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            story = StoryFile.open(path)
            patch.setattr(StoryFile, "open", lambda _path, take_over: story)
            patch.setattr(os, "fsync", full)
            shelf.open_story(path)
        with story:
            assert story.notes == [
                f"Today's copy was not made: The disk is too full for “{backup_name(path)}”; "
                "nothing was written there."
            ]
            assert backups() == []

    def test_a_reader_makes_none(self, path: Path) -> None:
        with StoryFile.open(path), shelf.open_story(path) as reader:
            assert reader.read_only
            assert backups() == []

    def test_a_strangers_story_cannot_choose_the_folder(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as raw, raw:
            raw.execute("UPDATE story SET id = '../../..'")
        shelf.open_story(path).close()
        assert [p.parent for p in backups()] == [paths.backups_dir() / "story"]

    def test_a_story_that_is_read_wrongly_is_closed_again(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as raw, raw:
            raw.execute("ALTER TABLE chapter RENAME COLUMN title TO name")
        with pytest.raises(StoryFileError, match="damaged"):
            shelf.open_story(path)
        assert not path.with_name(path.name + ".lock").exists()


def backup_name(path: Path) -> str:
    return f"{path.stem}-{datetime.now().astimezone().date().isoformat()}.forge"
