"""An author at a real terminal: keys in, screen and story file out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge.domain.generation import Take, TakeState
from storyforge.domain.origin import Origin
from storyforge.store.story_file import StoryFile
from tests.terminal.terminal import Terminal, wait_for

OPENING = "Mara had kept the light at Skerry Point for eleven years. "


def new_story(file: Path, text: str = "") -> None:
    """A story of one scene that holds `text`."""
    from storyforge.domain.origin import Provenance
    from storyforge.domain.story import Page

    story = StoryFile.create(file, title="The Light")
    if text:
        scene = story.outline().scenes[0].id
        story.scenes.save(
            Page(scene, text, Provenance.whole(len(text), Origin.TYPED), caret=len(text))
        )
    story.close()


def kept(file: Path) -> tuple[str, tuple[Take, ...]]:
    """The first scene's text and takes, as they stand in the file while it is open elsewhere."""
    story = StoryFile.open(file)
    try:
        scene = story.outline().scenes[0].id
        return story.scenes.load(scene).text, story.takes.of_scene(scene)
    finally:
        story.close()


@pytest.fixture
def story(tmp_path: Path) -> Path:
    file = tmp_path / "light.forge"
    new_story(file)
    return file


@pytest.fixture
def desk(tmp_path: Path, story: Path) -> Iterator[Terminal]:
    """The desk with the scripted model, which writes about 40 words a second."""
    with Terminal(tmp_path, str(story), "--demo") as desk:
        desk.see("Chapter 1", "saved")
        yield desk


def test_shift_enter_continues_with_the_real_model_and_the_take_is_kept(
    tmp_path: Path, story: Path
) -> None:
    environment = {"STORYFORGE_WRITING__LENGTH": "24", "STORYFORGE_WRITING__SEED": "7"}
    with Terminal(tmp_path, str(story), environment=environment) as desk:
        desk.see("SmolLM2-135M", "on this machine")
        desk.type(OPENING)
        desk.keys("S-Enter")
        wait_for(
            lambda: any(take.state is TakeState.FINISHED for take in kept(story)[1]), desk.screen
        )
        desk.keys("C-q")
        assert desk.ended() == 0
    text, (take,) = kept(story)
    assert take.model == "SmolLM2-135M"
    assert take.standing
    assert text == OPENING + take.standing
    assert "  " not in text
    assert not story.with_name("light.forge-wal").exists()


def test_ctrl_j_continues_and_typing_into_the_stream_is_not_swallowed(
    desk: Terminal, story: Path
) -> None:
    desk.type(OPENING)
    desk.see("eleven years.")
    desk.keys("C-j")
    desk.see("Esc stop")
    wait_for(lambda: any(take.text for take in kept(story)[1]), desk.screen)
    desk.type("QUAY")
    desk.see("QUAY")
    desk.keys("C-q")
    assert desk.ended() == 0
    text, (take,) = kept(story)
    assert take.state is TakeState.STOPPED
    assert text == OPENING + take.standing + "QUAY"


def test_a_newline_pasted_without_brackets_is_text(desk: Terminal, story: Path) -> None:
    desk.raw(*(f"{byte:02x}" for byte in b"One line.\nAnother line.\nA third."))
    desk.see("A third.")
    desk.keys("C-q")
    assert desk.ended() == 0
    text, takes = kept(story)
    assert text == "One line.\nAnother line.\nA third."
    assert takes == ()


def test_a_paste_without_brackets_may_begin_with_a_newline(desk: Terminal, story: Path) -> None:
    desk.raw(*(f"{byte:02x}" for byte in b"\nOne line.\nAnother line."))
    desk.see("Another line.")
    desk.keys("C-q")
    assert desk.ended() == 0
    text, takes = kept(story)
    assert text == "\nOne line.\nAnother line."
    assert takes == ()


def test_a_japanese_paste_arrives_whole(desk: Terminal, story: Path) -> None:
    desk.paste("　灯台の守り人は、十一年のあいだ灯を守ってきた。\n「誰だ」と彼女は言った。")
    desk.see("「誰だ」")
    desk.keys("C-q")
    assert desk.ended() == 0
    assert kept(story)[0] == (
        "　灯台の守り人は、十一年のあいだ灯を守ってきた。\n「誰だ」と彼女は言った。"
    )


def test_undo_takes_a_whole_continuation_back_and_walking_brings_it_again(
    desk: Terminal, story: Path
) -> None:
    desk.type(OPENING)
    desk.keys("F5")
    wait_for(lambda: [t for t in kept(story)[1] if t.state is TakeState.FINISHED], desk.screen)
    (take,) = kept(story)[1]
    desk.keys("C-z")
    wait_for(lambda: kept(story)[0] == OPENING, desk.screen)
    desk.keys("M-Up")
    wait_for(lambda: kept(story)[0] == OPENING + take.standing, desk.screen)


def test_eighty_columns_are_enough_to_write_in(tmp_path: Path, story: Path) -> None:
    with Terminal(tmp_path, str(story), "--demo", columns=80, lines=24) as desk:
        desk.see("saved")
        desk.type(OPENING)
        desk.see("eleven years.")
        assert "Binder" not in desk.screen().splitlines()[1]
        desk.keys("C-b")
        desk.see("Chapter 1")
        desk.keys("C-q")
        assert desk.ended() == 0
