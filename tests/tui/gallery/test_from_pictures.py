"""Pictures drawn from pictures, out of date ones anew, the first painter, and the way outside."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.plan.forms import Kind
from storyforge.images import own_facts
from storyforge.images.png import with_texts
from storyforge.store.story_file import StoryFile
from storyforge.studio import viewers
from storyforge.tui.desk.by_plan import picturing_of
from storyforge.tui.dialogs.base import AskText, Choose
from storyforge.tui.gallery.looking import Filter, groups, look
from storyforge.tui.gallery.looking import Kind as Shown
from storyforge.tui.graphics import Mode
from storyforge.tui.screens.gallery import GalleryScreen
from tests.tui.gallery.galleries import at_gallery, idle, opened, png, write_pictures
from tests.tui.house import answer, asked, desk_of, notices, running, until


async def test_pictures_are_drawn_again_varied_and_drawn_over(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge", count=0)
    painter = ScriptedPainter()
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        drawn = picturing_of(gallery.desk)

        async def press(key: str, many: int) -> None:
            await pilot.press(key)
            await until(pilot, lambda: drawn.drawn == many, f"{key} draws")
            await idle(pilot, gallery.desk)
            await until(pilot, lambda: len(gallery.look.pictures) == many, "it is shown")

        gallery.prompt_editor.rewrite("storm", "")
        gallery.prompting.change(replace(gallery.prompting.values, strength=0.3), "strength")
        await press("f9", 1)
        first = painter.orders[0]
        await press("a", 2)
        assert painter.orders[1] == first
        await until(pilot, lambda: "to the last pixel" in notices(gallery.house), "it is compared")
        await press("v", 3)
        varied = painter.orders[2].variation
        assert varied is not None
        assert (painter.orders[2].seed, varied.strength) == (first.seed, 0.3)
        source = gallery.picture
        await press("i", 4)
        redraw = painter.orders[3].redraw
        assert redraw is not None
        assert redraw.strength == 0.3
        assert source is not None
        assert gallery.picture is not None
        assert gallery.picture.parent_id == source.id
        # Again and again, until it is stopped.
        await pilot.press("g")
        await until(pilot, lambda: drawn.drawn > 6, "more and more")
        assert "wait" not in gallery.status_bar.plain
        await pilot.press("escape")
        await idle(pilot, gallery.desk)
        assert len({order.seed for order in painter.orders[4:]}) == len(painter.orders[4:])


async def test_what_is_out_of_date_is_marked_and_drawn_anew_together(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge", count=0)
    with StoryFile.open(path) as story:
        scenes = story.plan.read().of(Kind.SCENE)
        for scene in scenes[:2]:
            story.plan.put(scene.id, {"shown_picture": "a lighthouse at night"})
    painter = ScriptedPainter()
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        drawn = picturing_of(gallery.desk)
        await pilot.press("f9", "right_square_bracket")
        await until(pilot, lambda: gallery.prompting.loads > 1, "the next one's prompt")
        await pilot.press("f9")
        await until(pilot, lambda: drawn.drawn == 2, "both scenes are drawn")
        await idle(pilot, gallery.desk)
        await pilot.press("s")
        await until(pilot, lambda: "No picture is out of date" in notices(gallery.house), "none")
        for scene in scenes[:2]:
            gallery.story.plan.put(scene.id, {"shown_picture": "a boat without a crew"})
        await gallery.look_again()
        assert len(gallery.look.stale) == 2
        assert "2 out of date" in gallery.header.plain
        assert gallery.grid.groups[0].tiles[0].note == "! old"
        await pilot.press("s")
        await until(pilot, lambda: asked(gallery.house, Choose), "what is drawn anew")
        await pilot.press("enter")
        await until(pilot, lambda: drawn.drawn == 4, "both are drawn anew")
        assert all("boat" in order.prompt for order in painter.orders[2:])
        await idle(pilot, gallery.desk)
        await pilot.press("s")
        newer = "has a newer picture already"
        await until(pilot, lambda: newer in notices(gallery.house), "that it is done")


async def test_who_has_no_painter_is_helped_to_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "checkpoints"
    (there / "sea: story").mkdir(parents=True)
    (there / "sea: story" / "model_index.json").write_text("{}")
    monkeypatch.setattr(
        "storyforge.tui.gallery.first_painter.importlib.util.find_spec", lambda _name: None
    )
    async with running(write_pictures(tmp_path / "skerry.forge")) as (pilot, app):
        await pilot.press("f4")
        gallery = await opened(pilot, app)
        assert "no painter yet" in gallery.status_bar.plain
        gallery.prompt_editor.rewrite("storm", "")
        await pilot.press("f9")
        await until(pilot, lambda: asked(app, Choose), "who draws")
        assert "download one" in str(app.screen.query(".said").first().render())
        await pilot.press("enter")
        await until(pilot, lambda: asked(app, AskText), "where it lies")
        await answer(pilot, str(there))
        await until(pilot, lambda: asked(app, Choose), "what lies there")
        assert "1 checkpoint" in str(app.screen.query(".said").first().render())
        await pilot.press("enter")
        await until(pilot, lambda: "storyforge[pictures]" in notices(app), "the extra")
        assert app.settings is not None
        assert app.settings.pictures.painter == "sea- story"
        assert app.settings.pictures.folders == [str(there)]


async def test_a_broken_and_a_missing_picture_are_words_and_pictures_can_be_off(
    tmp_path: Path,
) -> None:
    path = write_pictures(tmp_path / "skerry.forge", count=3)
    with StoryFile.open(path) as story:
        first, second, third = story.pictures.all()
        story.pictures.folder.file(first.id).unlink()
        story.pictures.folder.file(second.id).write_bytes(b"\x89PNG")
    async with at_gallery(path) as (pilot, gallery):
        small = gallery.screening.small
        await until(pilot, lambda: len(small._kept) == 3, "all were looked at")
        told = "\n".join(
            gallery.grid.render_line(line).text for line in range(gallery.grid.size.height)
        )
        words = [one for one in small._kept.values() if isinstance(one, str)]
        assert len(words) == 2
        assert any("is gone" in one for one in words)
        assert "! file gone" in told
        gallery.screening._choose("none")
        assert gallery.screening.mode is Mode.NONE
        assert "a keeper with" in gallery.grid.render_line(1).text
        await pilot.press("enter")
        assert gallery.is_viewing
        await until(pilot, lambda: gallery.view.sights[0].picture.id == third.id, "in words")


async def test_the_systems_viewer_is_given_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_pictures(tmp_path / "skerry.forge", count=1)
    with StoryFile.open(path) as story:
        key = story.pictures.all()[0].id
        beside = viewers.file_of(story, key)
        assert beside == story.pictures.folder.file(key)
        story.pictures.choose(key)
        story.pictures.folder.remove(key)
        copy = viewers.file_of(story, key)
        assert copy.read_bytes() == story.pictures.read(key)
    there, told = tmp_path / "bin", tmp_path / "told"
    there.mkdir()
    opener = there / ("open" if sys.platform == "darwin" else "xdg-open")
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > "{told}"\n')
    opener.chmod(0o755)
    async with at_gallery(path) as (pilot, gallery):
        monkeypatch.setenv("PATH", f"{there}{os.pathsep}{os.environ['PATH']}")
        await pilot.press("o")
        await until(pilot, lambda: told.exists() and told.read_text(), "it is opened")
        assert told.read_text() == str(copy)
        opener.write_text("#!/bin/sh\nexit 3\n")
        await pilot.press("o")
        await until(pilot, lambda: "No viewer could be started" in notices(gallery.house), "why")


async def test_a_story_that_is_read_only_shows_its_pictures(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge", count=1)
    with StoryFile.open(path):
        async with running(path) as (pilot, app):
            await until(pilot, lambda: desk_of(app).story is not None, "the story")
            await pilot.press("f4")
            gallery = await opened(pilot, app)
            assert isinstance(gallery, GalleryScreen)
            await pilot.press("c")
            await until(pilot, lambda: gallery.story.read_only_reason in notices(app), "why not")
            gallery.prompt_editor.rewrite("storm", "")
            await pilot.pause()
            assert not gallery.unsaved


async def test_what_lies_beside_the_story_is_named_and_taken_in(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge", count=2)
    with StoryFile.open(path) as story:
        picture, folder = story.pictures.all()[0], story.pictures.folder.path
        for key, whose in (("aaaa", story.outline().story_id), ("bbbb", "another")):
            told = {own_facts.KEYWORD: own_facts.write(picture, whose)}
            (folder / f"{key}.png").write_bytes(with_texts(png(4), told))
        (folder / "photo.png").write_bytes(png(9))
    async with at_gallery(path) as (pilot, gallery):
        await until(pilot, lambda: "lie beside the story" in notices(gallery.house), "named")
        gallery.action_do("gallery_adopt")
        await until(pilot, lambda: asked(gallery.house, Choose), "which")
        await pilot.press("enter")  # those that were drawn for this story
        await until(pilot, lambda: len(gallery.look.pictures) == 3, "one more")
        await until(pilot, lambda: "1 file there does not" in notices(gallery.house), "the photo")
        assert (folder / "photo.png").exists()


def test_people_and_places_with_a_look_have_a_row_before_they_have_a_picture(
    tmp_path: Path,
) -> None:
    with StoryFile.open(write_pictures(tmp_path / "skerry.forge")) as story:
        story.plan.add(Kind.WORLD, {"title": "The lighthouse", "look": "white, on a rock"})
        story.plan.add(Kind.WORLD, {"title": "The law of the sea"})
        found = look(story)
    all_of_it = {one.title for one in groups(found, Filter())}
    assert {"Mara", "The lighthouse"} <= all_of_it
    assert "The law of the sea" not in all_of_it
    assert "The law of the sea" in {one.title for one in groups(found, Filter(Shown.ITEMS))}
