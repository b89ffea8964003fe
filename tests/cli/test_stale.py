"""The verb stale on a real file."""

import json
from pathlib import Path

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.store.story_file import StoryFile
from storyforge.studio.staleness import rest_now
from tests.cli.command import Command


def changed(path: Path) -> str:
    with StoryFile.create(path, title="The Light") as story:
        story.plan.put(PREMISE_ID, {"tone": "grim"})
        mara = story.plan.add(Kind.CHARACTER, {"name": "Mara", "want": "to be alone"})
        rest_now(story, mara)
        story.plan.put(PREMISE_ID, {"tone": "light"})
    return mara


def test_what_is_out_of_date_is_told_with_the_reason(storyforge: Command, tmp_path: Path) -> None:
    changed(tmp_path / "light.forge")
    answer = storyforge("stale", "light")
    assert answer.status == 0
    assert answer.out.splitlines() == [
        "Mara: Want",
        "  Premise · Tone changed: “light” was “grim”",
        "1 part of the plan is out of date.",
    ]


def test_the_same_for_a_program(storyforge: Command, tmp_path: Path) -> None:
    mara = changed(tmp_path / "light.forge")
    (told,) = json.loads(storyforge("stale", "light", "--json").out)
    assert told == {
        "id": mara,
        "kind": "character",
        "stage": "characters",
        "name": "Mara",
        "fields": ["want"],
        "reasons": [
            {"item": "premise", "name": "", "field": "tone", "was": "grim", "now": "light"}
        ],
    }


def test_nothing_out_of_date_is_said_so(storyforge: Command, tmp_path: Path) -> None:
    with StoryFile.create(tmp_path / "light.forge", title="The Light"):
        pass
    answer = storyforge("stale", "light")
    assert (answer.status, answer.out) == (0, "Nothing in the plan is out of date.\n")
    assert json.loads(storyforge("stale", "light", "--json").out) == []
    assert storyforge("stale", "nobody").status == 1
