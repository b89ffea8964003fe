import os
import sys
import time
from pathlib import Path

import pytest

from storyforge.errors import ModelError
from storyforge.studio.key_commands import printed


def _script(tmp_path: Path, code: str) -> str:
    file = tmp_path / "a script.py"
    file.write_text(code)
    return f"'{sys.executable}' '{file}'"


def test_a_command_gives_the_first_line_that_it_prints(tmp_path: Path) -> None:
    command = _script(tmp_path, "print('sk-one'); print('login: mara')")
    assert printed(command) == "sk-one"


def test_there_is_no_shell(tmp_path: Path) -> None:
    target = tmp_path / "made"
    assert printed(f"echo sk-one > {target} ; echo $HOME") == f"sk-one > {target} ; echo $HOME"
    assert not target.exists()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("raise SystemExit(3)", "ended with status 3"),
        ("pass", "printed nothing"),
        ("print()", "printed nothing"),
        ("print('sk-half'); raise SystemExit(1)", "ended with status 1"),
        ("import sys; sys.stderr.write('sk-secret'); sys.exit(1)", "ended with status 1"),
    ],
)
def test_a_command_that_fails_is_said_without_what_it_printed(
    tmp_path: Path, code: str, why: str
) -> None:
    with pytest.raises(ModelError, match=why) as caught:
        printed(_script(tmp_path, code))
    assert "sk-" not in str(caught.value)


@pytest.mark.parametrize("command", ["", "pass 'show", "/nowhere/pass show openai"])
def test_what_cannot_be_run_is_said(command: str) -> None:
    with pytest.raises(ModelError, match="gave none"):
        printed(command)


def test_a_command_that_holds_a_key_is_not_repeated() -> None:
    with pytest.raises(ModelError) as caught:
        printed("/nowhere/echo sk-secret")
    assert "sk-secret" not in str(caught.value)


def test_a_command_that_does_not_end_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    # Its child holds the pipe, as an agent that a password manager starts would.
    code = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "time.sleep(600)\n"
    )
    began = time.monotonic()
    with pytest.raises(ModelError, match="did not end"):
        printed(_script(tmp_path, code), 0.5)
    assert time.monotonic() - began < 60


def test_an_agent_that_a_command_leaves_behind_is_not_waited_for(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "agent = [sys.executable, '-c', 'import sys; sys.stdin.read()']\n"
        "began = subprocess.Popen(agent, start_new_session=True, stdin=open(sys.argv[1]))\n"
        "print('sk-one')\n"
    )
    os.mkfifo(fifo := tmp_path / "fifo")
    # Open at both ends: who reads it waits until this is closed.
    held = os.open(fifo, os.O_RDWR)
    try:
        began = time.monotonic()
        assert printed(f"{_script(tmp_path, code)} '{fifo}'", 600) == "sk-one"
        assert time.monotonic() - began < 60
    finally:
        os.close(held)


def test_endless_output_is_cut_off() -> None:
    with pytest.raises(ModelError, match="status"):
        printed("yes sk-one")


def test_it_is_told_no_other_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-one")
    monkeypatch.setenv("STORYFORGE_KEY_WORK", "sk-two")
    code = "import os; print('HOME' in os.environ, 'sk-' in str(os.environ))"
    assert printed(_script(tmp_path, code)) == "True False"


def test_nobody_can_be_asked_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPG_TTY", "/dev/pts/0")
    code = "import os, sys; print('GPG_TTY' in os.environ, sys.stdin.read() == '')"
    assert printed(_script(tmp_path, code)) == "False True"
