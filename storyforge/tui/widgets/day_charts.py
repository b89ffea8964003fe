"""Writing days as rows of characters: a calendar of weeks and a chart of columns. Pure.

Own words are full blocks and the model's lighter ones, so both are told apart without colour.
"""

from collections.abc import Sequence

from rich.cells import cell_len

from storyforge.domain.day_names import month_name
from storyforge.domain.writing import Day

_EIGHTHS = " ▁▂▃▄▅▆▇█"
OWN, MODEL = "█", "░"


def padded(text: str, cells: int, *, right: bool = False) -> str:
    """`text` in so many cells of the terminal, set to the left or the right; wider stays whole."""
    room = " " * (cells - cell_len(text))
    return room + text if right else text + room


def months_line(weeks: Sequence[Sequence[Day | None]], cells: int) -> str:
    """The names of the months over the weeks in which they begin, `cells` a week."""
    line = ""
    known = 0
    for number, week in enumerate(weeks):
        first = next((day.day for day in week if day is not None), None)
        at = number * cells
        if first is not None and first.month != known and cell_len(line) <= at:
            # A month that has only just begun to show has no room for its name.
            known = first.month
            line = padded(line, at) + month_name(first.month) + " "
    return line.rstrip(" ")


def bucketed(days: Sequence[Day], columns: int) -> tuple[tuple[Day, ...], ...]:
    """The days in so many neighbours a group that at most `columns` groups remain."""
    size = max(1, -(-len(days) // max(columns, 1)))
    # From the end: the newest group is whole, the oldest may be short.
    groups = []
    for end in range(len(days), 0, -size):
        groups.append(tuple(days[max(0, end - size) : end]))
    return tuple(reversed(groups))


def columns(amounts: Sequence[tuple[int, int]], height: int, width: int) -> list[str]:
    """Rows from the top: one column of `width` cells for each (own, model), own below.

    Args:
        height: rows; the tallest column fills them.
    """
    most = max((own + model for own, model in amounts), default=0)
    rows = []
    for level in reversed(range(height)):
        row = ""
        for own, model in amounts:
            row += _cell(own, model, most, height, level) * max(width - 1, 1)
            row += " " * (width > 1)
        rows.append(row)
    return rows


def _cell(own: int, model: int, most: int, height: int, level: int) -> str:
    if most <= 0:
        return " "
    eighths = _scaled(own, most, height)
    whole = _scaled(own + model, most, height) if model else eighths
    filled = eighths - 8 * level
    if filled > 0:
        return _EIGHTHS[min(filled, 8)]
    return MODEL if whole - 8 * level > 3 or (level == 0 and whole > eighths == 0) else " "


def _scaled(amount: int, most: int, height: int) -> int:
    """Eighths of a row; a little is not nothing."""
    return max(round(amount * height * 8 / most), 1 if amount > 0 else 0)
