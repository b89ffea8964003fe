"""Plans from strangers: whatever a file says of one, it is read as a plan or not at all."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from storyforge.domain.lore import LoreEntry
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID, Plan
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.store.migrations import MIGRATIONS
from storyforge.store.plan.drafted import Drafted
from storyforge.store.story_file import StoryFile
from storyforge.studio.merging import merge_into
from storyforge.studio.staleness import rest_now, stale, states, still_right
from tests.store.helpers import query

TARGET = Target(Stage.PREMISE, "premise/propose")
TABLES = {
    "plan_item": ("kind", "position", "deleted"),
    "plan_fact": ("field", "changed", "origin", "value"),
    "plan_past": ("step", "field", "changed", "origin", "value"),
    "plan_step": ("id", "created", "undone", "changes"),
    "plan_rest": ("field", "changed", "seen"),
    "plan_seen": ("value",),
    "proposal": (
        *("batch_id", "number", "created", "stage", "task", "item_id", "field", "wish", "state"),
        *("reason", "model", "place", "request_hash", "sampling", "usage", "taken", "dropped"),
        *("flaw", "rests", "value", "thinking", "text"),
    ),
    "drafted": ("number", "created", "take_id", "ranking", "beat"),
    "prompt_copy": ("language", "changed", "text"),
}
ODD: tuple[object, ...] = (
    7,
    -1.5,
    b"\xff\x00\x1b[2J",
    "\x1b]0;x\x07\u2028",
    "[[[" * 9_000,
    '{"a": {}}',
)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("planned") / "story.forge"
    with StoryFile.create(path, title="The Light") as story:
        story.plan.put(PREMISE_ID, {"tone": "grim"})
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "want": "to be alone"})
        rest_now(story, mara)
        (scene,) = story.plan.read().scenes
        story.plan.put(scene.id, {"cast": mara, "beats": "a\nb"})
        story.plan.put(PREMISE_ID, {"tone": "light"})
        story.drafted.put(Drafted(scene.id, 1, "a", "t", ({"score": 1.0},)))
        made = story.proposals.begin(Proposal("", TARGET, "b1", 0, story.outline().created))
        story.proposals.grow(made.id, '{"tone": "grim"}')
        story.proposals.take(made.id, ["tone"])
        story.prompt_copies.put("en", "premise/propose", "{{ idea }}")
    return path


def look_at_everything(story: StoryFile) -> None:
    plan = story.plan.read()
    for item in plan.items:
        for field, value in item.facts.items():
            assert "\x1b" not in value
            story.plan.past(item.id, field)
        for one in item.form.fields:
            list(plan.referred(item, one.name))
    assert len({item.id for item in plan.items}) == len(plan.items)
    for stage in Stage:
        for proposal in story.proposals.of_stage(stage):
            assert "\x1b" not in proposal.text + proposal.flaw + proposal.wish
            assert isinstance(proposal.value, dict)
    assert all(isinstance(one.number, int) for of in story.drafted.all().values() for one in of)
    assert all("\x1b" not in text for text in story.prompt_copies.all().values())
    story.plan.origins()
    stale(story)
    states(story)
    still_right(story, [item.id for item in plan.items])
    story.plan.undo()
    story.plan.undo()
    story.plan.redo()
    story.plan.put(PREMISE_ID, {"tone": "plain"})


def test_every_table_of_the_plan_is_looked_at() -> None:
    made = {
        line.split()[2] for line in MIGRATIONS[4].split("\n") if line.startswith("CREATE TABLE")
    }
    assert made == set(TABLES)


@pytest.mark.parametrize("odd", ODD, ids=("int", "float", "blob", "controls", "deep", "json"))
def test_odd_values_do_no_harm(planned: Path, tmp_path: Path, odd: object) -> None:
    path, other = tmp_path / "story.forge", tmp_path / "other.forge"
    for tables in (("plan_item", "plan_step", "drafted"), ("plan_fact", "proposal"), TABLES):
        shutil.copyfile(planned, path)
        for table in tables:
            for column in TABLES[table]:
                query(path, f"UPDATE OR REPLACE {table} SET {column} = ?", odd)
        shutil.copyfile(path, other)
        with StoryFile.open(path) as story:
            look_at_everything(story)
    with StoryFile.open(path) as story, StoryFile.look(other) as copy:
        merge_into(story, copy, source="other")
        look_at_everything(story)


def test_an_entry_with_the_id_of_another_item_is_another_item(
    planned: Path, tmp_path: Path
) -> None:
    path = tmp_path / "story.forge"
    shutil.copyfile(planned, path)
    with StoryFile.open(path) as story:
        plan = story.plan.read()
        mara, scene = plan.characters[0].id, plan.scenes[0].id
        entries = [LoreEntry(key, f"entry {key}") for key in (mara, scene, PREMISE_ID, "e1")]
        story.context.set_lore(entries)
        plan = story.plan.read()
        assert {one.id: one.kind for one in plan.items} == {
            **{one.id: one.kind for one in plan.items if one.kind is not Kind.WORLD},
            "e1": Kind.WORLD,
        }
        assert plan.characters[0].fact("want") == "to be alone"
        assert len(story.context.lore()) == 4
        look_at_everything(story)


def test_references_that_run_in_a_circle_end(planned: Path, tmp_path: Path) -> None:
    path = tmp_path / "story.forge"
    shutil.copyfile(planned, path)
    with StoryFile.open(path) as story:
        plan: Plan = story.plan.read()
        scene, chapter = plan.scenes[0].id, plan.chapters[0].id
        story.plan.put(scene, {"cast": scene, "place": scene, "point_of_view": chapter})
        story.plan.put(chapter, {"act": chapter, "goal": "a"})
        for key in (scene, chapter):
            rest_now(story, key)
        story.plan.put(chapter, {"goal": "b"})
        assert [one.item_id for one in stale(story)][-1] == scene


def test_a_fact_that_no_form_has_is_no_part_of_an_answer(planned: Path, tmp_path: Path) -> None:
    path = tmp_path / "story.forge"
    shutil.copyfile(planned, path)
    odd: list[Any] = [("no such item", "tone"), (PREMISE_ID, "no such field"), ("", "")]
    for item, field in odd:
        query(path, "INSERT INTO plan_fact VALUES (?, ?, '', '', 'x')", item, field)
        query(path, "INSERT INTO plan_rest VALUES (?, ?, '', '0123456789abcdef')", item, field)
    with StoryFile.open(path) as story:
        look_at_everything(story)
