"""import of other programs' files, and what of them lies beside the text: context, attachments."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Command
from tests.importing import samples


@pytest.fixture
def skerry(storyforge: Command, tmp_path: Path) -> Path:
    """A story imported from NovelAI."""
    (tmp_path / "light.story").write_bytes(samples.novelai())
    assert storyforge("import", "light.story", "-o", "skerry").status == 0
    return tmp_path / "skerry.forge"


def test_a_foreign_save_is_shown_and_imported(storyforge: Command, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(samples.koboldai())
    shown = storyforge("import", "one.json", "--preview")
    assert "memory, author's note, 1 entry of lore, 2 attachments" in shown.out
    assert "KoboldAI save" in shown.err
    assert "anotetemplate" in shown.err
    assert "savedsettings" in shown.err
    assert list(tmp_path.glob("*.forge")) == []
    made = storyforge("import", "one.json")
    assert made.status == 0
    story = storyforge("show", "one.forge")
    assert "Beside the text: memory, author's note" in story.out


def test_a_preview_is_told_to_programs(storyforge: Command, tmp_path: Path) -> None:
    (tmp_path / "light.story").write_bytes(samples.novelai())
    told = storyforge("import", "light.story", "--preview", "--json").json
    assert told["path"] is None
    assert (told["title"], told["memory"]) == ("The Light", "Skerry Point, 1893.")
    assert [kept["name"] for kept in told["attachments"]] == ["light.story"]
    assert told["lore"][0]["keys"] == ["mara", "/keep(er)?/i"]
    assert [scene["words"] for scene in told["chapters"][0]["scenes"]] == [6, 3]
    made = storyforge("import", "light.story", "--json").json
    assert Path(made["path"]).exists()


def test_an_untitled_front_part_is_not_called_chapter_1(
    storyforge: Command, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("Before.\n\n# Oil\n\nOne.\n\n# Fog\n\nTwo.\n")
    shown = storyforge("import", "a.md", "--preview")
    assert "(before the first chapter)" in shown.out
    assert "Chapter 1" not in shown.out
    (tmp_path / "b.txt").write_text("Only words.")
    assert "Chapter 1" in storyforge("import", "b.txt", "--preview").out


def test_the_context_is_shown_as_text_and_as_json(storyforge: Command, skerry: Path) -> None:
    shown = storyforge("context", skerry).out
    assert "Memory\n  Skerry Point, 1893.\n" in shown
    assert "Author's note\n  slow\n" in shown
    assert "Mara · always · people · off\n    Mara is forty." in shown
    told = storyforge("context", skerry, "--json").json
    assert told["texts"] == {"author_note": "slow", "memory": "Skerry Point, 1893."}
    kept = told["lore"][0]["extra"]["novelai"]["contextConfig"]
    assert kept == {"prefix": "", "tokenBudget": 2048}


def test_a_story_without_context_says_so(storyforge: Command, light: Path) -> None:
    assert "Nothing yet" in storyforge("context", light).out
    assert "No attachments" in storyforge("attachments", light).out
    assert storyforge("attachments", light, "--json").json == []


def test_an_attachment_comes_out_to_the_byte(
    storyforge: Command, skerry: Path, tmp_path: Path
) -> None:
    assert "light.story" in storyforge("attachments", skerry).out
    saved = storyforge("attachments", skerry, "save", "light.story", "-o", "back.story")
    assert saved.status == 0
    assert (tmp_path / "back.story").read_bytes() == samples.novelai()
    again = storyforge("attachments", skerry, "save", "1", "-o", "back.story")
    assert again.status == 1
    assert "--force" in again.err
    told = storyforge("attachments", skerry, "save", "1", "-o", "back.story", "--force", "--json")
    assert told.json["name"] == "light.story"


def test_an_attachment_never_leaves_the_folder_by_its_name(
    storyforge: Command, tmp_path: Path
) -> None:
    from storyforge.store.story_file import StoryFile

    with StoryFile.create(tmp_path / "a.forge", title="A") as story:
        for name in ("../../climbed.txt", "..", "C:\\x\\windows.txt"):
            story.attachments.add(name, "text/plain", "test", b"x")
    (tmp_path / "here").mkdir()
    for number in (1, 2, 3):
        storyforge("attachments", "a.forge", "save", number, "-o", "here")
    names = {path.name for path in (tmp_path / "here").iterdir()}
    assert names == {"climbed.txt", "attachment", "windows.txt"}


@pytest.mark.parametrize("wish", [["save"], ["save", "nix"], ["list", "x"], ["drop", "1"]])
def test_a_wish_that_makes_no_sense_is_explained(
    storyforge: Command, skerry: Path, wish: list[str]
) -> None:
    answer = storyforge("attachments", skerry, *wish)
    assert answer.status == 1
    assert answer.err.startswith("storyforge: ")


def test_a_broken_save_is_refused_with_the_place(storyforge: Command, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"gamestarted": true,\n "prompt": }')
    answer = storyforge("import", "a.json")
    assert answer.status == 1
    assert "“a.json” is broken at line 2, column 12" in answer.err
    assert list(tmp_path.glob("*.forge")) == []


def test_help_speaks_no_python(storyforge: Command) -> None:
    told = storyforge("import", "--help").out
    assert "SOURCE" in told
    assert "list[" not in told


def test_a_preview_is_json_whatever_stands_in_the_file(storyforge: Command, tmp_path: Path) -> None:
    value = samples.koboldai_value() | {"memory": "a\ud800\x1b[31mb", "odd\x9b": 1}
    (tmp_path / "a.json").write_text(json.dumps(value))
    answer = storyforge("import", "a.json", "--json")
    assert answer.json["memory"] == "a[31mb"
    assert "\x9b" not in answer.out
