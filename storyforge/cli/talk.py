"""What the command line says, and how: plain text, answers on stdout, all else on stderr.

Nothing here lets a control sequence from a file or a model through to the terminal.
"""

import json
import os
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from storyforge.domain.text import clean, one_line
from storyforge.errors import StoryforgeError

# What JSON lets stand but a terminal obeys (DEL and C1), and what is no UTF-8: bytes in a file name
# that are no text. Escaped, a program gets them back as they were.
_UNSAFE_IN_JSON = re.compile(r"[\x7f-\x9f\ud800-\udfff]")


def say(text: str = "") -> None:
    """One answer, on stdout."""
    sys.stdout.write(clean(text) + "\n")


def note(text: str) -> None:
    """Something to know beside the answer, on stderr."""
    sys.stdout.flush()
    sys.stderr.write(clean(text) + "\n")
    sys.stderr.flush()


def say_json(value: Any) -> None:
    """The answer for a program: indented JSON in UTF-8, without control characters."""
    told = json.dumps(value, ensure_ascii=False, indent=2)
    told = _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", told)
    sys.stdout.write(told + "\n")


def report(error: StoryforgeError) -> None:
    """What happened and what to do next, on stderr."""
    note(f"storyforge: {one_line(error.message)}")
    if error.hint:
        note(f"  {one_line(error.hint)}")


def silence_stdout() -> None:
    """Nobody reads any more (`| head`): let the rest go nowhere, and without a complaint."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def quoted(path: Path) -> str:
    """`path` as it can be typed again."""
    return shlex.quote(str(path)) if sys.platform != "win32" else f'"{path}"'


def table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Rows in columns, two spaces apart, as wide as a terminal shows them.

    Args:
        right: the columns that are set to the right, by index.
    """
    from storyforge.importing.wrapping import width

    cells = [[_cell(text) for text in row] for row in rows]
    columns = range(max((len(row) for row in cells), default=0))
    widths = [max((width(row[c]) for row in cells if c < len(row)), default=0) for c in columns]
    lines = []
    for row in cells:
        parts = []
        for column, cell in enumerate(row):
            room = " " * (widths[column] - width(cell))
            parts.append(room + cell if column in right else cell + room)
        lines.append("  ".join(parts).rstrip(" "))
    return lines


def _cell(text: str) -> str:
    """`text` in one line; spaces in front of it are an indent."""
    return clean(text).replace("\n", " ").replace("\t", " ")


def shortened(text: str, columns: int) -> str:
    """The first line of `text` with words, cut to `columns` of a terminal."""
    from storyforge.importing.wrapping import width

    line = one_line(next((part for part in text.split("\n") if part.strip()), "")).strip("　")
    if len(line) <= columns and width(line) <= columns:
        return line
    line = line[:columns]
    while width(line) > columns - 1:
        line = line[:-1]
    return line.rstrip() + "…"
