"""The export dialog: format, place and wishes; what is written, and what is left alone."""

import io
import threading
import zipfile
from pathlib import Path

import docx
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, ProgressBar, Static, TextArea

from storyforge.export.settings import ExportSettings
from storyforge.store.story_file import StoryFile
from storyforge.studio import exporting as studio
from storyforge.tui import course
from storyforge.tui.dialogs.base import AskText, Choose
from storyforge.tui.dialogs.exporting import AskExport
from storyforge.tui.dialogs.lines import AskLines
from storyforge.tui.dialogs.ticking import Tick
from storyforge.tui.dialogs.waiting import Waiting
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import answer, asked, at_desk, notices, texts, until, write_story


async def asked_for_export(pilot: Pilot[None], desk: DeskScreen) -> AskExport:
    desk.house.do("export")
    await until(pilot, lambda: asked(desk.house, AskExport), "the form")
    form = desk.house.screen
    assert isinstance(form, AskExport)
    return form


def rows(form: AskExport) -> RowList:
    return form.query_one(RowList)


def shown(form: AskExport, row: str) -> str:
    return next((one.note for one in rows(form).rows if one.id == row), "absent")


async def change(pilot: Pilot[None], form: AskExport, row: str) -> None:
    """Press Enter on a row of the form."""
    rows(form).focus()
    rows(form).mark(row)
    await pilot.press("enter")


async def choose(pilot: Pilot[None], form: AskExport, row: str, choice: str) -> None:
    """Take one of a row's choices."""
    await change(pilot, form, row)
    await until(pilot, lambda: asked(pilot.app, Choose), f"choices of {row}")  # type: ignore[arg-type]
    listed = pilot.app.screen.query_one(RowList)
    listed.mark(choice)
    await pilot.press("enter")
    await until(pilot, lambda: asked(pilot.app, AskExport), "the form again")  # type: ignore[arg-type]


async def go(pilot: Pilot[None], form: AskExport, path: Path | None = None) -> None:
    if path is not None:
        form.query_one(Input).value = str(path)
    await change(pilot, form, "go")


async def test_enter_writes_markdown_beside_the_story(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        form = await asked_for_export(pilot, desk)
        assert form.query_one(Input).value == str(tmp_path / "skerry.md")
        await pilot.press("enter")
        await until(pilot, lambda: "skerry.md" in notices(desk.house), "written")
    assert "# The Keeper" in (tmp_path / "skerry.md").read_text("utf-8")


async def test_nothing_is_written_over_without_a_yes(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    out = tmp_path / "draft.md"
    out.write_text("mine")
    async with at_desk(path) as (pilot, desk):
        await go(pilot, await asked_for_export(pilot, desk), out)
        await until(pilot, lambda: asked(desk.house, Choose), "the question")
        await pilot.press("enter")
        await until(pilot, lambda: not asked(desk.house), "left")
        assert out.read_text() == "mine"
        form = await asked_for_export(pilot, desk)
        assert form.query_one(Input).value == str(out)  # where it went last
        await pilot.press("enter")
        await until(pilot, lambda: asked(desk.house, Choose), "the question again")
        await pilot.press("down", "enter")
        await until(pilot, lambda: "draft.md" in notices(desk.house), "written")
    assert "title: Skerry Point" in out.read_text("utf-8")


async def test_a_manuscript_with_its_wishes_is_remembered_with_the_story(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        form = await asked_for_export(pilot, desk)
        await choose(pilot, form, "format", "docx")
        assert form.query_one(Input).value == str(tmp_path / "skerry.docx")
        await choose(pilot, form, "layout", "classic")
        await change(pilot, form, "heading")
        await until(pilot, lambda: asked(desk.house, AskText), "the heading")
        await answer(pilot, "Chapter {number}: {title}")
        await until(pilot, lambda: shown(form, "heading").startswith("Chapter {n"), "taken")
        await change(pilot, form, "contact")
        await until(pilot, lambda: asked(desk.house, AskLines), "the address")
        desk.house.screen.query_one(TextArea).text = "Ana Moreau\n12 Way"
        await pilot.press("tab", "enter")
        await until(pilot, lambda: shown(form, "contact") == "Ana Moreau", "taken")
        await go(pilot, form)
        await until(pilot, lambda: "skerry.docx" in notices(desk.house), "written")
        again = await asked_for_export(pilot, desk)
        assert shown(again, "layout") == "a manuscript (Courier, underlined)"
        await pilot.press("escape")
    texts_of = [one.text for one in docx.Document(str(tmp_path / "skerry.docx")).paragraphs]
    assert texts_of[1] == "12 Way"
    assert "Chapter 1: The Keeper" in texts_of
    with StoryFile.open(path) as story:
        assert studio.settings_of(story).contact == "Ana Moreau\n12 Way"


async def test_escape_writes_and_remembers_nothing(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        form = await asked_for_export(pilot, desk)
        await choose(pilot, form, "format", "epub")
        await pilot.press("escape")
        await until(pilot, lambda: not asked(desk.house), "closed")
        assert desk.story is not None
        assert desk.story.recall("export") == ""
    assert not (tmp_path / "skerry.epub").exists()


async def test_some_chapters_are_ticked(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        form = await asked_for_export(pilot, desk)
        await choose(pilot, form, "format", "text")
        assert shown(form, "chapters") == "all"
        await change(pilot, form, "chapters")
        await until(pilot, lambda: asked(desk.house, Tick), "the chapters")
        assert "✓" in {one.mark for one in desk.house.screen.query_one(RowList).rows}
        await pilot.press("down", "down", "enter", "home", "enter")
        await until(pilot, lambda: shown(form, "chapters") == "1 chapter", "one is left")
        await go(pilot, form)
        await until(pilot, lambda: "skerry.txt" in notices(desk.house), "written")
    assert "The Keeper" in (tmp_path / "skerry.txt").read_text("utf-8")
    assert "The Boat" not in (tmp_path / "skerry.txt").read_text("utf-8")


async def test_only_japanese_is_asked_about_columns(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        form = await asked_for_export(pilot, desk)
        await choose(pilot, form, "format", "epub")
        assert shown(form, "vertical") == "absent"
        assert shown(form, "cover") == "–"
        assert shown(form, "layout") == "absent"


async def test_a_japanese_book_in_columns_and_texts_for_a_site(tmp_path: Path) -> None:
    path = write_story(tmp_path / "akari.forge", "　灯台《とうだい》。", language="ja")
    async with at_desk(path) as (pilot, desk):
        form = await asked_for_export(pilot, desk)
        await choose(pilot, form, "format", "epub")
        await change(pilot, form, "vertical")
        await until(pilot, lambda: shown(form, "vertical") == "yes", "switched")
        await go(pilot, form)
        await until(pilot, lambda: "akari.epub" in notices(desk.house), "written")
        form = await asked_for_export(pilot, desk)
        await choose(pilot, form, "format", "text")
        await choose(pilot, form, "site", "narou")
        assert form.query_one(Input).value == str(tmp_path / "akari narou")
        await go(pilot, form)
        await until(pilot, lambda: "akari narou" in notices(desk.house), "written")
    archive = zipfile.ZipFile(io.BytesIO((tmp_path / "akari.epub").read_bytes()))
    assert b"vertical-rl" in archive.read("EPUB/style.css")
    assert len(list((tmp_path / "akari narou").iterdir())) == 1


async def test_a_place_is_needed(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        form = await asked_for_export(pilot, desk)
        form.query_one(Input).value = " "
        await change(pilot, form, "go")
        note = form.query_one("#note", Static)
        await until(pilot, lambda: "Say where" in str(note.render()), "told")
        assert desk.house.screen is form


async def test_a_bad_cover_is_told_and_nothing_written(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        form = await asked_for_export(pilot, desk)
        await choose(pilot, form, "format", "epub")
        await change(pilot, form, "cover")
        await until(pilot, lambda: asked(desk.house, AskText), "the cover")
        await answer(pilot, "nix.png")
        await until(pilot, lambda: shown(form, "cover").startswith("/"), "taken, from the root on")
        await go(pilot, form)
        await until(pilot, lambda: "cannot be used" in notices(desk.house), "told")
        assert not (tmp_path / "skerry.epub").exists()


async def test_a_newer_versions_format_falls_back(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        studio.keep_settings(story, ExportSettings(format="scroll"))
    async with at_desk(path) as (pilot, desk):
        form = await asked_for_export(pilot, desk)
        assert "Markdown" in texts(rows(form).rows)


async def test_a_long_export_is_counted_and_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    stopped = threading.Event()
    write = studio.export_story

    def slowly(*arguments: object, progress: object = None, **more: object) -> Path:
        assert callable(progress)
        progress(3, 90)
        assert stopped.wait(30)
        progress(4, 90)
        return write(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(course, "_PATIENCE", 0.0)
    monkeypatch.setattr(studio, "export_story", slowly)
    async with at_desk(path) as (pilot, desk):
        await asked_for_export(pilot, desk)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(desk.house.screen, Waiting), "told")
        waiting = desk.house.screen
        bar = waiting.query_one(ProgressBar)
        await until(pilot, lambda: bar.progress == 3, "the third chapter")
        assert bar.total == 90
        await pilot.press("escape")
        said = waiting.query_one(".said", Static)
        await until(pilot, lambda: "Stopping" in str(said.render()), "heard")
        stopped.set()
        await until(pilot, lambda: "nothing was written" in notices(desk.house), "stopped")
        await until(pilot, lambda: desk.house.screen is desk, "closed")
    assert not (tmp_path / "skerry.md").exists()


async def test_on_a_low_screen_the_last_wish_can_be_reached(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, size=(80, 24)) as (pilot, desk):
        form = await asked_for_export(pilot, desk)
        await choose(pilot, form, "format", "docx")
        await pilot.press("end")
        listed = rows(form)
        await until(pilot, lambda: listed.row is not None and listed.row.id == "about", "the end")
        await until(pilot, lambda: listed.region.bottom < desk.house.size.height, "all in sight")
        await until(
            pilot, lambda: listed.scroll_offset.y + listed.size.height >= len(listed.rows), "seen"
        )
