"""Models on other machines, from the command line: asked before, marked, what they have cost."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from storyforge import paths
from storyforge.cli.progress import doing
from storyforge.domain.generation import (
    Loading,
    Reading,
    StopReason,
    TakeState,
    Thought,
    Usage,
    Waiting,
)
from storyforge.domain.sampling import Sampling
from storyforge.store.story_file import StoryFile
from storyforge.studio import ledger, permission
from storyforge.studio.profiles import choosing
from tests.cli.command import Command
from tests.studio.remote_like import PRICE, Elsewhere


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """What every profile leads to."""
    far = Elsewhere(" It rained. The tide was late.", price=PRICE)
    monkeypatch.setattr(choosing, "backend_of", lambda _settings, _profile: far)
    return far


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _at_a_terminal(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal(said))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


def test_without_a_terminal_only_yes_is_a_yes(
    storyforge: Command, light: Path, far: Elsewhere
) -> None:
    answer = storyforge("continue", light)
    assert answer.status == 1
    assert "Far runs at api.far.example" in answer.err
    assert "--yes" in answer.err
    assert far.sent == []
    answer = storyforge("continue", light, "--yes", "--json")
    assert answer.status == 0
    assert answer.json["host"] == "api.far.example"
    assert answer.json["model"] == "Far (far)"
    assert (answer.json["currency"], answer.json["cost"] > 0) == ("USD", True)
    # It is remembered.
    assert storyforge("continue", light).status == 0


def test_a_passage_goes_nowhere_without_a_yes_to_where_and_to_what_it_costs(
    storyforge: Command, light: Path, far: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = storyforge("rewrite", light, "eleven years")
    assert (answer.status, far.sent) == (1, [])
    assert "Far runs at api.far.example" in answer.err
    assert storyforge("rewrite", light, "eleven years", "--yes").status == 0
    _at_a_terminal(monkeypatch, "y\n")
    answer = storyforge("rewrite", light, "eleven years", "--takes", 2)
    assert answer.status == 0
    assert "This costs" in answer.err
    with StoryFile.open(light) as story:
        scene = story.outline().scenes[0].id
        states = [take.state for take in story.takes.of_scene(scene)]
        places = story.scenes.load(scene).provenance.places
    mine, two = TakeState.EDITED, TakeState.FINISHED
    assert states == [mine, two, mine, two, two]  # nothing was left by the one that was asked about
    assert len(places) == 2


@pytest.mark.parametrize(("said", "status"), [("y\n", 0), ("n\n", 1), ("", 1)])
def test_on_a_terminal_it_is_asked(
    storyforge: Command,
    light: Path,
    far: Elsewhere,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    status: int,
) -> None:
    _at_a_terminal(monkeypatch, said)
    answer = storyforge("continue", light)
    assert answer.status == status
    assert "Your text is sent there." in answer.err
    assert bool(far.requests) is (status == 0)


def test_what_several_takes_cost_is_asked_too(
    storyforge: Command, light: Path, far: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert storyforge("continue", light, "--yes").status == 0
    far.requests.clear()
    answer = storyforge("continue", light, "--takes", 3)
    assert answer.status == 1
    assert "This costs about" in answer.err
    assert far.requests == []
    _at_a_terminal(monkeypatch, "y\n")
    assert storyforge("continue", light, "--takes", 3).status == 0
    assert far.requests
    shown = storyforge("show", light)
    assert "Spent on this story: " in shown.out
    assert storyforge("show", light, "--json").json["costs"]["USD"] > 0
    assert "Spent on it" in storyforge("stats", light).out


def test_a_story_that_never_leaves_is_refused_whatever_is_said(
    storyforge: Command, light: Path, far: Elsewhere
) -> None:
    answer = storyforge("details", light, "--local-only")
    assert "it stays on this machine" in answer.out
    answer = storyforge("continue", light, "--yes")
    assert answer.status == 1
    assert "marked to never leave" in answer.err
    answer = storyforge("summaries", light, "make", "--all", "--yes")
    assert answer.status == 1
    assert far.sent == []
    assert "never leaves" in storyforge("show", light).out
    assert storyforge("show", light, "--json").json["local_only"] is True
    assert storyforge("details", light, "--may-leave", "--json").json["local_only"] is False
    assert storyforge("continue", light, "--yes").status == 0


def test_a_story_can_be_made_so_that_it_never_leaves(storyforge: Command, tmp_path: Path) -> None:
    assert storyforge("new", tmp_path / "a.forge", "--local-only").status == 0
    assert storyforge("new", tmp_path / "b.forge").status == 0
    for name, marked in (("a", True), ("b", False)):
        with StoryFile.look(tmp_path / f"{name}.forge") as story:
            assert permission.is_local_only(story) is marked


def test_the_facts_of_a_story_are_changed_and_heard(storyforge: Command, light: Path) -> None:
    assert storyforge("details", light, "--title", "Oil", "--author", "M. S.").status == 0
    assert storyforge("details", light, "--json").json == {
        "title": "Oil",
        "author": "M. S.",
        "language": "en",
        "local_only": False,
    }


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (Loading(0.0), "the engine starts"),
        (Loading(0.5), "loading the model 50%"),
        (Loading(1.0), "waiting for the answer"),
        (Reading(64, 1200, 0), "reading 64 of 1,200 tokens"),
        (Thought("Hm."), "thinking"),
        (Waiting("in the queue", 39.2, 3), "in the queue, 3 before it, about 40 s"),
        (Waiting("too many requests"), "too many requests"),
    ],
)
def test_what_a_model_does_before_its_words_is_told_in_a_line(
    event: Loading | Reading | Thought | Waiting, told: str
) -> None:
    assert doing(event) == told


def test_what_was_spent_today_is_told_for_all_stories(storyforge: Command) -> None:
    assert "Spent" not in storyforge("stats").out
    ledger.begin(1.5, "USD", "m", "far")
    ledger.begin(0.25, "EUR", "m", "far")
    assert "Spent today  0.25 EUR, 1.50 USD" in storyforge("stats").out
    assert storyforge("stats", "--json").json["spent"] == {"USD": 1.5, "EUR": 0.25}
    folder = paths.data_dir() / "spending"
    for file in folder.iterdir():
        file.unlink()
        file.mkdir()
    assert storyforge("stats", "--json").json["spent"] == {}


def test_where_a_take_was_written_and_what_was_thought_is_told_to_programs(
    storyforge: Command, light: Path
) -> None:
    with StoryFile.open(light) as story:
        scene = story.outline().scenes[0].id
        take = story.takes.begin(
            scene, "p", model="Far", request_hash="", sampling=Sampling(), place="api.far.example"
        )
        story.takes.finish(
            take.id,
            text="No.",
            kept=0,
            state=TakeState.FINISHED,
            reason=StopReason.REFUSED,
            usage=Usage(written=9, thought=5, cost=0.5, currency="USD", estimated=True),
            thinking="Should I?",
        )
    (told,) = storyforge("takes", light, "--json").json
    wanted: dict[str, Any] = {
        "host": "api.far.example",
        "thinking": "Should I?",
        "tokens_thought": 5,
        "cost": 0.5,
        "currency": "USD",
        "estimated": True,
        "reason": "refused",
        "kept": 0,
    }
    assert {key: told[key] for key in wanted} == wanted
    assert "Far · api.far.example" in storyforge("takes", light).out
