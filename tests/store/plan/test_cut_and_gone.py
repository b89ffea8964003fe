"""What becomes of a plan where its scenes are cut, joined, deleted or let go for good."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.domain.generation import TakeState
from storyforge.domain.lore import LoreEntry
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.trash import TrashKind
from storyforge.store.plan.drafted import Drafted
from storyforge.store.story_file import StoryFile
from storyforge.studio.staleness import rest_now, stale
from tests.store.helpers import query, typed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "story.forge"


@pytest.fixture
def story(path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(path, title="The Light") as story:
        yield story


def facts(story: StoryFile, key: str) -> dict[str, str]:
    item = story.plan.read().item(key)
    assert item is not None
    return dict(item.facts)


def test_the_second_part_of_a_scene_has_its_people_and_place_but_no_beats(
    story: StoryFile,
) -> None:
    (scene,) = story.plan.read().scenes
    frame = {"cast": "Mara", "point_of_view": "Mara", "place": "the lamp room", "time": "dawn"}
    story.plan.put(scene.id, {"title": "Oil", "beats": "a\nb", "purpose": "loss", **frame})
    story.scenes.save(typed(scene.id, "One. Two."))
    second = story.binder.split_scene(scene.id, 4, "Fog")
    assert facts(story, second) == {"title": "Fog", **frame}
    assert facts(story, scene.id)["beats"] == "a\nb"


def test_joined_scenes_have_one_plan_and_parted_ones_each_their_own(story: StoryFile) -> None:
    (first,) = story.plan.read().scenes
    second = story.plan.add(
        Kind.SCENE,
        {"title": "Fog", "cast": "Mara\nTom", "beats": "c", "change": "alone", "words": "300"},
        chapter_id=first.chapter_id,
    )
    story.plan.put(
        first.id,
        {"title": "Oil", "cast": "Mara", "beats": "a\nb", "change": "dark", "words": "500"},
    )
    for scene, number in ((first.id, 1), (first.id, 2), (second, 1)):
        story.scenes.save(typed(scene, "Text."))
        story.drafted.put(Drafted(scene, number, "beat"))
    story.binder.join_scenes(first.id, second)
    joined = facts(story, first.id)
    assert (joined["cast"], joined["beats"]) == ("Mara\nTom", "a\nb\nc")
    assert (joined["change"], joined["words"]) == ("dark alone", "800")
    assert [one.number for one in story.drafted.of_scene(first.id)] == [1, 2, 3]
    story.binder.part_scenes(first.id, second, 5)
    assert facts(story, second)["beats"] == "c"


def test_looks_go_with_the_scene_that_they_come_with(story: StoryFile) -> None:
    (first,) = story.plan.read().scenes
    second = story.plan.add(Kind.SCENE, {"title": "Fog"}, chapter_id=first.chapter_id)
    third = story.plan.add(Kind.SCENE, {"title": "Salt"}, chapter_id=first.chapter_id)
    scar = story.plan.add(Kind.LOOK, {"name": "scar", "who": "Mara", "since": second})
    for scene in (first.id, second):
        story.scenes.save(typed(scene, "Text."))
    story.binder.join_scenes(first.id, second)
    assert facts(story, scar)["since"] == first.id
    story.binder.part_scenes(first.id, second, 5)
    assert facts(story, scar)["since"] == second
    story.binder.delete_scene(second)
    assert facts(story, scar)["since"] == second
    assert story.plan.read().told(second) == "Fog"
    story.binder.purge(TrashKind.SCENE, second)
    assert facts(story, scar)["since"] == third


def test_a_picture_text_goes_along_with_what_it_says_only(story: StoryFile) -> None:
    (first,) = story.plan.read().scenes
    told = {"time": "night", "time_picture": "moonlit night", "shown": "A boat.", "weather": "fog"}
    second = story.plan.add(Kind.SCENE, told, chapter_id=first.chapter_id)
    story.plan.put(first.id, {"time": "noon"})
    for scene in (first.id, second):
        story.scenes.save(typed(scene, "Text."))
    story.binder.join_scenes(first.id, second)
    joined = facts(story, first.id)
    assert "time_picture" not in joined
    assert (joined["time"], joined["shown"], joined["weather"]) == ("noon", "A boat.", "fog")


def test_what_two_japanese_scenes_are_for_is_joined_without_a_blank(story: StoryFile) -> None:
    (first,) = story.plan.read().scenes
    second = story.plan.add(Kind.SCENE, {"purpose": "舟が来る。"}, chapter_id=first.chapter_id)
    story.plan.put(first.id, {"purpose": "灯が消える。"})
    story.binder.join_scenes(first.id, second)
    assert facts(story, first.id)["purpose"] == "灯が消える。舟が来る。"


def test_the_name_of_who_is_gone_is_still_told(story: StoryFile) -> None:
    mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "prose_name": "真良"})
    story.context.put_entry(LoreEntry("e1", "The lamp room"))
    (scene,) = story.plan.read().scenes
    story.plan.put(scene.id, {"cast": mara, "place": "e1"})
    story.plan.remove(mara)
    story.context.set_lore([])  # on the lorebook's own screen
    plan = story.plan.read()
    assert (plan.told(mara), plan.told_in_prose(mara)) == ("Mara", "真良")
    assert plan.told("e1") == "The lamp room"
    assert facts(story, scene.id)["cast"] == mara
    story.plan.bring_back(mara)
    story.plan.put(mara, {"name": "Ilse"})
    assert story.plan.read().told(mara) == "Ilse"


def test_what_is_let_go_for_good_leaves_nothing_of_its_plan(story: StoryFile, path: Path) -> None:
    (kept,) = story.plan.read().chapters
    with story.plan.step():
        gone = story.plan.add(Kind.CHAPTER, {"title": "Two", "outcome": "a secret word"})
        scene = story.plan.add(Kind.SCENE, {"beats": "a secret beat"}, chapter_id=gone)
        behind = story.plan.add(Kind.CHAPTER, {"title": "Three", "goal": "run"})
    for key in (scene, behind):
        rest_now(story, key)
    story.plan.put(gone, {"goal": "a secret goal"})
    story.plan.put(gone, {"goal": "another"})
    target = Target(Stage.SCENES, "scenes/propose", gone)
    made = story.proposals.begin(Proposal("", target, "b1", 0, story.outline().created))
    story.proposals.grow(made.id, "a secret proposal")
    story.binder.delete_chapter(gone)
    assert [one.item_id for one in stale(story)] == [behind]
    story.binder.empty_trash()
    assert stale(story) == ()
    story.fold()
    assert b"secret" not in path.read_bytes()
    assert query(path, "SELECT count(*) FROM plan_fact WHERE item_id IN (?, ?)", gone, scene) == [
        (0,)
    ]
    assert story.plan.read().item(kept.id) is not None
    assert story.plan.undo() == "added: “Three”"


def test_a_proposal_that_was_cut_short_is_kept_as_far_as_it_came(path: Path) -> None:
    target = Target(Stage.PREMISE, "premise/propose")
    with StoryFile.create(path, title="The Light") as story:
        made = story.proposals.begin(Proposal("", target, "b1", 0, story.outline().created))
        story.proposals.grow(made.id, "A keep")
        story.plan.put(PREMISE_ID, {"tone": "grim"})
        story.copy_to(path.with_name("copy.forge"))
    with StoryFile.open(path.with_name("copy.forge")) as copy:
        (proposal,) = copy.proposals.of_batch("b1")
        assert proposal.state is TakeState.INTERRUPTED
        assert copy.plan.read().premise.fact("tone") == "grim"
        assert copy.recovered is None
