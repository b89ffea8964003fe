"""Small things the tests of this room share: pages, children and a look at the bare file."""

import os
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.store.story_file import StoryFile


def only_scene(story: StoryFile) -> str:
    return story.outline().scenes[0].id


def typed(scene_id: str, text: str, caret: int = 0) -> Page:
    return Page(scene_id, text, Provenance.whole(len(text), Origin.TYPED), caret)


def png(shade: int, side: int = 8) -> bytes:
    """A square picture of one grey."""
    rows = (b"\0" + bytes([shade]) * 3 * side) * side
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    told = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


def query(path: Path, sql: str, *values: object) -> list[Any]:
    """What a plain sqlite3 makes of the file; commits."""
    with closing(sqlite3.connect(path)) as raw, raw:
        return raw.execute(sql, values).fetchall()


def child(script: str, *arguments: object, **more: Any) -> subprocess.Popen[str]:
    """Python code in a process of its own, with pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        **more,
    )


def answer(script: str, *arguments: object, **more: Any) -> str:
    """What such a child prints; it must end well."""
    with child(script, *arguments, **more) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


def as_nobody() -> dict[str, str]:
    """The environment of a child that becomes nobody: such a one may not write coverage data."""
    return {key: value for key, value in os.environ.items() if not key.startswith("COV")}


def become_nobody() -> None:
    """Let permissions bind this process: they do not bind root. Everything needed is imported."""
    with tempfile.TemporaryDirectory() as folder:
        StoryFile.create(Path(folder) / "x.forge", title="warm").close()
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
