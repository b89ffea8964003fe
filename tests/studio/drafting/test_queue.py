"""The queue over real story files: what is drafted, kept, stopped and gone on with."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.backends.sharing import Shared
from storyforge.domain.generation import (
    Delta,
    Finish,
    Request,
    StopReason,
    TakeKind,
    TakeState,
    Usage,
)
from storyforge.domain.model import Price
from storyforge.domain.origin import Origin
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.sampling import Sampling
from storyforge.domain.summary import SummaryOf
from storyforge.errors import ModelError
from storyforge.store.story_file import StoryFile
from storyforge.studio.drafting.order import Order, kept, survey
from storyforge.studio.drafting.page import Spot, StorePage
from storyforge.studio.drafting.queue import DraftQueue, ended_words, progress_words
from storyforge.studio.staleness import stale
from tests.store.helpers import typed
from tests.studio.continuation import Gated, write
from tests.studio.drafting.planned import LINES, ended, more, planned, queue, writer


async def test_each_beat_is_a_take_of_the_models_with_a_snapshot_before(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", "She finds him.")
    told = await ended(queue(story, writer(), scene).run())
    page = story.scenes.load(scene)
    assert page.text == f"{LINES[0]}\n\n{LINES[1]}"
    assert {span.origin for span in page.provenance.spans} == {Origin.MODEL}
    first, second = story.drafted.of_scene(scene)
    assert (first.beat, second.beat) == ("She climbs down.", "She finds him.")
    takes = story.takes.of_scene(scene)
    assert [take.id for take in takes] == [first.take_id, second.take_id]
    assert {take.kind for take in takes} == {TakeKind.DRAFT}
    assert [take.wish for take in takes] == ["She climbs down.", "She finds him."]
    assert story.revisions.page(takes[1].revision_id).text == LINES[0]
    assert takes[1].parent_id == takes[0].id
    assert (told.scenes, told.total_scenes, told.now) == (1, 1, None)
    assert told.words == 21
    assert "1 scene is drafted." in ended_words(told)
    assert kept(story) is None


async def test_the_model_is_told_the_plan_and_the_beat_last(story: StoryFile) -> None:
    story.plan.put(PREMISE_ID, {"logline": "A keeper finds a boy.", "tense": "past"})
    mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "role": "keeper", "arc": "dies"})
    story.plan.add(Kind.CHARACTER, {"name": "Tom", "role": "thief"})
    scene = planned(story, "She climbs down.", "She finds him.", cast=mara, change="He lives.")
    backend = writer()
    await ended(queue(story, backend, scene).run())
    first, second, *_who = (request.prompt for request in backend.requests)
    assert "A keeper finds a boy. Told in the past tense." in first
    assert "Mara: keeper." in first
    assert "thief" not in first
    assert "dies" not in first
    assert first.endswith("[What happens next, told in about 10 words: She climbs down.]\n\n")
    # Nothing above the text changes from beat to beat: it is not read again.
    assert second.startswith(first[: first.index("[What happens next")])
    assert "She finds him. With Mara. The scene ends with it: He lives.]\n\n" in second


async def test_a_scene_with_text_is_drafted_only_when_that_is_asked_for(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.")
    write(story, "It was dark.\nShe waited.")
    await ended(queue(story, writer(), scene).run())
    assert story.scenes.text(scene) == "It was dark.\nShe waited."
    await ended(queue(story, writer(), scene, written=True).run())
    text = story.scenes.text(scene)
    assert text.startswith("It was dark.\nShe waited.\nThe rope burned")
    assert story.drafted.of_scene(scene)


async def test_a_beat_goes_on_until_it_is_long_enough(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", words=40)
    backend = writer()
    await ended(queue(story, backend, scene).run())
    (take,) = story.takes.of_scene(scene)
    assert take.text == " ".join(LINES[:4])
    assert take.usage.written == sum(len(line.split()) for line in LINES[:4])
    # What is written of the beat stands behind what the model is told of it.
    assert backend.requests[1].prompt.endswith(f"She climbs down.]\n\n{LINES[0]}")


async def test_what_is_said_again_is_written_again_with_another_seed(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", "She finds him.", words=22)
    backend = writer([LINES[0], LINES[0], LINES[0], LINES[1]])
    told = await ended(queue(story, backend, scene).run())
    assert story.scenes.text(scene) == f"{LINES[0]}\n\n{LINES[1]}"
    assert len({request.sampling.seed for request in backend.requests}) == 4
    warm = [request.sampling.temperature for request in backend.requests[1:]]
    assert warm == sorted(set(warm)), "more freedom with each attempt"
    assert told.notes == ()


async def test_after_three_attempts_it_stands_as_it_came_and_that_is_said(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", "She finds him.", words=22)
    backend = writer([LINES[0]])
    told = await ended(queue(story, backend, scene).run())
    assert story.scenes.text(scene) == f"{LINES[0]}\n\n{LINES[0]}"
    assert len(backend.requests) == 4
    assert "repeated itself three times" in told.notes[0]


async def test_a_paragraph_that_comes_again_in_two_pieces_is_caught(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", "She finds him.", words=30)
    again = ["He ate the old bread.", " It was dry and hard."]
    backend = writer([*again, LINES[0], LINES[1]])
    write(story, "".join(again))
    await ended(queue(story, backend, scene, written=True).run())
    assert story.scenes.text(scene).count("It was dry and hard.") == 1


async def test_only_prose_comes_to_the_page(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", words=20)
    answers = [
        f"## Scene 1\n\nBeat 1: {LINES[0]}\n\nShe climbs down.\n\n[The next beat is",
        f"* * *\n\n**Chapter 2**\n\n{LINES[1]}",
    ]
    await ended(queue(story, writer(answers), scene).run())
    assert story.scenes.text(scene) == f"{LINES[0]} {LINES[1]}"


async def test_who_is_planned_and_has_not_come_is_named_and_brought_in(story: StoryFile) -> None:
    mara = story.plan.add(Kind.CHARACTER, {"name": "Mara"})
    tom = story.plan.add(Kind.CHARACTER, {"name": "Tom Reed", "prose_name": "Thomas"})
    scene = planned(story, "She climbs down.", "Mara waits.", cast=f"{mara}\n{tom}", words=20)
    answers = [LINES[0], f"Mara waited. {LINES[1]}", " lay there and did not move at all."]
    backend = writer(answers)
    await ended(queue(story, backend, scene).run())
    assert "With Mara and Thomas." in backend.requests[1].prompt
    assert backend.requests[2].prompt.endswith("\n\nThomas")
    assert story.scenes.text(scene).endswith("\n\nThomas lay there and did not move at all.")


async def test_a_japanese_name_opens_an_indented_paragraph_as_prose_has_it(tmp_path: Path) -> None:
    opening = "\u3000霧が出ていた。"
    with StoryFile.create(tmp_path / "ja.forge", title="灯台", language="ja") as story:
        mara = story.plan.add(Kind.CHARACTER, {"name": "佐藤 真昼"})
        tom = story.plan.add(Kind.CHARACTER, {"name": "浜田 翔"})
        scene = planned(story, "真昼が灯りを消す。", words=30, cast=f"{mara}\n{tom}")
        story.scenes.save(typed(scene, opening))
        first, second = "\u3000真昼は灯りを消し、長いあいだ海を見ていた。", "は何も言わなかった。"
        await ended(queue(story, writer([first, second]), scene, written=True).run())
        assert story.scenes.text(scene) == "\n".join((opening, first, f"\u3000浜田翔{second}"))


async def test_the_best_of_several_stands_and_the_ranking_is_kept(story: StoryFile) -> None:
    scene = planned(story, "the gull looked at them", words=11)
    backend = writer([LINES[0], LINES[5], LINES[6]])
    told = await ended(queue(story, backend, scene, candidates=3).run())
    assert story.scenes.text(scene) == LINES[5]
    (beat,) = story.drafted.of_scene(scene)
    assert len(beat.ranking) == 3
    best = beat.ranking[0]
    assert best["take_id"] == beat.take_id
    assert [one["score"] for one in beat.ranking] == sorted(
        (one["score"] for one in beat.ranking), reverse=True
    )
    assert len(story.takes.of_place(story.takes.one(beat.take_id).place_id)) == 3
    assert told.notes == ()


class _Judgeless(ScriptedBackend):
    async def score(self, request: Request, text: str, stop: asyncio.Event) -> float | None:
        return None


async def test_a_model_that_cannot_judge_ranks_by_repetition_alone(story: StoryFile) -> None:
    write(story, LINES[0])
    scene = more(story, "She climbs down.", words=11)
    backend = _Judgeless([f"{LINES[0]} {LINES[1]}", f"{LINES[2]}"])
    told = await ended(queue(story, backend, scene, candidates=2).run())
    assert "cannot judge" in told.notes[0]
    (beat,) = story.drafted.of_scene(scene)
    assert {one["tells"] for one in beat.ranking} == {None}


async def test_a_pause_stops_the_model_and_the_beat_is_begun_again(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", words=11)
    backend = Gated(*LINES, at=4)
    run = queue(story, backend, scene)
    steps = run.run()
    assert (await anext(steps)).now is not None
    waiting = asyncio.create_task(backend.waiting.wait())
    async for progress in steps:
        if progress.paused:
            assert "paused" in progress_words(progress)
            run.resume()
            backend.at = -1
        elif waiting.done() and backend.at > 0:
            run.pause()
    half, whole = story.takes.of_scene(scene)
    assert (half.state, half.place_id) == (TakeState.STOPPED, whole.place_id)
    assert half.text == "The rope burned in"
    assert story.scenes.text(scene) == whole.standing


async def test_a_stop_keeps_the_order_and_another_queue_goes_on(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", "She finds him.", words=22)
    run = queue(story, writer(), scene, candidates=1)
    async for progress in run.run():
        if progress.now is not None and progress.now.beat == 2:
            run.cancel()
    assert story.scenes.text(scene) == LINES[0]
    order = kept(story)
    assert order == Order((scene,), 1, 0, False)
    assert "1 is still to be done" in ended_words(run.progress)
    await ended(queue(story, writer(LINES[1:]), *order.scenes).run())
    assert story.scenes.text(scene) == f"{LINES[0]}\n\n{LINES[1]}"
    assert kept(story) is None


async def test_the_authors_words_stay_where_they_are(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", "She finds him.", words=22)
    write(story, "It rained.")

    class Typing(StorePage):
        async def put(self, spot: Spot, take: object) -> None:
            page = story.scenes.load(scene)
            typed = page.provenance.typed(0, 0, 6)
            story.scenes.save(replace(page, text=f"Dark. {page.text}", provenance=typed))
            await super().put(spot, take)  # type: ignore[arg-type]

    shared = Shared(writer(), rest=0)
    run = DraftQueue(story, shared, Typing(story), scenes=[scene], written=True)
    await ended(run.run())
    assert story.scenes.text(scene) == f"Dark. Dark. It rained.\n\n{LINES[0]}\n\n{LINES[1]}"


async def test_the_authors_own_wish_goes_first(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", words=11)
    backend = Gated(*LINES, at=3)
    shared = Shared(backend, rest=0)
    run = DraftQueue(story, shared, StorePage(story), scenes=[scene], sampling=Sampling(seed=1))
    drafting = asyncio.create_task(ended(run.run()))
    await backend.waiting.wait()
    backend.at = -1
    heard = [delta async for delta in shared.stream(Request("Go on"), asyncio.Event())]
    assert isinstance(heard[-1], Finish)
    assert not story.drafted.of_scene(scene)
    await drafting
    assert len(story.drafted.of_scene(scene)) == 1
    assert [request.prompt == "Go on" for request in backend.requests] == [False, True, False]


async def test_a_beat_that_stands_but_was_not_noted_is_not_written_twice(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", "She finds him.", words=22)
    run = queue(story, writer(), scene)
    async for progress in run.run():
        if progress.now is not None and progress.now.beat == 2:
            run.cancel()
    story.drafted.forget(scene)
    await ended(queue(story, writer(LINES[1:]), scene, written=True).run())
    assert story.scenes.text(scene) == f"{LINES[0]}\n\n{LINES[1]}"
    assert len(story.drafted.of_scene(scene)) == 2


async def test_scenes_come_in_the_storys_order_and_what_cannot_be_drafted_is_said(
    story: StoryFile,
) -> None:
    first = planned(story, "She climbs down.", words=11)
    bare = more(story, title="Bare")
    purpose = more(story, title="Purpose", purpose="She sees the morning", words=11)
    told = await ended(queue(story, writer(), purpose, bare, first).run())
    assert story.scenes.text(first) == LINES[0]
    assert story.scenes.text(purpose) == LINES[1]
    (passed,) = told.failed
    assert (passed.scene, passed.scene_id) == (2, bare)
    assert "neither beats nor a purpose" in ended_words(told)
    assert (told.scenes, told.total_scenes) == (3, 3)


async def test_a_model_that_writes_nothing_of_use_is_passed_over(story: StoryFile) -> None:
    scene, other = planned(story, "She climbs down."), more(story, "He waits.")
    told = await ended(queue(story, writer(["[note]", "# Scene"]), scene, other).run())
    assert [one.scene_id for one in told.failed] == [scene, other]
    assert not story.scenes.text(scene)
    assert not any(take.standing for take in story.takes.of_scene(scene))


class _Refusing(ScriptedBackend):
    async def stream(self, request: Request, stop: asyncio.Event) -> AsyncGenerator[Delta, None]:
        self.requests.append(request)
        yield Finish(StopReason.REFUSED, Usage())


async def test_a_refusal_is_not_asked_again(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.")
    backend = _Refusing()
    told = await ended(queue(story, backend, scene).run())
    assert len(backend.requests) == 1
    assert "would not write it" in told.failed[0].why


async def test_a_model_that_fails_leaves_a_take_and_the_order(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.")
    with pytest.raises(ModelError):
        await ended(queue(story, writer(fail_after=4), scene).run())
    (take,) = story.takes.of_scene(scene)
    assert (take.state, take.text) == (TakeState.FAILED, "The rope burned in")
    assert not story.scenes.text(scene)
    assert kept(story) is not None


async def test_prose_rests_on_the_plan_it_was_drafted_from(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", place="the rocks", words=11)
    await ended(queue(story, writer(), scene).run())
    assert not stale(story)
    story.plan.put(scene, {"place": "the harbour"})
    assert [one.item_id for one in stale(story)] == [scene]


_LONG = (
    "No one had ever told the boy how to hold a lantern against such wind. He learned it that "
    "night, with both hands and his teeth, while the old woman pulled. Water ran from her sleeves "
    "into his collar. Twice the light went out, and twice she said a word which he would remember "
    "when he was grown and had a boat. Then there was a wall, a door, the smell of bread and oil."
)


async def test_a_long_story_is_summed_up_as_it_is_drafted(story: StoryFile) -> None:
    write(story, " ".join(LINES))
    scene = more(story, "She climbs down.", words=60)
    await ended(queue(story, writer([_LONG], context_tokens=240), scene).run())
    assert story.summaries.all()[SummaryOf.SCENE, scene].text == story.scenes.text(scene)


async def test_what_it_will_take_is_told_before(story: StoryFile) -> None:
    scene = planned(story, "She climbs down.", "She finds him.", words=600)
    found = survey(story, writer().card, Order((scene,)))
    assert (found.words, found.seconds, found.cost) == (600, None, None)
    assert [one.scene_id for one in found.scenes] == [scene]


async def test_a_long_beat_is_paid_for_in_pieces_and_may_be_asked_for_again(
    story: StoryFile,
) -> None:
    card = replace(writer(context_tokens=8192).card, price=Price(reading=1e6, writing=0.0))
    scenes = (planned(story, "She climbs down.", words=words) for words in (250, 500))
    once, twice = (survey(story, card, Order((scene,))).cost for scene in scenes)
    assert once is not None
    assert twice is not None
    assert twice.cost > 1.9 * once.cost  # its prompt is sent twice
    assert once.tries == 3


async def test_japanese_is_measured_in_characters_and_has_no_blank_lines(tmp_path: Path) -> None:
    with StoryFile.create(tmp_path / "ja.forge", title="灯台", language="ja") as story:
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "prose_name": "真昼"})
        scene = planned(story, "真昼は岩場へ降りる。", "少年を見つける。", words=40, cast=mara)
        lines = [
            "真昼は濡れた綱を握り、ゆっくりと岩場へ降りていった。",
            "波のあいだに白い手が見えた。",
        ]
        backend = writer(lines)
        await ended(queue(story, backend, scene).run())
        assert story.scenes.text(scene) == "\n".join(lines)
        assert "真昼" in backend.requests[0].prompt
        assert "【このあとの展開、約20字で：真昼は岩場へ降りる。】" in backend.requests[0].prompt
