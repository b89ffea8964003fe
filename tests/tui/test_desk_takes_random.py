"""Any walk through takes, sums, the tree and undo leaves every take's text in the file."""

import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from storyforge.store.story_file import StoryFile
from storyforge.tui.dialogs.side_by_side import SideBySide
from storyforge.tui.dialogs.take_tree import TakeTree
from storyforge.tui.screens.desk import DeskScreen
from storyforge.tui.widgets.rows import RowList
from tests.tui.house import asked, at_desk, continued, script, until, write_story

STEPS = 22
ANSWERS = [f" The {n} bell rang. Nobody came for {n} days." for n in range(1, 40)]


class Walk:
    """An author who tries everything, in an order that the seed gives."""

    def __init__(self, pilot: Pilot[None], desk: DeskScreen, seed: int) -> None:
        self.pilot, self.desk = pilot, desk
        self.random = random.Random(seed)
        self.ways: tuple[Callable[[], Awaitable[None]], ...] = (
            self.go_on, self.retry, self.choose, self.mix, self.refuse, self.undo, self.redo,
            self.walk, self.go_back, self.type,
        )  # fmt: skip

    async def step(self) -> None:
        await self.random.choice(self.ways)()
        await until(self.pilot, lambda: self.desk.house.screen is self.desk, "at the desk")
        await until(
            self.pilot,
            lambda: not self.desk.turn.locked() and not self.desk.continuing.running,
            "at rest",
        )

    async def go_on(self) -> None:
        await continued(self.pilot, self.desk)

    async def retry(self) -> None:
        if any(place.start == place.end for place in self.desk.manuscript.places_at_caret()):
            await continued(self.pilot, self.desk, "f6")

    async def several(self) -> None:
        await self.pilot.press("shift+f5")
        await until(
            self.pilot,
            lambda: (
                isinstance(self.desk.house.screen, SideBySide)
                and not self.desk.house.screen.running
            ),
            "written",
        )

    async def choose(self) -> None:
        await self.several()
        await self.pilot.press(str(self.random.randint(1, 3)), "enter")

    async def mix(self) -> None:
        await self.several()
        await self.pilot.press("3", "down", "space", "1", "down", "down", "space", "enter")

    async def refuse(self) -> None:
        await self.several()
        await self.pilot.press("escape")

    async def undo(self) -> None:
        await self.pilot.press("ctrl+z")

    async def redo(self) -> None:
        await self.pilot.press("ctrl+y")

    async def walk(self) -> None:
        await self.pilot.press(self.random.choice(("alt+up", "alt+down")))

    async def type(self) -> None:
        await self.pilot.press("x")

    async def go_back(self) -> None:
        await until(self.pilot, lambda: not self.desk.saving.dirty, "saved")
        await self.pilot.press("shift+f7")
        await until(self.pilot, lambda: asked(self.desk.house, TakeTree), "the tree")
        tree = self.desk.house.screen
        assert isinstance(tree, TakeTree)
        await until(self.pilot, lambda: tree._numbers is not None and tree._read_once, "read")
        rows = tree.query_one(RowList)
        takes = [n for n, row in enumerate(rows.rows) if not row.id.startswith("scene:")]
        if not takes:
            await self.pilot.press("escape")
            return
        rows.cursor = self.random.choice(takes)
        await until(
            self.pilot,
            lambda: (
                tree._looked is not None and rows.row is not None and tree._looked.id == rows.row.id
            ),
            "looked at",
        )
        await self.pilot.press("enter")


def kept(path: Path) -> dict[str, str]:
    with StoryFile.look(path) as story:
        scene = story.outline().scenes[0].id
        return {take.id: take.text for take in story.takes.of_scene(scene)}


@pytest.mark.parametrize("seed", [1, 2])
async def test_any_walk_keeps_every_text(tmp_path: Path, seed: int) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(*ANSWERS), size=(100, 30)) as (pilot, desk):
        walk = Walk(pilot, desk, seed)
        before: dict[str, str] = {}
        for _step in range(STEPS):
            await walk.step()
            now = kept(path)
            assert before.items() <= now.items()
            before = now
            assert desk.manuscript.provenance.length == len(desk.manuscript.text)
        assert len(before) > 10
