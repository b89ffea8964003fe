"""Draws docs/desk.svg: the real desk with a real story, on a screen of 120×32. `make picture`.

The story is made in a folder of its own and written through the program's own keys; the words of
the continuations are given, so that the picture is the same each time.
"""

import asyncio
import os
import tempfile
from pathlib import Path

_OUT = Path(__file__).parents[1] / "docs" / "desk.svg"
_SIZE = (120, 32)
_SECONDS = 30.0
_CLOCK = "2026-01-02T14:0{minute}:00+00:00"

_OIL = (
    "The oil came in barrels twice a year, and Mara counted them herself. Eleven barrels in "
    "spring, nine before the winter storms. She wrote the numbers down in the log, in the "
    "narrow hand that her father had taught her, and beside them the weather.\n\nNobody had "
    "ever asked to see them."
)
_FOG = (
    "By four the fog had taken the point. She could hear the bell on the reef and, between "
    "two strokes, oars where no oars should be."
)
_LANTERNS = (
    "Mara had kept the light at Skerry Point for eleven years. On the night the boat came in "
    "without a crew, she was awake.\n\nIt was not the wind that had kept her up. The wind "
    "had dropped at midnight, and what was left was the kind of quiet in which one hears the "
    "clockwork of the lamp turn two floors above. She had been sitting over the log with the "
    "pen in her hand and had not written a word.\n\n“Nobody rows in fog,” she said to the "
    "dog, and the dog looked at the door.\n\nShe took the storm lantern from its hook and "
    "went down to the slip."
)
_TAKES = (
    " The boat lay against the stones as if somebody had moored it. There was no "
    "rope.\n\nShe called twice. Only the bell answered her, and then not even that.",
    " It was empty but for a lantern, still burning, and a coat that had been folded with "
    "great care.\n\nThe coat was dry. She stood a while before she understood what that "
    "meant.",
    " Something small moved under the canvas, and for a moment she thought of the seals that "
    "slept there in autumn.\n\nThen the canvas said her name.",
)


def main() -> None:
    """Draw it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TZ"] = "UTC"
        os.environ.pop("NO_COLOR", None)
        for name in ("CONFIG", "DATA", "CACHE", "STORIES"):
            os.environ[f"STORYFORGE_{name}_DIR"] = folder
        story = Path(folder) / "The Light at Skerry Point.forge"
        _OUT.write_text(asyncio.run(_drawn(story)), "utf-8")


def _write(path: Path) -> None:
    """Two chapters and a half, as an author has them after a week."""
    from storyforge.domain.origin import Origin, Provenance
    from storyforge.domain.story import Page
    from storyforge.store.story_file import StoryFile

    def page(scene: str, text: str) -> Page:
        return Page(scene, text, Provenance.whole(len(text), Origin.TYPED), len(text))

    with StoryFile.create(path, title="The Light at Skerry Point", author="Nadia") as story:
        keeper = story.outline().chapters[0]
        story.binder.rename_chapter(keeper.id, "The Keeper")
        story.binder.rename_scene(keeper.scenes[0].id, "Oil")
        story.scenes.save(page(keeper.scenes[0].id, _OIL))
        story.binder.add_scene(keeper.id, "The log")
        boat = story.binder.add_chapter("The Boat")
        story.scenes.save(page(story.binder.add_scene(boat, "Fog"), _FOG))
        lanterns = story.binder.add_scene(boat, "Lanterns")
        story.scenes.save(page(lanterns, _LANTERNS))
        story.binder.add_scene(boat, "The child")
        story.remember("open_scene", lanterns)


async def _drawn(path: Path) -> str:
    """The screen after three takes, as SVG."""
    from storyforge.backends.scripted import ScriptedBackend
    from storyforge.store import values
    from storyforge.tui import seen
    from storyforge.tui.app import StoryforgeApp
    from storyforge.tui.desk.hinting import FIRST_RUN
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.terminal import Terminal

    minute = 0

    def now() -> str:
        return _CLOCK.format(minute=minute)

    values.now = now
    _write(path)
    seen.remember(FIRST_RUN)
    model = ScriptedBackend(_TAKES, name="Demo")
    app = StoryforgeApp(
        path, backend=lambda: model, terminal=Terminal(shift_enter=True), still=True
    )
    async with asyncio.timeout(_SECONDS), app.run_test(size=_SIZE) as pilot:
        while not (app.screen_stack and isinstance(app.screen, DeskScreen) and app.screen.story):
            await pilot.pause(0.05)
        desk = app.screen
        for number, key in enumerate(("shift+enter", "f6", "f6"), 1):
            minute = 2 * number - 1
            await pilot.press(key)
            while desk.continuing.ended < number or len(desk.takes.takes) < number:
                await pilot.pause(0.05)
        while desk.saving.dirty or not desk.telling.status.model:
            await pilot.pause(0.05)
        desk.say(wrote="", prompt="")
        await pilot.pause()
        return app.export_screenshot(title="storyforge")


if __name__ == "__main__":
    main()
