"""The entries of a `PlanView`, and the rows that each takes."""

from dataclasses import dataclass

from rich.cells import cell_len

from storyforge.tui.widgets.rows import fitted
from storyforge.tui.widgets.wrapping import Run, wrap_runs

#: what an entry, or a piece of its text, may be beside plain
KINDS = ("head", "muted", "marked", "gone", "came", "warning", "accent")
#: the kinds of entries that are one row, cut off with an ellipsis
ONE_ROW = ("head", "row", "muted", "rule")


@dataclass(frozen=True, slots=True)
class Entry:
    """One of them.

    Attributes:
        id: unique in its list.
        runs: pieces of text, each of a kind: "", "muted", "marked", "gone", "came", "warning" or
            "accent"; a line end ends a row.
        label: in a column at the left; the column is as wide as the widest of them.
        note: at the right of the first row.
        mark: one cell in front.
        level: 0 for what is gone through from head to head, 1 for what lies below it, and so on.
        depth: steps of indentation.
        kind: "" for a plain one, else one of `ONE_ROW`; a "rule" has a line behind its text.
        fixed: cannot be marked by the cursor.
        most: rows at the most, the last with an ellipsis; 0 for all.
    """

    id: str
    runs: tuple[Run, ...] = ()
    label: str = ""
    note: str = ""
    mark: str = ""
    level: int = 0
    depth: int = 0
    kind: str = ""
    fixed: bool = False
    most: int = 0

    @property
    def plain(self) -> str:
        """Its text."""
        return "".join(text for text, _kind in self.runs)


#: stands for the rows of an entry of one row: it is laid out when it is drawn
ONE: list[tuple[Run, ...]] = [()]


class Wrapped:
    """Rows as they were wrapped last: what has not changed is not wrapped again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Entry, int, list[tuple[Run, ...]]]] = {}
        self._before = self._known

    def begin(self) -> None:
        """Another list follows: what it does not ask for is forgotten."""
        self._before, self._known = self._known, {}

    def rows(self, entry: Entry, room: int) -> list[tuple[Run, ...]]:
        """The rows of an entry in `room` cells."""
        before = self._before.get(entry.id)
        same = before is not None and before[0] == entry and before[1] == room
        rows = before[2] if before is not None and same else rows_of(entry, room)
        self._known[entry.id] = (entry, room, rows)
        return rows


def rows_of(entry: Entry, room: int) -> list[tuple[Run, ...]]:
    """The rows of an entry in `room` cells."""
    if entry.kind in ONE_ROW:
        return [_fitted(entry, room)]
    rows: list[tuple[Run, ...]] = []
    line: list[Run] = []
    for text, kind in entry.runs:
        first, *rest = text.split("\n")
        line.append((first, kind))
        for piece in rest:
            rows += wrap_runs(line, room)
            line = [(piece, kind)]
        if entry.most and len(rows) > entry.most:
            break
    else:
        rows += wrap_runs(line, room)
    if entry.most and len(rows) > entry.most:
        rows = rows[: entry.most]
        rows[-1] = (*rows[-1][:-1], *_cut(rows[-1][-1:], room))
    return rows or [()]


def _cut(last: tuple[Run, ...], room: int) -> tuple[Run, ...]:
    """The end of a row that says that there is more."""
    text, kind = last[0] if last else ("", "")
    return (
        ((text.rstrip() + " …", kind),)
        if cell_len(text) + 2 <= room
        else ((text[:-2] + " …", kind),)
    )


def _fitted(entry: Entry, room: int) -> tuple[Run, ...]:
    """One row, with an ellipsis where it was cut."""
    runs = [(" ".join(text.split("\n")), kind) for text, kind in entry.runs]
    whole = "".join(text for text, _kind in runs)
    if cell_len(whole) <= room:
        rule = " " + "─" * (room - cell_len(whole) - 2) if entry.kind == "rule" else ""
        return (*runs, (rule, "muted")) if rule else tuple(runs)
    left = len(fitted(whole, room).rstrip()) - 1
    kept: list[Run] = []
    for text, kind in runs:
        kept.append((text[:left], kind))
        left -= len(text[:left])
    return (*kept, ("…", kept[-1][1]))
