"""The queue over a real story file: what is drawn, kept, stopped, failed and gone on with."""

import asyncio
import base64
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.backends.pictures.base import NotReady, Painted
from storyforge.backends.pictures.scripted import ScriptedPainter
from storyforge.domain.picture.compiled import Compiled
from storyforge.domain.picture.orders import Flaw, Order, Redraw
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.pictures import QueuedPicture
from storyforge.domain.picture.staging import Control, Staging
from storyforge.errors import ModelError, StoryFileError
from storyforge.settings import Settings
from storyforge.store.picture_sources import digest_of
from storyforge.store.story_file import StoryFile
from storyforge.studio.permission import NotAllowed, set_local_only
from storyforge.studio.pictures import drawing
from storyforge.studio.pictures.again import again, changed_since
from storyforge.studio.pictures.painters import Painters
from storyforge.studio.pictures.progress import Progress, ended_words, progress_words
from storyforge.studio.pictures.queue import PictureQueue, left_over
from tests.store.helpers import png

DEADLINE = 30.0


def orders(
    story: StoryFile, count: int = 1, painter: str = "ink", seed: int = 7
) -> tuple[QueuedPicture, ...]:
    scene = story.outline().scenes[0].id
    order = Order("a lighthouse", width=64, height=64, steps=4, seed=seed, preview_every=2)
    compiled = Compiled("a lighthouse", alt="A lighthouse.", hash="abc")
    return drawing.tickets(drawing.Planned(scene, painter, order, compiled), count)


def painters(painter: Callable[[], ScriptedPainter] = ScriptedPainter) -> Painters:
    async def settings() -> Settings:
        return Settings()

    return Painters(settings, only=painter)


async def ended(queue: PictureQueue, each: Callable[[Progress], None] = lambda _: None) -> Progress:
    async def follow() -> Progress:
        async for progress in queue.run():
            each(progress)
        return queue.progress

    return await asyncio.wait_for(follow(), DEADLINE)


async def test_each_picture_is_kept_with_how_it_was_made(story: StoryFile) -> None:
    queue = PictureQueue(story, painters())
    await queue.add(orders(story, 3))
    seen = list[Progress]()
    told = await ended(queue, seen.append)

    pictures = story.pictures.all()
    assert [picture.seed for picture in pictures] == [7, 8, 9]
    assert {picture.alt for picture in pictures} == {"A lighthouse."}
    assert {picture.plan_hash for picture in pictures} == {"abc"}
    assert story.pictures.read(pictures[0].id).startswith(b"\x89PNG")
    assert left_over(story) == ()
    assert (told.done, told.total, told.now, told.failed) == (3, 3, None, ())
    assert told.drawn == pictures
    assert any("No painter is running" in note for note in told.notes)
    assert ended_words(told) == "3 pictures are drawn."
    nows = [one.now for one in seen if one.now is not None]
    assert any(now.preview is not None and now.step == 2 for now in nows)
    assert {now.scene for now in nows} == {1}
    second = next(one for one in seen if one.done == 1 and one.now and one.now.step == 2)
    assert second.seconds_left is not None
    assert progress_words(second).startswith("picture 2 of 3, scene 1, step 2 of 4, ")


async def test_one_that_fails_says_why_and_the_others_are_drawn(story: StoryFile) -> None:
    fails: dict[int, Exception] = {2: ModelError("Out of ink.", hint="Fill it.")}
    queue = PictureQueue(story, painters(lambda: ScriptedPainter(fails=fails)))
    await queue.add(orders(story, 3))
    told = await ended(queue)

    assert [picture.seed for picture in story.pictures.all()] == [7, 9]
    [left] = left_over(story)
    assert (left.state, left.why) == ("failed", "Out of ink. Fill it.")
    assert [(one.scene, one.why) for one in told.failed] == [(1, "Out of ink. Fill it.")]
    assert "1 picture could not be drawn: Out of ink. Fill it." in ended_words(told)
    assert await queue.take_up() == 1
    assert (await ended(queue)).failed == ()
    assert [picture.seed for picture in story.pictures.all()] == [7, 9, 8]


async def test_a_painter_that_ends_without_a_picture_is_not_asked_for_ever(
    story: StoryFile,
) -> None:
    class Silent(ScriptedPainter):
        async def paint(self, order: Order, stop: asyncio.Event) -> AsyncIterator[Painted]:
            self.orders.append(order)
            return
            yield  # what makes it a generator

    silent = Silent(name="ink")
    queue = PictureQueue(story, painters(lambda: silent))
    await queue.add(orders(story, 2))
    told = await ended(queue)

    assert len(silent.orders) == 2
    assert [one.why for one in told.failed] == [
        "“ink” ended without a picture; the order is kept. "
        "Draw it again; if this returns, check the painter."
    ] * 2
    assert len(left_over(story)) == 2


async def test_a_painter_that_cannot_be_loaded_is_told_once(story: StoryFile) -> None:
    class Broken(ScriptedPainter):
        async def paint(self, order: Order, stop: asyncio.Event) -> AsyncIterator[Painted]:
            self.orders.append(order)
            raise NotReady("torch is not installed.")
            yield  # what makes it a generator

    broken = Broken()
    queue = PictureQueue(story, painters(lambda: broken))
    await queue.add(orders(story, 3))
    told = await ended(queue)

    assert len(broken.orders) == 1
    assert len(told.failed) == 3
    assert ended_words(told) == (
        "0 pictures are drawn. 3 pictures could not be drawn: torch is not installed."
    )


async def test_an_order_that_cannot_be_read_costs_only_itself(story: StoryFile) -> None:
    one, other = orders(story, 2)
    queue = PictureQueue(story, painters())
    await queue.add((replace(one, order="{}"), other))
    told = await ended(queue)

    assert [picture.seed for picture in told.drawn] == [8]
    assert "cannot be read" in told.failed[0].why


async def test_a_pause_keeps_the_picture_in_hand_and_going_on_draws_it(story: StoryFile) -> None:
    queue = PictureQueue(story, painters(lambda: ScriptedPainter(delay=0.01)))
    await queue.add(orders(story, 2))
    paused = list[Progress]()

    def each(progress: Progress) -> None:
        if progress.now is not None and progress.now.step == 1 and not paused:
            queue.pause()
        if progress.paused:
            paused.append(progress)
            assert [order.state for order in left_over(story)] == ["waiting", "waiting"]
            queue.resume()

    told = await ended(queue, each)
    assert len(paused) == 1
    assert [picture.seed for picture in told.drawn] == [7, 8]


async def test_an_end_keeps_what_is_drawn_and_what_is_left_can_be_taken_up(
    story: StoryFile,
) -> None:
    queue = PictureQueue(story, painters(lambda: ScriptedPainter(delay=0.01)))
    await queue.add(orders(story, 3))

    def each(progress: Progress) -> None:
        if progress.done == 1 and progress.now is not None and progress.now.step == 1:
            queue.cancel()

    told = await ended(queue, each)
    assert len(told.drawn) == 1
    assert [order.state for order in left_over(story)] == ["waiting", "waiting"]
    assert "2 still wait." in ended_words(told)

    after = PictureQueue(story, painters())
    assert await after.take_up() == 2
    assert [picture.seed for picture in (await ended(after)).drawn] == [8, 9]


async def test_what_was_in_hand_at_a_kill_is_drawn_when_the_author_says_so(
    story: StoryFile,
) -> None:
    [order] = orders(story)
    story.picture_queue.add(order)
    story.picture_queue.state(order.id, "drawing")

    queue = PictureQueue(story, painters())
    assert (await ended(queue)).drawn == ()
    await queue.take_up()
    assert len((await ended(queue)).drawn) == 1


async def test_for_ever_goes_on_with_other_seeds_until_it_is_ended(story: StoryFile) -> None:
    queue = PictureQueue(story, painters())
    await queue.add(orders(story))
    queue.forever = True

    def each(progress: Progress) -> None:
        assert progress.seconds_left is None or not progress.forever
        if progress.done == 4 and progress.now is not None and progress.now.step == 1:
            queue.cancel()

    told = await ended(queue, each)
    assert len({picture.seed for picture in told.drawn}) == len(told.drawn) >= 4
    assert told.drawn[0].seed == 7
    # What was in hand then nobody had ordered: it is not offered.
    assert left_over(story) == ()
    assert ended_words(told) == f"{len(told.drawn)} pictures are drawn."


async def test_for_ever_ends_with_what_cannot_be_drawn(story: StoryFile) -> None:
    fails: dict[int, Exception] = dict.fromkeys(range(2, 9), ModelError("No room."))
    queue = PictureQueue(story, painters(lambda: ScriptedPainter(fails=fails)))
    await queue.add(orders(story))
    queue.forever = True
    told = await ended(queue)

    assert len(told.drawn) == 1
    assert [one.why for one in told.failed] == ["No room."]
    assert len(left_over(story)) == 1


async def test_one_taken_back_before_its_first_step_is_counted_out_once(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    those = painters()
    queue, profile = PictureQueue(story, those), those.profile
    first, second = orders(story, 2)

    async def taken_back_meanwhile(name: str) -> PainterProfile:
        await queue.remove(first.id)
        return await profile(name)

    monkeypatch.setattr(those, "profile", taken_back_meanwhile)
    await queue.add((first, second))
    told = await ended(queue)
    assert [picture.seed for picture in told.drawn] == [8]
    assert (told.done, told.total) == (1, 1)


async def test_one_can_be_taken_back_while_it_waits_and_while_it_is_drawn(
    story: StoryFile,
) -> None:
    queue = PictureQueue(story, painters(lambda: ScriptedPainter(delay=0.01)))
    first, second, third = orders(story, 3)
    await queue.add((first, second, third))
    begun = asyncio.Event()
    running = asyncio.create_task(ended(queue, lambda told: begun.set() if told.now else None))
    await asyncio.wait_for(begun.wait(), DEADLINE)
    await queue.remove(second.id)
    await queue.remove(first.id)
    told = await running

    assert [picture.seed for picture in told.drawn] == [9]
    assert (told.done, told.total) == (1, 1)
    assert left_over(story) == ()


async def test_what_was_taken_back_elsewhere_ends_nothing(story: StoryFile) -> None:
    queue = PictureQueue(story, painters())
    first, second, third = orders(story, 3)
    await queue.add((first, second, third))
    story.picture_queue.remove(first.id)  # as another program does, or a scene that goes for good

    await queue.move(first.id, 1)

    def each(progress: Progress) -> None:
        if progress.now is not None and progress.now.id == second.id:
            story.picture_queue.remove(second.id)

    told = await ended(queue, each)
    assert (told.done, told.total, told.failed, left_over(story)) == (1, 1, (), ())
    assert [picture.seed for picture in story.pictures.all()] == [9]


async def test_an_order_with_a_strangers_id_is_drawn_or_goes(story: StoryFile) -> None:
    queue = PictureQueue(story, painters())
    await queue.add(orders(story, 2))
    queue.cancel()
    with closing(sqlite3.connect(story.path)) as stranger, stranger:
        stranger.execute("UPDATE picture_order SET id = '../' || position || char(10, 27)")
    story.picture_queue.remove(left_over(story)[1].id)

    assert await queue.take_up() == 1
    assert [picture.seed for picture in (await ended(queue)).drawn] == [7]
    assert left_over(story) == ()


async def test_a_picture_goes_where_its_scene_went_while_it_was_drawn(story: StoryFile) -> None:
    first = story.outline().scenes[0].id
    second = story.binder.split_scene(first, 0)
    queue = PictureQueue(story, painters())
    await queue.add([replace(one, scene_id=second) for one in orders(story, 2)])

    def each(progress: Progress) -> None:
        if progress.now is not None and progress.now.step == 2 and not progress.done:
            story.binder.join_scenes(first, second)
            assert {one.scene_id for one in left_over(story)} == {first}

    assert (await ended(queue, each)).failed == ()
    assert [one.seed for one in story.pictures.of_scene(first)] == [7, 8]


async def test_a_scene_that_goes_for_good_takes_its_orders_along(story: StoryFile) -> None:
    first = story.outline().scenes[0].id
    second = story.binder.split_scene(first, 0)
    queue = PictureQueue(story, painters())
    await queue.add([replace(orders(story)[0], scene_id=second), *orders(story, seed=9)])
    story.binder.delete_scene(second)
    story.binder.empty_trash()

    told = await ended(queue)
    assert [one.seed for one in told.drawn] == [9]
    assert (told.failed, left_over(story)) == ((), ())


async def test_more_can_be_added_while_it_runs(story: StoryFile) -> None:
    queue = PictureQueue(story, painters(lambda: ScriptedPainter(delay=0.01)))
    await queue.add(orders(story))
    begun = asyncio.Event()
    running = asyncio.create_task(ended(queue, lambda told: begun.set() if told.now else None))
    await asyncio.wait_for(begun.wait(), DEADLINE)
    await queue.add(orders(story, seed=20))
    assert queue.running

    assert [picture.seed for picture in (await running).drawn] == [7, 20]


async def test_a_black_picture_is_kept_and_named(story: StoryFile) -> None:
    queue = PictureQueue(story, painters(lambda: ScriptedPainter(flaw=Flaw.BLACK)))
    await queue.add(orders(story))
    told = await ended(queue)

    assert told.drawn[0].flaw == "black"
    assert any("float32_vae = true" in note for note in told.notes)


async def test_nothing_is_drawn_elsewhere_of_a_story_that_stays_here(story: StoryFile) -> None:
    set_local_only(story, True)
    queue = PictureQueue(story, painters(lambda: ScriptedPainter(place="draw.example")))
    await queue.add(orders(story))

    with pytest.raises(NotAllowed, match="never leave this machine"):
        await ended(queue)
    assert len(left_over(story)) == 1


async def test_a_full_disk_ends_it_and_the_order_stays(
    story: StoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    queue = PictureQueue(story, painters())
    await queue.add(orders(story, 2))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(StoryFileError, match="too full"):
            await ended(queue)
    assert story.pictures.all() == ()
    assert len(left_over(story)) == 2
    await queue.take_up()
    assert len((await ended(queue)).drawn) == 2


async def test_a_picture_comes_and_its_order_goes_in_one_step(story: StoryFile) -> None:
    queue = PictureQueue(story, painters())
    await queue.add(orders(story))
    with closing(sqlite3.connect(story.path)) as raw:
        raw.execute(
            "CREATE TRIGGER stays BEFORE DELETE ON picture_order "
            "BEGIN SELECT RAISE(ABORT, 'it stays'); END"
        )
    with pytest.raises(StoryFileError):
        await ended(queue)
    assert story.pictures.all() == ()
    assert len(left_over(story)) == 1


async def test_a_picture_is_ordered_exactly_again(story: StoryFile) -> None:
    queue = PictureQueue(story, painters())
    await queue.add(orders(story))
    [first] = (await ended(queue)).drawn
    await queue.add([again(story, first.id)])
    [second] = (await ended(queue)).drawn

    assert second.id != first.id
    assert story.pictures.read(second.id)[-64:] == story.pictures.read(first.id)[-64:]
    assert (second.seed, second.prompt, second.alt) == (7, "a lighthouse", "A lighthouse.")


async def test_what_it_is_made_from_is_kept_with_it_and_drawn_from_again(
    story: StoryFile,
) -> None:
    """A picture drawn over the first one, by a mask and a skeleton that are no pictures here."""
    painter = ScriptedPainter()
    queue = PictureQueue(story, painters(lambda: painter))
    await queue.add(orders(story))
    [first] = (await ended(queue)).drawn
    image = story.pictures.read(first.id)
    control = Control(Staging.POSE, Path("/models/pose"), png(3))
    order = Order("sea", width=64, height=64, redraw=Redraw(image, mask=png(200)), steps=4)
    order = replace(order, controls=(control, replace(control, kind=Staging.DEPTH)))
    planned = drawing.Planned(first.scene_id, "ink", order, Compiled("sea"))
    await queue.add(drawing.tickets(planned, 2))
    second, _third = (await ended(queue)).drawn
    story.close()

    with StoryFile.open(story.path) as opened:
        kept = opened.picture_sources
        sources = (image, png(200), png(3))
        assert [kept.read(digest_of(each)) for each in sources] == list(sources)
        later = PictureQueue(opened, painters(lambda: painter))
        await later.add([again(opened, second.id)])
        await ended(later)
    assert painter.orders[1:] == [order, replace(order, seed=1), replace(order, seed=second.seed)]
    with closing(sqlite3.connect(story.path)) as raw:
        assert raw.execute("SELECT count(*) FROM picture_source").fetchone() == (2,)


async def test_an_order_of_version_6_is_drawn_and_its_picture_drawn_again(
    story: StoryFile,
) -> None:
    [one] = orders(story)
    told = json.loads(one.order)
    told["order"]["redraw"] = {"image": base64.b64encode(png(3, 64)).decode("ascii")}
    painter = ScriptedPainter()
    queue = PictureQueue(story, painters(lambda: painter))
    await queue.add([replace(one, order=json.dumps(told))])
    [first] = (await ended(queue)).drawn
    await queue.add([again(story, first.id)])
    await ended(queue)
    assert [order.redraw for order in painter.orders] == [Redraw(png(3, 64))] * 2


async def test_what_else_would_change_its_pixels_is_named(story: StoryFile) -> None:
    queue = PictureQueue(story, painters())
    await queue.add(orders(story))
    [picture] = (await ended(queue)).drawn
    facts = {"threads": "2", "prediction": "epsilon"}
    then = replace(picture, settings={**picture.settings, **facts})

    assert changed_since(then, {"threads": "2", "prediction": "epsilon"}) == ()
    now = {"threads": "4", "prediction": "v_prediction", "VAE hash": "0123456789"}
    assert changed_since(then, now) == (
        "VAE: the checkpoint's own then, 0123456789 now",
        "prediction: epsilon then, v_prediction now",
        "threads: 2 then, 4 now",
    )
