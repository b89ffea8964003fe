"""What is out of date in a real story, why, and how a mark goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.stages import Stage, StageState
from storyforge.domain.plan.staleness import PROSE, Reason
from storyforge.store.story_file import StoryFile
from storyforge.studio.staleness import rest_now, stale, states, still_right
from tests.store.helpers import typed


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(tmp_path / "story.forge", title="The Light") as story:
        yield story


def write(story: StoryFile, item_id: str, **facts: str) -> None:
    with story.plan.step():
        story.plan.put(item_id, facts)
        rest_now(story, item_id, tuple(facts))


def add(story: StoryFile, kind: Kind, chapter_id: str = "", **facts: str) -> str:
    with story.plan.step():
        key = story.plan.add(kind, facts, chapter_id=chapter_id)
        rest_now(story, key)
    return key


def planned(story: StoryFile) -> tuple[str, str, str]:
    """A premise, Mara, and the one chapter and scene with her in it: their ids."""
    write(story, PREMISE_ID, logline="A keeper finds a child.", tone="grim", tense="past")
    mara = add(story, Kind.CHARACTER, name="Mara", role="the keeper", want="to be alone")
    (chapter,), (scene,) = story.plan.read().chapters, story.plan.read().scenes
    write(story, chapter.id, goal="reach the boat", outcome="she has the child")
    write(story, scene.id, cast=mara, beats="She rows.", change="She is not alone.")
    return mara, chapter.id, scene.id


def test_changing_the_premise_marks_what_was_made_from_it_with_the_reason(story: StoryFile) -> None:
    mara, chapter, scene = planned(story)
    assert stale(story) == ()
    write(story, PREMISE_ID, tone="light")
    found = {one.item_id: one for one in stale(story)}
    assert set(found) == {mara, chapter}
    assert found[mara].fields == ("role", "want")
    assert found[mara].reasons == (Reason((PREMISE_ID, "tone"), "grim", "light"),)
    write(story, PREMISE_ID, tense="present")
    assert {one.item_id for one in stale(story)} == {mara, chapter, scene}
    assert stale(story) is stale(story)


def test_a_mark_goes_by_itself_when_the_change_is_taken_back(story: StoryFile) -> None:
    planned(story)
    write(story, PREMISE_ID, tone="light")
    write(story, PREMISE_ID, tone="grim")
    assert stale(story) == ()


def test_a_corrected_spelling_and_what_was_empty_mark_nothing(story: StoryFile) -> None:
    planned(story)
    write(story, PREMISE_ID, logline="A keper finds a child!", genre="ghost story")
    assert stale(story) == ()


def test_what_is_written_anew_rests_on_what_stands_there_now(story: StoryFile) -> None:
    mara, chapter, _scene = planned(story)
    write(story, PREMISE_ID, tone="light")
    write(story, mara, want="to be found")
    found = {one.item_id: one.fields for one in stale(story)}
    assert found[mara] == ("role",)
    assert chapter in found


def test_prose_is_marked_when_its_scene_is_planned_anew(story: StoryFile) -> None:
    mara, _chapter, scene = planned(story)
    story.scenes.save(typed(scene, "She rowed."))
    rest_now(story, scene, [PROSE])
    write(story, mara, look="tall, one eye")
    assert stale(story) == ()
    write(story, mara, name="Ilse")
    fields = {one.item_id: one.fields for one in stale(story)}
    assert fields[scene] == ("cast", "beats", "change", PROSE)
    story.scenes.save(typed(scene, ""))
    assert {one.item_id: one.fields for one in stale(story)}[scene][-1] == "change"


def test_who_is_gone_is_a_reason(story: StoryFile) -> None:
    mara, chapter, scene = planned(story)
    story.plan.remove(mara)
    found = {one.item_id: one.reasons for one in stale(story)}
    assert found[scene] == (Reason((mara, "name"), "Mara", ""),)
    assert set(found) == {chapter, scene}
    story.plan.bring_back(mara)
    assert stale(story) == ()


def test_still_right_takes_a_mark_away_and_a_chapters_with_its_scenes(story: StoryFile) -> None:
    mara, chapter, scene = planned(story)
    write(story, PREMISE_ID, tense="present")
    still_right(story, [mara])
    assert {one.item_id for one in stale(story)} == {chapter, scene}
    still_right(story, [chapter])
    assert stale(story) == ()
    write(story, PREMISE_ID, tense="past")
    assert {one.item_id for one in stale(story)} == {mara, chapter, scene}


def test_what_something_is_called_is_never_marked(story: StoryFile) -> None:
    planned(story)
    add(story, Kind.WORLD, title="The lamp room")
    add(story, Kind.PLOT_LINE, name="The law")
    add(story, Kind.ACT, name="Fog")
    add(story, Kind.CHARACTER, name="Tom")
    write(story, PREMISE_ID, tone="light")
    named = {item.form.name for item in story.plan.read().items} - {""}
    assert named == {"name", "title"}
    assert not [one for one in stale(story) if named & set(one.fields)]


def test_chapters_are_marked_one_behind_the_other(story: StoryFile) -> None:
    _mara, first, scene = planned(story)
    second = add(story, Kind.CHAPTER, title="Two", goal="hide the child", outcome="it is hidden")
    third = add(story, Kind.CHAPTER, title="Three", goal="run")
    write(story, first, outcome="the child is dead")
    assert [one.item_id for one in stale(story)] == [second, scene]
    write(story, second, outcome="it is buried")
    assert third in {one.item_id for one in stale(story)}


def test_a_chapter_in_the_trash_is_a_reason_and_has_its_name_still(story: StoryFile) -> None:
    planned(story)
    second = add(story, Kind.CHAPTER, title="Two", goal="hide the child", outcome="it is hidden")
    third = add(story, Kind.CHAPTER, title="Three", goal="run")
    story.binder.delete_chapter(second)
    (one,) = stale(story)
    assert one.item_id == third
    assert one.reasons == (Reason((second, "outcome"), "it is hidden", ""),)
    assert story.plan.read().told(second) == "Two"
    story.binder.restore_chapter(second)
    assert stale(story) == ()


def test_relations_that_run_in_a_circle_are_no_circle_here(story: StoryFile) -> None:
    planned(story)
    tom = add(story, Kind.CHARACTER, name="Tom", relations="Mara: loves her")
    mara = story.plan.read().characters[0].id
    write(story, mara, relations="Tom: loves him")
    write(story, tom, relations="Mara: hates her")
    assert stale(story) == ()


def test_how_far_a_stage_is(story: StoryFile) -> None:
    assert set(states(story).values()) == {StageState.EMPTY}
    _mara, _chapter, scene = planned(story)
    story.plan.settle(Stage.PREMISE)
    story.plan.settle(Stage.CHARACTERS)
    found = states(story)
    assert found[Stage.PREMISE] is StageState.SETTLED
    assert found[Stage.WORLD] is StageState.EMPTY
    assert found[Stage.OUTLINE] is StageState.IN_WORK
    assert found[Stage.DRAFT] is StageState.EMPTY
    story.scenes.save(typed(scene, "She rowed."))
    rest_now(story, scene, [PROSE])
    write(story, PREMISE_ID, tone="light")
    found = states(story)
    assert found[Stage.PREMISE] is StageState.SETTLED
    assert found[Stage.CHARACTERS] is StageState.STALE
    assert found[Stage.DRAFT] is StageState.IN_WORK
    write(story, scene, beats="She swims.")
    assert states(story)[Stage.DRAFT] is StageState.STALE
