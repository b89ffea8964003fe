"""A story with pictures, and the gallery open on it; what draws is made up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from storyforge.backends.pictures.scripted import ScriptedPainter, bands
from storyforge.domain.picture.orders import Order, Raster
from storyforge.domain.picture.pictures import Picture
from storyforge.images.png import encoded
from storyforge.store.story_file import StoryFile
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk.by_plan import picturing_of
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.gallery import GalleryScreen
from tests.tui.house import desk_of, running, until
from tests.tui.planner.plans import write_plan

PROMPT = "a keeper with a storm lantern, night"


def png(seed: int, side: int = 64) -> bytes:
    """A picture of ours."""
    return encoded(Raster(side, side, bands(Order(PROMPT, seed=seed), side, side)))


def add_picture(story: StoryFile, scene_id: str, seed: int, **more: object) -> Picture:
    """One more picture of a scene."""
    picture = Picture(
        id="",
        scene_id=scene_id,
        created=datetime(2026, 1, 2, 14, 2, tzinfo=UTC) + timedelta(seconds=seed),
        width=64,
        height=64,
        seed=seed,
        painter="anything",
        prompt=PROMPT,
        **more,  # type: ignore[arg-type]
    )
    return story.pictures.add(picture, png(seed))


def write_pictures(path: Path, *, language: str = "en", count: int = 3) -> Path:
    """The plan's story; the first scene has `count` pictures, seeds from 1."""
    write_plan(path, language=language)
    with StoryFile.open(path) as story:
        scene = story.outline().scenes[0]
        for seed in range(1, count + 1):
            add_picture(story, scene.id, seed)
    return path


@asynccontextmanager
async def at_gallery(
    path: Path, *, painter: ScriptedPainter | None = None, size: tuple[int, int] = (120, 32)
) -> AsyncIterator[tuple[Pilot[None], GalleryScreen]]:
    """The gallery, in front, with the prompt of its scene."""
    async with running(path, size=size) as (pilot, app):
        draws_with(app, painter or ScriptedPainter())
        await pilot.press("f4")
        yield pilot, await opened(pilot, app)


def draws_with(app: StoryforgeApp, painter: ScriptedPainter) -> None:
    """Pictures come from this painter."""
    app.modelling.painting.only = lambda: painter


async def opened(pilot: Pilot[None], app: StoryforgeApp) -> GalleryScreen:
    """The gallery, once it shows the prompt of its scene."""
    await until(pilot, lambda: isinstance(app.screen, GalleryScreen), "the gallery")
    gallery = app.screen
    assert isinstance(gallery, GalleryScreen)
    await until(pilot, lambda: gallery.prompting.loads > 0, "its prompt")
    return gallery


async def idle(pilot: Pilot[None], desk: DeskScreen) -> None:
    """Nothing is drawn any more."""
    await until(pilot, lambda: not picturing_of(desk).run.running, "all is drawn")
    await pilot.pause()


def desk_in(app: StoryforgeApp) -> DeskScreen:
    """The desk below."""
    return desk_of(app)
