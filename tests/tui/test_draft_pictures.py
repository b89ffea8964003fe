"""Pictures of a planned scene, of its draft on the way, and of the prompt templates."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from storyforge import paths
from storyforge.studio import speeds
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.screens.prompts import PromptsScreen
from storyforge.tui.terminal import Terminal
from storyforge.tui.widgets.coming import Coming
from tests.tui.house import desk_of, until
from tests.tui.test_desk_drafting import FIRST, SECOND, Held, draft, write
from tests.tui.test_desk_plan import planned_of, to_fog, write_planned
from tests.tui.test_pictures import app_on, compare, fixed

__all__ = ["fixed"]

OPENING = "{# Begins a story.\n   title: may be empty -#}\n{{ title }}\n\n"
SUMMARY = "{# Sums a scene up. -#}\n{{ text }}\n\nSummary: "


def test_a_planned_scene_with_its_plan_beside_it(tmp_path: Path, snap_compare: Any) -> None:
    app = app_on(write_planned(tmp_path / "skerry.forge"))

    async def then(pilot: Pilot[None]) -> None:
        desk = desk_of(app)
        await to_fog(desk)
        await pilot.press("shift+f2")
        await until(pilot, lambda: planned_of(desk).panel.has_focus_inside, "the panel")
        await until(pilot, lambda: desk.takes.rows, "that there are no takes yet")

    compare(snap_compare, app, (120, 32), then)


@pytest.mark.parametrize("size", [(120, 32), (80, 24)])
def test_a_draft_on_its_way(
    tmp_path: Path, snap_compare: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(speeds, "seconds", lambda *_: None)
    model = Held(FIRST, SECOND)
    app = StoryforgeApp(
        write(tmp_path / "skerry.forge"),
        backend=lambda: model,
        terminal=Terminal(shift_enter=True),
        still=True,
    )
    app.animation_level = "none"

    async def then(pilot: Pilot[None]) -> None:
        desk = desk_of(app)
        # A running take is shown as it is then and there; of takes nothing is.
        desk.takes.show_takes((), None, "en")
        monkeypatch.setattr(desk.takes, "show_takes", lambda *_: None)
        await to_fog(desk)
        await draft(pilot, desk, "enter")
        await until(pilot, model.arrived.is_set, "the first words")
        model.arrived.clear()
        model.go_on.set()
        await until(pilot, lambda: FIRST in desk.manuscript.text, "a beat")
        model.go_on.clear()
        await until(pilot, model.arrived.is_set, "the next one's words")
        coming = desk.query_one(Coming)
        await until(pilot, lambda: "Under the canvas a" in coming.plain, "they are shown")
        await until(pilot, lambda: coming.region.y < 8, "the page is fitted")

    compare(snap_compare, app, size, then)


@pytest.mark.parametrize("size", [(120, 32), (80, 24)])
def test_the_prompt_templates(
    tmp_path: Path, snap_compare: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    packaged = tmp_path / "packaged"
    for name, text in {"draft/opening": OPENING, "summary/scene": SUMMARY}.items():
        file = packaged / "en" / f"{name}.md.j2"
        file.parent.mkdir(parents=True)
        file.write_text(text, "utf-8")
    monkeypatch.setattr(paths, "prompts_dir", lambda: packaged)
    app = app_on(write_planned(tmp_path / "skerry.forge"))

    async def then(pilot: Pilot[None]) -> None:
        await pilot.press("alt+r")
        await until(pilot, lambda: isinstance(app.screen, PromptsScreen), "the screen")
        screen = app.screen
        assert isinstance(screen, PromptsScreen)
        await until(pilot, lambda: "draft/opening" in screen.header.plain, "the templates")
        await pilot.press("e")
        await until(pilot, lambda: app.screen is not screen, "whose it is to be")
        await pilot.press("enter")
        await until(pilot, lambda: screen.page.has_focus, "it can be written on")
        await pilot.press("ctrl+end", *"{{", "space", *"nobody", "space", *"}}")
        await until(pilot, lambda: screen.query("#wrong.-shown"), "what is wrong")
        await until(pilot, lambda: "saved" in screen.status.plain, "kept")

    compare(snap_compare, app, size, then)
