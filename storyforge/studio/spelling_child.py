"""The spelling's own process: one dictionary, asked a line at a time.

A dictionary of a language with compounds holds its caller for up to half a second a suggestion, and
Hunspell is C++ that reads files from anywhere: neither belongs into the process of the page. Each
line on standard input is a JSON object, each gets one line of answer; the end of the input ends it.
Nothing of the story, the screen or the settings is imported here.
"""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any, Protocol

#: suggestions that are worth reading
SUGGESTIONS = 8


class Checker(Protocol):
    """What both libraries can do."""

    def is_right(self, word: str) -> bool:
        """Whether the dictionary has the word."""
        ...

    def suggest(self, word: str) -> list[str]:
        """What may have been meant, the likeliest first."""
        ...


class HunspellChecker:
    """Hunspell itself."""

    def __init__(self, path: Path) -> None:
        from hunspell import Hunspell

        self._hunspell = Hunspell(path.name, hunspell_data_dir=str(path.parent))

    def is_right(self, word: str) -> bool:
        """Whether the dictionary has the word; or its encoding has no letters for it."""
        try:
            return bool(self._hunspell.spell(word))
        except UnicodeEncodeError:
            return True

    def suggest(self, word: str) -> list[str]:
        """What may have been meant."""
        try:
            return list(self._hunspell.suggest(word))
        except UnicodeEncodeError:
            return []


class PortedChecker:
    """Hunspell's port to Python, ten times slower, for machines that have no wheel of Hunspell."""

    def __init__(self, path: Path) -> None:
        from spylls.hunspell import Dictionary

        self._dictionary = Dictionary.from_files(str(path))

    def is_right(self, word: str) -> bool:
        """Whether the dictionary has the word."""
        return bool(self._dictionary.lookup(word))

    def suggest(self, word: str) -> list[str]:
        """What may have been meant."""
        return [str(found) for found in self._dictionary.suggest(word)]


def opened(path: Path) -> Checker:
    """The dictionary behind the library that this machine has."""
    try:
        return HunspellChecker(path)
    except ImportError:
        return PortedChecker(path)


def answer(checker: Checker, request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request: {"check": words} or {"suggest": word}."""
    if "suggest" in request:
        found = dict.fromkeys(checker.suggest(str(request["suggest"])))
        return {"words": list(found)[:SUGGESTIONS]}
    return {"wrong": [word for word in request["check"] if not checker.is_right(word)]}


def main(path: str) -> None:
    """Serve the program until it closes the pipe."""
    with contextlib.suppress(AttributeError, OSError):
        os.nice(10)  # who writes comes first; Windows has no such call
    answers = sys.stdout.buffer
    try:
        checker = opened(Path(path))
    except Exception as error:  # the edge of a process: said in one line, not as a traceback
        answers.write(json.dumps({"failed": str(error)}).encode() + b"\n")
        return
    answers.write(b"{}\n")
    answers.flush()
    for line in sys.stdin.buffer:
        answers.write(json.dumps(answer(checker, json.loads(line))).encode() + b"\n")
        answers.flush()
