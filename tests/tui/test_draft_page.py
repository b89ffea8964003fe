"""A drafted beat comes to the desk: onto the page as one step, or into a scene that is not open."""

import asyncio
from pathlib import Path

import pytest

from storyforge.domain.generation import StopReason, Take, TakeState, Usage
from storyforge.domain.origin import Origin
from storyforge.domain.sampling import Sampling
from storyforge.errors import Refused
from storyforge.studio.drafting.page import Spot
from storyforge.tui.desk.draft_page import DeskPage
from storyforge.tui.screens.desk import DeskScreen
from tests.tui.house import TEXT, at_desk, script, stored, type_text, until, write_story

BEAT = " She took the lantern down."


def page_of(desk: DeskScreen) -> DeskPage:
    assert desk.story is not None
    return DeskPage(desk, desk.story)


def take_at(desk: DeskScreen, spot: Spot, text: str) -> Take:
    """A take of that place, whole in the file."""
    assert desk.story is not None
    takes = desk.story.takes
    begun = takes.begin(
        spot.passage.scene_id, spot.place_id, model="m", request_hash="h", sampling=Sampling()
    )
    return takes.finish(
        begun.id,
        text=text,
        kept=len(text),
        state=TakeState.FINISHED,
        reason=StopReason.END,
        usage=Usage(),
    )


async def beat(desk: DeskScreen, scene_id: str, text: str = BEAT) -> Take:
    page = page_of(desk)
    spot = await page.spot(scene_id)
    take = take_at(desk, spot, text)
    await page.put(spot, take)
    return take


async def test_a_beat_is_one_step_of_the_open_page_and_then_text_like_any(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path, backend=script(" Fog.")) as (pilot, desk):
        take = await beat(desk, desk.scene_id)
        assert desk.manuscript.text == TEXT + BEAT == stored(path)
        (_typed, span) = desk.manuscript.provenance.spans
        assert (span.origin, span.take) == (Origin.MODEL, take.id)
        assert desk.manuscript.caret == len(TEXT + BEAT)
        await beat(desk, desk.scene_id, " A child looked up.")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT + BEAT, "one beat back")
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT, "the other")
        await pilot.press("ctrl+y")
        await until(pilot, lambda: desk.manuscript.text == TEXT + BEAT, "and there again")
        # F6 answers again in the place of the one that was taken back.
        await pilot.press("f6")
        await until(pilot, lambda: desk.manuscript.text == TEXT + BEAT + " Fog.", "another take")


async def test_what_the_author_writes_meanwhile_stays_where_it_was_written(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        page = page_of(desk)
        spot = await page.spot(desk.scene_id)
        await type_text(pilot, "so")
        await pilot.press("ctrl+home")
        await type_text(pilot, "o ")
        await page.put(spot, take_at(desk, spot, BEAT))
        assert desk.manuscript.text == f"o {TEXT}{BEAT} so"
        assert desk.manuscript.caret == 2
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == f"o {TEXT}so", "the beat back")


async def test_a_scene_that_is_not_open_is_written_into_its_page_and_its_past(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        assert desk.outline is not None
        oil, log = (scene.id for scene in desk.outline.scenes[:2])
        page = page_of(desk)
        spot = await page.spot(oil)
        await type_text(pilot, "so")
        await desk.scenes.open(log)  # left while the beat is on its way
        await page.put(spot, take_at(desk, spot, BEAT))
        assert stored(path) == f"{TEXT}{BEAT} so"
        assert desk.binder.rows[1].note == "17"
        await desk.scenes.open(oil)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: desk.manuscript.text == TEXT + "so", "its history knows")


async def test_a_scene_that_is_opened_while_its_beat_is_written_gets_it_on_the_page(
    tmp_path: Path,
) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (_pilot, desk):
        assert desk.outline is not None
        log = desk.outline.scenes[1].id
        page = page_of(desk)
        spot = await page.spot(log)
        await desk.scenes.open(log)
        await page.put(spot, take_at(desk, spot, BEAT))
        assert desk.manuscript.text == BEAT == stored(path, "The log")


async def test_a_continuation_of_the_authors_is_waited_for(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    slow = script(" One two three four five six seven eight.", delay=0.02)
    async with at_desk(path, backend=slow) as (pilot, desk):
        page = page_of(desk)
        spot = await page.spot(desk.scene_id)
        await pilot.press("shift+enter")
        await until(pilot, lambda: desk.continuing.running, "it runs")
        await page.put(spot, take_at(desk, spot, BEAT))
        assert not desk.continuing.running
        assert desk.manuscript.text.startswith(TEXT)
        assert BEAT in desk.manuscript.text
        assert "seven eight." in desk.manuscript.text


async def test_a_page_that_is_locked_takes_no_beat_and_says_so(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (_pilot, desk):
        page = page_of(desk)
        spot = await page.spot(desk.scene_id)
        desk.manuscript.lock_page("It is locked.")
        with pytest.raises(Refused, match="locked"):
            await page.put(spot, take_at(desk, spot, BEAT))
        desk.manuscript.unlock_page()
        assert desk.manuscript.text == TEXT


async def test_a_look_at_another_take_is_not_disturbed(tmp_path: Path) -> None:
    path = write_story(tmp_path / "skerry.forge")
    async with at_desk(path) as (pilot, desk):
        await beat(desk, desk.scene_id)
        page = page_of(desk)
        first = desk.manuscript.provenance.places[-1]
        take_at(desk, Spot(desk.manuscript.passage(), first.id), " Another.")
        spot = await page.spot(desk.scene_id)
        await pilot.press("f7")
        await until(pilot, lambda: len(desk.takes.takes) == 2 and desk.takes.has_focus, "takes")
        await pilot.press("up")
        await until(pilot, lambda: desk.walking.previewing, "a look")
        putting = asyncio.create_task(page.put(spot, take_at(desk, spot, " Then.")))
        await pilot.press("escape")
        await putting
        assert desk.manuscript.text == f"{TEXT}{BEAT} Then."
