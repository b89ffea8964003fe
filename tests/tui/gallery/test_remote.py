"""A painter behind an API, in the gallery: where it draws is said, asked about, and shown."""

from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from storyforge import settings
from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.store.story_file import StoryFile
from storyforge.studio.permission import (
    allow,
    is_allowed,
    objection_to_painter,
    set_local_only,
)
from storyforge.studio.pictures.remote_painters import what_draws
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.dialogs.base import Choose
from storyforge.tui.dialogs.story import AskFacts, Box
from storyforge.tui.gallery.telling import facts
from storyforge.tui.widgets.rows import RowList
from tests.backends.pictures.remote.far_a1111 import far_a1111
from tests.tui.gallery.galleries import at_gallery, idle, opened, write_pictures
from tests.tui.house import asked, notices, running, until

CLOUD = {"painters.cloud.backend": "openai", "painters.cloud.model": "gpt-image-1"}


async def question(pilot: Pilot[None], app: StoryforgeApp) -> str:
    """What is asked, once it is."""
    await until(pilot, lambda: asked(app, Choose), "the question")
    return str(app.screen.query(Static).first().render())


async def test_before_a_prompt_leaves_the_author_is_asked(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge")
    settings.update(dict(CLOUD))
    async with running(path, size=(120, 36)) as (pilot, app):
        await pilot.press("f4")
        gallery = await opened(pilot, app)
        values = gallery.prompting.values
        assert values.told("painter") == "cloud · api.openai.com"
        assert {"sampler", "steps", "seed", "heat"} <= values.lacks
        assert values.told("sampler") == "–"
        grey_rows = {row.id for row in gallery.form.rows if row.kind == "muted"}
        assert {"sampler", "staging"} <= grey_rows
        assert "width" not in grey_rows
        wish = await gallery.ordering.wish(replace(values, heat=True, hires=2), "storm", "")
        assert (wish.heat, wish.hires) == (False, None)  # as it was set for another painter
        profile = await gallery.ordering.profile()
        assert what_draws(profile) == "OpenAI · gpt-image-1 · api.openai.com"
        gallery.prompting.stepped("sampler", 1)
        grey = "The painter “cloud” does not go by this."
        await until(pilot, lambda: grey in notices(app), "why not")
        gallery.prompt_editor.text = "storm"
        await pilot.press("f9")
        dialog = await question(pilot, app)
        assert "cloud runs at api.openai.com." in dialog
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is gallery, "the gallery again")
        assert list(gallery.story.picture_queue.all()) == []
        assert not is_allowed("painters.cloud", "api.openai.com")
        await pilot.press("f9")
        await question(pilot, app)
        await pilot.press("down", "enter")
        # There is no key: nothing is sent, and the order waits with the reason.
        await until(pilot, lambda: "There is no key for openai" in notices(app), "why")
        await idle(pilot, gallery.desk)
        assert is_allowed("painters.cloud", "api.openai.com")
        assert [one.state for one in gallery.story.picture_queue.all()] == ["failed"]


async def test_a_story_that_stays_here_goes_to_no_server(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge")
    with StoryFile.open(path) as story:
        set_local_only(story, True)
    settings.update(dict(CLOUD))
    async with running(path, size=(120, 36)) as (pilot, app):
        await pilot.press("f4")
        gallery = await opened(pilot, app)
        gallery.prompt_editor.text = "storm"
        await pilot.press("f9")
        assert "marked to never leave this machine" in await question(pilot, app)
        await pilot.press("enter")


async def test_a_story_that_is_marked_while_a_server_draws_takes_its_picture_back(
    tmp_path: Path,
) -> None:
    path = write_pictures(tmp_path / "skerry.forge", count=1)
    painter = ScriptedPainter(delay=3600, place="draws.example")
    with StoryFile.open(path) as story:
        objection = objection_to_painter(story, painter.card)
    assert objection is not None
    allow(objection)
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        gallery.prompt_editor.text = "storm"
        await pilot.press("f9")
        await until(pilot, lambda: bool(painter.orders), "it draws")
        gallery.desk.action_do("details")
        await until(pilot, lambda: asked(gallery.house, AskFacts), "the story's facts")
        gallery.house.screen.query_one(Box).value = True
        await pilot.press("enter")
        await idle(pilot, gallery.desk)
        assert [one.state for one in gallery.story.picture_queue.all()] == ["waiting"]
        assert "From now on this story never leaves this machine." in notices(gallery.house)


async def test_a_server_draws_into_the_gallery(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "skerry.forge")
    async with far_a1111(steps=2) as far:
        settings.update(
            {
                "painters.big.backend": "a1111", "painters.big.url": far.url,
                "painters.big.width": 64, "painters.big.height": 64,
            }
        )  # fmt: skip
        async with running(path, size=(120, 36)) as (pilot, app):
            await pilot.press("f4")
            gallery = await opened(pilot, app)
            gallery.prompt_editor.text = "storm <lora:mara:0.5>"
            await pilot.press("f9")
            await until(pilot, lambda: len(gallery.look.pictures) == 4, "a picture")
            await idle(pilot, gallery.desk)
            assert gallery.picture is not None
            assert gallery.picture.settings["model"] == "ink"
            assert "big" in list(facts(gallery.picture))
            await pilot.press("h")
            deaf = "“big” drew this picture, and cannot tell what it listened to."
            await until(pilot, lambda: deaf in notices(app), "why it has no word heat")
            # The samplers are the server's.
            gallery.to_pane(gallery.form)
            gallery.form.show_values(gallery.prompting.values, frozenset(), (), "sampler")
            await pilot.press("enter")
            await until(pilot, lambda: asked(app, Choose), "its samplers")
            rows = app.screen.query_one(RowList)
            assert [row.id for row in rows.rows] == ["Euler a", "DPM++ 2M"]
            await pilot.press("down", "enter")
            await until(
                pilot, lambda: gallery.prompting.values.sampler == "DPM++ 2M", "the sampler"
            )
    assert any(one.body and one.body.get("prompt") == "storm <lora:mara:0.5>" for one in far.asked)
