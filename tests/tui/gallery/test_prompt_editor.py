"""The prompt is written with AUTOMATIC1111's keys, completed, searched for tags, and explained."""

from pathlib import Path

from textual.events import Paste

from storyforge.domain.picture.orders import Order, Raster
from storyforge.domain.picture.painters import Dialect
from storyforge.images import infotext, png
from storyforge.studio.pictures import tag_books
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.gallery.tag_search import TagSearch
from storyforge.tui.gallery.why import Why
from storyforge.tui.screens.planner import PlannerScreen
from tests.tui.gallery.galleries import at_gallery, write_pictures
from tests.tui.house import type_text, until


async def test_weights_and_tags_go_by_keys_and_each_is_a_step(tmp_path: Path) -> None:
    async with at_gallery(write_pictures(tmp_path / "skerry.forge")) as (pilot, gallery):
        editor = gallery.prompt_editor
        gallery.to_pane(editor)
        editor.rewrite("red hair, storm", "")
        editor.written_on.move_cursor((0, 12))
        await pilot.press("ctrl+up", "ctrl+up")
        assert editor.text == "red hair, (storm:1.2)"
        await pilot.press("alt+left")
        assert editor.text == "(storm:1.2), red hair"
        await pilot.press("shift+f8", "shift+f5")
        assert editor.text == "red hair, (storm:1.1)"
        await pilot.press("ctrl+z", "ctrl+z")
        assert editor.text == "(storm:1.2), red hair"
        editor.speak(Dialect.TAGS_SPACES)
        editor.rewrite("1girl long_hair", "")
        editor.written_on.move_cursor((0, 1))
        await pilot.press("alt+right")
        assert editor.text == "long_hair 1girl"


async def test_what_is_typed_is_completed_by_use(tmp_path: Path) -> None:
    async with at_gallery(write_pictures(tmp_path / "skerry.forge")) as (pilot, gallery):
        editor = gallery.prompt_editor
        gallery.to_pane(editor)
        editor.speak(Dialect.TAGS_COMMAS)
        editor.rewrite("", "")
        await type_text(pilot, "light")  # the tags are read meanwhile
        await until(pilot, lambda: editor.completions.is_open, "completions")
        assert editor.completions.marked is not None
        names = [row.id for row in editor.completions.rows]
        assert names[0] == "light_smile"
        assert "lighthouse" in names
        while editor.completions.marked.name != "lighthouse":
            await pilot.press("down")
        await pilot.press("enter")
        assert editor.text == "lighthouse, "
        assert not editor.completions.is_open
        await until(pilot, lambda: tag_books.uses() == {"lighthouse": 1}, "its use")
        await type_text(pilot, "ligh")
        await until(pilot, lambda: editor.completions.is_open, "completions again")
        assert editor.completions.rows[0].id == "lighthouse"
        # Esc closes the list and nothing else; Enter is a new line again.
        await pilot.press("escape")
        assert not editor.completions.is_open
        assert editor.written_on.has_focus
        await pilot.press("enter")
        assert editor.text == "lighthouse, ligh\n"


async def test_tags_are_searched_by_part_and_category(tmp_path: Path) -> None:
    async with at_gallery(write_pictures(tmp_path / "skerry.forge")) as (pilot, gallery):
        editor, app = gallery.prompt_editor, gallery.house
        editor.rewrite("storm", "")  # nobody writes there: it comes to the end
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, TagSearch), "the search")
        await type_text(pilot, "hokusai")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is gallery, "the gallery")
        assert editor.text == "storm, katsushika hokusai"


async def test_each_word_leads_to_its_line_of_the_plan(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge")
    async with at_gallery(path) as (pilot, gallery):
        app: StoryforgeApp = gallery.house
        gallery.story.plan.put(gallery.scene_id, {"shown": "A keeper lights a lamp"})
        loads = gallery.prompting.loads
        await gallery.look_again()
        await until(pilot, lambda: gallery.prompting.compiled is not None, "the plan's prompt")
        assert gallery.prompting.loads >= loads
        gallery.to_pane(gallery.prompt_editor)
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, Why), "why")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PlannerScreen), "the plan")
        planner = app.screen
        assert isinstance(planner, PlannerScreen)
        await until(pilot, lambda: planner.at[0] == gallery.scene_id, "the scene's line")
        assert planner.at[1] == "shown"


async def test_how_long_the_prompt_is_stands_beside_it(tmp_path: Path) -> None:
    async with at_gallery(write_pictures(tmp_path / "skerry.forge")) as (pilot, gallery):
        gallery.prompt_editor.rewrite("a keeper with a lamp", "blurry")
        pane = gallery.prompt_editor.parent
        assert pane is not None
        await until(
            pilot,
            lambda: "5/75 · negative 1/75" in str(getattr(pane, "border_title", "")),
            "its length",
        )


async def test_a_pasted_path_brings_a_pictures_settings(tmp_path: Path) -> None:
    picture = tmp_path / "far away.png"
    order = Order("a far shore", "people", 512, 768, steps=31, sampler="DPM++ SDE Karras", seed=77)
    text = infotext.write(order, {}, "anything")
    blank = png.encoded(Raster(8, 8, bytes(192)))
    picture.write_bytes(png.with_texts(blank, {"parameters": text}))
    async with at_gallery(write_pictures(tmp_path / "skerry.forge")) as (pilot, gallery):
        app = gallery.house
        gallery.to_pane(gallery.prompt_editor)
        gallery.prompt_editor.rewrite("mine", "")
        gallery.prompt_editor.written_on.post_message(Paste(f"'{picture}'"))
        await until(pilot, lambda: isinstance(app.screen, Choose), "what to take")
        await pilot.press("enter")
        await until(pilot, lambda: gallery.prompt_editor.text == "a far shore", "its prompt")
        assert gallery.prompt_editor.negative == "people"
        values = gallery.prompting.values
        assert (values.steps, values.seed, values.height) == (31, 77, 768)
        assert (values.sampler, values.schedule) == ("DPM++ SDE", "Automatic")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: gallery.prompting.values.seed is None, "the form, too")
        await pilot.press("ctrl+y")
        await until(pilot, lambda: gallery.prompting.values.seed == 77, "and again")
        await pilot.press("ctrl+z")
        assert gallery.prompt_editor.text == "mine"
        # A word, or the path of something else, is pasted as it is.
        gallery.prompt_editor.written_on.post_message(Paste(" and /no/such.png"))
        await until(pilot, lambda: "/no/such.png" in gallery.prompt_editor.text, "the word")
