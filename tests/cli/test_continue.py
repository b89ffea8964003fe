"""continue: streamed, kept and appended, whatever ends it."""

import os
import pty
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from storyforge.backends.scripted import ScriptedBackend
from storyforge.domain.counting import Counts
from storyforge.domain.generation import Take, TakeState
from storyforge.domain.origin import Origin
from storyforge.store.story_file import StoryFile
from storyforge.studio import model_files
from tests.cli.command import Command, finished, process
from tests.cli.conftest import FIRST, SECOND


def state_of(path: Path, scene: int = 0) -> tuple[str, tuple[Take, ...]]:
    """A scene's text and its takes."""
    with StoryFile.open(path) as story:
        head = story.outline().scenes[scene]
        return story.scenes.load(head.id).text, story.takes.of_scene(head.id)


def scripted(monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
    backend = ScriptedBackend(**options)
    monkeypatch.setattr("storyforge.studio.profiles.choosing.chosen", lambda *_, **__: backend)


def test_the_same_seed_on_copies_gives_the_same_text(light: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.forge"
    shutil.copyfile(light, copy)
    first = finished("continue", light, "--demo", "--seed", 7, "--max-tokens", 20)
    second = finished("continue", copy, "--demo", "--seed", 7, "--max-tokens", 20)
    assert first.status == second.status == 0
    assert first.out == second.out != "\n"
    assert state_of(light)[0] == state_of(copy)[0]


def test_the_words_are_shown_kept_and_appended(light: Path, storyforge: Command) -> None:
    answer = storyforge("continue", light, "--demo", "--seed", 7, "--max-tokens", 20)
    text, (take,) = state_of(light)
    assert text == FIRST + take.standing
    assert answer.out == take.text + "\n"
    assert (take.state, take.usage.seed) == (TakeState.FINISHED, 7)
    with StoryFile.open(light) as story:
        page = story.scenes.load(story.outline().scenes[0].id)
        spans = [(span.origin, span.take) for span in page.provenance.spans]
        assert spans == [(Origin.TYPED, None), (Origin.MODEL, take.id)]
        assert page.provenance.place(take.place_id) is not None
        assert page.caret == len(text)


def test_the_models_words_count_for_the_day_apart(light: Path, storyforge: Command) -> None:
    storyforge("continue", light, "--demo", "--seed", 7, "--max-tokens", 20)
    with StoryFile.open(light) as story:
        _, model = story.scenes.counts_by_author(story.outline().scenes[0].id)
        (day,) = story.sessions.days()
    assert model.words > 3
    assert (day.model, day.own) == (model, Counts())


def test_what_was_cut_is_said(
    light: Path, storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, script=["It was dark. Then a bell rang out"])
    answer = storyforge("continue", light, "--max-tokens", 6)
    text, (take,) = state_of(light)
    assert text.endswith("It was dark.")
    assert len(take.text) > len(take.standing)
    assert "words shown above are in the take only" in answer.err


def test_a_scene_is_named_by_its_number(light: Path, storyforge: Command) -> None:
    assert storyforge("continue", light, "--demo", "--scene", 3, "-n", 10).status == 0
    assert state_of(light, 2)[0].startswith(SECOND)
    assert len(state_of(light, 2)[0]) > len(SECOND)
    assert storyforge("show", light, "--json").json["open_scene"] == 3
    assert storyforge("continue", light, "--demo", "--scene", 4).status == 1


def test_an_empty_scene_goes_on_from_the_one_before(light: Path, storyforge: Command) -> None:
    assert storyforge("continue", light, "--demo", "--scene", 2, "-n", 10).status == 0
    assert state_of(light, 1)[0]


def test_programs_get_one_object(light: Path, storyforge: Command) -> None:
    answer = storyforge("continue", light, "--demo", "--seed", 7, "-n", 20, "--json")
    told = answer.json
    text, (take,) = state_of(light)
    assert (told["scene"], told["take"], told["seed"]) == (1, take.id, 7)
    assert FIRST + told["text"] == text
    assert answer.err == ""


def test_no_words_are_said_too(
    light: Path, storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, script=["", ""])
    answer = storyforge("continue", light)
    assert (answer.status, answer.out) == (0, "")
    assert "Nothing was written" in answer.err
    assert storyforge("continue", light, "--json").json["take"] is None
    assert state_of(light) == (FIRST, ())


def test_a_story_held_by_another_is_left_alone(light: Path, storyforge: Command) -> None:
    with StoryFile.open(light):
        answer = storyforge("continue", light, "--demo")
    assert answer.status == 1
    assert "can only be read" in answer.err
    assert state_of(light)[1] == ()


def test_a_model_that_fails_half_way_loses_no_word(
    light: Path, storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, script=["One two three four five six seven."], fail_after=4)
    answer = storyforge("continue", light)
    text, (take,) = state_of(light)
    assert answer.status == 1
    assert take.state is TakeState.FAILED
    assert text == FIRST + take.standing
    assert "four" in answer.out
    assert "Traceback" not in answer.err


def test_a_model_that_is_not_there_is_said(light: Path, storyforge: Command) -> None:
    answer = storyforge("continue", light, "--model", "nix.gguf")
    assert answer.status == 1
    assert "nix.gguf" in answer.err
    assert state_of(light) == (FIRST, ())


def begun(light: Path, words: int, *more: Any, **options: Any) -> tuple[Any, bytes]:
    """A long continuation of its own process, once it has shown `words` words."""
    child: Any = process("continue", light, "--demo", "--seed", 7, "-n", 5000, *more, **options)
    shown = b""
    while shown.count(b" ") < words:
        piece = os.read(child.stdout.fileno(), 4096)
        assert piece, child.stderr.read().decode()
        shown += piece
    return child, shown


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_the_model_and_keeps_what_came(
    light: Path, number: int, status: int
) -> None:
    child, shown = begun(light, words=5)
    child.send_signal(number)
    rest, err = child.communicate(timeout=60)
    text, (take,) = state_of(light)
    assert (child.returncode, err) == (status, b"")
    assert take.state is TakeState.STOPPED
    assert text == FIRST + take.standing
    # A stopped take is not trimmed: all that was shown is on the page.
    assert (shown + rest).decode().rstrip("\n") == take.standing.rstrip()


def test_a_killed_continuation_loses_a_second_at_most(light: Path) -> None:
    child, shown = begun(light, words=80)
    child.kill()
    rest, _ = child.communicate(timeout=60)
    text, takes = state_of(light)
    whole = FIRST + (shown + rest).decode()
    assert whole.startswith(text)
    # The demo writes some 40 words a second.
    assert len(whole[len(text) :].split()) < 60
    assert [take.state for take in takes] == [TakeState.INTERRUPTED]
    assert takes[0].text
    assert whole.startswith(FIRST + takes[0].text)


def test_three_takes_that_are_killed_are_in_the_file(light: Path) -> None:
    child, shown = begun(light, 80, "--takes", 3)
    child.kill()
    rest, _ = child.communicate(timeout=60)
    _text, takes = state_of(light)
    words = [len(take.text.split()) for take in takes]
    assert [take.state for take in takes] == [TakeState.INTERRUPTED] * 3
    assert min(words) > len((shown + rest).split()) - 60


def test_a_reader_that_leaves_stops_the_model(light: Path) -> None:
    child, _ = begun(light, words=5)
    child.stdout.close()
    child.wait(timeout=60)
    err = child.stderr.read()
    child.stderr.close()
    child.stdin.close()
    text, (take,) = state_of(light)
    assert err == b""
    assert take.state is TakeState.STOPPED
    assert text == FIRST + take.standing


def test_progress_is_shown_on_a_terminal_only(light: Path) -> None:
    leader, follower = pty.openpty()
    answer = finished("continue", light, "--demo", "-n", 10, stderr=follower)
    os.close(follower)
    shown = os.read(leader, 65536).decode()
    os.close(leader)
    assert answer.status == 0
    assert "reading" in shown
    assert "reading" not in finished("continue", light, "--demo", "-n", 10).err


def test_a_real_model_repeats_itself(light: Path, tmp_path: Path) -> None:
    assert model_files.bundled_model() is not None
    copy = tmp_path / "copy.forge"
    shutil.copyfile(light, copy)
    answers = [
        finished("continue", path, "--seed", 7, "--max-tokens", 12, "--model", "SmolLM2-135M")
        for path in (light, copy)
    ]
    assert [answer.status for answer in answers] == [0, 0]
    assert answers[0].out == answers[1].out
    assert answers[0].out.strip()
    assert state_of(light)[0] == state_of(copy)[0] != FIRST


def test_several_takes_are_kept_and_the_first_stands(
    light: Path, storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted(monkeypatch, script=[" A bell rang.", " Nobody came.", " It rained."])
    answer = storyforge("continue", light, "--takes", 3, "--wish", "a bell")
    text, takes = state_of(light)
    assert text == FIRST + " A bell rang."
    assert [take.text for take in takes] == [" A bell rang.", " Nobody came.", " It rained."]
    assert {take.wish for take in takes} == {"a bell"}
    assert answer.out == " A bell rang.\n\n— 2 —\nNobody came.\n\n— 3 —\nIt rained.\n"
    told = storyforge("continue", light, "--takes", 2, "--json").json
    assert told["number"] == 1
    assert [other["number"] for other in told["other_takes"]] == [2]
    listed = storyforge("takes", light, "--json").json
    assert [take["parent"] for take in listed] == [None, None, None, takes[0].id, takes[0].id]
    assert [take["stands"] for take in listed] == [True, False, False, True, False]
    with StoryFile.open(light) as story:
        story.takes.bookmark(takes[1].id, "if nobody comes")
    lines = storyforge("takes", light).out.splitlines()
    assert [line[:6].strip() for line in lines[1:]] == ["●  1.1", "1.2", "1.3", "●  2.1", "2.2"]
    assert "╰ ★ if nobody comes  “a bell”  Nobody came." in lines[2]
    marked = storyforge("takes", light, "--bookmarks").out.splitlines()
    assert len(marked) == 2
