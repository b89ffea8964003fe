"""How a story file's tables came to be: an append-only list. What was released is never edited.

`user_version` counts the steps a file has behind it. A step runs in one transaction with its
number: either the file is at the new version or it is untouched.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

#: "FRGE": tells `file` and us that this SQLite database is a story
APPLICATION_ID = 0x46524745

_VERSION_1 = """
CREATE TABLE story (
    id TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, author TEXT NOT NULL,
    language TEXT NOT NULL, created TEXT NOT NULL, changed TEXT NOT NULL);
CREATE TABLE chapter (
    id TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL, title TEXT NOT NULL,
    deleted TEXT NOT NULL);
CREATE TABLE scene (
    id TEXT NOT NULL PRIMARY KEY, chapter_id TEXT NOT NULL REFERENCES chapter (id),
    position INTEGER NOT NULL, title TEXT NOT NULL, deleted TEXT NOT NULL, changed TEXT NOT NULL,
    caret INTEGER NOT NULL, length INTEGER NOT NULL,
    words INTEGER NOT NULL, characters INTEGER NOT NULL,
    model_words INTEGER NOT NULL, model_characters INTEGER NOT NULL,
    text TEXT NOT NULL);
CREATE INDEX ix_scene_chapter_id ON scene (chapter_id);
CREATE TABLE span (
    scene_id TEXT NOT NULL REFERENCES scene (id), number INTEGER NOT NULL,
    length INTEGER NOT NULL, origin TEXT NOT NULL, take_id TEXT,
    PRIMARY KEY (scene_id, number)) WITHOUT ROWID;
CREATE TABLE anchor (
    scene_id TEXT NOT NULL REFERENCES scene (id), id TEXT NOT NULL,
    start INTEGER NOT NULL, stop INTEGER NOT NULL,
    PRIMARY KEY (scene_id, id)) WITHOUT ROWID;
CREATE TABLE take (
    id TEXT NOT NULL PRIMARY KEY, scene_id TEXT NOT NULL REFERENCES scene (id),
    place_id TEXT NOT NULL, number INTEGER NOT NULL, created TEXT NOT NULL, state TEXT NOT NULL,
    kept INTEGER NOT NULL, reason TEXT NOT NULL, model TEXT NOT NULL, request_hash TEXT NOT NULL,
    sampling TEXT NOT NULL, usage TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX ix_take_scene_id ON take (scene_id);
CREATE INDEX ix_take_place_id ON take (place_id);
CREATE TABLE revision (
    number INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    scene_id TEXT NOT NULL REFERENCES scene (id), created TEXT NOT NULL,
    name TEXT NOT NULL, reason TEXT NOT NULL, words INTEGER NOT NULL, characters INTEGER NOT NULL,
    caret INTEGER NOT NULL, spans TEXT NOT NULL, places TEXT NOT NULL,
    base INTEGER REFERENCES revision (number), shared_start INTEGER NOT NULL,
    shared_end INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX ix_revision_scene_id ON revision (scene_id);
CREATE TABLE setting (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
"""

_VERSION_2 = """
ALTER TABLE anchor ADD COLUMN kind TEXT NOT NULL DEFAULT 'take';
CREATE TABLE card (
    scene_id TEXT NOT NULL PRIMARY KEY REFERENCES scene (id), label TEXT NOT NULL,
    status TEXT NOT NULL, goal INTEGER NOT NULL, notes TEXT NOT NULL);
CREATE TABLE comment (
    id TEXT NOT NULL PRIMARY KEY, scene_id TEXT NOT NULL REFERENCES scene (id),
    created TEXT NOT NULL, resolved TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX ix_comment_scene_id ON comment (scene_id);
CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY, day TEXT NOT NULL, began TEXT NOT NULL, ended TEXT NOT NULL,
    active INTEGER NOT NULL, own_words INTEGER NOT NULL, own_characters INTEGER NOT NULL,
    model_words INTEGER NOT NULL, model_characters INTEGER NOT NULL);
CREATE INDEX ix_session_day ON session (day);
CREATE TABLE known_word (word TEXT NOT NULL PRIMARY KEY);
CREATE TABLE attachment (
    id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, media_type TEXT NOT NULL,
    source TEXT NOT NULL, created TEXT NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE context_text (kind TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE lore (
    id TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL, title TEXT NOT NULL,
    keys TEXT NOT NULL, enabled INTEGER NOT NULL, always INTEGER NOT NULL,
    category TEXT NOT NULL, extra TEXT NOT NULL, content TEXT NOT NULL);
CREATE TABLE batch (
    id TEXT NOT NULL PRIMARY KEY, created TEXT NOT NULL, label TEXT NOT NULL,
    undone TEXT NOT NULL);
CREATE TABLE batch_item (
    batch_id TEXT NOT NULL REFERENCES batch (id), scene_id TEXT NOT NULL REFERENCES scene (id),
    before_revision TEXT NOT NULL, after_revision TEXT NOT NULL,
    PRIMARY KEY (batch_id, scene_id)) WITHOUT ROWID;
CREATE TABLE lineage (
    scene_id TEXT NOT NULL REFERENCES scene (id), number INTEGER NOT NULL,
    digest TEXT NOT NULL, created TEXT NOT NULL,
    PRIMARY KEY (scene_id, number)) WITHOUT ROWID;
CREATE INDEX ix_revision_base ON revision (base);
"""

_VERSION_3 = """
ALTER TABLE take ADD COLUMN kind TEXT NOT NULL DEFAULT 'continue';
ALTER TABLE take ADD COLUMN wish TEXT NOT NULL DEFAULT '';
ALTER TABLE take ADD COLUMN parent_id TEXT NOT NULL DEFAULT '';
ALTER TABLE take ADD COLUMN revision_id TEXT NOT NULL DEFAULT '';
ALTER TABLE take ADD COLUMN bookmark TEXT NOT NULL DEFAULT '';
ALTER TABLE take ADD COLUMN prompt TEXT NOT NULL DEFAULT '';
CREATE INDEX ix_take_parent_id ON take (parent_id);
CREATE INDEX ix_take_bookmark ON take (bookmark) WHERE bookmark <> '';
ALTER TABLE lore ADD COLUMN from_scene TEXT NOT NULL DEFAULT '';
ALTER TABLE lore ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';
CREATE TABLE summary (
    kind TEXT NOT NULL, target_id TEXT NOT NULL, source TEXT NOT NULL, changed TEXT NOT NULL,
    model TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (kind, target_id)) WITHOUT ROWID;
CREATE TABLE prompt_edit (
    scene_id TEXT NOT NULL PRIMARY KEY REFERENCES scene (id), changed TEXT NOT NULL,
    base TEXT NOT NULL, edited TEXT NOT NULL);
"""

_VERSION_4 = """
ALTER TABLE take ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE take ADD COLUMN thinking TEXT NOT NULL DEFAULT '';
"""

_VERSION_5 = """
CREATE TABLE plan_item (
    id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, position INTEGER NOT NULL,
    deleted TEXT NOT NULL);
CREATE TABLE plan_fact (
    item_id TEXT NOT NULL, field TEXT NOT NULL, changed TEXT NOT NULL, origin TEXT NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY (item_id, field)) WITHOUT ROWID;
CREATE TABLE plan_past (
    number INTEGER NOT NULL PRIMARY KEY, step TEXT NOT NULL, item_id TEXT NOT NULL,
    field TEXT NOT NULL, changed TEXT NOT NULL, origin TEXT NOT NULL, value TEXT NOT NULL);
CREATE INDEX ix_plan_past_step ON plan_past (step);
CREATE INDEX ix_plan_past_item_id ON plan_past (item_id);
CREATE TABLE plan_step (
    number INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, created TEXT NOT NULL,
    undone TEXT NOT NULL, changes TEXT NOT NULL);
CREATE TABLE plan_rest (
    item_id TEXT NOT NULL, field TEXT NOT NULL, changed TEXT NOT NULL, seen TEXT NOT NULL,
    PRIMARY KEY (item_id, field)) WITHOUT ROWID;
CREATE TABLE plan_seen (digest TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE proposal (
    id TEXT NOT NULL PRIMARY KEY, batch_id TEXT NOT NULL, number INTEGER NOT NULL,
    created TEXT NOT NULL, stage TEXT NOT NULL, task TEXT NOT NULL, item_id TEXT NOT NULL,
    field TEXT NOT NULL, wish TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
    model TEXT NOT NULL, place TEXT NOT NULL, request_hash TEXT NOT NULL,
    sampling TEXT NOT NULL, usage TEXT NOT NULL, taken TEXT NOT NULL, dropped INTEGER NOT NULL,
    flaw TEXT NOT NULL, rests TEXT NOT NULL, value TEXT NOT NULL, thinking TEXT NOT NULL,
    text TEXT NOT NULL);
CREATE INDEX ix_proposal_batch_id ON proposal (batch_id);
CREATE INDEX ix_proposal_item_id ON proposal (item_id);
CREATE TABLE drafted (
    scene_id TEXT NOT NULL REFERENCES scene (id), number INTEGER NOT NULL,
    created TEXT NOT NULL, take_id TEXT NOT NULL, ranking TEXT NOT NULL, beat TEXT NOT NULL,
    PRIMARY KEY (scene_id, number)) WITHOUT ROWID;
CREATE TABLE prompt_copy (
    name TEXT NOT NULL, language TEXT NOT NULL, changed TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (name, language)) WITHOUT ROWID;
"""

_VERSION_6 = """
CREATE TABLE picture (
    id TEXT NOT NULL PRIMARY KEY, scene_id TEXT NOT NULL, item_id TEXT NOT NULL,
    created TEXT NOT NULL, chosen INTEGER NOT NULL, rating INTEGER NOT NULL,
    deleted TEXT NOT NULL, beside INTEGER NOT NULL, width INTEGER NOT NULL,
    height INTEGER NOT NULL, size INTEGER NOT NULL, seed INTEGER NOT NULL,
    painter TEXT NOT NULL, place TEXT NOT NULL, parent_id TEXT NOT NULL, flaw TEXT NOT NULL,
    digest TEXT NOT NULL, plan_hash TEXT NOT NULL, text_hash TEXT NOT NULL, alt TEXT NOT NULL,
    settings TEXT NOT NULL, parts TEXT NOT NULL, negative TEXT NOT NULL, prompt TEXT NOT NULL);
CREATE INDEX ix_picture_scene_id ON picture (scene_id);
CREATE TABLE picture_data (
    picture_id TEXT NOT NULL PRIMARY KEY REFERENCES picture (id), data BLOB NOT NULL);
CREATE TABLE picture_order (
    id TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL, scene_id TEXT NOT NULL,
    item_id TEXT NOT NULL, created TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL,
    parent_id TEXT NOT NULL, plan_hash TEXT NOT NULL, text_hash TEXT NOT NULL,
    parts TEXT NOT NULL, "order" TEXT NOT NULL);
"""

_VERSION_7 = """
CREATE TABLE picture_source (digest TEXT NOT NULL PRIMARY KEY, data BLOB NOT NULL);
"""

#: step n (from 0) takes a file of version n to version n + 1
MIGRATIONS: tuple[str, ...] = (
    _VERSION_1,
    _VERSION_2,
    _VERSION_3,
    _VERSION_4,
    _VERSION_5,
    _VERSION_6,
    _VERSION_7,
)


def version_of(raw: sqlite3.Connection) -> int:
    """The version of an open file."""
    return int(raw.execute("PRAGMA user_version").fetchone()[0])


def tables_of(raw: sqlite3.Connection) -> set[str]:
    """The names of the tables in an open file."""
    rows = raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return {str(name) for (name,) in rows}


def missing_tables(raw: sqlite3.Connection) -> set[str]:
    """The tables that a file of its version has and this one lacks; none in a sound file.

    Asked before a step is taken: what is damaged must not be changed. It takes 1 ms.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as sample:
        migrate(sample, MIGRATIONS[: version_of(raw)])
        return tables_of(sample) - tables_of(raw)


def migrate(raw: sqlite3.Connection, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Take an open file (or an empty one) to the newest version, one transaction a step."""
    for number in range(version_of(raw), len(migrations)):
        # executescript would commit a transaction begun outside: the frame is part of the script.
        try:
            raw.executescript(
                f"BEGIN IMMEDIATE;\n{migrations[number]}\n"
                f"PRAGMA application_id = {APPLICATION_ID};\n"
                f"PRAGMA user_version = {number + 1};\nCOMMIT;"
            )
        except sqlite3.Error:
            raw.rollback()
            raise
