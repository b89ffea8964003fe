"""prompts: listed, shown, edited, checked, and back again."""

import os
import sys
from pathlib import Path

import pytest

from storyforge import paths
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command


@pytest.fixture
def light(tmp_path: Path) -> Path:
    path = tmp_path / "light.forge"
    with StoryFile.create(path, title="The Light") as story:
        story.plan.put(PREMISE_ID, {"idea": "{{ 7 * 7 }} lanterns", "tone": "grim"})
    return path


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor that puts the text of a file in the place of what it is given."""
    script, typed = tmp_path / "editor.py", tmp_path / "typed.txt"
    script.write_text(
        "import pathlib, sys\n"
        f"pathlib.Path(sys.argv[1]).write_bytes(pathlib.Path({str(typed)!r}).read_bytes())\n"
    )
    monkeypatch.setenv("VISUAL", f'"{sys.executable}" "{script}"' if os.name == "nt" else "")
    if os.name != "nt":
        monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
    return typed


def test_templates_are_listed_with_whose_they_are(storyforge: Command, light: Path) -> None:
    lines = storyforge("prompts", "list", "--language", "en").out.splitlines()
    assert lines[1].split() == ["premise/propose", "en", "packaged"]
    told = storyforge("prompts", "list", "--story", light, "--json").json
    assert {each["whose"] for each in told} == {"packaged"}
    assert {each["language"] for each in told} >= {"en", "ja"}
    nowhere = storyforge("prompts", "list", "--language", "xx")
    assert (nowhere.status, "There are some in" in nowhere.err) == (1, True)


def test_a_template_is_shown_with_what_it_makes_of_a_story(
    storyforge: Command, light: Path
) -> None:
    shown = storyforge("prompts", "show", "premise/propose")
    assert shown.out == (paths.prompts_dir() / "en/premise/propose.md.j2").read_text("utf-8")
    made = storyforge("prompts", "show", "premise/propose", "--rendered", "--story", light)
    assert "> {{ 7 * 7 }} lanterns" in made.out
    assert "tokens" in made.err
    assert "Nothing differs" in storyforge("prompts", "show", "premise/propose", "--diff").out
    assert storyforge("prompts", "show", "premise/nothing").status == 1


def test_a_copy_is_changed_in_the_editor_used_and_put_away(
    storyforge: Command, editor: Path
) -> None:
    editor.write_text("{#- mine -#}\nMy own: {{ idea }}\n", "utf-8")
    answer = storyforge("prompts", "edit", "premise/propose")
    copy = paths.config_dir() / "prompts/en/premise/propose.md.j2"
    assert answer.status == 0
    assert str(copy) in answer.out
    assert copy.read_text("utf-8") == "{#- mine -#}\nMy own: {{ idea }}\n"
    assert "+My own: {{ idea }}" in storyforge("prompts", "show", "premise/propose", "--diff").out
    assert "as it was" in storyforge("prompts", "edit", "premise/propose").out
    back = storyforge("prompts", "back", "premise/propose")
    assert back.status == 0
    assert not copy.exists()
    (kept,) = (paths.config_dir() / "prompts-taken-back").rglob("*.j2")
    assert "My own" in kept.read_text("utf-8")
    assert storyforge("prompts", "back", "premise/propose").status == 1


def test_a_story_has_copies_of_its_own(storyforge: Command, light: Path, editor: Path) -> None:
    editor.write_text("Only here: {{ idea }}\n", "utf-8")
    assert storyforge("prompts", "edit", "premise/propose", "--story", light).status == 0
    made = storyforge("prompts", "show", "premise/propose", "--rendered", "--story", light)
    assert made.out == "Only here: {{ 7 * 7 }} lanterns\n"
    assert "Only here" not in storyforge("prompts", "show", "premise/propose").out
    assert storyforge("prompts", "back", "premise/propose", "--story", light).status == 0
    assert "Only here" not in storyforge("prompts", "show", "premise/propose", "--story", light).out


def test_what_is_wrong_is_said_with_its_line_and_kept(
    storyforge: Command, light: Path, editor: Path
) -> None:
    assert storyforge("prompts", "check").status == 0
    editor.write_text("One.\n{{ nothing }}\n", "utf-8")
    answer = storyforge("prompts", "edit", "premise/propose", "--story", light)
    assert answer.status == 1
    assert "propose.md.j2:2: “nothing”" in answer.err
    checked = storyforge("prompts", "check", light)
    assert checked.status == 1
    assert checked.out.splitlines()[0].startswith("en/premise/propose.md.j2:2: ")
    (flaw,) = storyforge("prompts", "check", light, "--json").json
    assert flaw["line"] == 2
    listed = storyforge("prompts", "list", "--story", light, "--language", "en").out
    assert "!  premise/propose" in listed
