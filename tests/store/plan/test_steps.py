"""Steps of the plan taken back and made again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storyforge.domain.lore import LoreEntry
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import OUTLINE_ID, PREMISE_ID
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.errors import Refused
from storyforge.store.plan import steps
from storyforge.store.story_file import StoryFile
from tests.store.helpers import query, typed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "story.forge"


@pytest.fixture
def story(path: Path) -> Iterator[StoryFile]:
    with StoryFile.create(path, title="The Light") as story:
        yield story


def names(story: StoryFile, kind: Kind) -> list[str]:
    return [one.name for one in story.plan.read().of(kind)]


def test_what_was_written_is_taken_back_and_made_again(story: StoryFile) -> None:
    assert story.plan.undo() == ""
    story.plan.put(PREMISE_ID, {"tone": "grim"}, origin="p1")
    story.plan.put(PREMISE_ID, {"tone": "light", "genre": "ghost story"})
    assert story.plan.undo() == "changed: Premise (Genre, Tone)"
    premise = story.plan.read().premise
    assert dict(premise.facts) == {"tone": "grim"}
    assert story.plan.origins() == {(PREMISE_ID, "tone"): "p1"}
    past = [one.value for one in story.plan.past(PREMISE_ID, "tone")]
    assert past == ["light", "grim", ""]  # nothing that stood there is lost by an undo
    story.plan.undo()
    assert story.plan.read().premise.is_empty
    story.plan.redo()
    assert story.plan.redo() == "changed: Premise (Genre, Tone)"
    assert story.plan.redo() == ""
    assert story.plan.read().premise.fact("genre") == "ghost story"


def test_steps_are_there_in_the_next_session(path: Path) -> None:
    with StoryFile.create(path, title="The Light") as story:
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "want": "to be alone"})
        story.plan.put(mara, {"want": "to be found"})
    with StoryFile.open(path) as story:
        assert story.plan.undo() == "changed: “Mara” (Want)"
        assert story.plan.read().characters[0].fact("want") == "to be alone"
        assert story.plan.undo() == "added: “Mara”"
        assert not story.plan.read().characters
    with StoryFile.open(path) as story:
        assert story.plan.redo() == "added: “Mara”"
        assert story.plan.read().characters[0].fact("want") == "to be alone"


def test_what_a_fact_rests_on_goes_back_with_it(story: StoryFile) -> None:
    key, grim, light = ("m1", "want"), {(PREMISE_ID, "tone"): "grim"}, {(PREMISE_ID, "tone"): "x"}
    with story.plan.step():
        story.rests.put(key, grim)
    with story.plan.step():
        story.rests.put(key, light)
    assert story.plan.undo() == "marked as still right"
    assert story.rests.all() == {key: grim}
    story.plan.undo()
    assert story.rests.all() == {}
    story.plan.redo()
    story.plan.redo()
    assert story.rests.all() == {key: light}


def test_an_outline_that_was_taken_goes_to_the_trash_and_comes_back(story: StoryFile) -> None:
    first = story.plan.read().chapters[0].id
    with story.plan.step():
        story.plan.put(OUTLINE_ID, {"shape": "out and back"})
        before = first
        for number in range(12):
            facts = {"title": f"No. {number}", "goal": f"goal {number}"}
            before = story.plan.add(Kind.CHAPTER, facts, after=before)
    assert story.plan.undo() == "added: 12 parts of the plan; changed: Outline (How it goes)"
    assert [one.id for one in story.plan.read().chapters] == [first]
    assert {one.title for one in story.binder.trash()} == {f"No. {n}" for n in range(12)}
    story.plan.redo()
    assert names(story, Kind.CHAPTER) == ["Chapter 1", *(f"No. {number}" for number in range(12))]
    assert story.plan.read().chapters[12].fact("goal") == "goal 11"
    assert story.plan.read().outline.fact("shape") == "out and back"


def test_chapters_and_scenes_come_back_where_they_stood_whatever_moved_since(
    story: StoryFile,
) -> None:
    (first,) = story.plan.read().chapters
    second = story.plan.add(Kind.CHAPTER, {"title": "Fog"})
    scene = story.plan.add(Kind.SCENE, {"title": "Rope"}, chapter_id=second)
    orders = []
    for change in (
        lambda: story.plan.move(first.id, 1),
        lambda: story.plan.add(Kind.CHAPTER, {"title": "Salt"}),
        lambda: story.plan.remove(first.id),
        lambda: story.plan.move(story.plan.read().chapters[-1].id, 0),
        lambda: story.plan.add(Kind.SCENE, {"title": "Boat"}, chapter_id=second),
        lambda: story.plan.move(scene, 1),
        lambda: story.plan.add(Kind.SCENE, {"title": "Log"}, chapter_id=second),
    ):
        orders.append([one.id for one in story.plan.read().items])
        change()
    last = [one.id for one in story.plan.read().items]
    for order in reversed(orders):
        story.plan.undo()
        assert [one.id for one in story.plan.read().items] == order
    for order in (*orders[1:], last):
        story.plan.redo()
        assert [one.id for one in story.plan.read().items] == order


def test_a_scene_with_a_text_stays_with_its_chapter(story: StoryFile) -> None:
    with story.plan.step():
        kept = story.plan.add(Kind.CHAPTER, {"title": "Kept"})
        gone = story.plan.add(Kind.CHAPTER, {"title": "Gone"})
        scene = story.plan.add(Kind.SCENE, {"title": "Oil", "beats": "a"}, chapter_id=kept)
    story.scenes.save(typed(scene, "The oil ran short."))
    story.plan.undo()
    plan = story.plan.read()
    assert plan.item(kept) is not None
    assert plan.item(gone) is None
    oil = plan.item(scene)
    assert oil is not None
    assert oil.list("beats") == ("a",)


def test_what_was_changed_elsewhere_since_stays(story: StoryFile) -> None:
    (chapter,) = story.plan.read().chapters
    story.plan.put(chapter.id, {"title": "One", "goal": "a"})
    story.binder.rename_chapter(chapter.id, "The Keeper")
    story.plan.undo()
    (chapter,) = story.plan.read().chapters
    assert (chapter.name, chapter.fact("goal")) == ("The Keeper", "")


def test_a_new_step_ends_what_can_be_made_again(story: StoryFile) -> None:
    story.plan.put(PREMISE_ID, {"tone": "grim"})
    story.plan.undo()
    story.plan.put(PREMISE_ID, {"tone": "light"})
    assert story.plan.redo() == ""
    story.plan.undo()
    assert story.plan.read().premise.is_empty


def test_an_entry_of_the_lorebook_comes_back_where_it_stood_with_its_rules(
    story: StoryFile,
) -> None:
    book = [replace(LoreEntry(name, name.title(), (name,)), chance=7) for name in ("a", "b", "c")]
    story.context.set_lore(book)
    story.plan.remove("b")
    assert story.plan.undo() == "taken out: “B”"
    assert list(story.context.lore()) == book
    log = story.plan.add(Kind.WORLD, {"title": "The log", "content": "It is wet."})
    story.plan.undo()
    assert list(story.context.lore()) == book
    story.plan.redo()
    assert story.context.lore()[-1] == LoreEntry(log, "The log", content="It is wet.")


def test_moving_and_settling_are_steps(story: StoryFile) -> None:
    ids = [story.plan.add(Kind.CHARACTER, {"name": name}) for name in "abc"]
    (chapter,) = story.plan.read().chapters
    other = story.plan.add(Kind.CHAPTER, {"title": "Two"})
    scene = story.plan.add(Kind.SCENE, {"title": "Oil"}, chapter_id=chapter.id)
    story.plan.move(ids[2], 0)
    story.plan.move(scene, 0, other)
    story.plan.settle(Stage.CHARACTERS)
    assert story.plan.undo() == "a stage settled or opened again"
    assert not story.plan.read().settled
    assert story.plan.undo() == "moved: “Oil”"
    assert [one.id for one in story.plan.read().scenes_of(chapter.id)][-1] == scene
    assert story.plan.undo() == "moved: “c”"
    assert names(story, Kind.CHARACTER) == ["a", "b", "c"]
    story.plan.redo()
    story.plan.redo()
    assert names(story, Kind.CHARACTER) == ["c", "a", "b"]
    assert [one.id for one in story.plan.read().scenes_of(other)] == [scene]


def test_what_was_taken_of_a_proposal_can_be_taken_again(story: StoryFile) -> None:
    target = Target(Stage.PREMISE, "premise/propose")
    made = story.proposals.begin(Proposal("", target, "b1", 0, story.outline().created))
    with story.plan.step():
        story.plan.put(PREMISE_ID, {"tone": "grim"}, origin=made.id)
        story.proposals.take(made.id, ["tone"])
    story.plan.undo()
    assert story.proposals.one(made.id).taken == ()
    story.plan.redo()
    assert story.proposals.one(made.id).taken == ("tone",)


def test_what_cannot_be_taken_back_leaves_all_as_it_was(story: StoryFile) -> None:
    (chapter,), (scene,) = story.plan.read().chapters, story.plan.read().scenes
    with story.plan.step():
        other = story.plan.add(Kind.CHAPTER, {"title": "Two"})
        story.plan.add(Kind.SCENE, {"title": "Fog"}, chapter_id=other)
        story.plan.put(chapter.id, {"goal": "a"})
    story.binder.delete_scene(scene.id)
    with pytest.raises(Refused, match="only scene"):
        story.plan.undo()
    assert story.plan.read().chapters[0].fact("goal") == "a"


def test_what_went_for_good_is_passed_over(story: StoryFile) -> None:
    other = story.plan.add(Kind.CHAPTER, {"title": "Two"})
    story.plan.remove(other)
    story.binder.empty_trash()
    story.plan.undo()
    story.plan.undo()
    assert story.plan.read().item(other) is None


def test_an_error_within_a_step_leaves_no_step(story: StoryFile) -> None:
    def fail() -> None:
        with story.plan.step():
            story.plan.put(PREMISE_ID, {"tone": "grim"})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert story.plan.undo() == ""


def test_only_so_many_steps_are_kept(story: StoryFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "KEPT", 3)
    for number in range(5):
        story.plan.put(PREMISE_ID, {"tone": str(number)})
    assert [bool(story.plan.undo()) for _time in range(4)] == [True, True, True, False]
    assert story.plan.read().premise.fact("tone") == "1"


def test_steps_of_a_strangers_file_do_nothing(story: StoryFile, path: Path) -> None:
    world = story.plan.add(Kind.WORLD, {"title": "Bell"})
    story.plan.put(PREMISE_ID, {"tone": "grim"})
    odd = (
        '[7, [], {}, ["fact", 1, 2], ["there", "world", "x", true, [1]], ["there", "no", "y", '
        'false, 1], ["place", "x", [0], 3], ["setting", 4], ["rest", "a", "b", 3, null], '
        '["taken", [], [], []], ["there", "character", "z", true, null], ["fact", [], [], 1, 2], '
        f'["place", "{world}", [0, ""], [{10**30}, ""]], ["there", "world", "y", false, {{"id": '
        f'"\\ud800"}}], ["fact", "{world}", "title", ["", ""], ["\\ud800", ""]]]'
    )
    story.fold()
    query(path, "UPDATE plan_step SET changes = ?", odd)
    for _time in range(2):
        story.plan.undo()
        story.plan.undo()
        story.plan.redo()
        story.plan.redo()
    assert story.plan.read().premise.fact("tone") == "grim"
    assert names(story, Kind.WORLD) == ["Bell"]
