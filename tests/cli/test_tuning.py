"""models tune: shown, kept, forgotten, and ended by Ctrl+C."""

import signal
from pathlib import Path

import pytest

from storyforge.studio.tuning import kept, running
from storyforge.studio.tuning.running import Effort
from storyforge.studio.tuning.trials import Machine, Sample, Trial
from tests.cli.command import Command, process
from tests.engine.tiny import write_model
from tests.studio.tuning.machines import bound


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "tiny.gguf")


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of eight cores that is as fast as it is made up to be."""

    async def machine(_spec: object) -> Machine:
        return Machine(performance=8)

    async def measure(_spec: object, trial: Trial, _effort: Effort) -> Sample:
        return Sample(trial, *bound(4)(trial))

    monkeypatch.setattr(running, "machine_of", machine)
    monkeypatch.setattr(running, "measure", measure)
    monkeypatch.setattr("psutil.cpu_percent", lambda _seconds: 5.0)


@pytest.mark.usefixtures("played")
def test_what_was_found_is_shown_and_kept(storyforge: Command, model: Path) -> None:
    answer = storyforge("models", "tune", model)
    lines = answer.out.splitlines()
    assert lines[0].split() == ["writing", "reading"]
    assert lines[1].split() == ["1", "thread", "█████", "5.0", "██▏", "20.0"]
    assert "It writes fastest with 4 threads (20.0 tokens/s)" in answer.out
    assert "The rule of thumb, about four, holds on this machine." in answer.out
    assert "Other programs" not in answer.err
    assert "4 threads: writes 20.0, reads 80.0 tokens/s" in answer.err
    best = kept.known(model)
    assert best is not None
    assert (best.threads, best.threads_batch, best.batch_tokens) == (4, 8, 128)
    assert "forgotten" in storyforge("models", "tune", model, "--forget").out
    assert "Nothing was kept" in storyforge("models", "tune", model, "--forget").out
    assert kept.known(model) is None


@pytest.mark.usefixtures("played")
def test_what_was_found_on_a_busy_machine_is_kept_only_after_a_yes(
    storyforge: Command, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("psutil.cpu_percent", lambda _seconds: 90.0)
    answer = storyforge("models", "tune", model, "--quick")
    assert answer.status == 0
    assert "Other programs are at work" in answer.err
    assert "It is not kept" in answer.err
    assert "--yes" in answer.err
    assert "It is kept" not in answer.out
    assert kept.known(model) is None
    assert "It is kept" in storyforge("models", "tune", model, "--quick", "--yes").out
    assert kept.known(model) is not None


@pytest.mark.usefixtures("played")
def test_programs_get_the_numbers_and_authors_a_word_on_their_settings(
    storyforge: Command, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = storyforge("models", "tune", model, "--quick", "--json").json
    assert [sample["trial"]["threads"] for sample in told["samples"]] == [1, 2, 4, 8, 8]
    assert told["best"]["threads"] == 4
    monkeypatch.setenv("STORYFORGE_MODEL__THREADS", "2")
    assert "model.threads: those go before" in storyforge("models", "tune", model, "--quick").err


def test_a_file_that_cannot_be_kept_is_said(
    storyforge: Command, model: Path, played: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(kept, "keep", full)
    answer = storyforge("models", "tune", model, "--quick")
    assert answer.status == 1
    assert "cannot be kept: you are not allowed to" in answer.err


def test_ctrl_c_keeps_what_is_known(model: Path) -> None:
    child = process("models", "tune", model, "--yes")
    try:
        assert child.stderr is not None
        assert any(b"tokens/s" in line for line in iter(child.stderr.readline, b""))
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    finally:
        child.kill()
    assert child.returncode == 0
    assert err.decode().rstrip().endswith("Stopped.")
    assert "It writes fastest with" in out.decode()
    assert kept.known(model) is not None
