"""The writing days: sessions, a calendar of weeks, words per day, the goal. It shows and asks."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from storyforge.domain.counting import Counts, counts_characters
from storyforge.domain.day_names import day_name, weekday_name
from storyforge.domain.writing import Day, Goals, WritingSession
from storyforge.i18n import _, ngettext
from storyforge.studio.writing_charts import SHADES, shade, weeks
from storyforge.tui.dialogs.base import AskText, Dialog, Tell, said
from storyforge.tui.widgets.day_charts import (
    MODEL,
    OWN,
    bucketed,
    columns,
    months_line,
    padded,
)
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp

#: the periods that can be looked at, in days
PERIODS = (30, 90, 365)
_CHART_ROWS = 4
_SESSIONS = 40

SetGoal = Callable[[int | None], Awaitable[Goals]]


class WritingDays(Dialog[None]):
    """What an author wrote, day by day.

    Args:
        all_days: reads the days of every story; it blocks.
        set_goal: gives the story a goal of its own, None takes it away; None where nothing may
            be changed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "row('period')", show=False),
        Binding("a", "row('whose')", show=False),
        Binding("s", "row('sessions')", show=False),
        Binding("g", "row('goal')", show=False),
    ]
    DEFAULT_CSS = """
    WritingDays .box { width: 78; max-width: 100%; max-height: 100%; padding: 0 2; }
    WritingDays Static { height: auto; color: $foreground; }
    WritingDays #calendar, WritingDays #chart { margin-bottom: 1; }
    WritingDays .-low #calendar, WritingDays .-low #chart { margin-bottom: 0; }
    WritingDays #facts { color: $foreground-muted; }
    WritingDays RowList { height: 4; }
    """

    def __init__(
        self,
        sessions: Sequence[WritingSession],
        today: date,
        goals: Goals,
        language: str,
        *,
        all_days: Callable[[], tuple[Day, ...]],
        set_goal: SetGoal | None,
    ) -> None:
        super().__init__(_("Writing days"), _("↑ ↓ Enter · Esc: back"))
        from storyforge.studio.writing_days import days_of

        self._sessions = sessions
        self._today = today
        self._goals = goals
        self._language = language
        self._all_days = all_days
        self._set_goal = set_goal
        self._mine = days_of(sessions)
        self._days: tuple[Day, ...] = self._mine
        self._all = False
        self._period = PERIODS[0]

    def inside(self) -> ComposeResult:
        """Today, the calendar, the chart, the facts, what can be asked."""
        yield said("", id="today", classes="")
        yield Static(id="calendar")
        yield Static(id="chart")
        yield said("", id="facts", classes="")
        yield RowList()

    def on_mount(self) -> None:
        """Draw."""
        self._draw()

    def on_resize(self) -> None:
        """As many weeks and columns as there is room."""
        self.call_after_refresh(self._draw)

    # Drawing.

    def _draw(self) -> None:
        self.query_one(".box").set_class(self.app.size.height < 27, "-low")
        width = max(40, min(72, self.app.size.width - 6))
        self.query_one("#today", Static).update(self._told_today())
        self.query_one("#calendar", Static).update(self._calendar(width))
        self.query_one("#chart", Static).update(self._chart(width))
        self.query_one("#facts", Static).update(self._told_period())
        self.query_one(RowList).show(self._rows())

    def _of(self, counts: Counts) -> int:
        return counts.of(self._language)

    def _told(self, count: int) -> str:
        if counts_characters(self._language):
            return ngettext("{count:,} character", "{count:,} characters", count).format(
                count=count
            )
        return ngettext("{count:,} word", "{count:,} words", count).format(count=count)

    def _told_today(self) -> str:
        from storyforge.studio.writing_days import streak

        day = next((day for day in self._days if day.day == self._today), Day(self._today))
        run = streak(self._days, self._today, self._goals.day, self._language)
        told = [
            _("Today {size}").format(size=self._told(self._of(day.own)))
            + (_(" of {goal:,}").format(goal=self._goals.day) if self._goals.day else ""),
            minutes(day.active_seconds),
            ngettext("{count} day in a row", "{count} days in a row", run.current).format(
                count=run.current
            )
            + _(" (longest {count})").format(count=run.longest),
        ]
        return " · ".join(part for part in told if part)

    def _calendar(self, width: int) -> Content:
        cells = 2
        count = min(53, (width - 4) // cells)
        table = weeks(self._days, self._today, count)
        full = self._goals.day or max((self._of(day.own) for day in self._days), default=1)
        lines: list[tuple[str, str]] = []
        for weekday in range(7):
            lines.append((padded(weekday_name(weekday), 4), "$foreground-muted"))
            row = ""
            for week in table:
                day = week[weekday]
                row += (shade(self._of(day.own), full) if day is not None else " ").ljust(cells)
            lines.append((row.rstrip(" ") + "\n", "$accent"))
        lines.append(("    " + months_line(table, cells) + "\n", "$foreground-muted"))
        lines.append((self._legend(), "$foreground-muted"))
        return Content.assemble(*lines)

    def _legend(self) -> str:
        reached = _("goal reached") if self._goals.day else _("best day")
        nothing, between = _("nothing"), " ".join(SHADES[1:-1])
        return f"    {SHADES[0]} {nothing}  {between}  {SHADES[-1]} {reached}"

    def _chart(self, width: int) -> Content:
        from storyforge.studio.writing_days import series

        days = series(self._days, self._today, self._period)
        groups = bucketed(days, width)
        cells = max(1, min(3, width // len(groups)))
        amounts = [
            (sum(self._of(d.own) for d in group), sum(self._of(d.model) for d in group))
            for group in groups
        ]
        rows = columns(amounts, _CHART_ROWS, cells)
        pieces: list[tuple[str, str]] = []
        for row in rows:
            pieces += [(c, "$foreground-muted" if c == MODEL else "$accent") for c in row]
            pieces.append(("\n", ""))
        first = day_name(days[0].day)
        room = len(groups) * cells - cell_len(first)
        axis = first + padded(day_name(self._today), room, right=True)
        pieces.append((axis, "$foreground-muted"))
        return Content.assemble(*pieces)

    def _told_period(self) -> str:
        from storyforge.studio.writing_days import series

        days = series(self._days, self._today, self._period)
        own = [self._of(day.own) for day in days]
        written = [count for count in own if count]
        if not written:
            return _("Nothing was written in these {days} days.").format(days=self._period)
        best = max(days, key=lambda day: self._of(day.own))
        return "\n".join(
            (
                _("{own} you {own_size} · {model} model {model_size:,}").format(
                    own=OWN,
                    own_size=self._told(sum(own)),
                    model=MODEL,
                    model_size=sum(self._of(day.model) for day in days),
                ),
                ngettext(
                    "Best day {day}: {size:,} · average {average:,} on {count} day of writing",
                    "Best day {day}: {size:,} · average {average:,} on {count} days of writing",
                    len(written),
                ).format(
                    day=day_name(best.day),
                    size=self._of(best.own),
                    average=round(sum(written) / len(written)),
                    count=len(written),
                ),
            )
        )

    def _rows(self) -> list[Row]:
        goal = f"{self._goals.day:,}" if self._goals.day else _("none")
        return [
            Row("period", _("Days shown"), f"{self._period}  D"),
            Row(
                "whose",
                _("Whose days"),
                (_("every story") if self._all else _("this story")) + "  A",
            ),
            Row("sessions", _("Sessions of this story"), f"{len(self._sessions):,}  S"),
            Row("goal", _("Goal of a day"), f"{goal}  G"),
        ]

    # Asking.

    @on(RowList.Chosen)
    def choose(self, event: RowList.Chosen) -> None:
        """Enter on a row."""
        self.action_row(event.row.id)

    def action_row(self, row: str) -> None:
        """What a row, or its letter, stands for."""
        work = {"whose": self._others, "goal": self._ask_goal}
        if row == "period":
            self._period = PERIODS[(PERIODS.index(self._period) + 1) % len(PERIODS)]
            self._draw()
        elif row == "sessions":
            self.app.push_screen(Tell(_("Sessions"), self._told_sessions()))
        else:
            launch(cast("StoryforgeApp", self.app), work[row](), group="days")

    async def _others(self) -> None:
        """The days of every story, or of this one again."""
        if not self._all:
            days = await asyncio.to_thread(self._all_days)
            self._all, self._days = True, days
        else:
            self._all, self._days = False, self._mine
        self._draw()

    async def _ask_goal(self) -> None:
        if self._set_goal is None:
            return
        unit = _("Characters") if counts_characters(self._language) else _("Words")
        label = _("{unit} a day in this story; 0 for none, empty as in the settings").format(
            unit=unit
        )
        given = await self.app.push_screen_wait(
            AskText(_("Goal of a day"), label, str(self._goals.day or ""), blank=True)
        )
        if given is None:
            return
        plain = given.replace(",", "")
        if plain and not (plain.isdecimal() and len(plain) < 8):
            return
        self._goals = await self._set_goal(int(plain) if plain else None)
        self._draw()

    def _told_sessions(self) -> str:
        if not self._sessions:
            return _("There are no sessions yet: the next words you write begin one.")
        lines = []
        for one in list(reversed(self._sessions))[:_SESSIONS]:
            began, ended = one.began.astimezone(), one.ended.astimezone()
            lines.append(
                _("{day}  {began}–{ended}  {active}  you {own:,} · model {model:,}").format(
                    day=padded(day_name(one.day), 6, right=True),
                    began=f"{began:%H:%M}",
                    ended=f"{ended:%H:%M}",
                    active=padded(minutes(one.active_seconds), 7, right=True),
                    own=self._of(one.own),
                    model=self._of(one.model),
                )
            )
        return _("The times are without idle minutes.") + "\n\n" + "\n".join(lines)


def minutes(seconds: int) -> str:
    """ "42 min", or with hours."""
    whole = round(seconds / 60)
    if whole < 60:
        return _("{count} min").format(count=whole)
    return _("{hours} h {minutes:02} min").format(hours=whole // 60, minutes=whole % 60)
