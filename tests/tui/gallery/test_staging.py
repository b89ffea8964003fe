"""J in the gallery: a picture's staging is looked at, kept for a scene's next pictures, let go."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.picture.kept_stagings import KeptStaging
from storyforge.domain.picture.staging import Staging
from storyforge.errors import BadInput
from storyforge.images import png
from storyforge.store.story_file import StoryFile
from storyforge.studio.pictures import staging_pictures, stagings
from storyforge.tui.gallery.staging_view import StagingView
from storyforge.tui.screens.gallery import GalleryScreen
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import RowList
from tests.engine.pictures.easel import picture
from tests.images import weights
from tests.tui.gallery.galleries import at_gallery, idle, write_pictures
from tests.tui.house import notices, type_text, until

pytestmark = pytest.mark.usefixtures("one_engine")

_WORDS = "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"


@pytest.fixture(autouse=True)
def nets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ControlNet that keeps edges, and one for poses, which nothing here reads."""
    folder = tmp_path / "models" / "ControlNet"
    for kind in ("openpose", "canny"):
        tensors = {_WORDS: (320, 768), "input_hint_block.0.weight": (16, 3, 3, 3)}
        weights.write(folder / f"control_sd15_{kind}.safetensors", tensors)
    monkeypatch.setenv("STORYFORGE_PICTURES__FOLDERS", f'["{tmp_path / "models"}"]')


async def viewed(pilot: Pilot[None]) -> StagingView:
    """The view, once it is there."""
    await pilot.press("j")
    await until(pilot, lambda: isinstance(pilot.app.screen, StagingView), "the stagings")
    view = pilot.app.screen
    assert isinstance(view, StagingView)
    await until(pilot, lambda: any(rows.row for rows in view.query(RowList)), "its rows")
    return view


def told(view: StagingView) -> str:
    return str(view.query_one("#told", Prose).render())


def listened(view: StagingView, patch: pytest.MonkeyPatch) -> list[str]:
    """All that is told from now on: some of it stands only until the staging is read."""
    heard: list[str] = []
    prose = view.query_one("#told", Prose)
    update = prose.update

    def hear(text: str) -> None:
        heard.append(text)
        update(text)

    patch.setattr(prose, "update", hear)
    return heard


def row(gallery: GalleryScreen) -> str:
    return next((one.note for one in gallery.form.rows if one.id == "staging"), "")


def kept(gallery: GalleryScreen, number: int = 0) -> KeptStaging | None:
    scenes = gallery.story.outline().scenes
    return stagings.of_scene(gallery.story, scenes[number].id)


async def test_it_is_read_shown_kept_and_drawn_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painter = ScriptedPainter()
    path = write_pictures(tmp_path / "light.forge", count=1)
    async with at_gallery(path, painter=painter) as (pilot, gallery):
        await until(pilot, lambda: row(gallery) == "none", "nothing is kept")
        view = await viewed(pilot)
        said = listened(view, monkeypatch)
        await pilot.press("right", "enter")
        await until(pilot, lambda: row(gallery) == "edges 1.05", "it is kept")
        assert "read out of the picture, and kept then" in "\n".join(said)
        found = kept(gallery)
        assert found is not None
        assert (found.kind, found.ready, found.weight) == (Staging.EDGES, True, 1.05)
        assert found.picture_id == gallery.look.pictures[0].id

        gallery.prompt_editor.rewrite("a lamp", "")
        await pilot.press("f9")
        await until(pilot, lambda: bool(painter.orders), "an order")
        await idle(pilot, gallery.desk)
        (control,) = painter.orders[0].controls
        assert control.model.stem == "control_sd15_canny"
        assert png.looked_at(control.image, ("PNG",)).size == (64, 64)

        await pilot.press("ctrl+z")
        await until(pilot, lambda: row(gallery) == "none", "it is taken back")
        assert kept(gallery) is None


async def test_what_cannot_be_kept_says_why_and_a_drawn_one_comes_from_a_file(
    tmp_path: Path,
) -> None:
    skeleton = tmp_path / "skeleton.png"
    skeleton.write_bytes(picture())
    async with at_gallery(write_pictures(tmp_path / "light.forge", count=1)) as (pilot, gallery):
        view = await viewed(pilot)
        await until(pilot, lambda: "it counts: 1" in told(view), "the edges are read")
        await pilot.press("home")
        await until(pilot, lambda: "body_pose_model.pth" in told(view), "the reader is missing")
        await pilot.press("enter")
        await until(pilot, lambda: "Not kept: pose. What reads" in notices(gallery.house), "why")
        assert pilot.app.screen is view
        await pilot.press("f")
        await until(pilot, lambda: pilot.app.screen is not view, "which file")
        await type_text(pilot, str(skeleton))
        await pilot.press("enter")
        await until(pilot, lambda: row(gallery) == "pose 1", "it is kept")
        found = kept(gallery)
        assert found is not None
        assert found.ready


async def test_what_a_reader_has_against_a_picture_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_given: object) -> bytes:
        raise BadInput("The reader is damaged.", hint="Get it again.")

    monkeypatch.setattr(staging_pictures, "read", refused)
    async with at_gallery(write_pictures(tmp_path / "light.forge", count=1)) as (pilot, _gallery):
        view = await viewed(pilot)
        await until(pilot, lambda: "The reader is damaged." in told(view), "why it is not read")
        assert told(view).count("Get it again.") == 1


async def test_what_is_kept_is_weighed_given_to_another_scene_and_let_go(tmp_path: Path) -> None:
    path = write_pictures(tmp_path / "light.forge", count=0)
    with StoryFile.open(path) as story:
        source = story.picture_sources.put(picture())
        unread = KeptStaging(Staging.DEPTH, source, ready=False, begin=0.25)  # by the command line
        stagings.keep(story, story.outline().scenes[0].id, unread)
    async with at_gallery(path) as (pilot, gallery):
        await until(pilot, lambda: row(gallery) == "depth 1", "the form tells it")
        view = await viewed(pilot)
        assert "Keeps what is near" in told(view)
        assert "It is read out of this picture each time." in told(view)
        await pilot.press("left", "s")
        await until(pilot, lambda: pilot.app.screen is not view, "which scene")
        await pilot.press("down", "enter")
        await until(pilot, lambda: pilot.app.screen is view, "it is chosen")
        await pilot.press("enter")
        await until(pilot, lambda: kept(gallery, 1) is not None, "the second scene keeps it")
        second = kept(gallery, 1)
        assert second == replace(unread, weight=0.95)
        await viewed(pilot)
        await pilot.press("d")
        await until(pilot, lambda: row(gallery) == "none", "it is let go")
        assert kept(gallery) is None
