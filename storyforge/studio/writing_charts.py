"""Days of writing drawn in plain text: bars a day, and a calendar of weeks. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from storyforge.domain.writing import Day

#: how much of a day's best: nothing, some, half, more, the goal reached
SHADES = "·░▒▓█"
ASCII_SHADES = ".-+*#"
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(own: int, model: int, most: int, width: int, *, ascii_only: bool = False) -> str:
    """One day's bar: own words full, the model's behind them lighter.

    Args:
        most: the amount that fills `width` columns.
    """
    if most <= 0:
        return ""
    eighths = min(round(own * width * 8 / most), width * 8)
    whole, rest = divmod(eighths, 8)
    if ascii_only:
        whole, rest = (max(whole, 1) if own > 0 else 0), 0
    drawn = ("#" if ascii_only else "█") * whole + (_EIGHTHS[rest] if rest else "")
    if own > 0 and not drawn:
        drawn = _EIGHTHS[1]  # a little is not nothing
    behind = min(round(model * width / most), width - len(drawn))
    return drawn + ("-" if ascii_only else "░") * max(behind, 0)


def shade(own: int, full: int, *, ascii_only: bool = False) -> str:
    """One day's square in the calendar.

    Args:
        full: the amount that makes it dark: the goal, or the best day where there is none.
    """
    shades = ASCII_SHADES if ascii_only else SHADES
    if own <= 0:
        return shades[0]
    if own >= full:
        return shades[-1]
    return shades[1 + min(own * 3 // full, 2)]


def weeks(days: Sequence[Day], today: date, count: int) -> list[list[Day | None]]:
    """The last `count` weeks, Monday to Sunday each, the earliest first; None is yet to come."""
    known = {day.day: day for day in days}
    monday = today - timedelta(days=today.weekday())
    table: list[list[Day | None]] = []
    for back in reversed(range(count)):
        first = monday - timedelta(weeks=back)
        dates = [first + timedelta(days=n) for n in range(7)]
        table.append([known.get(d, Day(d)) if d <= today else None for d in dates])
    return table
