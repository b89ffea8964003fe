from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storyforge.domain.generation import Asked, StopReason, Take, TakeKind, TakeState, Usage
from storyforge.domain.origin import Origin, Place, Provenance, Span
from storyforge.domain.sampling import Sampling
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from storyforge.studio.takes.walking import (
    asked_again,
    keep_if_changed,
    neighbour,
    parent_at,
    place_to_retry,
)


def finished(story: StoryFile, place: str, text: str, kept: int | None = None) -> Take:
    scene = story.outline().scenes[0].id
    take = story.takes.begin(scene, place, model="m", request_hash="h", sampling=Sampling())
    return story.takes.finish(
        take.id,
        text=text,
        kept=len(text) if kept is None else kept,
        state=TakeState.FINISHED,
        reason=StopReason.LENGTH,
        usage=Usage(),
    )


def take(number: int, text: str, state: TakeState = TakeState.FINISHED) -> Take:
    when = datetime(2024, 5, 1, tzinfo=UTC)
    return Take(f"t{number}", "s", "p", number, when, text, len(text), state)


ONE, TWO, THREE = take(1, "one"), take(2, "two"), take(3, "three")
ALL = (ONE, TWO, THREE)


def test_walking_goes_from_take_to_take_and_ends_at_both_ends() -> None:
    assert neighbour(ALL, "two", "t2", -1) == ONE
    assert neighbour(ALL, "two", "t2", 1) == THREE
    assert neighbour(ALL, "one", "t1", -1) is None
    assert neighbour(ALL, "three", "t3", 1) is None


def test_after_an_undo_walking_brings_the_newest_take_back() -> None:
    assert neighbour(ALL, "", None, -1) == THREE
    assert neighbour(ALL, "", "t1", 1) == THREE


def test_takes_that_read_alike_are_told_apart_by_their_id() -> None:
    twins = (take(1, "same"), take(2, "same"), take(3, "other"))
    assert neighbour(twins, "same", "t1", 1) == twins[1]
    assert neighbour(twins, "same", "t2", 1) == twins[2]
    assert neighbour(twins, "same", None, 1) == twins[2]


def test_a_changed_text_walks_from_the_take_it_came_from() -> None:
    assert neighbour(ALL, "two, changed", "t2", 1) == THREE
    assert neighbour(ALL, "unknown", None, -1) == THREE


def test_running_and_empty_takes_cannot_stand() -> None:
    takes = (ONE, take(2, ""), take(3, "grows", TakeState.RUNNING))
    assert neighbour(takes, "one", "t1", 1) is None
    assert neighbour((), "", None, 1) is None


def test_a_changed_take_is_kept_once_as_edited(story: StoryFile) -> None:
    scene = story.outline().scenes[0].id
    finished(story, "p", "It rained. The", kept=10)
    kept = keep_if_changed(story, scene, "p", "It poured.")
    assert kept is not None
    assert (kept.state, kept.standing, kept.number) == (TakeState.EDITED, "It poured.", 2)
    assert keep_if_changed(story, scene, "p", "It poured.") is None
    assert len(story.takes.of_place("p")) == 2
    assert neighbour(story.takes.of_place("p"), "It poured.", kept.id, -1) is not None


@pytest.mark.parametrize("standing", ["", "It rained.", "It rained. The"])
def test_what_a_take_holds_already_is_not_kept_again(story: StoryFile, standing: str) -> None:
    finished(story, "p", "It rained. The", kept=10)
    assert keep_if_changed(story, story.outline().scenes[0].id, "p", standing) is None


def test_retry_finds_the_take_directly_before_the_caret_and_nothing_elsewhere(
    story: StoryFile,
) -> None:
    finished(story, "p", "It rained.")
    page = Provenance.whole(30, Origin.TYPED).with_place(Place("p", 5, 15))
    for caret in (6, 15):
        place = place_to_retry(story, page, caret)
        assert place is not None
        assert place.id == "p"
    assert place_to_retry(story, page, 16) is None


def test_an_anchor_where_nothing_was_ever_written_is_passed_over(story: StoryFile) -> None:
    finished(story, "p", "It rained.")
    page = Provenance.whole(15, Origin.TYPED).with_place(Place("p", 5, 15))
    place = place_to_retry(story, page.with_place(Place("stopped at once", 15, 15)), 15)
    assert place is not None
    assert place.id == "p"


def test_a_continuation_goes_on_from_the_take_that_stands_before_it(story: StoryFile) -> None:
    one, two = finished(story, "p", " One."), finished(story, "q", " Two. Three.")
    whole = story.takes.keep_edited(one.scene_id, "p", " One. Two.")
    spans = (Span(4, Origin.TYPED), Span(5, Origin.MODEL, one.id), Span(5, Origin.MODEL, two.id))
    provenance = Provenance(spans, (Place("p", 4, 14), Place("new", 14, 14)))
    page = Page(one.scene_id, "Wet. One. Two.", provenance)
    assert parent_at(story, page, 14) == parent_at(story, page, 9) == whole.id
    assert parent_at(story, page, 4) == ""
    changed = Page(one.scene_id, "Wet. One! Two.", provenance)
    assert parent_at(story, changed, 14) == two.id
    assert parent_at(story, changed, 9) == one.id


def test_one_more_take_is_asked_for_as_the_newest_was(story: StoryFile) -> None:
    assert asked_again(()) == Asked()
    wished = replace(ONE, wish="rain", prompt="p")
    assert asked_again((wished, replace(TWO, state=TakeState.EDITED))) == Asked(
        wish="rain", prompt="p"
    )
    assert asked_again((wished, replace(TWO, kind=TakeKind.CHOICE, wish="cold"))) == Asked()
