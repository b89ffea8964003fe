"""Readings and dots on their way in and out again."""

from pathlib import Path

import pytest

from storyforge.store.story_file import StoryFile
from tests.cli.command import Command

LINES = (
    "\u3000｜小さな灯《ともしび》と|海《うみ》、灯台《とうだい》。",
    "「《《だけ》》か」",
    "\u3000魔法｜《火》、《聖剣》。",
)


def scene_text(path: Path) -> str:
    with StoryFile.open(path) as story:
        return story.scenes.text(story.outline().scenes[0].id)


@pytest.mark.parametrize(
    ("name", "between"), [("kaze.txt", "\n"), ("kaze.md", "\n\n"), ("kaze.sjis.txt", "\n")]
)
def test_readings_and_dots_come_in_and_go_round_unchanged(
    storyforge: Command, tmp_path: Path, name: str, between: str
) -> None:
    encoding = "cp932" if "sjis" in name else "utf-8"
    (tmp_path / name).write_bytes((between.join(LINES) + "\n").encode(encoding))
    assert storyforge("import", name, "-o", "a.forge", "--language", "ja").status == 0
    assert scene_text(tmp_path / "a.forge").split(between) == list(LINES)
    assert storyforge("export", "a.forge", "-o", "a.md").status == 0
    written = (tmp_path / "a.md").read_text("utf-8")
    assert all(line in written for line in LINES)
    assert storyforge("import", "a.md", "-o", "b.forge").status == 0
    assert scene_text(tmp_path / "b.forge") == scene_text(tmp_path / "a.forge")


@pytest.mark.parametrize(
    ("site", "first", "second"),
    [
        (
            "narou",
            "\u3000｜小さな灯《ともしび》と｜海《うみ》、灯台《とうだい》。",
            "「｜だ《・》｜け《・》か」",
        ),
        (
            "kakuyomu",
            "\u3000｜小さな灯《ともしび》と｜海《うみ》、灯台《とうだい》。",
            "「《《だけ》》か」",
        ),
        (
            "plain",
            "\u3000小さな灯（ともしび）と海（うみ）、灯台（とうだい）。",
            "「だけか」",
        ),
    ],
)
def test_a_site_gets_its_own_spelling(
    storyforge: Command, tmp_path: Path, site: str, first: str, second: str
) -> None:
    (tmp_path / "kaze.txt").write_text("\n".join(LINES) + "\n", "utf-8")
    storyforge("import", "kaze.txt", "-o", "a.forge", "--language", "ja")
    answer = storyforge("export", "a.forge", "--format", "text", "--site", site, "-o", "out")
    assert answer.status == 0
    [file] = sorted((tmp_path / "out").iterdir())
    lines = file.read_text("utf-8").splitlines()
    assert first in lines
    assert second in lines
