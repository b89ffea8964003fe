"""A short look at a story file without opening it: whose is it? Changes nothing, takes 1 ms."""

import sqlite3
from contextlib import closing
from pathlib import Path

from storyforge.store.database import connect
from storyforge.store.migrations import APPLICATION_ID
from storyforge.store.values import identity


def story_id(path: Path) -> str | None:
    """The id of the story in a file; None where it is no story that can be read."""
    try:
        with closing(connect(path, "immutable")) as raw:
            if raw.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return None
            row = raw.execute("SELECT id FROM story").fetchone()
    except sqlite3.Error:
        return None
    return None if row is None else identity(row[0])
