"""Rows of results and how they are printed. Owns no measuring."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class Bar(StrEnum):
    """What a row's bar speaks of."""

    RATIO_AT_MOST = "ratio ≤"
    RATIO_AT_LEAST = "ratio ≥"
    AT_MOST = "≤"
    AT_LEAST = "≥"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One measure.

    Attributes:
        ours, bare: in `unit`; `bare` is None where there is nothing to set beside it.
        limit: the bar's number: a ratio, or a value in `unit` for `Bar.AT_MOST` and `AT_LEAST`.
        note: how it was measured, in a few words.
    """

    what: str
    ours: float
    bare: float | None = None
    unit: str = "ms"
    bar: Bar = Bar.NONE
    limit: float = 0.0
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over the bare library's."""
        return None if not self.bare else self.ours / self.bare

    @property
    def ok(self) -> bool | None:
        """Whether the bar is kept; None where there is none."""
        ratio = self.ratio
        if self.bar is Bar.AT_MOST:
            return self.ours <= self.limit
        if self.bar is Bar.AT_LEAST:
            return self.ours >= self.limit
        if ratio is None or self.bar is Bar.NONE:
            return None
        return ratio <= self.limit if self.bar is Bar.RATIO_AT_MOST else ratio >= self.limit


@dataclass(frozen=True, slots=True)
class Failed:
    """A measure that could not be made."""

    what: str
    why: str


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


def _cells(row: Row) -> tuple[str, ...]:
    bar = f"{row.bar.value} {row.limit:g}" if row.bar is not Bar.NONE else ""
    if row.bar in (Bar.AT_MOST, Bar.AT_LEAST):
        bar += f" {row.unit}"
    verdict = {True: "ok", False: "MISSED" if row.bar is Bar.AT_LEAST else "OVER", None: ""}[row.ok]
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return row.what, _number(row.ours), _number(row.bare), row.unit, ratio, bar, verdict


_HEAD = ("what", "ours", "bare", "unit", "ratio", "bar", "")


def as_text(rows: Sequence[Row], failures: Sequence[Failed] = ()) -> str:
    """The table, then the notes, then what could not be measured."""
    table = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in table) for i in range(len(_HEAD))]
    rule = tuple("─" * width for width in widths)
    lines = []
    for cells in (table[0], rule, *table[1:]):
        padded = [
            cell.rjust(width) if 1 <= i <= 2 or i == 4 else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    notes = [f"  {row.what}: {row.note}" for row in rows if row.note]
    if notes:
        lines += ["", *notes]
    lines += [f"NOT MEASURED  {failure.what}: {failure.why}" for failure in failures]
    return "\n".join(lines)


def as_json(rows: Sequence[Row], failures: Sequence[Failed] = ()) -> str:
    """The same for a program."""
    told = [{**asdict(row), "ratio": row.ratio, "ok": row.ok} for row in rows]
    return json.dumps(
        {"rows": told, "not_measured": [asdict(failure) for failure in failures]},
        indent=2,
        ensure_ascii=False,
    )
