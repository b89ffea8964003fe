"""Two machines that both planned: nothing of either is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest

from storyforge.domain.generation import TakeState
from storyforge.domain.lore import LoreEntry
from storyforge.domain.merge_plan import Event
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID, Plan
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.staleness import PROSE
from storyforge.store.plan.drafted import Drafted
from storyforge.store.story_file import StoryFile
from storyforge.studio import merging
from storyforge.studio.merge_words import lines
from storyforge.studio.staleness import rest_now, stale, still_right
from tests.studio.copies import change, copied, make, scene_id, write

GRIM = {"tone": "grim", "logline": "A keeper finds a child."}


def put(item: str, **facts: str) -> Callable[[StoryFile], object]:
    def carry_out(story: StoryFile) -> None:
        plan = story.plan.read()
        found = plan.named(Kind.CHARACTER, item) or plan.named(Kind.SCENE, item)
        key = item if found is None else found.id
        with story.plan.step():
            story.plan.put(key, facts)
            rest_now(story, key, tuple(facts))

    return carry_out


def add(name: str, **facts: str) -> Callable[[StoryFile], object]:
    def carry_out(story: StoryFile) -> None:
        with story.plan.step():
            rest_now(story, story.plan.add(Kind.CHARACTER, {"name": name, **facts}))

    return carry_out


def take_out(name: str) -> Callable[[StoryFile], object]:
    def carry_out(story: StoryFile) -> None:
        found = story.plan.read().named(Kind.CHARACTER, name)
        assert found is not None
        story.plan.remove(found.id)

    return carry_out


def take_in(path: Path) -> Callable[[StoryFile], object]:
    def carry_out(story: StoryFile) -> None:
        with StoryFile.look(path) as other:
            merging.merge_into(story, other, source="a")

    return carry_out


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = make(tmp_path / "light.forge")
    change(path, put(PREMISE_ID, **GRIM))
    change(path, add("Mara", want="to be alone"))
    change(path, put("Oil", beats="a\nb"))
    return path


@pytest.fixture
def theirs(ours: Path) -> Path:
    return copied(ours, "other")


def merged(ours: Path, theirs: Path) -> tuple[Plan, merging.Report]:
    out = ours.parent / "merged.forge"
    report = merging.merge(ours, theirs, out, force=True)
    with StoryFile.open(out) as story:
        plan = story.plan.read()
    mirrored = ours.parent / "mirrored.forge"
    merging.merge(theirs, ours, mirrored, force=True)
    with StoryFile.look(mirrored) as other:
        assert sorted(map(repr, other.plan.read().items)) == sorted(map(repr, plan.items))
    return plan, report


def test_what_either_planned_is_there_and_told_of_once(ours: Path, theirs: Path) -> None:
    change(ours, put("Mara", need="to be found", want="to be left alone"))
    change(theirs, add("Tom", role="the boatman"))
    change(theirs, put(PREMISE_ID, tone="light", genre="ghost story"))
    plan, report = merged(ours, theirs)
    assert [one.name for one in plan.characters] == ["Mara", "Tom"]
    assert plan.characters[0].fact("want") == "to be left alone"
    assert dict(plan.premise.facts) == {**GRIM, "tone": "light", "genre": "ghost story"}
    assert list(lines(report, "a", "b")) == ["The plan: as a has it.", "The plan: as b has it."]
    assert not report.conflicts


def test_a_field_that_both_wrote_keeps_the_other_in_its_past(ours: Path, theirs: Path) -> None:
    change(ours, put("Mara", want="revenge"))
    change(theirs, put("Mara", want="peace"))
    plan, report = merged(ours, theirs)
    (mara,) = plan.characters
    assert [one.event for one in report.conflicts] == [Event.BOTH_KEPT]
    assert "In the plan, Mara (Want): changed in both" in list(lines(report, "a", "b"))[-1]
    with StoryFile.look(ours.parent / "merged.forge") as story:
        past = [one.value for one in story.plan.past(mara.id, "want")]
    assert {mara.fact("want"), *past} >= {"revenge", "peace", "to be alone"}


def test_who_was_taken_out_stays_where_the_other_went_on_with_them(
    ours: Path, theirs: Path
) -> None:
    change(ours, add("Tom"))
    change(theirs, take_in(ours))
    change(theirs, take_out("Mara"))
    change(theirs, take_out("Tom"))
    change(ours, put("Mara", wound="the sea"))
    plan, _report = merged(ours, theirs)
    assert [one.name for one in plan.characters] == ["Mara"]


def test_what_facts_rest_on_goes_with_the_fact_that_is_taken(ours: Path, theirs: Path) -> None:
    change(ours, put(PREMISE_ID, tone="light"))
    change(theirs, put("Oil", beats="c"))
    plan, _report = merged(ours, theirs)
    with StoryFile.open(ours.parent / "merged.forge") as story:
        assert [plan.told(one.item_id) for one in stale(story)] == ["Mara"]
        story.fold()
        still_right(story, [plan.characters[0].id])
        assert stale(story) == ()
    change(ours, put("Mara", want="light"))
    whole = ours.parent / "merged.forge"
    change(ours, take_in(whole))
    with StoryFile.look(ours) as story:
        assert story.plan.read().characters[0].fact("want") == "light"
        assert stale(story) == ()


def test_drafted_beats_come_with_the_text_that_is_taken(ours: Path, theirs: Path) -> None:
    def draft(beat: str) -> Callable[[StoryFile], object]:
        def carry_out(story: StoryFile) -> None:
            oil = scene_id(story, "Oil")
            write("Oil", beat)(story)
            story.drafted.put(Drafted(oil, 1, beat))
            rest_now(story, oil, [PROSE])

        return carry_out

    change(ours, draft("a"))
    change(theirs, take_in(ours))
    change(theirs, draft("b"))
    merged(ours, theirs)
    with StoryFile.look(ours.parent / "merged.forge") as story:
        oil = scene_id(story, "Oil")
        assert [one.beat for one in story.drafted.of_scene(oil)] == ["b"]
        assert (oil, PROSE) in story.rests.all()


def test_proposals_prompts_and_the_world_come_along(ours: Path, theirs: Path) -> None:
    target = Target(Stage.PREMISE, "premise/propose")

    def propose(story: StoryFile) -> str:
        made = story.proposals.begin(Proposal("", target, "b1", 0, story.outline().created))
        story.proposals.finish(
            Proposal(made.id, target, "b1", 1, made.created, text="x", state=TakeState.FINISHED)
        )
        return made.id

    with StoryFile.open(ours) as story:
        known = propose(story)
    change(theirs, take_in(ours))
    change(ours, lambda story: story.proposals.take(known, ["tone"]))
    change(theirs, lambda story: story.proposals.take(known, ["genre"]))
    change(theirs, propose)
    change(theirs, lambda story: story.context.put_entry(LoreEntry("e1", "The log")))
    change(theirs, put("e1", prose_name="日誌"))
    change(ours, lambda story: story.prompt_copies.put("en", "premise/propose", "ours"))
    change(theirs, lambda story: story.prompt_copies.put("en", "premise/propose", "theirs"))
    change(theirs, lambda story: story.prompt_copies.put("en", "premise/mix", "new"))
    change(theirs, lambda story: story.plan.settle(Stage.PREMISE))
    plan, _report = merged(ours, theirs)
    assert plan.settled == {Stage.PREMISE}
    assert [one.fact("prose_name") for one in plan.of(Kind.WORLD)] == ["日誌"]
    with StoryFile.look(ours.parent / "merged.forge") as story:
        first, _second = story.proposals.of_stage(Stage.PREMISE)
        assert first.taken == ("tone", "genre")
        copies = story.prompt_copies.all()
        assert set(copies) == {("en", "premise/mix"), ("en", "premise/propose")}
        (kept,) = story.attachments.list()
        assert {copies["en", "premise/propose"], story.attachments.read(kept.id).decode()} == {
            "ours",
            "theirs",
        }


def test_a_proposal_that_went_on_in_one_copy_is_there_as_far_as_it_came(
    ours: Path, theirs: Path
) -> None:
    target = Target(Stage.PREMISE, "premise/propose")
    with StoryFile.open(ours) as story:
        made = story.proposals.begin(Proposal("", target, "b1", 0, story.outline().created))
        story.proposals.grow(made.id, "A keep")
        story.copy_to(theirs, force=True)
        story.proposals.drop(made.id)
        story.proposals.finish(
            Proposal(
                made.id,
                target,
                "b1",
                1,
                made.created,
                text="A keeper finds a child.",
                value={"logline": "A keeper finds a child."},
                state=TakeState.FINISHED,
            )
        )
    change(theirs, take_in(ours))
    with StoryFile.look(theirs) as story:
        (found,) = story.proposals.about(target)
        assert (found.text, found.state) == ("A keeper finds a child.", TakeState.FINISHED)
        assert found.dropped
        assert found.value == {"logline": "A keeper finds a child."}


def test_what_a_fact_once_was_is_remembered_though_other_things_changed_since(
    ours: Path, theirs: Path
) -> None:
    with StoryFile.open(ours) as story:
        put(PREMISE_ID, tone="light")(story)
        story.fold()
        story.rename(title="The Lamp")
        story.fold()
    change(theirs, put("Mara", want="peace"))
    plan, report = merged(ours, theirs)
    assert not report.conflicts
    assert (plan.premise.fact("tone"), plan.title) == ("light", "The Lamp")
