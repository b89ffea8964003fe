"""The chapters behind a changed one, each asked about with what has changed."""

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.staleness import Reason
from storyforge.store.story_file import StoryFile
from storyforge.studio.planning.editing import write
from storyforge.studio.planning.mending import mending
from storyforge.studio.planning.preparing import Wanted, prepare


def test_the_chapters_behind_are_mended_in_order(story: StoryFile) -> None:
    (first,) = story.plan.read().chapters
    write(story, first.id, {"title": "Salt", "goal": "Find the boat."})
    others = [story.plan.add(Kind.CHAPTER, {"title": one, "goal": one}) for one in ("Fog", "Ice")]
    story.plan.add(Kind.CHAPTER, {"title": "Nobody has planned this"})
    write(story, first.id, {"goal": "Burn the boat.", "turn": "It rains."})
    found = mending(story, first.id, "less rain")
    assert [one.target.item_id for one in found] == others
    assert {one.wish for one in found} == {"less rain"}
    assert found[0].changes == (Reason((first.id, "goal"), "Find the boat.", "Burn the boat."),)
    assert mending(story, others[1]) == ()


def test_why_a_chapter_is_mended_need_not_be_said(story: StoryFile) -> None:
    (first,) = story.plan.read().chapters
    write(story, first.id, {"goal": "Find the boat."})
    second, third = (story.plan.add(Kind.CHAPTER, {"goal": one}) for one in ("Flee.", "Return."))
    target = Target(Stage.OUTLINE, "outline/mend", third)
    assert prepare(story, Wanted(target)).planning.changes == ()
    write(story, first.id, {"goal": "Burn the boat."})
    write(story, second, {"goal": "Stay."})
    found = prepare(story, Wanted(target)).planning.changes
    assert found == (Reason((second, "goal"), "Flee.", "Stay."),)
