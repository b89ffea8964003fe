"""context: what the model is told of a story, and the prompt at a scene's end."""

from pathlib import Path

import pytest

from storyforge.domain.lore import LoreEntry
from storyforge.domain.sections import PromptEdit
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command
from tests.cli.conftest import FIRST, SECOND


@pytest.fixture
def told(light: Path) -> Path:
    """The story with a memory, a note and a book of three entries."""
    with StoryFile.open(light) as story:
        fog = story.outline().scenes[2].id
        story.context.set_text("memory", "Skerry Point, 1893.")
        story.context.set_text("author_note", "slow")
        story.context.set_lore(
            [
                LoreEntry("a" * 32, "Mara", ("Mara",), "Mara is forty."),
                LoreEntry("b" * 32, "Ghost", ("crew", "light"), "A ghost.", from_scene=fog),
                LoreEntry("c" * 32, "Oil", ("oil",), "Seal oil.", enabled=False),
            ]
        )
    return light


def test_the_whole_is_shown_with_its_rules(storyforge: Command, told: Path) -> None:
    shown = storyforge("context", told).out
    assert "Ghost · keys: crew, light · from scene “Fog” on\n    A ghost." in shown
    assert "The last 1,000 characters are searched for keys." in shown
    answer = storyforge("context", told, "--json").json
    assert answer["rules"]["note_lines"] == 3
    assert answer["lore"][1]["logic"] == "and any"


def test_the_prompt_of_a_scene_is_shown_with_each_part_and_why(
    storyforge: Command, told: Path
) -> None:
    answer = storyforge("context", told, "--scene", "1", "--demo")
    lines = [line.split() for line in answer.out.splitlines()]
    assert ["✓", "Memory", "3", "always", "on"] in lines
    assert ["✓", "Mara", "3", "key", "“Mara”"] in lines
    assert "not yet true: from scene “Fog” on" in answer.out
    assert answer.out.endswith(
        "\n\nSkerry Point, 1893.\nMara is forty.\n***\n\n"
        f"The Keeper\n\n[Author's note: slow]\n\n{FIRST}\n"
    )


def test_a_program_reads_the_same(storyforge: Command, told: Path) -> None:
    answer = storyforge("context", told, "--scene", "3", "--demo", "--json").json
    assert answer["prompt"].endswith(SECOND)
    assert answer["window"] == 8192
    ghost = next(one for one in answer["sections"] if one["name"] == "Ghost")
    assert (ghost["state"], ghost["kind"], ghost["text"]) == ("whole", "lore", "A ghost.")
    assert answer["prompt"][ghost["start"] :].startswith("A ghost.")
    oil = next(one for one in answer["sections"] if one["name"] == "Oil")
    assert (oil["state"], oil["why"], oil["given"]) == ("left out", "off", 0)


def test_looking_leaves_the_story_as_it_was(storyforge: Command, told: Path) -> None:
    before = storyforge("show", told, "--json").json
    storyforge("context", told, "--scene", "1", "--demo")
    assert storyforge("show", told, "--json").json == before


def test_a_kept_prompt_is_what_would_be_sent(storyforge: Command, told: Path) -> None:
    base = storyforge("context", told, "--scene", "1", "--demo", "--json").json["prompt"]
    with StoryFile.open(told) as story:
        edit = PromptEdit(base, f"Write well.\n{base}")
        story.prompt_edits.keep(story.outline().scenes[0].id, edit)
    answer = storyforge("context", told, "--scene", "1", "--demo", "--json").json
    assert answer["prompt"] == f"Write well.\n{base}"
    assert answer["sections"][0]["kind"] == "edited"


def test_an_unknown_scene_is_said(storyforge: Command, told: Path) -> None:
    answer = storyforge("context", told, "--scene", "9", "--demo")
    assert answer.status == 1
    assert "There is no scene 9." in answer.err
