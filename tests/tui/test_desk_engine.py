"""The engine that is still being built, and the GPU that lies idle, as the desk tells of them."""

from pathlib import Path

import pytest

from storyforge.engine import build, gpu
from storyforge.engine.build import BuildStatus
from storyforge.tui import seen
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk import hinting, watching
from storyforge.tui.screens.models import ModelsScreen
from storyforge.tui.terminal import Terminal
from tests.tui.house import TEXT, desk_of, notices, until, write_story
from tests.tui.test_desk_writing import status


async def test_a_build_is_watched_and_a_wish_is_answered_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [BuildStatus("building", 0.34, "compiling")]
    idle = gpu.GpuStatus("NVIDIA", usable=False)
    monkeypatch.setattr(build, "status", lambda: now[-1])
    monkeypatch.setattr(gpu, "gpu_status", lambda *, usable=None: idle)
    monkeypatch.setattr(watching, "LOOK_EVERY", 0.01)
    seen.remember(hinting.FIRST_RUN)
    path = write_story(tmp_path / "skerry.forge")
    app = StoryforgeApp(path, terminal=Terminal(shift_enter=True))
    async with app.run_test(size=(160, 32)) as pilot:
        desk = desk_of(app)
        await until(pilot, lambda: desk.story is not None, "open")
        await until(pilot, lambda: "engine being built 34 %" in status(desk), "watched")
        await pilot.press("shift+enter")
        await until(pilot, lambda: "still being built (34 %)" in notices(app), "answered")
        await until(pilot, lambda: not desk.continuing.running, "nothing runs")
        assert desk.manuscript.text == TEXT
        assert desk.manuscript.provenance.places == ()
        now.append(BuildStatus("ready", 1.0, "ready"))
        await until(pilot, lambda: "The engine is built" in notices(app), "ready")
        await until(pilot, lambda: "GPU not used" in status(desk), "the GPU")
        await until(pilot, lambda: idle.command in desk.hint.told, "the command")
        app.do("model")
        await until(pilot, lambda: isinstance(app.screen, ModelsScreen), "the models")
        screen = app.screen
        assert isinstance(screen, ModelsScreen)
        await until(pilot, lambda: "The disk holds 0 MiB" in screen.text.text, "what is kept")
        assert "a scene of 6,000 tokens weighs about 132 MiB" in screen.text.text
        assert "It takes 0.3 GiB of memory with a window of 8,192 tokens." in screen.text.text
        assert "`storyforge models tune` measures" in screen.text.text
        assert "GiB of memory" in screen.text.text
        assert idle.command in screen.text.text


async def test_a_build_that_failed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = BuildStatus("failed", 0.0, "There is no compiler.", "Install one.")
    monkeypatch.setattr(build, "status", lambda: failed)
    path = write_story(tmp_path / "skerry.forge")
    app = StoryforgeApp(path, terminal=Terminal(shift_enter=False))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "no compiler. Install one." in notices(app), "told")
        desk = desk_of(app)
        await until(pilot, lambda: "135M" in desk.hint.told, "the small model is spoken of")
