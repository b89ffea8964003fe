"""The gallery shows where prompt and settings go in a workflow of ComfyUI's."""

import json
from pathlib import Path

from storyforge.settings import update
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
