"""The plan in a real story file: what is put there is there, what stood there is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.domain.generation import TakeState
from storyforge.domain.lore import LoreEntry
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.story import Page
from storyforge.errors import BadInput
from storyforge.store.plan.drafted import Drafted
from storyforge.store.story_file import StoryFile


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(tmp_path / "story.forge", title="The Light") as story:
        yield story


def test_what_is_written_in_a_field_is_there_when_the_story_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "story.forge"
    with StoryFile.create(path, title="The Light") as story:
        story.plan.put(PREMISE_ID, {"logline": "A keeper finds a child.", "tone": "grim"})
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "voice": "No.\n\n Not yet. "})
    with StoryFile.open(path) as story:
        plan = story.plan.read()
    assert plan.premise.fact("tone") == "grim"
    assert plan.item(mara) is not None
    assert plan.characters[0].list("voice") == ("No.", "Not yet.")
    assert plan.named(Kind.CHARACTER, " mara") == plan.characters[0]


def test_what_stood_in_a_field_is_kept(story: StoryFile) -> None:
    story.plan.put(PREMISE_ID, {"tone": "grim"})
    story.plan.put(PREMISE_ID, {"tone": "light"}, origin="p1")
    story.plan.put(PREMISE_ID, {"tone": ""})
    assert [(one.value, one.origin) for one in story.plan.past(PREMISE_ID, "tone")] == [
        ("light", "p1"),
        ("grim", ""),
        ("", ""),
    ]


def test_chapters_and_scenes_are_the_binders(story: StoryFile) -> None:
    (chapter,) = story.plan.read().chapters
    story.plan.put(chapter.id, {"title": "The Keeper", "goal": "reach the boat"})
    scene = story.plan.add(Kind.SCENE, {"title": "Oil", "beats": "a\nb"}, chapter_id=chapter.id)
    assert story.outline().chapters[0].title == "The Keeper"
    assert story.outline().scenes[-1].title == "Oil"
    assert story.plan.read().scenes_of(chapter.id)[-1].list("beats") == ("a", "b")
    story.plan.remove(scene)
    assert story.plan.read().item(scene) is None
    story.binder.restore_scene(scene)
    found = story.plan.read().item(scene)
    assert found is not None
    assert found.list("beats") == ("a", "b")


def test_the_world_is_the_lorebook(story: StoryFile) -> None:
    story.context.put_entry(LoreEntry("e1", "The log", ("log", "book"), "A ship's log."))
    (log,) = story.plan.read().of(Kind.WORLD)
    assert log.list("keys") == ("log", "book")
    story.plan.put(log.id, {"content": "It is wet.", "category": "thing", "prose_name": "日誌"})
    (entry,) = story.context.lore()
    assert (entry.content, entry.category) == ("It is wet.", "thing")
    assert story.plan.read().of(Kind.WORLD)[0].fact("prose_name") == "日誌"


def test_a_saved_page_leaves_the_plan_as_it_is_and_a_title_does_not(story: StoryFile) -> None:
    """Who makes 5,000 entries of lore into a plan at every key is late with each request."""
    story.plan.put(PREMISE_ID, {"tone": "grim"})
    plan, outline = story.plan.read(), story.outline()
    (scene,) = outline.scenes
    story.scenes.save(Page(scene.id, "Fog.", Provenance.whole(4, Origin.TYPED), 4))
    assert story.plan.read() is plan
    assert story.outline().scenes[0].length == 4
    story.binder.rename_scene(scene.id, "Oil")
    assert [one.name for one in story.plan.read().scenes] == ["Oil"]


def test_items_stand_in_an_order_and_come_back(story: StoryFile) -> None:
    ids = [story.plan.add(Kind.CHARACTER, {"name": name}) for name in "abc"]
    between = story.plan.add(Kind.CHARACTER, {"name": "d"}, after=ids[0])
    story.plan.move(ids[2], 0)
    assert [one.name for one in story.plan.read().characters] == ["c", "a", "d", "b"]
    story.plan.remove(between)
    assert len(story.plan.read().characters) == 3
    story.plan.bring_back(between)
    assert [one.name for one in story.plan.read().characters] == ["c", "a", "d", "b"]


def test_a_step_is_kept_whole_or_not_at_all(story: StoryFile) -> None:
    def both() -> None:
        with story.plan.step():
            story.plan.put(PREMISE_ID, {"tone": "grim"})
            story.plan.put(PREMISE_ID, {"nothing": "x"})

    with pytest.raises(BadInput):
        both()
    assert story.plan.read().premise.is_empty


def test_stages_are_settled_and_the_plan_has_a_language(story: StoryFile) -> None:
    story.plan.settle(Stage.PREMISE)
    story.plan.set_language("ja")
    plan = story.plan.read()
    assert plan.settled == {Stage.PREMISE}
    assert (plan.language, plan.plan_language) == ("en", "ja")
    story.plan.settle(Stage.PREMISE, False)
    assert not story.plan.read().settled


def test_references_are_ids_where_there_is_such_an_item(story: StoryFile) -> None:
    mara = story.plan.add(Kind.CHARACTER, {"name": "Mara"})
    plan = story.plan.read()
    assert plan.references(Kind.CHARACTER, ["MARA", "Tom  Reed", "Mara"]) == f"{mara}\nTom Reed"
    assert plan.told(mara) == "Mara"
    assert plan.told("Tom Reed") == "Tom Reed"


def test_who_was_named_before_they_were_made_is_meant_by_the_name(story: StoryFile) -> None:
    scene = story.plan.read().scenes[0].id
    story.plan.put(scene, {"cast": "MARA\nTom Reed", "place": "The  lamp room"})
    assert not list(story.plan.read().referred(story.plan.read().scenes[0], "cast"))
    mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "prose_name": "真良"})
    room = story.plan.add(Kind.WORLD, {"title": "the lamp room"})
    plan = story.plan.read()
    assert [one.id for one in plan.referred(plan.scenes[0], "cast")] == [mara]
    assert [one.id for one in plan.referred(plan.scenes[0], "place")] == [room]
    assert plan.told_in_prose("MARA", Kind.CHARACTER) == "真良"
    story.plan.put(mara, {"name": "Ilse"})
    plan = story.plan.read()
    assert plan.scenes[0].fact("cast") == f"{mara}\nTom Reed"
    story.plan.undo()
    assert story.plan.read().scenes[0].fact("cast") == "MARA\nTom Reed"


def test_a_fact_rests_on_values_that_are_kept(story: StoryFile) -> None:
    seen = {(PREMISE_ID, "tone"): "grim", (PREMISE_ID, "genre"): "grim"}
    story.rests.put(("m1", ""), seen)
    assert story.rests.all() == {("m1", ""): seen}
    story.rests.put(("m1", ""), {})
    assert story.rests.all() == {}


def test_a_proposal_is_kept_while_it_grows_and_for_good(tmp_path: Path) -> None:
    path = tmp_path / "story.forge"
    target = Target(Stage.PREMISE, "premise/propose")
    with StoryFile.create(path, title="The Light") as story:
        begun = story.proposals.begin(Proposal("", target, "b1", 0, story.outline().created))
        story.proposals.grow(begun.id, '{"logline": "A keep')
        story.proposals.begin(Proposal("", target, "b1", 0, begun.created, wish="less grim"))
    with StoryFile.open(path) as story:
        (first,) = story.proposals.of_batch("b1")  # of the other there was no word
        assert (first.text, first.state) == ('{"logline": "A keep', TakeState.INTERRUPTED)
        assert "1 unfinished take is kept" in (story.recovered or "")
        story.proposals.take(first.id, ["logline"])
        assert story.proposals.about(target)[0].taken == ("logline",)
        assert first.reason is None


def test_drafted_beats_are_known(story: StoryFile) -> None:
    (scene,) = story.outline().scenes
    story.drafted.put(Drafted(scene.id, 1, "a", "t1", ({"score": 1.0},)))
    story.drafted.put(Drafted(scene.id, 2, "b"))
    story.drafted.forget(scene.id, [2])
    (kept,) = story.drafted.of_scene(scene.id)
    assert (kept.beat, kept.ranking) == ("a", ({"score": 1.0},))


def test_a_story_brings_its_own_prompts(story: StoryFile) -> None:
    story.prompt_copies.put("en", "premise/propose", "{{ idea }}")
    assert story.prompt_copies.all() == {("en", "premise/propose"): "{{ idea }}"}
    story.prompt_copies.put("en", "premise/propose", "")
    assert story.prompt_copies.all() == {}


def test_what_is_typed_into_a_field_is_taken_back_as_one(story: StoryFile) -> None:
    story.plan.put(PREMISE_ID, {"tone": "grim"})
    step = ""
    for text in ("l", "lig", "light"):
        with story.plan.step(step) as step:
            story.plan.put(PREMISE_ID, {"tone": text})
    assert [one.value for one in story.plan.past(PREMISE_ID, "tone")] == ["grim", ""]
    story.plan.undo()
    assert story.plan.read().premise.fact("tone") == "grim"
    story.plan.redo()
    assert story.plan.read().premise.fact("tone") == "light"
    story.plan.put(PREMISE_ID, {"genre": "sea story"})
    with story.plan.step(step):
        story.plan.put(PREMISE_ID, {"tone": "dark"})
    story.plan.undo()
    assert story.plan.read().premise.fact("tone") == "light"
