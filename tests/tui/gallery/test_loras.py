"""LoRAs and styles come into the prompt and into the plan, in the real gallery."""

from pathlib import Path

from storyforge.domain.plan.forms import Kind
from storyforge.settings import update
from storyforge.store.story_file import StoryFile
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.gallery.lora_browser import LoraBrowser
from storyforge.tui.gallery.style_chooser import ChooseStyle
from storyforge.tui.screens.gallery import GalleryScreen
from tests.images import weights
from tests.tui.house import asked, at_desk, notices, until, write_story


def _folder(where: Path) -> None:
    told = {"modelspec.trigger_phrase": "inkheroine"}
    ink = weights.write(where / "loras/ink.safetensors", weights.lora(768), told)
    ink.with_suffix(".json").write_text('{"preferred weight": 0.7, "negative text": "photo"}')
    (where / "styles.csv").write_text("name,prompt,negative_prompt\nFilm,35mm film,digital\n")
    update({"pictures.folders": [str(where)]})


def _listed(app: StoryforgeApp) -> bool:
    """Whether the LoRAs are there to be chosen."""
    front = app.screen
    return asked(app, LoraBrowser) and isinstance(front, LoraBrowser) and front.lora is not None


async def test_a_lora_goes_into_the_prompt_and_into_the_plan_and_a_style_around_it(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "light.forge")
    with StoryFile.open(path) as story:
        story.plan.add(Kind.CHARACTER, {"name": "Mara"})
    _folder(tmp_path / "mine")
    async with at_desk(path) as (pilot, desk):
        app = desk.house
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, GalleryScreen), "the gallery")
        gallery = app.screen
        assert isinstance(gallery, GalleryScreen)
        await pilot.press("f5")
        await until(pilot, lambda: _listed(app), "LoRAs")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is gallery, "the gallery again")
        await until(pilot, lambda: "ink" in gallery.prompt_editor.text, "the LoRA")
        assert gallery.prompt_editor.text.endswith("<lora:ink:0.7>, inkheroine")
        assert gallery.prompt_editor.negative == "photo"
        gallery.to_pane(gallery.grid)
        await pilot.press("y")
        await until(pilot, lambda: asked(app, ChooseStyle), "styles")
        await pilot.press("enter")
        await until(pilot, lambda: "35mm" in gallery.prompt_editor.text, "the style")
        assert gallery.prompt_editor.text.endswith("inkheroine, 35mm film")
        assert gallery.prompt_editor.negative == "photo, digital"
        await pilot.press("f5")
        await until(pilot, lambda: _listed(app), "LoRAs")
        await pilot.press("f3")
        await until(pilot, lambda: "the whole book" in notices(app), "said")
        await pilot.press("f5")
        await until(pilot, lambda: _listed(app), "LoRAs")
        await pilot.press("f2")
        await until(pilot, lambda: asked(app, Choose), "for whom?")
        await pilot.press("enter")
        await until(pilot, lambda: "Mara" in notices(app), "said")
    with StoryFile.open(path) as story:
        plan = story.plan.read()
        assert plan.premise.fact("style_loras") == "ink:0.7"
        assert [each.fact("loras") for each in plan.of(Kind.CHARACTER)] == ["ink:0.7"]


async def test_without_characters_and_styles_it_is_said_what_to_do(tmp_path: Path) -> None:
    path = write_story(tmp_path / "light.forge")
    _folder(tmp_path / "mine")
    (tmp_path / "mine/styles.csv").unlink()
    async with at_desk(path) as (pilot, desk):
        app = desk.house
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, GalleryScreen), "the gallery")
        await pilot.press("y")
        await until(pilot, lambda: "no styles.csv" in notices(app), "said")
        await pilot.press("l")
        await until(pilot, lambda: _listed(app), "LoRAs")
        await pilot.press("f2")
        await until(pilot, lambda: "no characters yet" in notices(app), "said")
