"""Pictures of the screens, compared with the kept ones: layout and colours at 120×32 and 80×24."""

import os
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from storyforge.domain.lore import LoreEntry
from storyforge.domain.model import Price
from storyforge.store.story_file import StoryFile
from storyforge.studio import shelf
from storyforge.tui import seen
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk import hinting
from storyforge.tui.screens.lorebook import LorebookScreen
from storyforge.tui.screens.models import ModelsScreen
from storyforge.tui.terminal import Terminal
from storyforge.tui.widgets.bars import StatusBar
from storyforge.tui.widgets.lore_list import LoreList
from tests.tui.far_models import Far, lent, settled
from tests.tui.house import asked, continued, desk_of, is_ready, script, until, write_story

TEXT = (
    "Mara had kept the light at Skerry Point for eleven years. On the night the boat came in "
    "without a crew, she was awake.\n\nShe took the storm lantern from its hook and went down to "
    "the slip."
)
CAME = " Something small moved under the canvas, and she thought of the seals that slept there."

Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def fixed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One clock and one place on earth."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    monkeypatch.setattr("storyforge.store.values.now", lambda: "2026-01-02T14:02:00+00:00")
    seen.remember(hinting.FIRST_RUN)
    yield
    os.environ.pop("TZ", None)
    time.tzset()


def app_on(path: Path | None, *answers: str) -> StoryforgeApp:
    model = script(*answers)
    app = StoryforgeApp(
        path, backend=lambda: model, terminal=Terminal(shift_enter=True), still=True
    )
    app.animation_level = "none"
    return app


def compare(
    snap_compare: Any,
    app: StoryforgeApp,
    size: tuple[int, int],
    then: Callable[[Pilot[None]], Awaitable[None]],
) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.settings is not None and is_ready(app), "ready")
        await then(pilot)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


def test_the_desk_with_a_fresh_continuation(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(write_story(tmp_path / "skerry.forge", TEXT), CAME)

    async def then(pilot: Pilot[None]) -> None:
        desk = desk_of(app)
        await continued(pilot, desk)
        await until(pilot, lambda: desk.takes.takes, "the panel")
        desk.say(wrote="", prompt="")

    compare(snap_compare, app, (120, 32), then)


def test_the_light_desk_on_a_small_screen(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(write_story(tmp_path / "skerry.forge", TEXT))

    async def then(pilot: Pilot[None]) -> None:
        app.theme = "storyforge-light"
        await pilot.press("ctrl+b")
        await until(pilot, lambda: desk_of(app).binder.has_focus, "the binder")

    compare(snap_compare, app, (80, 24), then)


def with_lore(path: Path) -> Path:
    """The story, with something of everything that the model is told."""
    write_story(path, TEXT)
    with StoryFile.open(path) as story:
        later = story.outline().scenes[2].id
        story.context.set_text("memory", "Skerry Point, 1893. The ship comes twice a year.")
        story.context.set_text("author_note", "slow, sensory")
        story.context.set_lore(
            (
                LoreEntry("1", "Mara", ("Mara",), "Keeper of the light.", category="cast"),
                LoreEntry("2", "The boat", ("boat", "/dor(y|ies)/i"), "Green.", priority=5),
                LoreEntry("3", "The scar", ("hand",), "Of the storm.", from_scene=later),
                LoreEntry("4", "The log", ("log",), "Three inks.", enabled=False),
            )
        )
    return path


def test_what_the_model_sees_on_a_small_screen(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(with_lore(tmp_path / "skerry.forge"))

    async def then(pilot: Pilot[None]) -> None:
        await pilot.press("f8")
        await until(pilot, lambda: getattr(app.screen, "looked", None) is not None, "the parts")
        await until(pilot, lambda: not app.screen.query_one(StatusBar).plain, "at rest")

    compare(snap_compare, app, (80, 24), then)


def test_the_lorebook_as_a_table(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(with_lore(tmp_path / "skerry.forge"))

    async def then(pilot: Pilot[None]) -> None:
        app.theme = "storyforge-light"
        desk_of(app).action_do("lorebook")
        await until(pilot, lambda: isinstance(app.screen, LorebookScreen), "the table")
        await until(pilot, lambda: len(app.screen.query(LoreList)), "the list")
        listed = app.screen.query_one(LoreList)
        await until(pilot, lambda: any(row.mark == "▸" for row in listed.rows), "what is called")

    compare(snap_compare, app, (120, 32), then)


def test_help_over_the_desk(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(write_story(tmp_path / "skerry.forge", TEXT))

    async def then(pilot: Pilot[None]) -> None:
        await pilot.press("f1")
        await until(pilot, lambda: asked(app), "help")

    compare(snap_compare, app, (80, 24), then)


def test_the_empty_library(snap_compare: Any) -> None:
    app = app_on(None)

    async def then(pilot: Pilot[None]) -> None:
        heading = app.screen.query_one("#heading")
        await until(pilot, lambda: "No story yet" in str(heading.render()), "the heading")

    compare(snap_compare, app, (80, 24), then)


def test_asking_for_a_new_story(tmp_path: Path, snap_compare: Any) -> None:
    assert shelf.recent() == ()
    app = app_on(None)

    async def then(pilot: Pilot[None]) -> None:
        await pilot.press("n")
        await until(pilot, lambda: asked(app), "the dialog")

    compare(snap_compare, app, (80, 24), then)


def abroad(path: Path) -> StoryforgeApp:
    """A program whose text would go to another machine, with a server of its own beside that."""
    settled(profile="claude", profiles__claude__price_writing=15.0, tasks__summary="shed")
    settled(
        profiles__shed__backend="openai-compatible", profiles__shed__url="http://127.0.0.1:8080/v1"
    )
    app = app_on(path)
    lent(app, {"claude": Far(CAME, price=Price(3.0, 15.0))}, script(CAME))
    return app


def test_the_models(tmp_path: Path, snap_compare: Any) -> None:
    app = abroad(write_story(tmp_path / "skerry.forge", TEXT))

    async def then(pilot: Pilot[None]) -> None:
        app.do("model")
        await until(pilot, lambda: isinstance(app.screen, ModelsScreen), "the models")
        models = app.screen
        assert isinstance(models, ModelsScreen)
        await until(pilot, lambda: "There is no key" in models.text.text, "all of it")

    compare(snap_compare, app, (120, 32), then)


def test_where_the_text_goes_on_a_small_light_screen(tmp_path: Path, snap_compare: Any) -> None:
    app = abroad(write_story(tmp_path / "skerry.forge", TEXT))

    async def then(pilot: Pilot[None]) -> None:
        app.theme = "storyforge-light"
        await pilot.press("shift+enter")
        await until(pilot, lambda: asked(app), "the question")

    compare(snap_compare, app, (80, 24), then)
