"""Rows by the names of their columns, for what goes from one file into another."""

from functools import cache
from typing import Any

from sqlalchemy.orm import Session
from sqlmodel import SQLModel

import storyforge.store.picture_tables
import storyforge.store.plan.tables
import storyforge.store.side_tables  # noqa: F401 - so that the tables' columns are known


def rows_of(session: Session, statement: str, *given: object) -> list[dict[str, Any]]:
    """What a statement finds."""
    return [dict(row) for row in run(session, statement, *given).mappings()]


def keys_of(session: Session, name: str) -> dict[str, int]:
    """The ids in a table; a snapshot's number with it."""
    number = "number" if name == "revision" else "0 AS number"
    found = rows_of(session, f"SELECT id, {number} FROM {name}")
    return {str(row["id"]): row["number"] for row in found}


def insert(session: Session, name: str, row: dict[str, Any]) -> None:
    """Put a row where none of its key is yet; of a stranger's columns only those that we know."""
    row = {column: row[column] for column in _columns(name) if column in row}
    columns, marks = ", ".join(f'"{column}"' for column in row), ", ".join("?" for _column in row)
    statement = f"INSERT INTO {name} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"
    run(session, statement, *row.values())


@cache
def _columns(name: str) -> tuple[str, ...]:
    return tuple(column.name for column in SQLModel.metadata.tables[name].columns)


def move(session: Session, name: str, key: str, position: int) -> None:
    """Let a row stand there in its order."""
    run(
        session,
        f"UPDATE {name} SET position = ? WHERE id = ? AND position <> ?",
        position,
        key,
        position,
    )


def run(session: Session, statement: str, *given: object) -> Any:
    """Carry a statement out."""
    return session.connection().exec_driver_sql(statement, tuple(given))
