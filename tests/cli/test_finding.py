"""find, replace and undo-replace, as scripts use them."""

from pathlib import Path

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile
from tests.cli.command import Command
from tests.cli.conftest import FIRST, SECOND


def texts(path: Path) -> list[str]:
    with StoryFile.open(path) as story:
        return [story.scenes.text(scene.id) for scene in story.outline().scenes]


def test_places_are_told_by_scene_and_paragraph(storyforge: Command, light: Path) -> None:
    answer = storyforge("find", light, "THE")
    assert answer.status == 0
    assert answer.out.splitlines() == [f"1:1: {FIRST}", f"3:1: {SECOND}"]
    assert answer.err == "2 places.\n"
    assert storyforge("find", light, "the", "--case").out == f"1:1: {FIRST}\n"
    assert storyforge("find", light, "the", "--scene", 3).out == f"3:1: {SECOND}\n"
    assert storyforge("find", light, "nowhere").err == "Nothing found.\n"


def test_places_for_programs_have_their_offsets(storyforge: Command, light: Path) -> None:
    (found,) = storyforge("find", light, "b.at", "--regex", "--json").json
    assert (found["scene"], found["paragraph"], found["text"]) == (3, 1, "boat")
    assert SECOND[found["start"] : found["end"]] == "boat"


def test_a_wrong_expression_is_one_sentence(storyforge: Command, light: Path) -> None:
    answer = storyforge("find", light, "(", "--regex")
    assert answer.status == 1
    assert "no regular expression" in answer.err
    assert storyforge("find", light, "").status == 1


def test_a_dry_run_shows_and_changes_nothing(storyforge: Command, light: Path) -> None:
    answer = storyforge("replace", light, "the (boat|light)", "her $1", "-e", "-n")
    assert "1:1: Mara had kept [the light→her light] for eleven years." in answer.out
    assert "2 places in 2 scenes would be replaced" in answer.err
    assert texts(light) == [FIRST, "", SECOND]


def test_a_replacement_is_made_and_taken_back(storyforge: Command, light: Path) -> None:
    answer = storyforge("replace", light, "the", "a", "--word", "--keep-case")
    assert answer.status == 0
    assert "2 places in 2 scenes were replaced" in answer.err
    assert texts(light)[0] == FIRST.replace("the", "a")
    assert texts(light)[2] == SECOND.replace("The", "A")
    answer = storyforge("undo-replace", light)
    assert answer.out == "Taken back in 2 scenes: replace “the” by “a”.\n"
    assert texts(light) == [FIRST, "", SECOND]
    assert storyforge("undo-replace", light).status == 1


def test_what_was_replaced_is_told_to_programs(storyforge: Command, light: Path) -> None:
    found = storyforge("replace", light, "Mara", "Nora", "--json").json
    assert [(one["scene"], one["text"], one["by"]) for one in found] == [(1, "Mara", "Nora")]
    assert storyforge("replace", light, "Mara", "Nora").err == "Nothing found.\n"


def test_a_scene_written_in_since_is_left_and_named(storyforge: Command, light: Path) -> None:
    storyforge("replace", light, "the", "a")
    with StoryFile.open(light) as story:
        scene = story.outline().scenes[2].id
        story.scenes.save(Page(scene, "New.", Provenance.whole(4, Origin.TYPED)))
    answer = storyforge("undo-replace", light)
    assert "left as they are: scenes 3" in answer.err
    assert texts(light) == [FIRST, "", "New."]
    assert storyforge("undo-replace", light, "--changed-too").status == 0
    assert texts(light) == [FIRST, "", SECOND]
