"""Pictures of the gallery, compared with the kept ones."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from storyforge import i18n
from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.picture.orders import Raster
from storyforge.domain.picture.pictures import Picture
from storyforge.images.png import encoded
from storyforge.store.story_file import StoryFile
from storyforge.tui import seen
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk import hinting
from storyforge.tui.screens.gallery import GalleryScreen
from storyforge.tui.terminal import Terminal
from tests.tui.gallery.galleries import draws_with, opened
from tests.tui.house import is_ready, script, until
from tests.tui.planner.plans import write_plan

PROMPT = "a lighthouse keeper with a storm lantern, an empty boat, fog, dusk, oil painting"
# Of one colour each: no scaling changes them.
COLOURS = ((60, 80, 110), (120, 90, 60), (40, 60, 50), (150, 140, 120), (90, 50, 60))


@pytest.fixture(autouse=True)
def fixed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One clock and one place on earth, and a terminal without graphics."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    time.tzset()
    seen.remember(hinting.FIRST_RUN)
    yield
    i18n.use_language("en")
    os.environ.pop("TZ", None)
    time.tzset()


def write_gallery(path: Path) -> Path:
    """Two scenes and a person have pictures: chosen, with stars, black, out of date."""
    write_plan(path)
    with StoryFile.open(path) as story:
        scenes = story.outline().scenes
        mara = story.plan.read().characters[0]
        places = [(scenes[0].id, "")] * 3 + [(scenes[1].id, ""), ("", mara.id)]
        for number, (place, colour) in enumerate(zip(places, COLOURS, strict=True)):
            wide, high = (96, 64) if number == 1 else (64, 64)
            picture = Picture(
                id=f"picture{number}",
                created=datetime(2026, 1, 2, 14, number, tzinfo=UTC),
                width=wide,
                height=high,
                seed=1893 + number,
                painter="anything",
                prompt=PROMPT,
                rating=4 if number == 0 else 0,
                flaw="black" if number == 2 else "",
                settings={"order": '{"steps": 20, "sampler": "Euler a", "guidance": 7.0}'},
                scene_id=place[0],
                item_id=place[1],
            )
            data = encoded(Raster(wide, high, bytes(colour) * wide * high))
            story.pictures.add(picture, data)
        story.pictures.choose("picture0")
    return path


def app_on(path: Path) -> StoryforgeApp:
    model = script()
    app = StoryforgeApp(
        path, backend=lambda: model, terminal=Terminal(shift_enter=True), still=True
    )
    app.animation_level = "none"
    draws_with(app, ScriptedPainter())
    return app


async def at_gallery(pilot: Pilot[None], app: StoryforgeApp, many: int) -> GalleryScreen:
    await until(pilot, lambda: app.settings is not None and is_ready(app), "ready")
    await pilot.press("f4")
    gallery = await opened(pilot, app)
    small = gallery.screening.small
    await until(pilot, lambda: len(small._kept) >= many and small._work is None, "the tiles")
    return gallery


def test_pictures_by_scene(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(write_gallery(tmp_path / "skerry.forge"))

    async def then(pilot: Pilot[None]) -> None:
        gallery = await at_gallery(pilot, app, 4)
        gallery.prompt_editor.rewrite(f"{PROMPT}, <lora:ink:0.8>", "blur")
        pane = gallery.prompt_editor.parent
        assert isinstance(pane, Widget)
        await until(pilot, lambda: "negative" in str(pane.border_title), "the prompt's length")
        await gallery.save()
        await pilot.press("right")
        gallery.saying.status()
        await pilot.pause()

    assert snap_compare(app, terminal_size=(120, 32), run_before=then)


def test_two_beside_each_other_on_a_small_light_screen(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(write_gallery(tmp_path / "skerry.forge"))

    async def then(pilot: Pilot[None]) -> None:
        app.theme = "storyforge-light"
        gallery = await at_gallery(pilot, app, 3)
        await pilot.press("k", "right", "k")
        app.clear_notifications()
        large = gallery.screening.large
        await until(pilot, lambda: len(large._kept) == 2 and large._work is None, "both large")
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=then)


def test_the_form_on_a_small_screen(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(write_gallery(tmp_path / "skerry.forge"))

    async def then(pilot: Pilot[None]) -> None:
        gallery = await at_gallery(pilot, app, 3)
        await pilot.press("n", "down", "right")
        await gallery.save()
        gallery.saying.status()
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=then)


def test_the_form_in_japanese_on_a_small_screen(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(write_gallery(tmp_path / "skerry.forge"))
    i18n.use_language("ja")

    async def then(pilot: Pilot[None]) -> None:
        gallery = await at_gallery(pilot, app, 3)
        await pilot.press("n", "down", "right")
        await gallery.save()
        gallery.saying.status()
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=then)
