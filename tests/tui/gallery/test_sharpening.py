"""The prompt of a scene sharpened by a model, in the gallery."""

import json
from pathlib import Path

from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.plan.forms import Kind
from storyforge.store.story_file import StoryFile
from storyforge.tui.dialogs.base import AskText
from tests.tui.gallery.galleries import draws_with, opened, write_pictures
from tests.tui.house import notices, running, script, until

SHARPER = "a tall woman lifts a lantern in thick fog"


async def test_a_prompt_is_sharpened_as_one_step(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        mara = story.plan.add(Kind.CHARACTER, {"name": "Ida", "look": "a tall woman"})
        story.plan.put(story.plan.read().scenes[0].id, {"cast": mara, "weather": "fog"})
    model = script(json.dumps({"value": SHARPER}), *[json.dumps({"value": "Ida in fog"})] * 3)
    async with running(path, backend=model) as (pilot, app):
        draws_with(app, ScriptedPainter())
        await pilot.press("f4")
        gallery = await opened(pilot, app)
        editor = gallery.prompt_editor
        before = editor.text
        assert "a tall woman" in before
        gallery.to_pane(editor)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: isinstance(app.screen, AskText), "the wish")
        await pilot.press("enter")
        await until(pilot, lambda: editor.text == SHARPER, "the sharper prompt")
        await until(pilot, lambda: not gallery.unsaved, "kept")
        await pilot.press("ctrl+z")
        assert editor.text == before
        await pilot.press("ctrl+r")
        await until(pilot, lambda: isinstance(app.screen, AskText), "the wish")
        await pilot.press("enter")
        await until(pilot, lambda: "It names somebody" in notices(app), "why it is no good")
        assert editor.text == before
