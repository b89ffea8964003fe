"""The way in: which words mean the screen, which a verb, and what becomes of mistakes."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from storyforge import paths
from storyforge.cli import main as entry
from storyforge.cli.main import VERBS, main, screen_wish
from storyforge.cli.verbs import app
from storyforge.errors import Refused
from storyforge.logs import log_to_file
from tests.cli.command import Command, finished


@pytest.mark.parametrize(
    ("arguments", "wish"),
    [
        ([], (None, False)),
        (["--demo"], (None, True)),
        (["story.forge"], (Path("story.forge"), False)),
        (["--demo", "story.forge"], (Path("story.forge"), True)),
        (["folder/story", "--demo"], (Path("folder/story"), True)),
        (["new"], None),
        (["exprot"], None),
        (["story.forge", "show"], None),
        (["--help"], None),
        (["show", "story.forge"], None),
    ],
)
def test_one_name_that_is_no_verb_means_the_screen(
    arguments: list[str], wish: tuple[Path | None, bool] | None
) -> None:
    assert screen_wish(arguments) == wish


def test_a_story_is_found_without_its_ending(light: Path, storyforge: Command) -> None:
    assert screen_wish(["light"]) == (Path("light.forge"), False)
    assert storyforge("show", "light").status == 0


def test_a_folder_of_the_same_name_does_not_hide_a_story(light: Path, storyforge: Command) -> None:
    light.with_suffix("").mkdir()
    assert storyforge("show", "light").out.startswith("The Light\n")
    light.unlink()
    assert "is a folder" in storyforge("show", "light").err


def test_completion_is_never_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_STORYFORGE_COMPLETE", "complete_bash")
    assert screen_wish([]) is None


def test_every_verb_of_the_program_is_known_to_the_way_in() -> None:
    groups = {group.name for group in app.registered_groups}
    commands = {command.name for command in app.registered_commands}
    assert groups | commands == set(VERBS)


def test_the_screen_opens_on_the_named_story(
    light: Path, monkeypatch: pytest.MonkeyPatch, storyforge: Command
) -> None:
    opened: list[tuple[Path | None, bool]] = []

    def open_screen(path: Path | None, demo: bool) -> int:
        opened.append((path, demo))
        return 0

    monkeypatch.setattr("storyforge.tui.app.run", open_screen)
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True)
    assert storyforge("light.forge", "--demo").status == 0
    assert storyforge().status == 0
    assert opened == [(Path("light.forge"), True), (None, False)]


@pytest.mark.parametrize(("trouble", "status"), [(Refused("No."), 1), (KeyboardInterrupt(), 130)])
def test_trouble_on_the_screen_ends_in_a_status(
    trouble: BaseException,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    storyforge: Command,
) -> None:
    def fail(path: Path | None, demo: bool) -> None:
        raise trouble

    monkeypatch.setattr("storyforge.tui.app.run", fail)
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True)
    assert storyforge().status == status


def test_the_screen_needs_a_terminal(light: Path, storyforge: Command) -> None:
    answer = storyforge("light.forge")
    assert answer.status == 1
    assert "needs a terminal" in answer.err


def test_a_story_that_is_not_there_is_said(storyforge: Command) -> None:
    answer = storyforge("nix.forge")
    assert answer.status == 1
    assert answer.err.splitlines() == [
        "storyforge: There is no story at “nix.forge”.",
        "  To make one: storyforge new nix.forge",
    ]
    assert storyforge("x" * 300).status == 2


def test_the_way_to_the_screen_imports_no_typer(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from storyforge.cli.main import main\n"
        "main(['nix.forge'])\n"
        "heavy = {'typer', 'click', 'sqlmodel', 'pydantic', 'jinja2', 'textual', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=tmp_path
    )
    assert told.stdout == "[]\n"


def test_help_names_every_verb_and_every_verb_has_examples(storyforge: Command) -> None:
    helped = storyforge("--help").out
    for verb in VERBS:
        assert f"  {verb} " in helped
        answer = storyforge(verb, "--help")
        assert answer.status == 0
        assert f"  storyforge {verb} " in answer.out.replace("doctor\n", "doctor \n")


def test_the_version_is_told() -> None:
    answer = CliRunner().invoke(app, ["--version"])
    assert answer.exit_code == 0
    assert answer.output.startswith("storyforge 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ["exprot"],
        ["show"],
        ["show", "a.forge", "b.forge"],
        ["continue", "a.forge", "--max-tokens", "none"],
        ["continue", "a.forge", "--scene", "0"],
        ["continue", "a.forge", "--temperature", "9"],
        ["export", "a.forge", "--format", "pdf"],
        ["new", "--nix"],
        ["models"],
    ],
)
def test_wrong_use_ends_with_status_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2
    assert main(arguments) == 2


def test_a_mistyped_verb_is_guessed(storyforge: Command) -> None:
    assert "Did you mean 'export'?" in storyforge("expotr").err


def test_an_unexpected_error_is_one_sentence_and_a_log(
    storyforge: Command, light: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("boom\x1b[31m")

    monkeypatch.setattr("storyforge.cli.story._story_lines", fail)
    answer = storyforge("show", light)
    assert answer.status == 1
    assert "RuntimeError: boom[31m" in answer.err
    assert "Traceback" not in answer.err
    assert str(paths.log_file()) in answer.err
    assert "Traceback" in paths.log_file().read_text("utf-8")


def test_a_log_that_cannot_be_written_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STORYFORGE_CACHE_DIR", str(tmp_path / "file" / "in"))
    log_to_file()
    logging.getLogger("storyforge").warning("to nowhere")
    assert capfd.readouterr() == ("", "")


def test_the_module_is_the_command(light: Path) -> None:
    answer = finished("show", light)
    assert (answer.status, answer.err) == (0, "")
    assert "▸ 1    “Mara had kept the light for eleven" in answer.out


def test_a_reader_that_leaves_is_no_error(light: Path) -> None:
    with subprocess.Popen(["true"], stdin=subprocess.PIPE) as reader:
        reader.wait(timeout=60)
        assert reader.stdin is not None
        answer = finished("show", light, stdout=reader.stdin.fileno())
    assert (answer.status, answer.err) == (1, "")


def test_run_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["storyforge", "--version"])
    with pytest.raises(SystemExit) as end:
        entry.run()
    assert end.value.code == 0


def test_completion_scripts_are_given(storyforge: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_STORYFORGE_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "storyforge ex")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert storyforge().out.split() == ["export"]
