"""What the open step changes, told by all who write the plan's rows, and what this opening wrote.

One of it belongs to an open story, under its database's lock. It carries nothing out: `steps` takes
back what is noted here, `rescue` makes the rows again in another file.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Table, delete, insert
from sqlalchemy.orm import Session

#: (the table, its keys with their values)
RowKey = tuple[str, tuple[tuple[str, Any], ...]]
#: rows as they are to be; None for one that is to be gone
Written = Mapping[RowKey, Mapping[str, Any] | None]


class Journal:
    """The notes of one opening.

    Attributes:
        step: the open step's id; empty where none is open.
        changes: what it changed so far, JSON values, see `steps`.
        forgotten: how often something went for good.
        written: every row of the plan's tables that this opening wrote; None for one it took out.
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

    def forget(self, gone: AbstractSet[str]) -> None:
        """These items went for good: nothing of them is made again anywhere."""
        self.forgotten += 1
        self.written = {
            (table, keys): row
            for (table, keys), row in self.written.items()
            if gone.isdisjoint(str(value) for _name, value in keys)
            and gone.isdisjoint(() if row is None else (str(row.get("item_id", "")),))
        }
