"""A real story, a real app and a scripted model, for the tests of the desk."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from storyforge.backends.base import Backend
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from storyforge.tui import seen
from storyforge.tui.app import StoryforgeApp
from storyforge.tui.desk import hinting
from storyforge.tui.dialogs.base import Dialog, Tell
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.screens.library import LibraryScreen
from storyforge.tui.terminal import Terminal

TEXT = "Mara kept the light. The boat came in without a crew."
SECONDS = 15.0


def page(scene_id: str, text: str, caret: int | None = None) -> Page:
    """A typed page with the caret at its end."""
    provenance = Provenance.whole(len(text), Origin.TYPED)
    return Page(scene_id, text, provenance, len(text) if caret is None else caret)


def write_story(path: Path, text: str = TEXT, *, language: str = "en") -> Path:
    """Two chapters: The Keeper (Oil, The log) and The Boat (Fog); Oil holds `text`."""
    with StoryFile.create(path, title="Skerry Point", author="Ana", language=language) as story:
        first = story.outline().chapters[0]
        story.binder.rename_chapter(first.id, "The Keeper")
        story.binder.rename_scene(first.scenes[0].id, "Oil")
        story.binder.add_scene(first.id, "The log")
        story.binder.add_scene(story.binder.add_chapter("The Boat"), "Fog")
        story.scenes.save(page(first.scenes[0].id, text))
    return path


def stored(path: Path, title: str = "Oil") -> str:
    """The text of the scene `title` as it is on disk, read beside the running program."""
    with StoryFile.open(path) as story:
        scene = next(scene for scene in story.outline().scenes if scene.title == title)
        return story.scenes.load(scene.id).text


async def until(pilot: Pilot[None], condition: Callable[[], object], what: str = "") -> None:
    """Wait until `condition` holds; fails with `what` after some seconds."""
    clock = pilot.app._loop.time if pilot.app._loop is not None else None
    assert clock is not None
    end = clock() + SECONDS
    while not condition():
        assert clock() < end, f"never: {what or condition}"
        await pilot.pause(0.01)


def notices(app: StoryforgeApp) -> str:
    """Everything that was said in toasts."""
    return "\n".join(f"{note.title} {note.message}" for note in app._notifications)


def desk_of(app: StoryforgeApp) -> DeskScreen:
    """The desk, wherever it is in the stack."""
    return next(screen for screen in app.screen_stack if isinstance(screen, DeskScreen))


@asynccontextmanager
async def running(
    path: Path | None,
    *,
    backend: Backend | None = None,
    size: tuple[int, int] = (120, 32),
    shift_enter: bool = True,
    hint: bool = False,
) -> AsyncIterator[tuple[Pilot[None], StoryforgeApp]]:
    """The app on a screen of `size`, its story open and its settings read."""
    if not hint:
        seen.remember(hinting.FIRST_RUN)
    model = backend or ScriptedBackend()
    app = StoryforgeApp(
        path, backend=lambda: model, terminal=Terminal(shift_enter=shift_enter), still=True
    )
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.settings is not None, "settings")
        if path is not None:
            await until(pilot, lambda: is_ready(app), "the story open")
        yield pilot, app


def is_ready(app: StoryforgeApp) -> bool:
    """Whether the desk shows its story and knows its model, or the library came instead."""
    if any(isinstance(screen, LibraryScreen) for screen in app.screen_stack):
        return True
    desk = desk_of(app)
    asked = len(app.screen_stack) > 1
    return asked or (desk.story is not None and bool(desk.telling.status.model))


@asynccontextmanager
async def at_desk(
    path: Path, *, backend: ScriptedBackend | None = None, size: tuple[int, int] = (120, 32)
) -> AsyncIterator[tuple[Pilot[None], DeskScreen]]:
    """The desk with its story open."""
    async with running(path, backend=backend, size=size) as (pilot, app):
        yield pilot, desk_of(app)


def asked(app: StoryforgeApp, kind: type[Screen[Any]] = Dialog) -> bool:
    """Whether a dialog of this kind is in front and ready for keys."""
    front = app.screen
    if not isinstance(front, kind) or not front.is_mounted:
        return False
    return app.focused is not None or isinstance(front, Tell)


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Type `text` letter by letter."""
    await pilot.press(*("space" if letter == " " else letter for letter in text))


async def answer(pilot: Pilot[None], text: str) -> None:
    """Put `text` into the focused input of a dialog and press Enter."""
    await until(pilot, lambda: isinstance(pilot.app.focused, Input), "an input")
    focused = pilot.app.focused
    assert isinstance(focused, Input)
    focused.value = text
    await pilot.press("enter")


async def continued(pilot: Pilot[None], desk: DeskScreen, key: str = "shift+enter") -> None:
    """Ask for a continuation and wait until it is whole and saved."""
    ended = desk.continuing.ended
    await pilot.press(key)
    await until(pilot, lambda: desk.continuing.ended > ended, "the continuation ends")
    await until(pilot, lambda: not desk.saving.dirty, "saved")


def script(*answers: str, delay: float = 0.0, fail_after: int | None = None) -> ScriptedBackend:
    """A model that answers these in turn."""
    return ScriptedBackend(answers, delay=delay, fail_after=fail_after)


def texts(lines: Sequence[object]) -> str:
    """What a list shows, a line a row."""
    return "\n".join(f"{getattr(line, 'text', '')} {getattr(line, 'note', '')}" for line in lines)
