"""Runs the tests of the core on the other Pythons that are found, and says on which it did.

The engine and the screen are tested on the Python of `make test` only. Each other Python gets a
small environment of its own (.venv-3.12 …), made once and again when the packages change.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ("3.12", "3.13")
ROOMS = ("domain", "prompting", "importing", "export", "store", "test_paths.py", "test_settings.py")
#: once is enough: Java looks at the books, and 28,000 spoiled files take half a minute
ON_ONE_PYTHON = ("export/test_epubcheck.py", "importing/test_fuzzing.py")
#: what of the gate's packages the core's tests stand on
TOOLS = ("hypothesis", "pytest", "pytest-asyncio", "pytest-timeout")


def find(version: str) -> str | None:
    """A Python of `version` that really runs: on the path, or kept by pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    kept = sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True)
    for python in (f"python{version}", *map(str, kept)):
        try:
            subprocess.run([python, "-c", ""], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    return None


def requirements() -> list[str]:
    """The program's packages and the few tools, as pyproject.toml asks for them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    tools = [
        requirement
        for requirement in project["dependency-groups"]["dev"]
        if requirement.split(">=")[0] in TOOLS
    ]
    return [*project["project"]["dependencies"], *tools]


def prepare(python: str, version: str) -> Path:
    """The environment's own Python, with the packages in it."""
    folder = ROOT / f".venv-{version}"
    inside = folder / "bin" / "python"
    wanted = "\n".join(requirements())
    stamp = folder / ".packages"
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return inside
    print(f"Python {version}: installing the core's packages (once)", flush=True)
    subprocess.run([python, "-m", "venv", folder], check=True)
    pip = [inside, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, *requirements()], check=True)
    stamp.write_text(wanted, "utf-8")
    return inside


def start(python: str, version: str) -> subprocess.Popen[str]:
    """The core's tests under way, one Python beside the other: the store waits for the disk."""
    rooms = [f"tests/{room}" for room in ROOMS if (ROOT / "tests" / room).exists()]
    without = [f"--ignore=tests/{file}" for file in ON_ONE_PYTHON]
    pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", *without]
    return subprocess.Popen(
        [prepare(python, version), *pytest, *rooms],
        cwd=ROOT,
        # Children that tests start must find the program, which is not installed here.
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def main() -> int:
    """0 when every Python that was found passed."""
    found = {version: python for version in VERSIONS if (python := find(version))}
    running = {version: start(python, version) for version, python in found.items()}
    passed, failed = [], []
    for version, tests in running.items():
        said, _nothing = tests.communicate()
        print(f"Python {version}: the core's tests\n{said}", flush=True)
        (failed if tests.returncode else passed).append(version)
    print("Core tests passed on Python:", ", ".join(passed) or "none besides this one")
    if absent := [version for version in VERSIONS if version not in found]:
        print("Not found, so not run:", ", ".join(absent))
    if failed:
        print("Core tests FAILED on Python:", ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
