"""The file of an open story rewritten or taken away: what was planned in it is not lost."""

import shutil
from pathlib import Path

import pytest

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.errors import StoryFileError
from storyforge.store.plan.drafted import Drafted
from storyforge.store.story_file import StoryFile
from storyforge.studio.staleness import rest_now, stale
from tests.store.helpers import only_scene, typed

TARGET = Target(Stage.PREMISE, "premise/propose")


def plan_all(story: StoryFile) -> None:
    """One of everything that can be planned."""
    story.plan.put(PREMISE_ID, {"tone": "grim"})
    mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "want": "to be alone"})
    rest_now(story, mara)
    gone = story.plan.add(Kind.CHARACTER, {"name": "Tom"})
    story.plan.remove(gone)
    chapter = story.plan.add(Kind.CHAPTER, {"title": "The Boat", "goal": "reach it"})
    scene = story.plan.add(Kind.SCENE, {"title": "Oil", "cast": mara}, chapter_id=chapter)
    story.plan.put(scene, {"title": "Fog"})
    story.plan.settle(Stage.PREMISE)
    story.prompt_copies.put("en", "premise/propose", "{{ idea }}")
    story.drafted.put(Drafted(scene, 1, "a beat"))
    made = story.proposals.begin(Proposal("", TARGET, "b1", 0, story.outline().created))
    story.proposals.grow(made.id, "A keeper")


def require_all(story: StoryFile) -> None:
    plan = story.plan.read()
    assert plan.premise.fact("tone") == "grim"
    assert [(one.name, one.fact("want")) for one in plan.characters] == [("Mara", "to be alone")]
    boat, scene = plan.chapters[-1], plan.scenes[-1]
    assert (boat.name, boat.fact("goal"), scene.chapter_id) == ("The Boat", "reach it", boat.id)
    assert (scene.name, plan.told(scene.fact("cast"))) == ("Fog", "Mara")
    assert plan.settled == {Stage.PREMISE}
    assert story.prompt_copies.all() == {("en", "premise/propose"): "{{ idea }}"}
    assert [one.beat for one in story.drafted.of_scene(scene.id)] == ["a beat"]
    assert [one.text for one in story.proposals.about(TARGET)] == ["A keeper"]
    story.plan.put(PREMISE_ID, {"tone": "light"})
    assert [plan.told(one.item_id) for one in stale(story)] == ["Mara"]


def rescued_of(path: Path) -> Path:
    (rescued,) = path.parent.glob("*(recovered *")
    return rescued


@pytest.mark.parametrize("rewritten", [True, False])
def test_what_was_planned_is_rescued(story: StoryFile, path: Path, rewritten: bool) -> None:
    story.fold()
    other = path.with_name("other.forge")
    story.copy_to(other)
    with StoryFile.open(other) as theirs:
        theirs.scenes.save(typed(only_scene(theirs), "Theirs."))
    plan_all(story)
    story.fold()
    if rewritten:
        shutil.copyfile(other, path)
    else:
        path.unlink()
    with pytest.raises(StoryFileError, match="whole in"):
        story.close()
    with StoryFile.open(rescued_of(path)) as found:
        require_all(found)


def test_a_step_that_failed_is_not_rescued(story: StoryFile) -> None:
    def fail() -> None:
        with story.plan.step():
            story.plan.put(PREMISE_ID, {"tone": "grim"})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not story.journal.written
