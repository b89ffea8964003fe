"""H in the gallery: the heat of a picture's words, and what got no area drawn with more weight."""

import json
from dataclasses import asdict, replace
from pathlib import Path

from storyforge.backends.pictures.scripted import ScriptedPainter, heat_of
from storyforge.domain.picture.compiled import Part, Role
from storyforge.domain.picture.orders import Order
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import heat, order_files
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.gallery.heat_view import HeatView
from storyforge.tui.gallery.preview import Preview
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import RowList
from tests.tui.gallery.galleries import PROMPT, add_picture, at_gallery, write_pictures
from tests.tui.house import until


def with_deaf_word(path: Path) -> Path:
    """The first scene's latest picture was deaf to “night”."""
    heats = tuple(
        replace(one, grey=bytes(len(one.grey))) if one.word == "night" else one
        for one in heat_of(Order(PROMPT))
    )
    parts = [asdict(Part(Role.PLACE, "night", "y"))]
    with StoryFile.open(write_pictures(path, count=0)) as story:
        order = order_files.settings_of(order_files.Ticket(Order(PROMPT, seed=9), "ink"), {})
        settings = {**order, **heat.settings_of(story, heats)}
        scene = story.outline().scenes[0]
        add_picture(story, scene.id, 9, settings=settings, parts=json.dumps(parts))
    return path


async def test_words_are_listed_by_share_and_the_deaf_one_is_drawn_with_more_weight(
    tmp_path: Path,
) -> None:
    painter = ScriptedPainter()
    path = with_deaf_word(tmp_path / "light.forge")
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        assert gallery.grid.tile is not None
        assert gallery.grid.tile.signs == "≋"
        await pilot.press("h")
        await until(pilot, lambda: isinstance(pilot.app.screen, HeatView))
        view = pilot.app.screen
        rows = view.query_one(RowList)
        await until(pilot, lambda: rows.row is not None)
        assert "night" in str(view.query_one("#missing", Prose).render())
        await pilot.press("right", "o", "w")
        await until(pilot, lambda: bool(painter.orders))
        assert painter.orders[0].prompt == "a keeper with a storm lantern, (night:1.2)"
        assert painter.orders[0].heat
        assert painter.orders[0].seed == 9
        assert gallery.prompt_editor.text == painter.orders[0].prompt


async def test_a_picture_without_is_drawn_again_with_it(tmp_path: Path) -> None:
    painter = ScriptedPainter()
    path = tmp_path / "light.forge"
    with StoryFile.open(write_pictures(path, count=0)) as story:
        order = order_files.settings_of(order_files.Ticket(Order(PROMPT, seed=9), "ink"), {})
        add_picture(story, story.outline().scenes[0].id, 9, settings=order)
    async with at_gallery(path, painter=painter) as (pilot, _gallery):
        await pilot.press("h")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await pilot.press("enter")
        await until(pilot, lambda: bool(painter.orders))
        assert painter.orders[0].heat


async def test_a_picture_whose_end_is_missing_ends_no_screen(tmp_path: Path) -> None:
    path = with_torn_picture(tmp_path)
    async with at_gallery(path) as (pilot, _gallery):
        await pilot.press("h")
        await until(pilot, lambda: isinstance(pilot.app.screen, HeatView))
        view = pilot.app.screen
        rows = view.query_one(RowList)
        await until(pilot, lambda: rows.row is not None)
        await pilot.press("right")
        made = [worker for worker in pilot.app.workers if worker.node is view.query_one(Preview)]
        await until(pilot, lambda: all(worker.is_finished for worker in made))
        assert all(worker.error is None for worker in made)


def with_torn_picture(folder: Path) -> Path:
    """The same, of whose picture's file the end is missing."""
    path = with_deaf_word(folder / "light.forge")
    (file,) = folder.rglob("*.png")
    file.write_bytes(file.read_bytes()[:-60])
    return path
