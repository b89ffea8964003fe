from pathlib import Path

import pytest

from storyforge.domain.generation import Asked, StopReason, Take, TakeKind, TakeState, Usage
from storyforge.domain.sampling import Sampling
from storyforge.errors import BadInput
from storyforge.store.story_file import StoryFile
from tests.store.helpers import only_scene, query


def begun(story: StoryFile, place: str = "p") -> Take:
    return story.takes.begin(
        only_scene(story), place, model="Small", request_hash="abc", sampling=Sampling(seed=7)
    )


def finished(story: StoryFile, take: Take, text: str, kept: int) -> Take:
    return story.takes.finish(
        take.id,
        text=text,
        kept=kept,
        state=TakeState.FINISHED,
        reason=StopReason.LENGTH,
        usage=Usage(1, 2, 3, 0.5, 0.25, 7),
    )


def test_a_take_is_kept_with_all_that_made_it(story: StoryFile, path: Path) -> None:
    take = begun(story)
    assert (take.state, take.text, take.number) == (TakeState.RUNNING, "", 1)
    story.takes.grow(take.id, "The boat")
    assert story.takes.of_place("p")[0].standing == "The boat"
    done = finished(story, take, "The boat came. And", 14)
    assert done.standing == "The boat came."
    story.close()
    with StoryFile.open(path) as again:
        assert again.takes.of_scene(only_scene(again)) == (done,)
    assert done.usage == Usage(1, 2, 3, 0.5, 0.25, 7)
    assert done.sampling == Sampling(seed=7)
    assert (done.model, done.request_hash, done.reason) == ("Small", "abc", StopReason.LENGTH)


def test_takes_are_numbered_within_their_place(story: StoryFile) -> None:
    assert [begun(story, place).number for place in ("p", "p", "q", "p")] == [1, 2, 1, 3]
    assert [take.number for take in story.takes.of_place("p")] == [1, 2, 3]
    assert len(story.takes.of_scene(only_scene(story))) == 4


def test_what_the_model_wrote_is_cleaned(story: StoryFile, path: Path) -> None:
    take = begun(story)
    story.takes.grow(take.id, "a\x1b[31mb")
    assert story.takes.of_place("p")[0].text == "a[31mb"
    done = finished(story, take, "\x00ab\x1b[0m", 3)
    assert (done.text, done.standing) == ("ab[0m", "ab")
    query(path, "UPDATE take SET text = ?, kept = 2, model = ?", "\x1bxyz", "m\x1b[1m")
    (read,) = story.takes.of_place("p")
    assert (read.text, read.standing, read.model) == ("xyz", "x", "m[1m")


def test_a_late_growth_does_not_undo_the_end(story: StoryFile) -> None:
    take = begun(story)
    finished(story, take, "Whole.", 6)
    story.takes.grow(take.id, "Who")
    assert story.takes.of_place("p")[0].text == "Whole."


def test_how_much_stands_may_change(story: StoryFile) -> None:
    take = finished(story, begun(story), "The boat came.", 14)
    story.takes.set_kept(take.id, 8)
    assert story.takes.of_place("p")[0].standing == "The boat"
    story.takes.set_kept(take.id, 99)
    assert story.takes.of_place("p")[0].kept == 14


def test_an_edited_version_is_kept_once(story: StoryFile) -> None:
    scene = only_scene(story)
    finished(story, begun(story), "The boat came.", 14)
    edited = story.takes.keep_edited(scene, "p", "The small boat came.")
    assert (edited.state, edited.number, edited.standing) == (
        TakeState.EDITED,
        2,
        "The small boat came.",
    )
    assert story.takes.keep_edited(scene, "p", "The small boat came.") == edited
    assert story.takes.keep_edited(scene, "p", "No boat came.").number == 3


def test_only_an_empty_running_take_is_discarded(story: StoryFile) -> None:
    empty, growing, done = begun(story), begun(story), begun(story)
    story.takes.grow(growing.id, "x")
    finished(story, done, "", 0)
    for take in (empty, growing, done):
        story.takes.discard(take.id)
    assert [take.id for take in story.takes.of_place("p")] == [growing.id, done.id]


def test_what_a_model_thought_is_kept_and_cleaned_with_the_host_it_ran_on(
    story: StoryFile, path: Path
) -> None:
    take = story.takes.begin(
        only_scene(story),
        "p",
        model="Far",
        request_hash="abc",
        sampling=Sampling(),
        place="far.example",
    )
    story.takes.grow(take.id, "", "It \x1b[31mshould")
    story.takes.discard(take.id)  # it has no text, but it thought
    assert story.takes.of_place("p")[0].thinking == "It [31mshould"
    done = story.takes.finish(
        take.id,
        text="Rain.",
        kept=5,
        state=TakeState.FINISHED,
        reason=StopReason.END,
        usage=Usage(thought=5),
        thinking="It should rain.",
    )
    story.close()
    with StoryFile.open(path) as again:
        assert again.takes.of_place("p") == (done,)
    assert (done.place, done.thinking, done.usage.thought) == ("far.example", "It should rain.", 5)


def test_what_takes_have_cost_is_summed_up_by_currency(story: StoryFile, path: Path) -> None:
    assert story.takes.costs() == {}
    costs = ((0.5, "USD"), (0.25, "USD"), (1.0, "EUR"), (0.0, "CHF"), (0.0, ""))
    for cost, currency in costs:
        story.takes.finish(
            begun(story).id,
            text="x",
            kept=1,
            state=TakeState.FINISHED,
            reason=StopReason.END,
            usage=Usage(cost=cost, currency=currency),
        )
    assert story.takes.costs() == {"USD": 0.75, "EUR": 1.0}
    # A stranger's file may hold anything.
    for odd in ("no JSON", '{"cost": 1e999, "currency": "JPY"}', '{"cost": "x"}', "[1]", "{}"):
        take = begun(story)
        query(path, "UPDATE take SET usage = ? WHERE id = ?", odd, take.id)
    assert story.takes.costs() == {"USD": 0.75, "EUR": 1.0}


def test_unknown_takes_and_scenes_are_named(story: StoryFile) -> None:
    with pytest.raises(BadInput, match="take is not in the story"):
        story.takes.grow("nobody", "x")
    with pytest.raises(BadInput, match="scene is not in the story"):
        story.takes.keep_edited("nobody", "p", "x")


@pytest.mark.parametrize(
    "told", ["", "[]", "{", '{"seed": "x", "written": [1], "top_k": 3}', "[" * 9999]
)
def test_odd_records_do_not_hide_a_take(story: StoryFile, path: Path, told: str) -> None:
    begun(story)
    query(path, "UPDATE take SET sampling = ?, usage = ?, created = 'x', state = 'x'", told, told)
    (take,) = story.takes.of_place("p")
    assert take.usage == Usage()
    assert take.sampling.seed is None
    assert (take.created.year, take.state) == (1970, TakeState.FINISHED)


def test_how_a_take_was_asked_for_is_kept_and_outlives_what_it_came_from(story: StoryFile) -> None:
    parent = begun(story)
    asked = Asked(TakeKind.REWRITE, "shorter\nplease", parent.id, "gone", "The prompt\x1b")
    child = story.takes.begin(
        only_scene(story), "q", model="", request_hash="", sampling=Sampling(), asked=asked
    )
    story.takes.discard(parent.id)
    assert story.takes.bookmark(child.id, "here\n").bookmark == "here"
    (kept,) = story.takes.of_place("q")
    told = (kept.kind, kept.wish, kept.parent_id, kept.revision_id, kept.prompt, kept.bookmark)
    assert told == (TakeKind.REWRITE, "shorter please", parent.id, "gone", "The prompt", "here")
    assert story.takes.bookmark(child.id, "").bookmark == ""
