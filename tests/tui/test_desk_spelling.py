"""Spelling on the page, with the dictionary that came along."""

from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from storyforge.domain.lore import LoreEntry
from storyforge.store.story_file import StoryFile
from storyforge.studio import dictionaries
from storyforge.tui.desk.spelling import Spelling
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.painting import Ink
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import asked, at_desk, notices, stored, type_text, until, write_story

TEXT = "Mara recieved the lantern.\nShe wnet down, and Skerry shone."


def spelling_of(desk: DeskScreen) -> Spelling:
    return next(area for area in desk.hearing if isinstance(area, Spelling))


def underlined(desk: DeskScreen) -> list[str]:
    """The words that are drawn as misspelled, row by row."""
    page = desk.manuscript
    found = []
    for row in range(page.page_wrap.height):
        line, start, end = page.page_wrap.at_row(row)
        whole = page.document.get_line(line)
        for mark in page._marks(line, start, end, whole):
            if mark.ink is Ink.MISSPELLED:
                found.append(whole[start + mark.start : start + mark.end])
    return found


def is_selected(desk: DeskScreen, word: str) -> bool:
    return desk.manuscript.selected_text == word


async def switched_on(pilot: Pilot[None], desk: DeskScreen) -> None:
    desk.action_do("spelling")
    await until(pilot, lambda: spelling_of(desk).on, "spelling is on")


@pytest.fixture(autouse=True)
def only_what_came_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    monkeypatch.setattr(dictionaries, "_office_folders", lambda home: iter(()))
    monkeypatch.setenv("LANG", "C.UTF-8")


async def test_misspelled_words_in_sight_are_underlined(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge", TEXT)) as (pilot, desk):
        assert underlined(desk) == []
        await switched_on(pilot, desk)
        await until(pilot, lambda: underlined(desk) == ["recieved", "wnet", "Skerry"])
        await until(pilot, lambda: desk.house.settings and desk.house.settings.spelling)
        desk.action_do("spelling")
        await until(pilot, lambda: not spelling_of(desk).on)
        assert underlined(desk) == []


async def test_the_word_that_is_being_written_is_not_wrong_yet(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge", "")) as (pilot, desk):
        await switched_on(pilot, desk)
        await type_text(pilot, "wrnog lihgt")
        await until(pilot, lambda: underlined(desk) == ["wrnog"])
        await type_text(pilot, " ")
        await until(pilot, lambda: underlined(desk) == ["wrnog", "lihgt"])


async def test_a_suggestion_takes_the_words_place_as_one_step(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    async with at_desk(path) as (pilot, desk):
        desk.manuscript.move_cursor((0, 8))
        await pilot.press("f9")
        await until(pilot, lambda: asked(desk.house, Choose), "suggestions")
        assert "received" in [row.text for row in desk.house.screen.query_one(RowList).rows]
        await pilot.press("enter")
        await until(pilot, lambda: desk.manuscript.text.startswith("Mara received the"))
        assert desk.manuscript.selection.end == (0, 13)
        await until(pilot, lambda: "received" in stored(path), "saved")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT)


async def test_the_authors_words_are_kept_with_the_story(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    async with at_desk(path) as (pilot, desk):
        await switched_on(pilot, desk)
        desk.manuscript.move_cursor((1, 20))
        await pilot.press("f9")
        await until(pilot, lambda: asked(desk.house, Choose), "suggestions")
        await pilot.press("end", "up", "enter")
        await until(pilot, lambda: underlined(desk) == ["recieved", "wnet"])
    with StoryFile.open(path) as story:
        assert story.words.all() == {"Skerry"}
    async with at_desk(path) as (pilot, desk):
        await until(pilot, lambda: underlined(desk) == ["recieved", "wnet"])
        desk.action_do("own_words")
        await until(pilot, lambda: asked(desk.house, Choose), "the words")
        await pilot.press("enter")
        await until(pilot, lambda: underlined(desk) == ["recieved", "wnet", "Skerry"])


async def test_an_ignored_word_is_left_alone_for_now(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge", TEXT)) as (pilot, desk):
        await switched_on(pilot, desk)
        desk.manuscript.move_cursor((1, 6))
        await pilot.press("f9")
        await until(pilot, lambda: asked(desk.house, Choose), "suggestions")
        await pilot.press("end", "enter")
        await until(pilot, lambda: underlined(desk) == ["recieved", "Skerry"])
        assert desk.story is not None
        assert not desk.story.words.all()


async def test_the_next_wrong_word_goes_round_the_scene(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge", TEXT)) as (pilot, desk):
        await switched_on(pilot, desk)
        desk.manuscript.move_cursor((0, 0))
        for word in ("recieved", "wnet", "Skerry", "recieved"):
            await pilot.press("shift+f9")
            await until(pilot, partial(is_selected, desk, word), word)


async def test_a_scene_without_faults_says_so(tmp_path: Path) -> None:
    async with at_desk(write_story(tmp_path / "a.forge", "She went down.")) as (pilot, desk):
        await pilot.press("f9")
        await until(pilot, lambda: "is in the dictionary" in notices(desk.house))


async def test_japanese_has_no_spelling_and_says_so(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", "灯台。", language="ja")
    async with at_desk(path) as (pilot, desk):
        desk.action_do("spelling")
        await until(pilot, lambda: "Japanese is not checked" in notices(desk.house))
        assert not spelling_of(desk).on


async def test_a_dictionary_that_fails_leaves_the_page_alone(tmp_path: Path) -> None:
    folder = dictionaries.dictionaries_dir()
    folder.mkdir(parents=True)
    (folder / "de_DE.aff").write_bytes(b"SET NOTHING\n")
    (folder / "de_DE.dic").mkdir()
    path = write_story(tmp_path / "a.forge", "Das Haus.", language="de")
    async with at_desk(path) as (pilot, desk):
        desk.action_do("spelling")
        await until(pilot, lambda: "cannot be used" in notices(desk.house))
        await until(pilot, lambda: not spelling_of(desk).on)
        await type_text(pilot, "Ja")
        await until(pilot, lambda: desk.manuscript.text == "Das Haus.Ja")


async def test_the_names_of_the_book_of_lore_are_known(tmp_path: Path) -> None:
    path = write_story(tmp_path / "a.forge", TEXT)
    with StoryFile.open(path) as story:
        story.context.set_lore([LoreEntry("1", "The Skerry", keys=("Wnet",))])
    async with at_desk(path) as (pilot, desk):
        await switched_on(pilot, desk)
        await until(pilot, lambda: underlined(desk) == ["recieved", "wnet"])


async def test_another_language_of_the_story_takes_another_dictionary(tmp_path: Path) -> None:
    folder = dictionaries.dictionaries_dir()
    folder.mkdir(parents=True)
    (folder / "de_DE.aff").write_text("SET UTF-8\n")
    (folder / "de_DE.dic").write_text("2\nMara\nlantern\n")
    async with at_desk(write_story(tmp_path / "a.forge", "Mara the lantern")) as (pilot, desk):
        await switched_on(pilot, desk)
        assert desk.story is not None
        desk.story.rename(language="de")
        await desk.saving.recount()
        await until(pilot, lambda: underlined(desk) == ["the"])
        assert spelling_of(desk).tag == "de_DE"
        desk.story.rename(language="ja")
        await desk.saving.recount()
        await until(pilot, lambda: "Japanese is not checked" in notices(desk.house), "said")
        assert not spelling_of(desk).on
