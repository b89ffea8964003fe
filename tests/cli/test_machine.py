"""models, engine and doctor: what they say of this machine."""

from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from storyforge import paths
from storyforge.engine import build
from storyforge.engine.build import BuildStatus
from storyforge.engine.kvstore import KvStore
from storyforge.engine.memory import Memory
from storyforge.settings import load
from storyforge.studio import fitting
from tests.cli.command import Command
from tests.engine import tiny
from tests.models import write_folder, write_model


def test_the_models_here_are_listed_with_the_one_in_use(storyforge: Command) -> None:
    path = write_model(paths.data_dir() / "models" / "writer.Q4_K_M.gguf")
    assert storyforge("models", "use", path).status == 0
    assert load().model.path == path
    lines = storyforge("models", "list").out.splitlines()
    assert lines[0].split()[:4] == ["name", "kind", "quantisation", "size"]
    assert any(line.startswith("●  writer ") and str(path) in line for line in lines)
    told = {model["path"]: model for model in storyforge("models", "list", "--json").json}
    assert told[str(path)]["in_use"] is True
    assert told[str(path)]["architecture"] == "llama"


def test_a_model_says_what_it_is(storyforge: Command, tmp_path: Path) -> None:
    path = write_model(tmp_path / "writer.Q4_K_M.gguf", template="{{ a }}\x1b[2J")
    answer = storyforge("models", "info", path)
    assert "context       4,096 tokens" in answer.out
    assert "{{ a }}[2J" in answer.out
    assert storyforge("models", "info", path, "--json").json["context_tokens"] == 4096
    plain = storyforge("models", "info", write_model(tmp_path / "base.gguf")).out
    assert "not tuned to chat" in plain


def test_a_model_says_what_it_takes_and_whether_it_fits(
    storyforge: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny.write_model(tmp_path / "tide.gguf")
    answer = storyforge("models", "info", path)
    assert "takes up      0.0 GiB of memory, with a window of 4,096 tokens" in answer.out
    assert answer.err == ""
    assert storyforge("models", "info", path, "--json").json["fit"]["fits"] is True
    monkeypatch.setattr(fitting, "find_memory", lambda: Memory(1 << 20, 1 << 20))
    warning = "It will not fit: 0.0 GiB are needed, 0.0 can be had. A smaller file would fit.\n"
    assert storyforge("models", "info", path).err == warning
    assert storyforge("models", "use", path).err == warning
    assert load().model.path == path


@pytest.mark.parametrize("verb", ["info", "use"])
def test_what_is_no_model_is_said(storyforge: Command, tmp_path: Path, verb: str) -> None:
    (tmp_path / "a.gguf").write_text("no model")
    for name in ("a.gguf", "nix.gguf"):
        answer = storyforge("models", verb, name)
        assert answer.status == 1
        assert answer.err.startswith("storyforge: ")
        assert name in answer.err


def test_folders_for_transformers_are_named_beside_the_files(storyforge: Command) -> None:
    folder = paths.models_dir() / "weaver" / "loom-1b"
    folder.mkdir(parents=True)
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (folder / name).write_text("{}", "utf-8")
    answer = storyforge("models", "list")
    assert "loom" not in answer.out
    assert f"backend=transformers model={folder}" in answer.err


def test_a_folder_for_transformers_tells_what_it_is_and_takes(
    storyforge: Command, tmp_path: Path
) -> None:
    path = write_folder(tmp_path / "loom-1b", {"model_type": "llama", "num_hidden_layers": 2})
    answer = storyforge("models", "info", path)
    assert ["name", "loom-1b"] in [line.split() for line in answer.out.splitlines()]
    assert "GiB of memory" in answer.err
    told = storyforge("models", "info", path, "--json").json
    assert (told["architecture"], told["parameters"]) == ("llama", 8000)
    (path / "model.safetensors").unlink()
    assert "model.safetensors is not in its folder" in storyforge("models", "info", path).err


def test_no_models_are_said_too(storyforge: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storyforge.studio.model_files.bundled_model", lambda: None)
    answer = storyforge("models", "list")
    assert (answer.status, answer.out) == (0, "")
    assert "storyforge models use PATH" in answer.err


def test_the_doctor_says_where_things_lie(storyforge: Command, home: Path) -> None:
    lines = storyforge("doctor").out.splitlines()
    assert any(line.startswith("·  Log ") and str(paths.log_file()) in line for line in lines)
    topics = {finding["topic"] for finding in storyforge("doctor", "--json").json}
    assert {"Program", "Engine", "Terminal", "Keys", "Log"} <= topics
    assert lines[-1] == "Nothing wants anything done."
    storyforge("profiles", "set", "claude", "backend=anthropic", "model=claude-sonnet-4-5")
    told = storyforge("doctor").out.splitlines()[-1]
    assert told == "! marks 1 thing that wants something done."


class Builder:
    """The engine's build, played: what was asked of it, and how it goes."""

    def __init__(self, *states: BuildStatus) -> None:
        self.states = list(states)
        self.started: list[bool] = []

    def status(self) -> BuildStatus:
        return self.states[0]

    def start(self, *, rebuild: bool = False) -> None:
        self.started.append(rebuild)

    def follow(self) -> Iterator[BuildStatus]:
        yield from self.states[1:]


MISSING = BuildStatus(
    "missing", 0.0, "The engine is not built yet.", "Run: storyforge engine install"
)
READY = BuildStatus("ready", 1.0, "The engine is ready")
FAILED = BuildStatus("failed", 0.0, "No compiler was found.", "Install one.")
BUILDING = [BuildStatus("building", n / 20, f"compiling {n} of 20") for n in range(20)]


def play(monkeypatch: pytest.MonkeyPatch, *states: BuildStatus) -> Builder:
    builder = Builder(*states)
    for name in ("status", "start", "follow"):
        monkeypatch.setattr(build, name, getattr(builder, name))
    return builder


def test_install_follows_the_build_to_its_end(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = play(monkeypatch, MISSING, *BUILDING, READY)
    answer = storyforge("engine", "install")
    assert (answer.status, answer.out) == (0, "The engine is ready\n")
    assert answer.err.splitlines()[3] == "30 %  compiling 6 of 20"
    assert len(answer.err.splitlines()) == 10
    assert builder.started == [False]


def test_install_shows_one_line_on_a_terminal(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(monkeypatch, MISSING, *BUILDING[:2], BUILDING[1], READY)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert storyforge("engine", "install").err.count("compiling 1 of 20") == 1


def test_a_build_that_fails_is_said(storyforge: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, MISSING, BUILDING[0], FAILED)
    answer = storyforge("engine", "install")
    assert answer.status == 1
    assert answer.err.endswith("storyforge: No compiler was found.\n  Install one.\n")


def test_install_in_the_background_says_nothing(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = play(monkeypatch, MISSING)
    answer = storyforge("engine", "install", "--background")
    assert (answer.status, answer.out, answer.err) == (0, "", "")
    assert builder.started == [False]


def test_whether_a_ready_engine_is_built_anew_is_the_build_s_own_decision(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = play(monkeypatch, READY, READY)
    assert storyforge("engine", "install").out == "The engine is ready\n"
    assert storyforge("engine", "install", "--background").out == ""
    assert storyforge("engine", "install", "--rebuild").status == 0
    assert builder.started == [False, False, True]


@pytest.mark.parametrize("state", [MISSING, BUILDING[10], READY])
def test_the_status_is_told(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch, state: BuildStatus
) -> None:
    play(monkeypatch, state)
    assert storyforge("engine", "status").out.startswith(state.message)
    told = storyforge("engine", "status", "--json").json
    assert (told["state"], told["fraction"]) == (state.state, state.fraction)


def test_a_folder_for_transformers_leads_to_a_profile(storyforge: Command, tmp_path: Path) -> None:
    folder = tmp_path / "a model"
    folder.mkdir()
    (folder / "config.json").write_text("{}", "utf-8")
    answer = storyforge("models", "use", folder)
    assert (answer.status, answer.out) == (1, "")
    assert f"profiles set NAME backend=transformers model='{folder}'" in answer.err
    assert load().model.path is None


def keep_states(*sizes: int) -> None:
    store = KvStore(paths.states_dir(), "kind", lambda: 1 << 30)
    for number, size in enumerate(sizes):
        assert store.write(f"scene {number}", array("i", [1, 2]), 0, memoryview(bytes(size)))


def test_what_models_have_read_is_counted_and_cleared(storyforge: Command) -> None:
    assert storyforge("cache", "clear").out == "Nothing was kept there.\n"
    keep_states(3 << 20, 5 << 20)
    lines = storyforge("cache", "size").out.splitlines()
    assert [line.split()[1:] for line in lines[:2]] == [["2", "scenes"], ["8", "MiB"]]
    assert lines[3].endswith(str(paths.states_dir()))
    told = storyforge("cache", "size", "--json").json
    assert (told["states"], told["bytes"] // (1 << 20), told["in_use"]) == (2, 8, True)
    assert "8 MiB of what models have read" in storyforge("doctor").out
    assert storyforge("cache", "clear").out == "What was read of 2 scenes is deleted: 8 MiB.\n"
    nothing = {"files": 0, "bytes": 0}
    told = storyforge("cache", "clear", "--json").json
    assert told == {"states": 0, "bytes": 0, "of_pictures": nothing}


def test_what_was_seen_of_pictures_is_counted_and_cleared_too(storyforge: Command) -> None:
    folders = (paths.thumbnails_dir(), paths.references_dir(), paths.viewed_dir())
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "one").write_bytes(bytes(1 << 20))
    painted = paths.cache_dir() / "painted" / "mask.png"
    painted.parent.mkdir()
    painted.write_bytes(b"somebody is painting on it")

    assert "3 files, 3 MiB" in storyforge("cache", "size").out
    told = storyforge("cache", "size", "--json").json
    assert told["of_pictures"] == {"files": 3, "bytes": 3 << 20}
    cleared = storyforge("cache", "clear").out
    assert cleared == "What was kept of pictures is deleted: 3 files, 3 MiB.\n"
    assert [list(folder.iterdir()) for folder in folders] == [[], [], []]
    assert painted.exists()


def test_the_settings_say_whether_and_how_much(
    storyforge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORYFORGE_CACHE__DISK_GIB", "1.5")
    assert storyforge("cache", "size").out.splitlines()[2].split()[-2:] == ["1.5", "GiB"]
    monkeypatch.setenv("STORYFORGE_CACHE__STATES", "false")
    assert "nothing new is kept" in storyforge("cache", "size").out
    assert "is not kept, as the settings say" in storyforge("doctor").out


def test_a_folder_that_cannot_be_cleared_is_named(storyforge: Command) -> None:
    keep_states(10)
    next(paths.states_dir().glob("*.state")).unlink()
    (paths.states_dir() / "odd.state").mkdir()
    answer = storyforge("cache", "clear")
    assert answer.status == 1
    assert str(paths.states_dir()) in answer.err
