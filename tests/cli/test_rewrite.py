"""rewrite, and what is written within a scene: kept as takes, on the page where that is wanted."""

from pathlib import Path
from typing import Any

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.generation import TakeKind, TakeState
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command
from tests.cli.conftest import FIRST
from tests.cli.test_continue import state_of

NEW = "She had tended the lamp."


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> ScriptedBackend:
    found = ScriptedBackend(
        [f"Certainly! Here is the rewritten passage:\n\n{NEW}", "Mara kept it."]
    )
    chosen: Any = lambda *_, **__: found  # noqa: E731
    monkeypatch.setattr("storyforge.studio.profiles.choosing.chosen", chosen)
    return found


def test_a_passage_is_put_otherwise_and_the_page_stays(
    light: Path, storyforge: Command, backend: ScriptedBackend
) -> None:
    answer = storyforge("rewrite", light, "Mara had … eleven years.", "--takes", 2)
    text, (mine, one, two) = state_of(light)
    assert (answer.status, text) == (0, FIRST)
    assert answer.out == f"{NEW}\n\n— 3 —\nMara kept it.\n"
    assert "The page is as it was;" in answer.err
    assert (mine.state, mine.text) == (TakeState.EDITED, FIRST)
    assert [take.standing for take in (one, two)] == [NEW, "Mara kept it."]
    assert {take.kind for take in (mine, one, two)} == {TakeKind.REWRITE}
    with StoryFile.open(light) as story:
        page = story.scenes.load(story.outline().scenes[0].id)
    place = page.provenance.place(one.place_id)
    assert place is not None
    assert page.text[place.start : place.end] == FIRST


def test_with_put_the_first_take_stands_in_its_place(
    light: Path, storyforge: Command, backend: ScriptedBackend
) -> None:
    told = storyforge("rewrite", light, "for eleven years", "--put", "--seed", 4, "--json").json
    text, (_mine, take) = state_of(light)
    assert text == FIRST.replace("for eleven years", NEW)
    assert (told["verb"], told["put"]) == ("rewrite", True)
    assert [one["take"] for one in told["takes"]] == [take.id]
    assert backend.requests[0].sampling.seed == 5  # the words that stood there were the first take
    with StoryFile.open(light) as story:
        page = story.scenes.load(story.outline().scenes[0].id)
    assert [(span.origin, span.take) for span in page.provenance.spans] == [
        (Origin.TYPED, None),
        (Origin.MODEL, take.id),
        (Origin.TYPED, None),
    ]


def test_a_verb_that_asks_is_told_the_line(
    light: Path, storyforge: Command, backend: ScriptedBackend
) -> None:
    refused = storyforge("rewrite", light, "eleven years", "--verb", "own")
    assert refused.status == 1
    assert "What shall become of the passage?" in refused.err
    assert "--wish LINE" in refused.err
    assert storyforge("rewrite", light, "eleven", "--verb", "own", "-w", "as a song").status == 0
    assert "as a song" in backend.requests[0].prompt
    assert state_of(light)[1][1].wish == "In my own words: as a song"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("eleven", "--verb", "sing"), "There is no verb “sing”."),
        (("twelve",), "“twelve” does not stand in this scene."),
        (("e",), "stands in this scene"),
        (("eleven", "--scene", "9"), "There is no scene 9."),
    ],
)
def test_what_cannot_be_meant_is_said_and_changes_nothing(
    light: Path, storyforge: Command, arguments: tuple[str, ...], said: str
) -> None:
    answer = storyforge("rewrite", light, *arguments, "--demo")
    assert answer.status == 1
    assert said in answer.err
    assert state_of(light) == (FIRST, ())


def test_a_passage_that_a_model_will_not_touch_stays(
    light: Path, storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = ScriptedBackend([""])
    monkeypatch.setattr("storyforge.studio.profiles.choosing.chosen", lambda *_, **__: silent)
    answer = storyforge("rewrite", light, "eleven years", "--put")
    assert "Nothing was written." in answer.err
    assert state_of(light)[0] == FIRST
    with StoryFile.open(light) as story:
        assert story.scenes.load(story.outline().scenes[0].id).provenance.places == ()


def test_what_is_missing_is_written_before_the_words_that_are_named(
    light: Path, storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = ScriptedBackend(["she and nobody else had for years kept the light for eleven years"])
    monkeypatch.setattr("storyforge.studio.profiles.choosing.chosen", lambda *_, **__: script)
    answer = storyforge("continue", light, "--infill", "kept the light")
    text, (take,) = state_of(light)
    assert (answer.status, take.kind) == (0, TakeKind.INFILL)
    assert take.standing == "she and nobody else had for years "
    assert text == FIRST.replace("kept", take.standing + "kept")
    assert "kept the light for eleven years." in script.requests[0].prompt
    assert storyforge("continue", light, "--infill", "the sea", "--demo").status == 1


def test_a_take_comes_to_the_page_by_its_number_and_what_stood_there_is_kept(
    light: Path, storyforge: Command, backend: ScriptedBackend
) -> None:
    storyforge("rewrite", light, "eleven years", "--takes", 2)
    lines = storyforge("takes", light, "--put", "1.3").out.splitlines()
    assert [line[:6].strip() for line in lines[1:]] == ["●  1.3", "1.1", "1.2"]
    text = FIRST.replace("eleven years", "Mara kept it.")
    assert state_of(light)[0] == text
    with StoryFile.open(light) as story:
        page = story.scenes.load(story.outline().scenes[0].id)
        changed = page.text.replace("Mara kept it.", "Mara lit it.")
        where = text.index("kept it."), text.index("kept it.") + 4
        provenance = page.provenance.typed(*where, 3)
        story.scenes.save(Page(page.scene_id, changed, provenance, 0))
    storyforge("takes", light, "--scene", 1, "--put", "1.1")
    text, takes = state_of(light)
    assert text == FIRST
    assert (takes[-1].state, takes[-1].text) == (TakeState.EDITED, "Mara lit it.")
    with StoryFile.open(light) as story:
        newest = story.revisions.list(page.scene_id)[0]
        assert story.revisions.page(newest.id).text == changed


@pytest.mark.parametrize("number", ["1.9", "2.1", "two", ""])
def test_a_take_that_is_not_there_is_said(
    light: Path, storyforge: Command, backend: ScriptedBackend, number: str
) -> None:
    storyforge("rewrite", light, "eleven years", "--put")
    before = state_of(light)
    answer = storyforge("takes", light, "--put", number)
    assert answer.status == 1
    assert f"There is no take {number} in this scene." in answer.err
    assert state_of(light) == before


def test_a_take_whose_place_is_gone_stays_in_the_file(light: Path, storyforge: Command) -> None:
    storyforge("continue", light, "--demo", "-n", 8)
    with StoryFile.open(light) as story:
        scene = story.outline().scenes[0].id
        story.scenes.save(Page(scene, FIRST, Provenance.whole(len(FIRST), Origin.TYPED), 0))
    answer = storyforge("takes", light, "--put", "1.1")
    assert answer.status == 1
    assert "The place of this take is not on the page any more." in answer.err
