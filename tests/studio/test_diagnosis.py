"""What the doctor finds, on this machine and on poorer ones."""

import sys
from collections import namedtuple
from pathlib import Path

import pytest

from storyforge import paths
from storyforge.engine import build, gpu, hardware
from storyforge.engine.memory import Memory
from storyforge.studio import fitting, model_files
from storyforge.studio.diagnosis.examining import examine
from storyforge.studio.diagnosis.finding import Finding
from storyforge.studio.diagnosis.machine import others_at_work
from storyforge.studio.tuning import kept
from storyforge.studio.tuning.trials import Best
from tests.models import write_model


def _of(topic: str) -> list[Finding]:
    return [finding for finding in examine() if finding.topic == topic]


def test_every_topic_is_there_and_every_finding_is_one_line() -> None:
    findings = examine()
    topics = {finding.topic for finding in findings}
    assert topics >= {
        "Program", "Engine", "Processor", "Memory", "Model", "Terminal", "Keys", "Language",
        "Stories", "Backups", "Settings", "Cache", "Log", "Prompts",
    }  # fmt: skip
    for finding in findings:
        assert finding.text
        assert "\n" not in finding.text + finding.hint
        assert finding.state != "problem", finding


def test_what_was_measured_is_told_of_the_threads() -> None:
    bundled = model_files.bundled_model()
    assert bundled is not None
    kept.keep(bundled, Best(1, "performance", 1, "performance", 64, None, 20.0, 80.0))
    (told, *_more) = [each.text for each in examine() if each.topic == "Processor"]
    assert told.endswith("threads for writing: 1, for reading: 1, as measured")
    [speed] = _of("Speed")
    assert "20.0 tokens/s" in speed.text


def test_nothing_is_made_while_looking(home: Path) -> None:
    examine()
    assert list(home.iterdir()) == []


def test_the_engine_and_the_program_are_named_with_their_versions() -> None:
    [program] = _of("Program")
    assert "storyforge 0.1.0" in program.text
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in program.text
    assert "Textual 8.2" in program.text
    assert build.installed_version() in _of("Engine")[0].text


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (build.BuildStatus("missing", 0, "Not built.", "Run it."), "note"),
        (build.BuildStatus("building", 0.4, "Building: 40 %"), "note"),
        (build.BuildStatus("failed", 0, "No compiler.", "Install one."), "problem"),
        (build.BuildStatus("ready", 1, "Ready.", "The rebuild failed."), "note"),
    ],
)
def test_a_build_is_reported_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, status: build.BuildStatus, state: str
) -> None:
    monkeypatch.setattr(build, "status", lambda: status)
    assert _of("Engine") == [Finding("Engine", state, status.message, status.hint)]  # type: ignore[arg-type]


def test_the_small_model_is_named_for_what_it_is() -> None:
    first, honest = _of("Model")
    assert "SmolLM2-135M-Instruct" in first.text
    assert "on this machine" in first.text
    assert "only shows the keys" in honest.text
    assert "models use" in honest.hint


def test_a_chosen_model_is_described_without_the_warning(tmp_path: Path) -> None:
    model_files.use(write_model(tmp_path / "tale-7b.gguf", context=32768))
    [only] = _of("Model")
    assert "tale-7b" in only.text
    assert "32,768 tokens" in only.text


def test_a_chosen_model_that_is_gone_is_a_problem_with_a_hint(tmp_path: Path) -> None:
    path = write_model(tmp_path / "tale.gguf")
    model_files.use(path)
    path.unlink()
    [only] = _of("Model")
    assert only.state == "problem"
    assert str(path) in only.text
    assert only.hint


def test_no_model_at_all_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "bundled_model", lambda: None)
    [only] = _of("Model")
    assert (only.state, "models use" in only.hint) == ("problem", True)


def test_broken_settings_are_a_finding_and_not_the_end() -> None:
    paths.config_dir().mkdir(parents=True)
    paths.config_file().write_text("model = [")
    findings = examine()
    broken = [finding for finding in findings if "not valid TOML" in finding.text]
    assert broken
    assert all(finding.state == "problem" for finding in broken)
    assert findings[-1].topic == "Prompts"


def test_a_fault_of_the_doctors_own_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall() -> None:
        raise RuntimeError("out of bandages")

    monkeypatch.setattr(build, "status", fall)
    [only] = _of("Engine")
    assert only.state == "problem"
    assert "out of bandages" in only.text


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("STORYFORGE_STORIES_DIR", str(tmp_path / "file" / "stories"))
    [stories] = _of("Stories")
    assert stories.state == "problem"
    assert "cannot be written" in stories.text


Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("free", "state"), [(100 * 1024**2, "problem"), (500 * 1024**2, "note"), (2 * 1024**3, "ok")]
)
def test_a_disk_that_runs_full_is_said_before_it_is(
    monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage(10**12, 10**12 - free, free))
    assert _of("Stories")[0].state == state


def test_missing_prompts_are_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYFORGE_PROMPTS_DIR", str(tmp_path / "none"))
    assert _of("Prompts")[0].state == "problem"


def test_tmux_without_extended_keys_gets_the_lines_to_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMUX", "/tmp/none,1,0")
    monkeypatch.setenv("TMUX_TMPDIR", "/tmp/none")
    [tmux] = _of("tmux")
    assert tmux.state == "note"
    assert "set -s extended-keys on" in tmux.hint
    assert "extkeys" in tmux.hint
    assert "Ctrl+J" in _of("Keys")[0].text


def test_in_a_terminal_that_is_known_shift_enter_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setenv("TERM", "xterm-kitty")
    assert _of("Keys") == [
        Finding("Keys", "ok", "Shift+Enter continues the text; Ctrl+J and F5 do the same.")
    ]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "NO_COLOR" in _of("Colours")[0].text


@pytest.mark.parametrize(
    ("term", "state"), [("xterm-256color", "ok"), ("dumb", "problem"), ("", "problem")]
)
def test_a_terminal_that_cannot_draw_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, term: str, state: str
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("TERM_PROGRAM", raising=False)
    assert _of("Terminal")[0].state == state


def test_text_that_is_not_utf_8_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    class Latin:
        encoding = "iso-8859-1"

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdout", Latin())
    language = next(finding for finding in examine() if finding.topic == "Language")
    assert language.state == "problem"
    assert "C.UTF-8" in language.hint


def test_a_gpu_that_lies_idle_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "gpu_status", lambda: gpu.GpuStatus("NVIDIA", False))
    [found] = _of("GPU")
    assert found.state == "note"
    assert "storyforge engine install" in found.text
    monkeypatch.setattr(gpu, "gpu_status", lambda: gpu.GpuStatus("NVIDIA", True))
    assert _of("GPU") == [Finding("GPU", "ok", "NVIDIA, used")]
    monkeypatch.setattr(gpu, "gpu_status", lambda: gpu.GpuStatus("", False))
    assert "the processor does all of it" in _of("GPU")[0].text


@pytest.mark.parametrize(("taken", "busy"), [(0.5, False), (6.0, False), (6.5, True), (24.0, True)])
def test_other_programs_that_slow_a_model_down_are_said(taken: float, busy: bool) -> None:
    told = others_at_work(hardware.Load(taken, 8))
    assert bool(told) is busy
    if busy:
        assert f"{round(taken)} processors, and there are 8" in told


def test_the_load_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psutil.getloadavg", lambda: (99.0, 1.0, 1.0))
    noted = [each for each in _of("Processor") if each.state == "note"]
    assert "want the time of 99 processors" in noted[0].text


def test_what_the_model_takes_is_told_before_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    [needs] = _of("Needs")
    assert needs.text.endswith("GiB of memory, with a window of 8,192 tokens")
    monkeypatch.setattr(fitting, "find_memory", lambda: Memory(64 << 20, 32 << 20))
    assert [each.state for each in _of("Needs")] == ["ok", "problem"]


def test_a_model_that_was_chosen_is_worth_measuring(tmp_path: Path) -> None:
    assert _of("Speed") == []
    model_files.use(write_model(tmp_path / "tale-7b.gguf"))
    assert "models tune" in _of("Speed")[0].hint


PROFILES = """
profile = "claude"
[profiles.claude]
backend = "anthropic"
model = "claude-sonnet-4-5"
[profiles.bad]
backend = "olama"
[profiles.gone]
backend = "llama.cpp"
model = "/gone.gguf"
[profiles.loom]
backend = "transformers"
model = "HERE"
[tasks]
summary = "local"
draft = "moon"
"""


def test_who_writes_and_what_cannot_be_used_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    paths.config_dir().mkdir(parents=True)
    paths.config_file().write_text(PROFILES.replace("HERE", str(tmp_path)), "utf-8")
    found = _of("Profiles")
    told = "\n".join(each.text for each in found)
    assert "The profile “bad” cannot be used" in told
    assert "The task “draft” goes to “moon”" in told
    assert "gone: The model file /gone.gguf is not there" in told
    assert "loom: " in told
    assert "config.json" in told
    assert [each.state for each in found].count("problem") == 4
    [writer] = [each for each in found if each.state == "note"]
    assert writer.text == (
        "“claude” writes: claude-sonnet-4-5. Your text goes to api.anthropic.com."
    )
    assert found[-1].text == "“local” is asked for: summary."
    [key] = _of("API keys")
    assert (key.state, key.hint) == ("problem", "Set it once: storyforge keys set anthropic")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-0123456789")
    assert _of("API keys") == [Finding("API keys", "ok", "anthropic")]


def test_the_key_of_a_painter_elsewhere_is_missed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    paths.config_dir().mkdir(parents=True)
    paths.config_file().write_text('[painters.sky]\nbackend = "openai"\n')
    [key] = _of("API keys")
    assert (key.state, key.hint) == ("problem", "Set it once: storyforge keys set openai")


def test_where_there_is_one_model_there_is_no_word_of_profiles() -> None:
    assert _of("Profiles") == []
