"""Reading ahead in the author's pauses: when it is done, what ends it, and what is said of it."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from storyforge import settings
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import Cached, Reading, Request, Usage
from storyforge.errors import ModelError
from storyforge.studio import speeds
from storyforge.studio.prompt import preparing as studio
from storyforge.tui import work
from storyforge.tui.desk import preparing
from storyforge.tui.desk.preparing import Preparing
from storyforge.tui.dialogs.side_by_side import SideBySide
from storyforge.tui.screens.desk import DeskScreen
from tests.tui.house import at_desk, continued, type_text, until, write_story


class Reader(ScriptedBackend):
    """Reads ahead until it is stopped or let through, and takes down what it was told."""

    def __init__(self, *, cached: Cached | None = None, fails: bool = False) -> None:
        super().__init__(("It rained. ",))
        self.told = cached
        self.fails = fails
        self.through = False
        self.kept = False
        self.prepared: list[Request] = []
        self.stopped = 0
        self.left: list[str] = []

    async def prepare(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Reading, None]:
        self.prepared.append(request)
        if self.fails:
            raise ModelError("no more of it")
        if self.kept:
            return
        yield Reading(0, 100, 20)
        if not self.through:
            await stop.wait()
            self.stopped += 1
            return
        yield Reading(100, 100, 20)

    async def cached(self, request: Request) -> Cached:
        return self.told or await super().cached(request)

    async def leave(self, slot: str) -> None:
        self.left.append(slot)


def area_of(desk: DeskScreen) -> Preparing:
    return next(area for area in desk.areas if isinstance(area, Preparing))


async def paused(pilot: Pilot[None], desk: DeskScreen) -> None:
    """The author pauses, and whatever follows from it is done."""
    await pilot.pause()  # what the page still has to say would end the reading
    area = area_of(desk)
    looked = area.looked
    area.look()
    await until(pilot, lambda: area.looked > looked, "the pause made use of")


async def test_a_pause_reads_what_shift_enter_would_ask(tmp_path: Path) -> None:
    model = Reader()
    model.through = True
    async with at_desk(write_story(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        desk.house.still = False  # pauses count
        await type_text(pilot, " Fog")
        await until(pilot, lambda: model.prepared, "read ahead")
        await until(pilot, lambda: not desk.telling.status.reading, "read")
        desk.house.still = True
        await continued(pilot, desk)
        (ahead, asked) = model.prepared[-1], model.requests[-1]
        assert (ahead.prompt, ahead.slot, ahead.suffix) == (asked.prompt, asked.slot, asked.suffix)
        assert ahead.prompt.endswith(" Fog")


async def test_a_key_ends_the_reading_before_anything_else_of_it(tmp_path: Path) -> None:
    model = Reader()
    async with at_desk(write_story(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        for key in ("x", "left", "shift+enter"):
            area_of(desk).look()
            count = len(model.prepared)
            await until(pilot, lambda count=count: len(model.prepared) > count, "reading")  # type: ignore[misc]
            await until(pilot, lambda: desk.telling.status.reading, "said")
            assert desk.telling.status.reading == "read ahead: 0 of 100"
            stopped = model.stopped
            await pilot.press(key)
            await until(pilot, lambda was=stopped: model.stopped > was, f"{key} stops it")  # type: ignore[misc]
            await until(pilot, lambda: not desk.telling.status.reading, "nothing is read")
            await until(pilot, lambda: not desk.continuing.running, "written")


async def test_what_was_read_is_not_read_again_until_something_changes(tmp_path: Path) -> None:
    model = Reader()
    model.through = True
    async with at_desk(write_story(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        await paused(pilot, desk)
        assert len(model.prepared) == 1
        model.told = Cached(119, 120)
        await paused(pilot, desk)
        assert len(model.prepared) == 1
        for area in desk.hearing:
            area.context_changed()
        await paused(pilot, desk)
        assert len(model.prepared) == 2


async def test_the_take_that_is_chosen_of_several_is_turned_to_at_once(tmp_path: Path) -> None:
    model = Reader()
    model.through = True
    async with at_desk(write_story(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        await pilot.press("shift+f5")
        await until(pilot, lambda: isinstance(desk.house.screen, SideBySide), "side by side")
        await until(pilot, lambda: not desk.continuing.running, "written")
        assert not model.prepared
        await pilot.press("2", "enter")
        await until(pilot, lambda: model.prepared, "before any pause")
        assert model.prepared[0].prompt.endswith("It rained.")


async def test_what_comes_back_from_the_disk_counts_as_read(tmp_path: Path) -> None:
    model = Reader(cached=Cached(119, 120))
    model.kept = True
    async with at_desk(write_story(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        await paused(pilot, desk)
        await paused(pilot, desk)
        assert len(model.prepared) == 1
        assert area_of(desk)._held.tokens == 119


async def test_what_an_edit_costs_is_known_from_the_day_before(tmp_path: Path) -> None:
    model = Reader()
    speeds.note(model.card, Usage(read=1000, read_seconds=100.0))
    model.kept = True
    model.told = Cached(119, 120)
    async with at_desk(write_story(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        await paused(pilot, desk)
        model.told = Cached(40, 41)
        await pilot.press("ctrl+home")
        await paused(pilot, desk)
        assert desk.telling.status.prompt == "an edit here: 79 of 119 read again, about 8 s"
        model.through, model.kept, model.told = True, False, Cached(20, 120)
        await type_text(pilot, "x")
        await paused(pilot, desk)
    assert speeds.reading(model.card) > 10  # the Reader is quick


async def test_looking_at_an_earlier_place_costs_nothing_and_says_what_an_edit_would(
    tmp_path: Path,
) -> None:
    model = Reader()
    model.through = True
    async with at_desk(write_story(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        await paused(pilot, desk)  # 120 tokens are held now
        area = area_of(desk)
        area._pace.speed = 10.0
        model.told = Cached(40, 41)
        await pilot.press("ctrl+home")
        await paused(pilot, desk)
        assert len(model.prepared) == 1
        told = desk.telling.status.prompt
        assert told == "an edit here: 80 of 120 read again, about 8 s"
        assert desk.telling.status.slow
        # Behind an edit far up nearly all is to be read, and that is worth losing what is there.
        model.told = Cached(20, 130)
        await pilot.press("ctrl+end")
        model.through = False
        area.look()
        await until(pilot, lambda: len(model.prepared) == 2, "reading")
        assert desk.telling.status.prompt == "reads 110 of 130, about 11 s"
        area.give_way()


async def test_it_can_be_turned_off_and_is_off_on_battery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Reader(cached=Cached(4, 40))
    async with at_desk(write_story(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        monkeypatch.setattr(studio, "on_battery", lambda: True)
        await paused(pilot, desk)
        assert model.prepared == []
        assert desk.telling.status.prompt == "prompt: 36 new of 40"
        monkeypatch.setattr(studio, "on_battery", lambda: False)
        await desk.house.change_settings({"cache.prepare": False})
        await paused(pilot, desk)
        assert model.prepared == []
        await desk.house.change_settings({"cache.prepare": True})
        model.through = True
        await paused(pilot, desk)
        assert len(model.prepared) == 1


async def test_what_fails_unasked_is_said_to_nobody_and_left_until_the_author_asks(
    tmp_path: Path,
) -> None:
    model = Reader(fails=True)
    async with at_desk(write_story(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        await paused(pilot, desk)
        assert not desk.house._notifications
        area_of(desk).look()
        await continued(pilot, desk)
        assert len(model.prepared) == 1
        await paused(pilot, desk)
        assert len(model.prepared) == 2


async def test_an_engine_that_hangs_keeps_nobody_from_leaving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hung(Reader):
        def __init__(self) -> None:
            super().__init__()
            self.asked = asyncio.Event()
            self.never = asyncio.Event()

        async def cached(self, request: Request) -> Cached:
            self.asked.set()
            await self.never.wait()
            return Cached(0, 0)

    for module in (preparing, work):
        monkeypatch.setattr(module, "_LEAVING", 0.05)
    model = Hung()
    async with at_desk(write_story(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        await pilot.pause()
        area_of(desk).look()
        await asyncio.wait_for(model.asked.wait(), 10)
        assert await asyncio.wait_for(desk.may_leave(), 10)
        model.never.set()


async def test_a_scene_that_is_left_and_a_story_that_is_closed_go_to_the_disk(
    tmp_path: Path,
) -> None:
    model = Reader()
    async with at_desk(write_story(tmp_path / "a.forge"), backend=model) as (pilot, desk):
        assert desk.outline is not None
        first, second = (scene.id for scene in desk.outline.scenes[:2])
        await desk.scenes.open(second)
        await until(pilot, lambda: model.left, "the first scene is left")
        assert model.left == [first]
        assert await desk.may_leave()
        assert model.left == [first, second]


@pytest.mark.parametrize(
    ("wanted", "takes", "loads"),
    [("auto", False, 0), ("auto", True, 1), ("always", False, 1), ("never", True, 0)],
)
async def test_a_model_is_loaded_with_the_story_where_it_has_written_before(
    tmp_path: Path, wanted: str, takes: bool, loads: int
) -> None:
    path = write_story(tmp_path / "a.forge")
    if takes:
        async with at_desk(path, backend=ScriptedBackend(("It rained. ",))) as (pilot, desk):
            await continued(pilot, desk)
    settings.update({"cache.load_on_opening": wanted})
    model = Reader()
    model.through = True
    async with at_desk(path, backend=model) as (pilot, desk):
        await until(pilot, area_of(desk).settled.is_set, "it was thought about")
        await until(pilot, lambda: len(model.prepared) == loads, "read where it is loaded")
        assert model._ready == bool(loads)
