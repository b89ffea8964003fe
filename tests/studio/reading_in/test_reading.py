"""A manuscript is read in: what is proposed, what is left out, what is not asked twice."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storyforge.backends.sharing import Shared
from storyforge.domain.generation import Request, Text
from storyforge.domain.model import Price
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Proposal
from storyforge.domain.summary import Summary, SummaryOf, scene_source
from storyforge.errors import ModelError
from storyforge.store.story_file import StoryFile
from storyforge.studio.reading_in.filling import fill, left_out, readings, to_fill
from storyforge.studio.reading_in.queue import (
    Progress,
    ReadingQueue,
    ended_words,
    progress_words,
    was_begun,
)
from storyforge.studio.reading_in.steps import StepOf, cost, seconds, steps
from tests.studio.reading_in.conftest import FOG, OIL, Reads, write

ALL = ["scene", "world", "scene", "world", "chapter", "chapter", "Mara", "Tom Reed", "premise"]


async def run(queue: ReadingQueue) -> list[Progress]:
    return [progress async for progress in queue.run()]


def queue_of(story: StoryFile, backend: Reads, scenes: tuple[str, ...] = ()) -> ReadingQueue:
    return ReadingQueue(story, Shared(backend, rest=0), scenes=scenes)


def by_task(story: StoryFile) -> dict[str, list[Proposal]]:
    found: dict[str, list[Proposal]] = {}
    for one in readings(story):
        found.setdefault(one.target.task.rpartition("/")[2], []).append(one)
    return found


async def test_everything_is_proposed_and_nothing_changed(story: StoryFile) -> None:
    before = story.plan.read()
    backend = Reads()
    seen = await run(queue_of(story, backend))
    assert story.plan.read() == before
    assert backend.asked == ALL
    assert [(one.now.name if one.now else "") for one in seen] == [
        "Scene 1",
        "Scene 3, Fog",
        "Chapter 1, The Keeper",
        "Chapter 2, The Boat",
        "The cast",
        "The premise",
        "",
    ]
    assert (seen[-1].done, seen[-1].total, seen[-1].failed) == (6, 6, ())
    assert seen[2].seconds_left is not None
    assert progress_words(seen[1]).startswith("reading in 1 of 6")
    assert ended_words(seen[-1]).startswith("The manuscript is read")
    found = by_task(story)
    oil, fog = found["scene"]
    assert oil.value["cast"] == ["Mara", "Tom Reed"]
    assert (fog.value["cast"], fog.value["place"]) == (["Tom Reed", "Mara"], "the tower")
    assert "point_of_view" not in fog.value
    assert found["cast"][0].value["items"] == [
        {"name": "Mara", "role": "Mara has a part in it."},
        {"name": "Tom Reed", "role": "Tom Reed has a part in it."},
    ]
    world = {one["title"]: one for one in found["world"][0].value["items"]}
    assert world == {
        "the log": {
            "title": "the log",
            "category": "thing",
            "keys": ["log"],
            "content": "A page of it is missing. Reed has it.",
        },
        "the tower": {
            "title": "the tower",
            "category": "place",
            "keys": ["tower"],
            "content": "",
        },
    }


async def test_what_is_empty_is_filled_and_what_stands_there_stays(story: StoryFile) -> None:
    chapter, other = story.plan.read().chapters
    story.plan.put(chapter.id, {"goal": "Mine."})
    story.plan.put(PREMISE_ID, {"tone": "grim"})
    reed = story.plan.add(Kind.CHARACTER, {"name": "Mr Reed", "role": "The keeper's brother."})
    await run(queue_of(story, Reads()))
    assert to_fill(story)
    fill(story)
    plan = story.plan.read()
    assert [one.name for one in plan.characters] == ["Mr Reed", "Mara"]
    assert plan.characters[0].fact("role") == "The keeper's brother."
    filled = plan.item(chapter.id)
    assert filled is not None
    assert (filled.fact("goal"), filled.fact("turn")) == ("Mine.", "He takes it.")
    assert (plan.premise.fact("tone"), plan.premise.fact("genre")) == ("grim", "mystery")
    mara = plan.characters[1].id
    oil, empty, fog = plan.scenes
    assert oil.list("cast") == (mara, reed)
    assert oil.fact("point_of_view") == mara
    tower = plan.named(Kind.WORLD, "the tower")
    assert tower is not None
    assert (oil.fact("place"), fog.fact("place")) == (tower.id, tower.id)
    assert len(oil.list("beats")) == 3
    assert empty.is_empty
    assert next(entry.keys for entry in story.context.lore()) == ("log",)
    assert not to_fill(story)
    assert fill(story) == ()
    assert plan.item(other.id) is not None


async def test_what_was_read_is_not_read_again_until_its_text_changes(story: StoryFile) -> None:
    await run(queue_of(story, Reads()))
    again = Reads()
    seen = await run(queue_of(story, again))
    assert again.asked == []
    assert seen[0].seconds_left in (0.0, None)
    write(story, story.outline().scenes[2].id, FOG + " Mara took it up the stairs.")
    changed = Reads()
    more = " Mara took it up the stairs."
    changed.says = lambda prompt: changed.answer(prompt.replace(more, ""))
    await run(queue_of(story, changed))
    assert changed.asked[:2] == ["scene", "world"]
    assert changed.asked.count("scene") == 1
    anew = Reads()
    await run(ReadingQueue(story, Shared(anew, rest=0), anew=True))
    assert anew.asked.count("scene") == 2


async def test_a_stop_in_the_middle_keeps_what_was_read_and_goes_on_there(
    story: StoryFile,
) -> None:
    backend = Reads(gate=4)
    queue = queue_of(story, backend)
    running = asyncio.create_task(run(queue))
    await asyncio.wait_for(backend.arrived.wait(), 10)
    assert was_begun(story)
    queue.cancel(leaving=True)
    seen = await asyncio.wait_for(running, 10)
    assert (seen[-1].done, seen[-1].total) == (1, 6)
    assert ended_words(seen[-1]).startswith("5 steps are not read yet.")
    path = story.path
    story.close()
    with StoryFile.open(path) as opened:
        assert was_begun(opened)
        backend = Reads()
        await run(queue_of(opened, backend))
        assert backend.asked == ALL[3:]
        assert not was_begun(opened)


async def test_a_pause_waits_and_goes_on(story: StoryFile) -> None:
    backend = Reads(gate=3)
    queue = queue_of(story, backend)
    paused = []

    async def pause() -> None:
        await backend.arrived.wait()
        queue.pause()

    pausing = asyncio.create_task(pause())
    async for progress in queue.run():
        if progress.paused:
            paused.append(progress_words(progress))
            queue.resume()
    await pausing
    assert paused == ["reading in 1 of 6, paused"]
    assert queue.progress.done == 6


async def test_the_author_goes_first(story: StoryFile) -> None:
    backend = Reads(gate=1)
    shared = Shared(backend, rest=0)
    queue = ReadingQueue(story, shared)
    running = asyncio.create_task(run(queue))
    await asyncio.wait_for(backend.arrived.wait(), 10)
    asked = shared.stream(Request("Scene:", slot="mine"), asyncio.Event())
    backend.says = lambda prompt: {"a": "author"} if prompt == "Scene:" else backend.answer(prompt)
    said = "".join([delta.text async for delta in asked if isinstance(delta, Text)])
    assert "author" in said
    seen = await asyncio.wait_for(running, 10)
    assert seen[-1].done == 6


async def test_only_the_scenes_that_are_asked_for(story: StoryFile) -> None:
    fog = story.outline().scenes[2].id
    backend = Reads()
    seen = await run(queue_of(story, backend, (fog,)))
    assert [one.now.of for one in seen if one.now] == [
        StepOf.SCENE,
        StepOf.CHAPTER,
        StepOf.CAST,
    ]
    assert not was_begun(story)
    assert backend.asked == ["scene", "world", "chapter", "Tom Reed", "Mara"]


async def test_a_summary_that_is_up_to_date_tells_a_chapter_what_happens(
    story: StoryFile,
) -> None:
    oil = story.outline().scenes[0].id
    told = "Reed takes the log away."
    made = Summary(SummaryOf.SCENE, oil, told, scene_source(OIL), story.outline().created)
    story.summaries.put(made)
    backend = Reads()
    await run(queue_of(story, backend))
    asked = [one.prompt for one in backend.requests if one.prompt.rstrip().endswith("\nChapter:")]
    assert told in asked[0]
    assert "Mara counts the oil cans." not in asked[0]


async def test_a_long_scene_is_read_in_parts_and_is_one(story: StoryFile) -> None:
    (oil, _empty, fog) = story.outline().scenes
    write(story, fog.id, "")
    write(story, oil.id, "\n\n".join([OIL] * 60 + [FOG]))
    backend = Reads(context_tokens=2048)
    await run(queue_of(story, backend, (oil.id,)))
    assert backend.asked.count("scene") > 1
    (scene,) = by_task(story)["scene"]
    assert scene.target.item_id == oil.id
    assert scene.value["cast"] == ["Mara", "Tom Reed"]
    assert scene.value["change"] == "There is a child at the light."
    again = Reads(context_tokens=2048)
    await run(queue_of(story, again, (oil.id,)))
    assert again.asked == []


async def test_a_model_that_fails_ends_it_and_what_was_read_stays(story: StoryFile) -> None:
    backend = Reads()

    def says(prompt: str) -> Mapping[str, Any]:
        if len(backend.asked) == 2:
            raise ModelError("It stopped.")
        return backend.answer(prompt)

    backend.says = says
    with pytest.raises(ModelError, match="It stopped"):
        await run(queue_of(story, backend))
    assert was_begun(story)
    assert len(by_task(story)["scene"]) == 1


async def test_a_model_that_has_nothing_to_say_is_named(story: StoryFile) -> None:
    backend = Reads()
    backend.says = lambda _prompt: {}
    seen = await run(queue_of(story, backend))
    assert [one.name for one in seen[-1].failed][:2] == ["Scene 1", "Scene 3, Fog"]
    assert "Scene 1: " in ended_words(seen[-1])
    assert fill(story) == ()
    assert story.plan.read().characters == ()


async def test_what_gives_the_example_back_waits_and_is_not_taken_unseen(
    story: StoryFile,
) -> None:
    backend = Reads()

    def says(prompt: str) -> Mapping[str, Any]:
        said = dict(backend.answer(prompt))
        if "beats" in said:
            said["change"] = "Nobody can prove that Ilse read the letter."
        return said

    backend.says = says
    await run(queue_of(story, backend, (story.outline().scenes[0].id,)))
    (scene,) = by_task(story)["scene"]
    assert scene.flaw == "The model gave back the example in its prompt."
    assert backend.asked.count("scene") == 3
    assert left_out(story) == 1
    fill(story)
    assert story.plan.read().scenes[0].is_empty


async def test_a_story_without_text_has_nothing_to_be_read(tmp_path: Path) -> None:
    with StoryFile.create(tmp_path / "empty.forge", title="Empty") as empty:
        backend = Reads()
        seen = await run(queue_of(empty, backend))
        assert (seen[-1].total, backend.asked) == (0, [])
        assert ended_words(seen[-1]) == "There is no text to be read yet."


def test_what_is_left_is_estimated(story: StoryFile) -> None:
    left = steps(story)
    card = Reads().card
    assert seconds(card, left, "en") is None
    assert cost(card, left, "en") is None
    priced = cost(replace(card, price=Price(1.0, 2.0)), left, "en")
    assert priced is not None
    assert "up to" in priced.told
    assert [one.characters for one in left[:2]] == [len(OIL), len(FOG)]


async def test_a_scene_is_read_as_it_stands_when_its_turn_comes(story: StoryFile) -> None:
    oil, _empty, fog = (scene.id for scene in story.outline().scenes)
    backend = Reads()
    async for progress in queue_of(story, backend).run():
        if progress.now is not None and progress.now.id == oil:
            write(story, oil, FOG)
            story.binder.delete_scene(fog)
    assert backend.asked.count("scene") == 1
    (scene,) = by_task(story)["scene"]
    assert scene.value["change"] == "There is a child at the light."
