"""Tasks at the desk go to their profiles; what of those cannot be used is said once."""

from pathlib import Path

import pytest

from benchmarks.stories import scene_text
from storyforge import paths, settings
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.profile import LOCAL, Task
from storyforge.studio.profiles import pool
from storyforge.tui import seen
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk import hinting
from storyforge.tui.dialogs.summaries import Summaries
from storyforge.tui.dialogs.verbs import ChooseVerb
from storyforge.tui.terminal import Terminal
from tests.tui.far_models import lent
from tests.tui.house import asked, continued, desk_of, is_ready, notices, until, write_story


async def test_each_task_is_asked_of_the_model_of_its_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_LONG_REST", 0.0)
    settings.update(
        {
            "profiles.verbs.backend": "ollama",
            "profiles.verbs.preset": "creative",
            "profiles.small.backend": "llama.cpp",
            "profiles.small.threads": 1,
            "tasks.rewrite": "verbs",
            "tasks.summary": "small",
        }
    )
    seen.remember(hinting.FIRST_RUN)
    local, verbs = ScriptedBackend([" The tide came."]), ScriptedBackend(["It came, the tide."])
    small = ScriptedBackend(["Nobody tells of the boat."])
    text = scene_text(1, words=200)
    app = StoryforgeApp(
        write_story(tmp_path / "skerry.forge", text),
        terminal=Terminal(shift_enter=True),
        still=True,
    )
    lent(app, {"verbs": verbs, "small": small}, local)
    async with app.run_test(size=(120, 32)) as pilot:
        await until(pilot, lambda: is_ready(app), "the story open")
        desk = desk_of(app)
        await continued(pilot, desk)
        assert desk.manuscript.text == text + " The tide came."
        assert [request.sampling.xtc_probability for request in local.requests] == [0.0]
        await pilot.press("ctrl+home", "ctrl+r")
        await until(pilot, lambda: asked(app, ChooseVerb), "the verbs")
        await pilot.press("1", "down", "down", "enter")
        await until(pilot, lambda: verbs.requests, "rewritten")
        assert {request.sampling.xtc_probability for request in verbs.requests} == {0.5}
        await until(pilot, lambda: not desk.continuing.running, "the takes there")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is desk, "closed")
        app.do("summaries")
        await until(pilot, lambda: asked(app, Summaries), "the list")
        await pilot.press("home", "enter")
        await until(pilot, lambda: small.requests, "summed up")
        assert len(local.requests) == 1


async def test_what_cannot_be_used_is_said_once_and_the_local_model_writes(tmp_path: Path) -> None:
    paths.config_dir().mkdir(parents=True, exist_ok=True)
    paths.config_file().write_text(
        'theme = "light"\nprofile = "bad"\n[profiles.bad]\nbackend = "olama"\n'
        '[tasks]\nsummary = "moon"\n',
        "utf-8",
    )
    app = StoryforgeApp(write_story(tmp_path / "skerry.forge"), still=True)
    async with app.run_test(size=(120, 32)) as pilot:
        await until(pilot, lambda: is_ready(app), "the story open")
        told = notices(app)
        assert "The profile “bad” cannot be used: backend: " in told
        assert "The task “summary” goes to “moon”" in told
        assert len([note for note in app._notifications if note.title == "Profiles"]) == 1
        backends = await app.backends()
        assert (await backends.profile_of()).name == LOCAL
        assert (await backends.profile_of(Task.SUMMARY)).name == LOCAL
        assert app.settings is not None
        assert app.settings.theme == "light"
