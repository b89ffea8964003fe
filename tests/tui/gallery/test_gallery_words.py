"""No word of the pictures goes round the catalogue: the gallery in a language nobody speaks."""

import re
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.picture.orders import Family
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.stages import Stage
from storyforge.images import folders
from storyforge.store.story_file import StoryFile
from storyforge.studio.planning.editing import add, write
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.gallery.lora_browser import LoraBrowser
from storyforge.tui.gallery.preview import Preview
from storyforge.tui.graphics import Mode
from storyforge.tui.planner.entries import PICTURES
from tests import pseudo
from tests.images import weights
from tests.tui.gallery.galleries import PROMPT, add_picture, draws_with, opened
from tests.tui.house import running, until
from tests.tui.planner.plans import is_at_plan, planner_of, to_stage
from tests.tui.test_every_word import SIZE, plain, settled, shown, write_story

#: names, the prompt, and what a dialog lets be seen of “demo” and “Automatic” behind it
KNOWN = (
    "emo",
    "tic",
    "anything",
    "demo",
    "FreeU",
    "LoRA",
    "LoRAs",
    "SD",
    "close-up",
    *PROMPT.split(" "),
)
# A tag stands with the number of its pictures.
_COUNTED = re.compile(r"\d,\d{3}")
#: keys, each with what it opens; what is said is left again
IN_THE_GALLERY = (
    *("f7", "shift+f10", "q", "f", "r", "t", "w", "x", "s", "k", "c", "v", "a", "i", "f9"),
    *("n", "e", "f8", "f6", "shift+f6", "d", "ctrl+z", "m"),
    *("u", "h", "j", "b"),
)


pytestmark = pytest.mark.usefixtures("nobodys_language")


def write_pictures(path: Path) -> Path:
    """A story without a Latin letter that has looks, moments and pictures."""
    write_story(path)
    with StoryFile.open(path) as story:
        one, other, *_more = story.plan.read().scenes
        who = add(story, Kind.CHARACTER, {"name": "春", "look": "白髪"})
        facts = {"who": who, "since": other.id, "name": "傷", "look": "頬の傷"}
        add(story, Kind.LOOK, facts)
        write(story, one.id, {"cast": who, "shown": "春が灯を拭く", "framing": "close-up"})
        for seed in (1, 2):
            picture = add_picture(story, one.id, seed)
            story.pictures.rate(picture.id, 3)
    return path


def _plain(app: App[Any]) -> list[str]:
    """The lines with words that are no prompt's, no name, and no tag of the dictionary."""
    return [
        line for line in plain(app) if pseudo.plain_words(line, KNOWN) and not _COUNTED.search(line)
    ]


async def _pressed(pilot: Pilot[None], app: StoryforgeApp, key: str) -> list[str]:
    ground = app.screen
    await pilot.press(key)
    await settled(pilot, app)
    found = _plain(app)
    while app.screen is not ground:
        front = app.screen
        await pilot.press("escape")
        await until(pilot, lambda front=front: app.screen is not front, "left")  # type: ignore[misc]
    app.clear_notifications()
    return found


async def test_no_word_of_the_gallery_is_plain(tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    async with running(write_pictures(tmp_path / "1.forge"), size=SIZE) as (pilot, app):
        draws_with(app, ScriptedPainter())
        await pilot.press("f4")
        gallery = await opened(pilot, app)
        await settled(pilot, app)
        found["at first"] = _plain(app)
        for key in IN_THE_GALLERY:
            gallery.to_pane(gallery.grid)
            found[key] = await _pressed(pilot, app, key)
        assert pseudo.spoken("Sampler") in shown(app)
    assert {key: lines for key, lines in found.items() if lines} == {}


async def test_no_word_of_looks_and_picture_texts_is_plain(tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    async with running(write_pictures(tmp_path / "1.forge"), size=SIZE) as (pilot, app):
        app.do("plan")
        await until(pilot, lambda: is_at_plan(app), "the planner")
        planner = planner_of(app)
        for stage in (Stage.PREMISE, Stage.CHARACTERS, Stage.SCENES):
            await to_stage(pilot, planner, stage)
            await pilot.press("home")
            for _down in range(20):
                if planner.fields.at.endswith(PICTURES):
                    break
                await pilot.press("down")
            await pilot.press("enter")
            await settled(pilot, app)
            found[stage.value] = plain(app)
            assert pseudo.spoken("Picture text") in shown(app)
    assert {stage: lines for stage, lines in found.items() if lines} == {}


async def test_no_word_about_a_lora_is_plain(tmp_path: Path) -> None:
    told = {"modelspec.trigger_phrase": "灯, 霧", "ss_tag_frequency": '{"10": {"舟": 4}}'}
    ink = weights.write(tmp_path / "墨.safetensors", weights.lora(768), told)
    ink.with_suffix(".json").write_text('{"preferred weight": 0.7, "negative text": "雨"}')
    (tmp_path / "折.safetensors").write_bytes(b"\x09")
    files = folders.find([tmp_path]).loras
    browser = LoraBrowser(files, Family.SD1, Preview(Mode.NONE, (10, 20), lambda _told: None))
    app = App[None]()
    async with app.run_test(size=SIZE) as pilot:
        app.push_screen(browser)
        await until(pilot, lambda: len(browser.query("RowList")) == 2, "the browser")
        for key in ("down", "down", "f4"):
            await pilot.press(key)
            await until(pilot, lambda: not any(not w.is_finished for w in app.workers), "read")
            await pilot.pause()
            assert [line for line in shown(app) if pseudo.plain_words(line, KNOWN)] == []
