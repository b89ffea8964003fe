"""The real command, in this process or as one of its own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from storyforge.cli.main import main


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Command:
    """Runs `storyforge …` in this process."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def __call__(self, *arguments: str | int | Path) -> Answer:
        self._capfd.readouterr()
        status = main([str(argument) for argument in arguments])
        out, err = self._capfd.readouterr()
        return Answer(status, out, err)


def process(*arguments: str | int | Path, **options: Any) -> "subprocess.Popen[bytes]":
    """`python -m storyforge …`, started; its streams are pipes unless told otherwise."""
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    # Where a shell runs the tests in the background they ignore Ctrl+C, and so would a child.
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "storyforge", *(str(argument) for argument in arguments)],
            **{"env": environment, **streams, **options},
        )
    finally:
        signal.signal(signal.SIGINT, earlier)


def finished(*arguments: str | int | Path, **options: Any) -> Answer:
    """The same, waited for."""
    child = process(*arguments, **options)
    out, err = child.communicate(timeout=60)
    return Answer(child.returncode, (out or b"").decode(), (err or b"").decode())
