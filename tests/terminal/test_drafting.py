"""A draft at a real terminal: begun, killed in the middle, offered again and gone on with."""

from pathlib import Path

from storyforge.domain.generation import TakeState
from storyforge.store.plan.drafted import Drafted
from storyforge.store.story_file import StoryFile
from tests.terminal.terminal import Terminal, wait_for

BEATS = (
    "Mara hears a hull against the slip.",
    "She takes the storm lantern and goes down.",
    "Something small moves under the canvas.",
    "A child looks up at her.",
)


def planned(file: Path) -> None:
    """A story of one scene, planned and empty."""
    with StoryFile.create(file, title="The Light") as story:
        scene = story.outline().scenes[0].id
        story.plan.put(scene, {"beats": "\n".join(BEATS), "words": "240"})


def drafted(file: Path) -> tuple[str, tuple[Drafted, ...]]:
    """The scene's text and its beats, as they stand in the file while it is open elsewhere."""
    with StoryFile.open(file) as story:
        scene = story.outline().scenes[0].id
        return story.scenes.load(scene).text, story.drafted.of_scene(scene)


def test_a_draft_that_is_killed_goes_on_after_its_last_whole_beat(tmp_path: Path) -> None:
    file = tmp_path / "light.forge"
    planned(file)
    with Terminal(tmp_path, str(file), "--demo") as desk:
        desk.see("Planned.", "saved")
        desk.keys("M-d")
        desk.see("This scene")
        desk.keys("Enter")
        desk.see("Beat 1 of 4")
        wait_for(lambda: drafted(file)[1], desk.screen)
        desk.see("Beat 2 of 4")
        desk.process.kill()
        desk.ended()
    text, beats = drafted(file)
    assert text
    with Terminal(tmp_path, str(file), "--demo") as desk:
        desk.see("A draft to go on with")
        desk.keys("Enter")
        wait_for(lambda: len(drafted(file)[1]) == len(BEATS), desk.screen)
        desk.see("1 scene is drafted")
        desk.keys("C-q")
        assert desk.ended() == 0
    whole, all_beats = drafted(file)
    assert whole.startswith(text)
    assert [one.beat for one in all_beats] == list(BEATS)
    assert all_beats[: len(beats)] == beats
    with StoryFile.open(file) as story:
        takes = {take.id: take for take in story.takes.of_scene(story.outline().scenes[0].id)}
    # Each beat stands once; what was half written is a take beside them.
    standing = [takes[one.take_id].standing for one in all_beats]
    assert whole == "".join(standing)
    assert all(takes[one.take_id].state is TakeState.FINISHED for one in all_beats)
