"""A model behind an API at the desk: a continuation of its is one step, as any other's is."""

from pathlib import Path

import pytest

from storyforge.store.story_file import StoryFile
from storyforge.tui.desk import progress
from storyforge.tui.widgets import model_words
from tests.backends.cases import PAGE, REMOTE, STANDING, TEXT
from tests.backends.remote.replaying import replaying
from tests.tui.house import continued, desk_of, running, stored, until, write_story


async def test_a_reply_of_a_model_that_chats_is_one_step_on_the_page(tmp_path: Path) -> None:
    path = write_story(tmp_path / "salt.forge", PAGE)
    case = REMOTE["openai-compatible, talked to"]
    async with (
        replaying(case.routes()) as replay,
        running(path, backend=case.made(replay.url)) as (pilot, app),
    ):
        page = desk_of(app).manuscript
        await continued(pilot, desk_of(app))
        assert page.text == PAGE + STANDING
        await pilot.press("ctrl+z")
        assert page.text == PAGE
        await pilot.press("ctrl+y")
        assert page.text == PAGE + STANDING
    assert stored(path) == PAGE + STANDING
    with StoryFile.open(path) as story:
        scene = story.outline().chapters[0].scenes[0].id
        (take,) = story.takes.of_scene(scene)
    assert (take.text, take.standing, take.place) == (TEXT, STANDING, "")
    assert take.model.startswith("tiny")


async def test_a_stop_leaves_what_had_come_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "CLOCK_EVERY", 0.01)
    monkeypatch.setattr(model_words, "SILENT", 0.0)
    path = write_story(tmp_path / "salt.forge", PAGE)
    case = REMOTE["openai-compatible"]
    async with (
        replaying(case.routes(hang=True)) as replay,
        running(path, backend=case.made(replay.url)) as (pilot, app),
    ):
        desk = desk_of(app)
        app.still = False  # seconds count
        await pilot.press("shift+enter")
        await until(pilot, lambda: desk.manuscript.text.endswith("drew"), "the first words")
        await until(pilot, lambda: "nothing new for 0 s" in desk.telling.status.activity, "told")
        await pilot.press("escape")
        await until(pilot, replay.gone.is_set, "the server sees it")
        await until(pilot, lambda: desk.continuing.ended, "the continuation ends")
        assert desk.manuscript.text == f"{PAGE} hung in the water. She knelt and drew"
        await pilot.press("ctrl+z")
        assert desk.manuscript.text == PAGE
