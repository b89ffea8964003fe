"""The rows of a story file, one class a table: what opening it needs. They never leave this room.

Each class takes 3 ms to make, so what stands beside the text is in `side_tables`.
The columns are those that `migrations` makes (a test compares the two). Long texts are a table's
last column, so that reading the heads of a million words never walks through their pages. Times
are ISO 8601 in UTC, as text: whoever opens the file with `sqlite3` can read them.
"""

from typing import Any

from sqlalchemy import Table
from sqlmodel import Field, SQLModel


class StoryRow(SQLModel, table=True):
    """The story itself; the table has this one row."""

    __tablename__ = "story"
    id: str = Field(primary_key=True)
    title: str
    author: str
    language: str
    created: str
    changed: str


class ChapterRow(SQLModel, table=True):
    """A chapter; `deleted` is empty, or when the author deleted it."""

    __tablename__ = "chapter"
    id: str = Field(primary_key=True)
    position: int
    title: str
    deleted: str = ""


class SceneRow(SQLModel, table=True):
    """A scene with its text; a deleted one keeps its position."""

    __tablename__ = "scene"
    id: str = Field(primary_key=True)
    chapter_id: str = Field(foreign_key="chapter.id", index=True)
    position: int
    title: str
    deleted: str = ""
    changed: str = ""
    caret: int = 0
    length: int = 0
    words: int = 0
    characters: int = 0
    model_words: int = 0
    model_characters: int = 0
    text: str = ""


class SpanRow(SQLModel, table=True):
    """A run of one origin, in text order by `number`; the lengths add up to the scene's."""

    __tablename__ = "span"
    scene_id: str = Field(primary_key=True, foreign_key="scene.id")
    number: int = Field(primary_key=True)
    length: int
    origin: str
    take_id: str | None = None


class AnchorRow(SQLModel, table=True):
    """An anchor in a scene: the take that stands there covers `start` to `stop`."""

    __tablename__ = "anchor"
    scene_id: str = Field(primary_key=True, foreign_key="scene.id")
    id: str = Field(primary_key=True)
    start: int
    stop: int
    kind: str = "take"


class TakeRow(SQLModel, table=True):
    """One answer of a model, or the author's changed version of one."""

    __tablename__ = "take"
    id: str = Field(primary_key=True)
    scene_id: str = Field(foreign_key="scene.id", index=True)
    place_id: str = Field(index=True)
    number: int
    created: str
    state: str
    kept: int = 0
    reason: str = ""
    model: str = ""
    request_hash: str = ""
    sampling: str = "{}"
    usage: str = "{}"
    text: str = ""
    kind: str = "continue"
    wish: str = ""
    parent_id: str = Field(default="", index=True)
    revision_id: str = ""
    bookmark: str = ""
    prompt: str = ""
    place: str = ""
    thinking: str = ""


class SettingRow(SQLModel, table=True):
    """A small thing that this story remembers, such as the scene that was open."""

    __tablename__ = "setting"
    key: str = Field(primary_key=True)
    value: str


def table(row: type[SQLModel]) -> Table:
    """The table behind a row class, for statements that must not touch its texts."""
    found: Any = row
    return SQLModel.metadata.tables[found.__tablename__]
