"""The verb summaries on real files."""

from pathlib import Path

import pytest

from benchmarks.stories import scene_text
from storyforge.backends import registry
from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command
from tests.cli.conftest import FIRST, SECOND

ROLLED = "One keeper, one empty boat, and a log with a page cut out of it."
MADE = "A boat drifts in without a crew, and nobody tells of it."


@pytest.fixture
def long(light: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The light with a long scene in the place of the empty one, and a writer who sums it up."""
    text = scene_text(1, words=200)
    with StoryFile.open(light) as story:
        oil = story.outline().scenes[1].id
        story.scenes.save(Page(oil, text, Provenance.whole(len(text), Origin.TYPED)))

    def scripted(**_: object) -> ScriptedBackend:
        return ScriptedBackend([f"Certainly! Here is a summary:\n\n{MADE}", ROLLED])

    monkeypatch.setattr(registry, "factory", lambda _name: scripted)
    return light


def test_all_are_made_listed_and_shown(storyforge: Command, long: Path) -> None:
    answer = storyforge("summaries", long)
    assert answer.status == 0
    assert answer.out.splitlines()[:3] == [
        "Chapter 1, The Keeper  missing",
        "  Scene 1              missing",
        "  Scene 2, Oil         missing",
    ]
    assert "5 are missing or out of date" in answer.err
    answer = storyforge("summaries", long, "make", "--all", "--demo")
    assert (answer.status, answer.out) == (0, "")
    assert "summaries 1 of 5" in answer.err
    assert answer.err.endswith("5 summaries were made.\n")
    told = storyforge("summaries", long, "--json").json
    assert [(one["of"], one["number"], one["state"]) for one in told] == [
        ("chapter", 1, "there"),
        ("scene", 1, "there"),
        ("scene", 2, "there"),
        ("chapter", 2, "there"),
        ("scene", 3, "there"),
    ]
    assert [one["text"] for one in told] == [ROLLED, FIRST, MADE, SECOND, SECOND]
    assert storyforge("summaries", long, "show", "--scene", 2).out == MADE + "\n"
    assert storyforge("summaries", long, "show", "--chapter", 2, "--json").json[0]["up_to_date"]


def test_ones_own_is_set_kept_and_replaced_after_a_yes(storyforge: Command, long: Path) -> None:
    answer = storyforge("summaries", long, "set", "Mara waits.", "--scene", 2)
    assert (answer.status, answer.err) == (0, "The summary of Scene 2, Oil is kept.\n")
    assert "yours" in storyforge("summaries", long).out
    answer = storyforge("summaries", long, "make", "--scene", 2, "--demo")
    assert (answer.status, "is your own" in answer.err) == (1, True)
    answer = storyforge("summaries", long, "make", "--scene", 2, "--demo", "--replace")
    assert (answer.status, answer.err) == (0, MADE + "\n")
    storyforge("summaries", long, "set", "", "--scene", 2)
    assert storyforge("summaries", long, "show", "--scene", 2).out == "There is no summary yet.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("burn",), "nothing to be done with summaries"),
        (("show",), "Say which one"),
        (("show", "--scene", "1", "--chapter", "1"), "Say which one"),
        (("show", "--scene", "9"), "There is no scene 9"),
        (("show", "--chapter", "9"), "There is no chapter 9"),
        (("set", "--scene", "1"), "There is no text to set"),
    ],
)
def test_what_cannot_be_done_is_said(
    storyforge: Command, long: Path, arguments: tuple[str, ...], said: str
) -> None:
    answer = storyforge("summaries", long, *arguments)
    assert (answer.status, said in answer.err) == (1, True)


def test_what_the_model_gave_no_summary_of_is_named(
    storyforge: Command, long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "factory", lambda _name: lambda **_: ScriptedBackend(["…"]))
    answer = storyforge("summaries", long, "make", "--all", "--demo")
    assert answer.status == 1
    assert "No summary of Scene 2, Oil: the model wrote nothing of use." in answer.err
