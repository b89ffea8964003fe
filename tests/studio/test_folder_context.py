"""Memory, notes and lore in a folder for git: there, back, and changed on both sides."""

from collections.abc import Callable
from pathlib import Path

import pytest

from storyforge.domain.lore import LoreEntry
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from storyforge.studio.folder_reading import make_story, read_folder
from storyforge.studio.folder_report import Change
from storyforge.studio.folders import write_folder
from tests.studio.copies import change, copied, make

BOOK = (LoreEntry("a", "Mara", ("Mara", "マラ"), "She is forty."), LoreEntry("b", "Oil"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = make(tmp_path / "light.forge")
    change(path, lambda story: story.context.set_lore(BOOK))
    change(path, memory("Skerry Point, 1893."))
    return path


@pytest.fixture
def folder(path: Path, tmp_path: Path) -> Path:
    written(path, tmp_path / "repo")
    return tmp_path / "repo"


def memory(text: str) -> Callable[[StoryFile], object]:
    return lambda story: story.context.set_text("memory", text)


def written(path: Path, folder: Path) -> list[tuple[Change, str]]:
    with StoryFile.open(path) as story:
        return [(one.change, one.title) for one in write_folder(story, folder).told]


def read(path: Path, folder: Path) -> list[tuple[Change, str]]:
    with StoryFile.open(path) as story:
        return [(one.change, one.title) for one in read_folder(story, folder).told]


def known(path: Path) -> tuple[str, tuple[LoreEntry, ...], list[bytes]]:
    """Memory, lore, and what was kept aside."""
    with StoryFile.open(path) as story:
        aside = [story.attachments.read(one.id) for one in story.attachments.list()]
        return story.context.text("memory"), story.context.lore(), aside


def test_what_there_is_lies_beside_the_scenes_and_is_written_only_when_it_changed(
    path: Path, folder: Path
) -> None:
    assert sorted(one.name for one in (folder / "context").iterdir()) == ["lore.json", "memory.md"]
    assert (folder / "context" / "memory.md").read_text() == "Skerry Point, 1893.\n"
    assert written(path, folder) == []
    change(path, memory(""))
    change(path, lambda story: story.context.set_text("author_note", "slow"))
    assert written(path, folder) == [(Change.WRITTEN, "Memory"), (Change.WRITTEN, "Author's note")]
    assert (folder / "context" / "memory.md").read_text() == ""


def test_a_folder_makes_a_story_that_knows_the_same(
    path: Path, folder: Path, tmp_path: Path
) -> None:
    story, _report = make_story(folder, tmp_path / "again.forge")
    story.close()
    assert known(tmp_path / "again.forge") == known(path)
    assert written(tmp_path / "again.forge", folder) == []


def test_what_only_one_side_changed_goes_to_the_other(path: Path, folder: Path) -> None:
    lore, note = folder / "context" / "lore.json", folder / "context" / "note.md"
    lore.write_text(lore.read_text().replace("forty", "fifty"))
    note.write_bytes(b"slow\r\nand plain\r\n")
    assert written(path, folder) == [(Change.LEFT, "Author's note"), (Change.LEFT, "Lorebook")]
    assert read(path, folder) == [(Change.TAKEN, "Author's note"), (Change.TAKEN, "Lorebook")]
    assert known(path)[1][0].content == "She is fifty."
    with StoryFile.open(path) as story:
        assert story.context.text("author_note") == "slow\nand plain"
    assert read(path, folder) == []
    change(path, memory("Skerry Point, 1894."))
    assert read(path, folder) == []
    assert known(path)[0] == "Skerry Point, 1894."


def test_what_both_changed_stays_and_the_folder_s_is_kept_aside(path: Path, folder: Path) -> None:
    other = copied(path, "elsewhere")
    change(other, memory("Skerry Point, 1900."))
    assert written(other, folder) == [(Change.WRITTEN, "Memory")]
    change(path, memory("Skerry Point, 1894."))
    assert written(path, folder) == [(Change.LEFT, "Memory")]
    assert read(path, folder) == [(Change.CONFLICT, "Memory")]
    assert known(path) == ("Skerry Point, 1894.", BOOK, [b"Skerry Point, 1900.\n"])
    assert written(path, folder) == [(Change.WRITTEN, "Memory")]
    assert read(other, folder) == [(Change.TAKEN, "Memory")]


def test_files_that_are_gone_change_nothing_and_a_broken_one_takes_nothing(
    path: Path, folder: Path
) -> None:
    lore = folder / "context" / "lore.json"
    (folder / "context" / "memory.md").unlink()
    (folder / "context" / "note.md").write_text("slow")
    lore.write_text("{")
    before = known(path)
    with pytest.raises(BadInput, match=r"lore\.json"):
        read(path, folder)
    assert known(path) == before
    lore.unlink()
    assert read(path, folder) == [(Change.TAKEN, "Author's note")]
    assert known(path) == before
    lore.mkdir()
    with pytest.raises(BadInput, match=r"lore\.json"):
        read(path, folder)
