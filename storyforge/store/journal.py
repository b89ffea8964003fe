"""What the open step of the plan changes, and the rows that this opening wrote beside the texts.

Told by all who write such rows. One of it belongs to an open story, under its database's lock. It
carries nothing out: `plan.steps` takes back what is noted, `plan.rescued` makes the rows again in
another file.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Table, delete, insert
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from storyforge.store.tables import table as table_of

#: (the table, its keys with their values)
RowKey = tuple[str, tuple[tuple[str, Any], ...]]
#: rows as they are to be; None for one that is to be gone
Written = Mapping[RowKey, Mapping[str, Any] | None]


class Journal:
    """The notes of one opening.

    Attributes:
        step: the open step's id; empty where none is open.
        changes: what it changed so far, JSON values, see `plan.steps`.
        forgotten: how often something went for good.
        written: the rows of the plan, the takes, summaries, cards and the like that this opening
            wrote; None for one it took out.
    """

    def __init__(self) -> None:
        self.step = ""
        self.changes: list[list[Any]] = []
        self.forgotten = 0
        self.written: dict[RowKey, dict[str, Any] | None] = {}

    @contextmanager
    def opened(self, step: str) -> Iterator[None]:
        """Note what is changed inside; on an error nothing of it was noted or written."""
        written = dict(self.written)
        self.step, self.changes = step, []
        try:
            yield
        except BaseException:
            self.written = written
            raise
        finally:
            self.step, self.changes = "", []

    def note(self, kind: str, *told: Any) -> None:
        """Something was changed; passed over where no step is open."""
        if self.step:
            self.changes.append([kind, *told])

    def put(
        self, session: Session, rows: Table, keys: Mapping[str, Any], more: Mapping[str, Any] | None
    ) -> None:
        """Let a row of these keys say `more`, or let there be none."""
        row = None if more is None else {**keys, **more}
        if row is None:
            mine = (rows.c[name] == one for name, one in keys.items())
            session.execute(delete(rows).where(*mine))
        else:
            session.connection().execute(insert(rows).prefix_with("OR REPLACE"), row)
        self.wrote(rows.name, keys, row)

    def wrote(self, table: str, keys: Mapping[str, Any], row: dict[str, Any] | None) -> None:
        """A row was written, or taken out."""
        self.written[table, tuple(keys.items())] = row

    def wrote_all(self, row: SQLModel) -> None:
        """A row was written as it stands now."""
        table, told = table_of(type(row)), row.model_dump()
        self.wrote(table.name, {key.name: told[key.name] for key in table.primary_key}, told)

    def forget(self, gone: AbstractSet[str]) -> None:
        """These items went for good: nothing of them is made again anywhere."""
        self.forgotten += 1
        self.written = {
            (table, keys): row
            for (table, keys), row in self.written.items()
            # The key of a scene's setting ends with the scene's id.
            if gone.isdisjoint(str(value).rpartition(":")[2] for _name, value in keys)
            and gone.isdisjoint(str((row or {}).get(name, "")) for name in ("item_id", "scene_id"))
        }
