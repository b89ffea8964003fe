"""The small scripts behind `make run` and `make test`."""

import importlib.util
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def _script(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def _python(path: Path, body: str) -> Path:
    """A stand-in for an interpreter."""
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture(scope="module")
def core_tests() -> ModuleType:
    spec = importlib.util.spec_from_file_location("core_tests", ROOT / "scripts" / "core_tests.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_this_python_is_good_enough() -> None:
    result = _script("scripts/check-python", sys.executable)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_missing_python_is_one_clear_answer() -> None:
    result = _script("scripts/check-python", "python-that-is-not-there")
    assert result.returncode == 1
    assert "needs Python 3.11 or newer" in result.stderr
    assert "make run PYTHON=" in result.stderr


def test_an_old_python_is_named(tmp_path: Path) -> None:
    old = _python(
        tmp_path / "python",
        'case "$*" in *version_info*) exit 1;; *--version*) echo Python 3.9.2;; esac',
    )
    result = _script("scripts/check-python", str(old))
    assert result.returncode == 1
    assert "Python 3.9.2 is too old" in result.stderr


def test_a_python_without_venv_names_the_package_to_install(tmp_path: Path) -> None:
    bare = _python(tmp_path / "python", 'case "$*" in *ensurepip*) exit 1;; esac')
    result = _script("scripts/check-python", str(bare))
    assert result.returncode == 1
    assert "apt install python3-venv" in result.stderr


def test_a_quiet_step_shows_one_line_and_keeps_the_status() -> None:
    result = _script("scripts/quietly", "Fetching", "echo", "pages of noise")
    assert result.returncode == 0
    assert result.stdout == "Fetching  done\n"


def test_a_step_that_fails_shows_what_was_said() -> None:
    result = _script("scripts/quietly", "Fetching", "sh", "-c", "echo no network >&2; exit 7")
    assert result.returncode == 7
    assert "Fetching  failed" in result.stdout
    assert "no network" in result.stdout


def test_a_shim_that_does_not_run_is_no_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, core_tests: ModuleType
) -> None:
    _python(tmp_path / "python3.12", "exit 127")
    kept = tmp_path / "pyenv/versions/3.12.1/bin/python3.12"
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert core_tests.find("3.12") is None
    kept.parent.mkdir(parents=True)
    _python(kept, "exit 0")
    assert core_tests.find("3.12") == str(kept)


def test_the_core_is_tested_with_the_packages_it_is_released_with(core_tests: ModuleType) -> None:
    names = {requirement.split(">=")[0] for requirement in core_tests.requirements()}
    assert {"jinja2", "sqlmodel", "pytest", "hypothesis", "pytest-asyncio"} <= names
    assert "llama-cpp-python" not in names


def test_ci_runs_the_gate_and_ends_with_its_last_line(tmp_path: Path) -> None:
    _python(
        tmp_path / "make",
        'echo "===== 12 passed in 3.40s ====="; echo TOTAL 95%; exit 3',
    )
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    result = subprocess.run(
        [ROOT / ".ci" / "run"], capture_output=True, text=True, env=environ, check=False
    )
    assert result.returncode == 3
    assert result.stdout.splitlines()[-1] == "===== 12 passed in 3.40s ====="
