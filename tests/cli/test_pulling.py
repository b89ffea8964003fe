"""models pull and models recommended, against a hub on this machine."""

import signal
from collections.abc import Iterator

import pytest

from storyforge import paths
from storyforge.engine.memory import Memory
from storyforge.settings import load
from tests.cli.command import Command, process
from tests.models import write_model
from tests.studio.pulling.hub_server import Hub, serving


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Iterator[Hub]:
    content = write_model(paths.models_dir() / "once.gguf").read_bytes()
    (paths.models_dir() / "once.gguf").unlink()
    with serving(Hub(files={"tales-Q4_K_M.gguf": content, "tales-Q8_0.gguf": content})) as one:
        monkeypatch.setenv("HF_ENDPOINT", one.address)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield one


def test_what_comes_from_where_is_said_first_and_then_it_is_used(
    storyforge: Command, hub: Hub
) -> None:
    answer = storyforge("models", "pull", hub.name, "--use")
    folder = paths.models_dir() / "anna" / "tales-GGUF"
    lines = answer.err.splitlines()
    assert lines[0].startswith("what     tales-Q4_K_M.gguf, ")
    assert lines[1] == f"from     {hub.address.removeprefix('http://')}/anna/tales-GGUF"
    assert lines[2:4] == ["licence  apache-2.0", f"to       {folder}"]
    assert lines[-1] == "100 %"
    path = folder / "tales-Q4_K_M.gguf"
    whole, used = answer.out.splitlines()
    assert whole == f"It is here whole: {path}"
    assert used.startswith("From now on ")
    assert used.endswith(f" writes ({path}).")
    assert load().model.path == path
    told = storyforge("models", "pull", hub.name, "Q8", "--json").json
    assert told["path"].endswith("tales-Q8_0.gguf")
    assert "storyforge models use" in storyforge("models", "pull", hub.name, "Q8").out


def test_a_folder_is_for_transformers(storyforge: Command, hub: Hub) -> None:
    hub.files = {"model.safetensors": b"1", "config.json": b"{}"}
    answer = storyforge("models", "pull", hub.name)
    assert "what     2 files" in answer.err
    assert "profiles set NAME backend=transformers" in answer.out


def test_what_cannot_be_fetched_is_said(storyforge: Command, hub: Hub) -> None:
    answer = storyforge("models", "pull", "anna/nothing")
    assert (answer.status, answer.out) == (1, "")
    assert "has no repository “anna/nothing”" in answer.err
    assert "tales-Q4_K_M.gguf, tales-Q8_0.gguf" in storyforge("models", "pull", hub.name, "Q9").err


def test_ctrl_c_keeps_what_came(storyforge: Command, hub: Hub) -> None:
    hub.cut, hub.slow = [400, *[0] * 20], True  # never whole, however late the signal comes
    child = process("models", "pull", hub.name)
    try:
        assert child.stderr is not None
        lines = iter(child.stderr.readline, b"")
        assert any(b"%" in line and b" 0 %" not in line for line in lines)
        child.send_signal(signal.SIGINT)
        _out, err = child.communicate(timeout=60)
    finally:
        hub.cut, hub.slow = [], False
        child.kill()
    assert child.returncode == 130
    assert err.decode().splitlines()[-1].startswith("Stopped. What came is kept")
    assert "here already" in storyforge("models", "pull", hub.name).err


def test_what_fits_into_this_machine_is_marked(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A machine of 8 GiB shows less.
    monkeypatch.setattr("storyforge.engine.memory.find_memory", lambda: Memory(7_900_000_000, 0))
    answer = storyforge("models", "recommended")
    marks = {line[3:].split("  ")[0]: line[0] for line in answer.out.splitlines() if line[0] != " "}
    assert set(marks.values()) == {"✓"}
    assert "Llama 3.1 8B" in marks
    assert "Mistral Nemo 12B" in answer.out
    assert "Mistral Nemo 12B" not in marks
    assert "memory (7.4 GiB)" in answer.err
    fits = {
        each["name"]: each["fits"] for each in storyforge("models", "recommended", "--json").json
    }
    assert {name for name, able in fits.items() if able} == set(marks)


def test_the_list_is_cut_to_language_and_memory(storyforge: Command) -> None:
    every = storyforge("models", "recommended", "--json").json
    assert {"en", "ja"} == {language for each in every for language in each["languages"]}
    assert all(each["licence"] and each["about"] and each["size_gb"] > 0 for each in every)
    small = storyforge("models", "recommended", "--language", "ja", "--memory", "8", "--json").json
    assert small
    assert all(each["memory_gib"] <= 8 and "ja" in each["languages"] for each in small)
    shown = storyforge("models", "recommended", "--memory", "8").out
    assert "  storyforge models pull elyza/Llama-3-ELYZA-JP-8B-GGUF" in shown
    assert "There is none" in storyforge("models", "recommended", "--language", "de").err
