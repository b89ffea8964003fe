"""`storyforge export` in its formats; Markdown and --copy stand in test_story."""

import io
import sys
import zipfile
from pathlib import Path

import docx
import pytest

from storyforge.cli import export
from storyforge.export.settings import ExportSettings
from storyforge.store.story_file import StoryFile
from storyforge.studio.exporting import keep_settings
from tests.cli.command import Command, finished
from tests.export.stories import png


@pytest.fixture
def akari(light: Path) -> Path:
    """The same story, said to be Japanese."""
    with StoryFile.open(light) as story:
        story.rename(language="ja")
    return light


@pytest.mark.parametrize(
    ("form", "ending"),
    [("docx", "docx"), ("odt", "odt"), ("epub", "epub"), ("html", "html"), ("text", "txt")],
)
def test_each_format_goes_beside_the_story(
    storyforge: Command, light: Path, form: str, ending: str
) -> None:
    out = light.with_suffix(f".{ending}")
    assert storyforge("export", light, "--format", form).out == f"Wrote {out}\n"
    first = out.read_bytes()
    refused = storyforge("export", light, "-f", form)
    assert (refused.status, out.read_bytes()) == (1, first)
    assert "there already" in refused.err
    assert storyforge("export", light, "-f", form, "--force").status == 0


def test_a_site_is_a_folder_of_texts(storyforge: Command, akari: Path) -> None:
    answer = storyforge("export", akari, "--site", "kakuyomu")
    folder = akari.with_name("light kakuyomu")
    assert answer.out == f"Wrote {folder}\n"
    assert len(list(folder.glob("*.txt"))) == 2
    assert storyforge("export", akari, "-f", "text", "-o", "one.txt").status == 0
    assert "The boat came in" in Path("one.txt").read_text("utf-8")


def test_a_book_in_columns_with_a_cover(storyforge: Command, akari: Path) -> None:
    Path("cover.png").write_bytes(png())
    answer = storyforge("export", akari, "-f", "epub", "--vertical", "--cover", "cover.png")
    assert answer.status == 0, answer.err
    archive = zipfile.ZipFile(akari.with_suffix(".epub"))
    assert "EPUB/cover.png" in archive.namelist()
    assert b"vertical-rl" in archive.read("EPUB/style.css")


def test_wishes_kept_with_the_story_hold_and_one_is_changed_for_once(
    storyforge: Command, light: Path
) -> None:
    with StoryFile.open(light) as story:
        keep_settings(story, ExportSettings(heading="{number}. {title}", layout="classic"))
    set_for_once = ("--set", "numerals=roman", "--set", r"contact=Ana\n12 Way")
    assert storyforge("export", light, "-f", "docx", *set_for_once).status == 0
    texts = [one.text for one in docx.Document(str(light.with_suffix(".docx"))).paragraphs]
    assert texts[1] == "12 Way"
    assert "II. The Boat" in texts
    with StoryFile.open(light) as story:
        assert "roman" not in story.recall("export")


def test_some_chapters_only(storyforge: Command, light: Path) -> None:
    assert storyforge("export", light, "-f", "text", "--chapters", "2").status == 0
    text = light.with_suffix(".txt").read_text("utf-8")
    assert "The Boat" in text
    assert "The Keeper" not in text
    both = storyforge("export", light, "-f", "text", "--chapters", "1-2", "--force")
    assert both.status == 0
    assert "The Keeper" in light.with_suffix(".txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("-f", "pdf"), "docx"),
        (("-f", "text", "--site", "pixiv"), "narou"),
        (("-f", "epub", "--site", "narou"), "--format text only"),
        (("-f", "docx", "--cover", "x.png"), "--format epub only"),
        (("--chapters", "1"), "the whole story"),
        (("-f", "text", "--chapters", "one"), "write 1,3-5"),
        (("-f", "text", "--set", "colour=red"), "names are"),
        (("-f", "text", "--set", "heading"), "names are"),
        (("-f", "docx", "--set", "layout=odd"), "no value for layout"),
    ],
)
def test_wrong_use_is_told(
    storyforge: Command, light: Path, wrong: tuple[str, ...], said: str
) -> None:
    answer = storyforge("export", light, *wrong)
    assert answer.status == 2
    assert said in " ".join(answer.err.split())
    assert sorted(one.name for one in light.parent.iterdir()) == ["light.forge"]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (("-f", "epub", "--vertical"), "Only Japanese and Chinese"),
        (("-f", "epub", "--cover", "nix.png"), "“nix.png” cannot be used"),
        (("-f", "text", "--chapters", "2-9"), "chapters 1 to 2"),
    ],
)
def test_what_cannot_be_done_leaves_nothing(
    storyforge: Command, light: Path, wish: tuple[str, ...], said: str
) -> None:
    answer = storyforge("export", light, *wish)
    assert answer.status == 1
    assert said in answer.err
    assert sorted(one.name for one in light.parent.iterdir()) == ["light.forge"]


def test_a_book_streams_to_stdout(light: Path, tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out:
        assert finished("export", light, "-f", "epub", "-o", "-", stdout=out).status == 0
    assert zipfile.ZipFile(tmp_path / "out").testzip() is None


def test_a_long_export_is_counted_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with export._Counter() as counter:
        counter.tell(1, 90)
        assert terminal.getvalue() == ""
        monkeypatch.setattr(export, "_PATIENCE", 0.0)
        counter.tell(40, 90)
    assert "Chapter 40 of 90 …" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
