"""LoRAs are looked for, looked at and chosen; so are styles."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from storyforge.domain.picture.orders import Family
from storyforge.images import folders, loras
from storyforge.images.folders import FoundFile
from storyforge.images.styles import Style
from storyforge.tui.gallery import lora_rows
from storyforge.tui.gallery.lora_browser import Chosen, LoraBrowser
from storyforge.tui.gallery.lora_rows import Wish
from storyforge.tui.gallery.preview import Preview
from storyforge.tui.gallery.style_chooser import ChooseStyle
from storyforge.tui.graphics import Mode
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import RowList
from tests.images import weights
from tests.tui.house import until


class _House(App[None]):
    """An app that asks one dialog."""

    def __init__(self, dialog: Any) -> None:
        super().__init__()
        self.dialog = dialog
        self.answers: list[Any] = []

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.answers.append)


@pytest.fixture
def files(tmp_path: Path) -> tuple[FoundFile, ...]:
    told = {
        "ss_tag_frequency": json.dumps({"10_ink": {"1girl": 9, "hat": 4}}),
        "modelspec.trigger_phrase": "inkheroine, sumi-e",
    }
    where = tmp_path / "loras"
    ink = weights.write(where / "ink.safetensors", weights.lora(768), told)
    ink.with_suffix(".json").write_text('{"preferred weight": 0.7, "negative text": "photo"}')
    Image.new("RGB", (60, 90), "red").save(where / "ink.preview.png")
    weights.write(where / "film.safetensors", weights.lora(768))
    weights.write(where / "wide.safetensors", weights.lora(2048))
    (where / "torn.safetensors").write_bytes(b"\x09")
    return folders.find([where]).loras


def _browser(files: Sequence[FoundFile], family: Family | None, sent: list[str]) -> LoraBrowser:
    return LoraBrowser(files, family, Preview(Mode.NONE, (10, 20), sent.append))


def _names(browser: LoraBrowser) -> list[str]:
    return [row.id for row in browser.query_one("#names", RowList).rows]


async def _read(pilot: Pilot[None], browser: LoraBrowser, count: int) -> None:
    await until(pilot, lambda: len(browser._read) == count, "all heads read")
    await pilot.pause()


async def test_letters_find_one_and_enter_takes_it_with_its_words(
    files: tuple[FoundFile, ...],
) -> None:
    browser = _browser(files, Family.SD1, [])
    app = _House(browser)
    async with app.run_test(size=(120, 32)) as pilot:
        await _read(pilot, browser, 4)
        # What is for another base is not shown; what does not say may be for this one.
        assert _names(browser) == ["film", "ink", "torn"]
        await pilot.press("down")
        assert browser.lora is not None
        assert browser.lora.name == "ink"
        await pilot.press("up")
        assert browser.lora.name == "film"
        await pilot.press(*"heroine")
        assert _names(browser) == ["ink"]
        told = str(browser.query_one("#told", Prose).content)
        assert "SD 1.x · LoRA · rank 4" in told
        assert "best at 0.7" in told
        await pilot.press("enter")
        await until(pilot, lambda: app.answers, "an answer")
    (chosen,) = app.answers
    assert isinstance(chosen, Chosen)
    assert (chosen.lora.name, chosen.wish) == ("ink", Wish.PROMPT)
    assert chosen.words == ("inkheroine", "sumi-e")


def test_one_that_draws_in_few_steps_says_so(tmp_path: Path) -> None:
    path = weights.write(tmp_path / "sdxl_lightning_8step.safetensors", weights.lora(2048))
    told = lora_rows.told(loras.read(FoundFile(path.stem, path)))
    assert "draws in 8 steps (Lightning)" in told


async def test_words_are_ticked_and_it_can_be_for_a_character(
    files: tuple[FoundFile, ...],
) -> None:
    browser = _browser(files, None, [])
    app = _House(browser)
    async with app.run_test(size=(120, 32)) as pilot:
        await _read(pilot, browser, 4)
        assert _names(browser) == ["film", "ink", "torn", "wide"]
        await pilot.press(*"ink", "tab")
        more = browser.query_one("#more", RowList)
        assert more.has_focus
        assert [row.text for row in more.rows if row.mark == "✓"] == ["inkheroine", "sumi-e"]
        # The first word goes, a tag of the captions comes.
        await pilot.press("enter", "down", "down", "enter")
        assert [row.text for row in more.rows if row.mark == "✓"] == ["sumi-e", "1girl"]
        await pilot.press("f2")
        await until(pilot, lambda: app.answers, "an answer")
    (chosen,) = app.answers
    assert (chosen.wish, chosen.words) == (Wish.CHARACTER, ("sumi-e", "1girl"))


async def test_other_bases_are_shown_on_wish_and_a_broken_one_is_not_taken(
    files: tuple[FoundFile, ...],
) -> None:
    browser = _browser(files, Family.SDXL, [])
    app = _House(browser)
    async with app.run_test(size=(80, 24)) as pilot:
        await _read(pilot, browser, 4)
        assert _names(browser) == ["torn", "wide"]
        assert "is not whole" in str(browser.query_one("#told", Prose).content)
        await pilot.press("enter")
        assert not app.answers
        await pilot.press("f4")
        assert _names(browser) == ["film", "ink", "torn", "wide"]
        await pilot.press(*"nobody")
        assert _names(browser) == [""]
        await pilot.press("escape")
        assert app.answers == [None]


async def test_its_picture_is_shown_and_let_go_in_kittys_terminal(
    files: tuple[FoundFile, ...],
) -> None:
    sent: list[str] = []
    browser = LoraBrowser(files, None, Preview(Mode.KITTY, (10, 20), sent.append))
    app = _House(browser)
    async with app.run_test(size=(120, 32)) as pilot:
        await _read(pilot, browser, 4)
        await pilot.press(*"ink")
        await until(pilot, lambda: sent, "the picture sent")
        assert "\x1b_Gi=" in sent[0]
        await pilot.press("escape")
        await until(pilot, lambda: len(sent) > 1, "the picture let go")
        assert "a=d" in sent[-1]


async def test_a_preview_that_is_no_picture_costs_only_itself(
    files: tuple[FoundFile, ...],
) -> None:
    ink = next(each for each in files if each.name == "ink")
    ink.path.with_name("ink.preview.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    sent: list[str] = []
    browser = LoraBrowser([ink], None, Preview(Mode.KITTY, (10, 20), sent.append))
    app = _House(browser)
    async with app.run_test(size=(120, 32)) as pilot:
        await _read(pilot, browser, 1)
        await until(pilot, lambda: all(each.is_finished for each in app.workers), "it was tried")
        assert not sent
        await pilot.press("enter")
        await until(pilot, lambda: app.answers, "an answer")


async def test_without_loras_it_is_said() -> None:
    app = _House(_browser([], None, []))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = app.screen.query_one("#names", RowList).rows
        assert [row.text for row in rows] == ["No LoRA was found."]
        await pilot.press("enter", "escape")
        assert app.answers == [None]


async def test_a_style_is_chosen_by_letters() -> None:
    styles = [Style("- paper -"), Style("Ink", "{prompt}, ink", "photo"), Style("Film", "35mm")]
    app = _House(ChooseStyle(styles))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        chooser = app.screen
        assert isinstance(chooser, ChooseStyle)
        assert str(chooser.query_one(Prose).content) == "{prompt}, ink\nnot: photo"
        await pilot.press("down")
        assert chooser.style_marked == styles[2]
        chooser.query_one(Input).value = "nobody"
        await pilot.pause()
        await pilot.press("enter")
        assert not app.answers
        chooser.query_one(Input).value = ""
        await pilot.press(*"35", "enter")
        assert app.answers == [styles[2]]
