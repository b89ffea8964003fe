"""The gallery shows where prompt and settings go in a workflow of ComfyUI's."""

import json
from pathlib import Path

from textual.widgets import Input

from storyforge.settings import load, update
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.dialogs.base import AskText, Choose, Dialog
from storyforge.tui.gallery.workflow_view import WorkflowView
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import RowList
from tests.domain.picture.workflows.graphs import hires
from tests.tui.gallery.galleries import opened, write_pictures
from tests.tui.house import running, until


async def test_the_slots_of_a_workflow_are_shown_with_what_is_doubtful(tmp_path: Path) -> None:
    file = tmp_path / "quay.json"
    file.write_text(json.dumps(hires()))
    where = {"backend": "comfyui", "url": "http://127.0.0.1:9", "workflow": str(file)}
    update({f"painters.flow.{name}": value for name, value in where.items()})
    path = write_pictures(tmp_path / "light.forge", count=1)
    async with running(path) as (pilot, app):
        await pilot.press("f4")
        gallery = await opened(pilot, app)
        gallery.action_do("gallery_workflow")
        await until(pilot, lambda: isinstance(pilot.app.screen, WorkflowView), "the workflow")
        view = pilot.app.screen
        rows = view.query_one(RowList)
        told = view.query_one(Prose)
        await until(pilot, lambda: "a bottle" in str(told.visual), "what stands there")
        assert rows.row is not None
        assert (rows.row.id, rows.row.note) == ("prompt", "CLIPTextEncode (6) · text")
        await pilot.press("down", "down", "down")
        await until(pilot, lambda: rows.row is not None and rows.row.id == "steps", "the steps")
        await until(pilot, lambda: "“storyforge: steps”" in str(told.visual), "how it is marked")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is gallery, "the gallery")


async def test_a_server_that_draws_is_set_up_from_the_gallery(tmp_path: Path) -> None:
    file = tmp_path / "quay.json"
    file.write_text(json.dumps(hires()))
    path = write_pictures(tmp_path / "light.forge", count=1)
    async with running(path) as (pilot, app):
        await pilot.press("f4")
        gallery = await opened(pilot, app)
        gallery.action_do("gallery_draw")
        await until(pilot, lambda: isinstance(app.screen, Choose), "who draws")
        await pilot.press("end", "enter")
        await until(pilot, lambda: _title(app) == "Which server draws?", "which server")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AskText), "where")
        app.screen.query_one(Input).value = "127.0.0.1:9"
        await pilot.press("enter")
        wrong = app.screen.query_one(".wrong", Prose)
        await until(pilot, lambda: "begins with http" in str(wrong.visual), "no address")
        app.screen.query_one(Input).value = "http://127.0.0.1:9"
        await pilot.press("enter")
        await until(pilot, lambda: _title(app) == "By which workflow?", "the workflow")
        app.screen.query_one(Input).value = str(tmp_path / "gone.json")
        await pilot.press("enter")
        wrong = app.screen.query_one(".wrong", Prose)
        await until(pilot, lambda: "cannot be read" in str(wrong.visual), "no workflow")
        app.screen.query_one(Input).value = str(file)
        await pilot.press("enter")
        await until(pilot, lambda: load().pictures.painter == "comfyui", "it draws")
        told = load().painters["comfyui"]
        assert (told.url, told.workflow) == ("http://127.0.0.1:9", str(file))


def _title(app: StoryforgeApp) -> str:
    return app.screen.box_title if isinstance(app.screen, Dialog) else ""
