"""What is left when something dies while an author writes."""

import signal
import time
from pathlib import Path

import pytest

from storyforge import paths
from storyforge.domain.generation import TakeState
from storyforge.store.story_file import StoryFile
from tests.terminal.terminal import PATIENCE, Terminal, wait_for
from tests.terminal.test_writing import OPENING, kept, new_story


@pytest.fixture
def story(tmp_path: Path) -> Path:
    file = tmp_path / "light.forge"
    new_story(file)
    return file


def test_a_kill_while_typing_loses_at_most_a_second(tmp_path: Path, story: Path) -> None:
    words = [f"word{number} " for number in range(60)]
    typed: list[tuple[float, str]] = []
    with Terminal(tmp_path, str(story), "--demo") as desk:
        desk.see("saved")
        for word in words:
            desk.type(word)
            typed.append((time.monotonic(), word))
            time.sleep(0.05)  # an author's pace: the key strokes are the input, not a wait
        desk.see("word59")
        desk.process.kill()
        died = time.monotonic()
        desk.ended()
    text, _ = kept(story)
    due = "".join(word for moment, word in typed if moment < died - 1.0)
    assert "".join(words).startswith(text)
    assert text.startswith(due)
    assert len(due) > 100


def test_a_kill_while_a_field_of_the_plan_is_written_loses_at_most_a_second(
    tmp_path: Path, story: Path
) -> None:
    words = [f"word{number} " for number in range(40)]
    typed: list[tuple[float, str]] = []
    with Terminal(tmp_path, str(story), "--demo") as desk:
        desk.see("saved")
        desk.keys("F2")
        desk.see("Nothing has been asked for here")
        desk.keys("Enter")
        desk.keys("Enter")
        desk.see("Esc finish")
        for word in words:
            desk.type(word)
            typed.append((time.monotonic(), word))
            time.sleep(0.05)  # an author's pace
        desk.see("word39")
        desk.process.kill()
        died = time.monotonic()
        desk.ended()
    with StoryFile.look(story) as left:
        idea = left.plan.read().premise.fact("idea")
    due = "".join(word for moment, word in typed if moment < died - 1.0)
    assert "".join(words).startswith(idea)
    assert idea.startswith(due)
    assert len(due) > 100


def test_a_kill_while_text_streams_keeps_the_take_and_says_so(tmp_path: Path, story: Path) -> None:
    with Terminal(tmp_path, str(story), "--demo") as desk:
        desk.see("saved")
        desk.type(OPENING)
        desk.keys("F5")
        wait_for(lambda: len("".join(t.text for t in kept(story)[1])) > 40, desk.screen)
        seen = kept(story)[1][0].text
        desk.process.kill()
        desk.ended()
    with Terminal(tmp_path, str(story), "--demo") as desk:
        desk.see("recovered")
        desk.keys("C-q")
        assert desk.ended() == 0
    text, (take,) = kept(story)
    assert take.state is TakeState.INTERRUPTED
    assert take.text.startswith(seen)
    assert text.startswith(OPENING)


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGSEGV])
def test_a_dead_engine_is_one_sentence_and_the_next_request_starts_another(
    tmp_path: Path, story: Path, death: signal.Signals
) -> None:
    # The model must not come to an end of its own before it dies.
    endless = {"STORYFORGE_WRITING__LENGTH": "900", "STORYFORGE_WRITING__MIN_TOKENS": "900"}
    with Terminal(tmp_path, str(story), environment=endless) as desk:
        desk.see("on this machine")
        desk.type(OPENING)
        desk.keys("F5")
        wait_for(lambda: any(take.text for take in kept(story)[1]), desk.screen)
        first = desk.engine()
        first.send_signal(death)
        desk.see("your text is whole")
        assert "Traceback" not in desk.screen()
        wait_for(lambda: kept(story)[1][0].state is TakeState.FAILED, desk.screen)
        desk.keys("F5")
        wait_for(lambda: len(kept(story)[1]) > 1 and kept(story)[1][-1].text, desk.screen)
        assert desk.engine().pid != first.pid
        desk.keys("Escape")
        desk.keys("C-q")
        assert desk.ended() == 0
    text, takes = kept(story)
    assert text.startswith(OPENING)
    assert takes[0].text[:20] in text


def test_a_terminal_that_closes_leaves_a_whole_file(tmp_path: Path, story: Path) -> None:
    with Terminal(tmp_path, str(story), "--demo") as desk:
        desk.see("saved")
        desk.type(OPENING)
        desk.see("eleven years.")
        desk.process.send_signal(signal.SIGHUP)
        desk.ended()
    assert kept(story)[0] == OPENING
    opened = StoryFile.open(story)
    assert opened.recovered is None
    opened.close()


def test_a_shell_in_between_leaves_the_screen_whole(tmp_path: Path, story: Path) -> None:
    with Terminal(tmp_path, str(story), "--demo") as desk:
        desk.see("saved")
        desk.type(OPENING)
        desk.see("eleven years.")
        # tmux lets a stopped program go on at once, as `fg` does.
        desk.process.send_signal(signal.SIGTSTP)
        desk.type("QUAY")
        desk.see("QUAY", "The Light", "Binder", "Takes here", "F1 help")
        desk.keys("C-q")
        assert desk.ended() == 0
    assert kept(story)[0] == OPENING + "QUAY"


def test_a_window_may_become_tiny_and_large_again(tmp_path: Path, story: Path) -> None:
    with Terminal(tmp_path, str(story), "--demo") as desk:
        desk.see("saved")
        desk.type(OPENING)
        desk.see("eleven years.")
        desk.keys("F5")
        for columns, lines in ((40, 12), (12, 4), (2, 1)):
            desk.resize(columns, lines)
            desk.type("x")
        desk.resize(40, 12)
        desk.see("eleven", "Ctrl+J")
        desk.resize(120, 32)
        desk.see("eleven years.", "Binder", "Takes here", "F1 help")
        desk.keys("C-q")
        assert desk.ended() == 0
    text, _ = kept(story)
    assert text.startswith(OPENING)
    assert text.count("x") >= 3


@pytest.mark.parametrize("module", ["storyforge", "tests.terminal.led"])
def test_a_terminal_that_vanishes_takes_the_program_along_and_frees_the_story(
    tmp_path: Path, story: Path, module: str
) -> None:
    with Terminal(tmp_path, str(story), "--demo", module=module) as desk:
        desk.see("saved")
        desk.type(OPENING)
        desk.see("eleven years.")
        desk.keys("F5")
        desk.see("Esc stop")
        program = desk.process
        desk.vanish()
        assert program.wait(PATIENCE) is None or not program.is_running()
    opened = StoryFile.open(story)
    assert not opened.read_only
    assert opened.recovered is None
    opened.close()
    assert kept(story)[0].startswith(OPENING)


def test_a_fault_of_our_own_is_one_sentence_and_the_page_is_saved(
    tmp_path: Path, story: Path
) -> None:
    with Terminal(tmp_path, str(story), "--demo", module="tests.terminal.faulty") as desk:
        desk.see("saved")
        desk.type(OPENING)
        desk.see("eleven years.")
        desk.keys("F1")
        assert desk.ended() == 1
        screen = desk.printed()
    assert "Your text is saved" in " ".join(screen.split())
    assert "Traceback" not in screen
    assert kept(story)[0] == OPENING
    assert "a fault for the test" in paths.log_file().read_text("utf-8")
