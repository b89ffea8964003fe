"""export --split scene and import --into: a folder for git and the way back."""

from pathlib import Path

import pytest

from tests.cli.command import Command
from tests.studio.copies import change, make, texts, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make(tmp_path / "light.forge")


@pytest.fixture
def folder(storyforge: Command, path: Path, tmp_path: Path) -> Path:
    assert storyforge("export", path, "--split", "scene", "-o", tmp_path / "repo").status == 0
    return tmp_path / "repo"


def edit(folder: Path, title: str) -> None:
    file = next(p for p in folder.glob("*.md") if f"title: {title}\n" in p.read_text())
    file.write_text(file.read_text().replace("Second.", "Second, in an editor."))


def test_there_and_back(storyforge: Command, path: Path, folder: Path) -> None:
    again = storyforge("export", path, "--split", "scene", "-o", folder)
    assert again.status == 0
    assert "Nothing has changed" in again.out
    edit(folder, "Oil")
    answer = storyforge("import", folder, "--into", path)
    assert answer.status == 0, answer.err
    assert "taken from the folder" in answer.out
    assert "in an editor" in texts(path)["The Keeper/Oil"]
    assert "holds nothing that" in storyforge("import", folder, "--into", path).out


def test_a_changed_file_is_not_written_over(storyforge: Command, path: Path, folder: Path) -> None:
    edit(folder, "Oil")
    change(path, write("Oil", "Oil, in the story."))
    answer = storyforge("export", path, "--split", "scene", "-o", folder)
    assert answer.status == 1
    assert "not written over" in answer.out
    assert "--into" in answer.err
    told = storyforge("import", folder, "--into", path, "--json").json
    assert [one["change"] for one in told["changes"]] == ["conflict"]
    assert storyforge("export", path, "--split", "scene", "-o", folder).status == 0


def test_scenes_whose_files_are_gone_stay_until_there_is_a_yes(
    storyforge: Command, path: Path, folder: Path
) -> None:
    next(folder.glob("*-log-*")).unlink()
    answer = storyforge("import", folder, "--into", path)
    assert "--remove" in answer.err
    assert "The Keeper/Log" in texts(path)
    storyforge("import", folder, "--into", path, "--remove")
    assert "The Keeper/Log" not in texts(path)


def test_a_folder_makes_a_story(
    storyforge: Command, path: Path, folder: Path, tmp_path: Path
) -> None:
    answer = storyforge("import", folder, "-o", tmp_path / "again.forge")
    assert answer.status == 0, answer.err
    assert texts(tmp_path / "again.forge") == texts(path)
    other = storyforge("import", folder, "--into", tmp_path / "third")
    assert other.status == 0, other.err
    assert texts(tmp_path / "third.forge") == texts(path)


def test_wrong_use_is_said(storyforge: Command, path: Path, folder: Path, tmp_path: Path) -> None:
    assert storyforge("export", path, "--split", "chapter").status == 2
    assert storyforge("export", path, "--split", "scene", "-f", "epub").status == 2
    assert storyforge("import", folder, folder, "--into", path).status == 2
    wrong = storyforge("import", tmp_path, "--into", path)
    assert wrong.status == 1
    assert "not a folder that storyforge wrote" in wrong.err
