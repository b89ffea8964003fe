"""The verb about days of writing: what was added, how long it took, a calendar and a chart."""

import locale
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from storyforge.cli.opening import opened
from storyforge.cli.options import JSON
from storyforge.cli.talk import say, say_json, table
from storyforge.domain.counting import Counts, counts_characters
from storyforge.domain.day_names import weekday_name
from storyforge.domain.money import money
from storyforge.domain.writing import Day, Goals
from storyforge.i18n import _, listed, ngettext

_FILE = Annotated[
    Path | None, typer.Argument(metavar="FILE", help=_("The story; without one, all of yours."))
]
_DAYS = Annotated[
    int, typer.Option("--days", "-d", metavar="N", min=1, max=366, help=_("Days in the chart."))
]

_WEEKS = 16
_BAR = 40


@dataclass(frozen=True, slots=True)
class _Writing:
    """What there is to tell of.

    Attributes:
        spent: on models, by currency; `spent_as` says in what.
    """

    title: str
    language: str
    days: tuple[Day, ...]
    goals: Goals
    today: date
    spent: Mapping[str, float]
    spent_as: str


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("stats", help=_stats_help())(stats)


def _stats_help() -> str:
    return _(
        "Show the days of writing: words a day, a calendar, and how many days in a row.\n\n"
        "A day counts what your own text grew by; what you cut is taken off. The model's words are "
        "counted apart, and time without a key is left out. Goals are set in the settings, under "
        "“goals”.\n\n"
        "\b\n"
        "  storyforge stats light.forge\n"
        "  storyforge stats                all your stories together\n"
        "  storyforge stats light.forge --days 30 --json"
    )


def stats(file: _FILE = None, days: _DAYS = 14, as_json: JSON = False) -> None:
    """Show the days of writing."""
    writing = _of_all() if file is None else _of_story(file)
    if as_json:
        say_json(_json(writing, days))
        return
    for line in _lines(writing, days):
        say(line)


def _of_story(file: Path) -> _Writing:
    from storyforge import settings
    from storyforge.studio.spending import spent_on
    from storyforge.studio.writing_clock import local_now
    from storyforge.studio.writing_days import day_of, goals_of

    with opened(file) as story:
        goals = goals_of(story, settings.load())
        outline = story.outline()
        today = day_of(local_now(), goals.day_starts_at)
        return _Writing(
            outline.title or file.stem,
            outline.language,
            story.sessions.days(),
            goals,
            today,
            spent_on(story),
            _("Spent on it"),
        )


def _of_all() -> _Writing:
    from storyforge import settings
    from storyforge.studio.spending import spent_today
    from storyforge.studio.writing_clock import local_now
    from storyforge.studio.writing_days import day_of, days_on_the_shelf

    own = settings.load()
    goals = Goals(own.goals.day_words, own.goals.day_starts_at, own.goals.idle_seconds)
    today = day_of(local_now(), goals.day_starts_at)
    return _Writing(
        _("All your stories"),
        own.language,
        days_on_the_shelf(),
        goals,
        today,
        spent_today(),
        _("Spent today"),
    )


def _lines(writing: _Writing, days: int) -> list[str]:
    if not writing.days:
        none = _("No day of writing yet: it begins with the first key.")
        return [writing.title, none, *table(_spent(writing))]
    ascii_only = not _can_draw()
    return [
        writing.title,
        "",
        *table(_facts(writing)),
        "",
        *_calendar(writing, ascii_only),
        "",
        *_chart(writing, days, ascii_only),
    ]


def _facts(writing: _Writing) -> list[list[str]]:
    from storyforge.studio.writing_days import series, streak

    (today,) = series(writing.days, writing.today, 1)
    week = _sum(series(writing.days, writing.today, 7))
    goal = writing.goals.day
    told = _told(today, writing.language)
    if goal:
        done = today.own.of(writing.language) * 100 // goal
        told += " · " + _("goal {goal} ({done} %)").format(goal=f"{goal:,}", done=done)
    run = streak(writing.days, writing.today, goal, writing.language)
    row = ngettext("{count} day in a row", "{count} days in a row", run.current)
    whole = _sum(writing.days)
    count = sum(1 for day in writing.days if day.active_seconds or day.own != Counts())
    return [
        [_("Today"), told],
        [_("Seven days"), _told(week, writing.language)],
        [
            _("Streak"),
            row.format(count=run.current)
            + " · "
            + _("the longest was {count}").format(count=run.longest),
        ],
        [
            _("Altogether"),
            _told(whole, writing.language)
            + " · "
            + ngettext("{count} day", "{count} days", count).format(count=count),
        ],
        *_spent(writing),
    ]


def _spent(writing: _Writing) -> list[list[str]]:
    """A row on what models cost; none where they cost nothing."""
    costs = sorted((name, cost) for name, cost in writing.spent.items() if cost)
    told = listed(money(cost, currency) for currency, cost in costs)
    return [[writing.spent_as, told]] if told else []


def _sum(days: Sequence[Day]) -> Day:
    return Day(
        days[-1].day,
        sum(day.active_seconds for day in days),
        sum((day.own for day in days), Counts()),
        sum((day.model for day in days), Counts()),
    )


def _told(day: Day, language: str) -> str:
    own, model = day.own.of(language), day.model.of(language)
    amount = (
        ngettext("{count} character", "{count} characters", own)
        if counts_characters(language)
        else ngettext("{count} word", "{count} words", own)
    ).format(count=f"{own:,}")
    facts = [amount]
    if model:
        facts.append(_("{count} by a model").format(count=f"{model:,}"))
    facts.append(_duration(day.active_seconds))
    return " · ".join(facts)


def _duration(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return _("{hours} h {minutes} min").format(hours=f"{hours:,}", minutes=minutes)
    return _("{minutes} min").format(minutes=minutes)


def _calendar(writing: _Writing, ascii_only: bool) -> list[str]:
    """A row a weekday, a column a week."""
    from storyforge.studio.writing_charts import ASCII_SHADES, SHADES, shade, weeks

    language = writing.language
    table_of_weeks = weeks(writing.days, writing.today, _WEEKS)
    shown = [day.own.of(language) for week in table_of_weeks for day in week if day]
    full = writing.goals.day or max(*shown, 1)
    names = [weekday_name(number) for number in range(7)]
    lines = []
    for weekday, name in enumerate(names):
        squares = [
            shade(day.own.of(language), full, ascii_only=ascii_only) if day else " "
            for day in (week[weekday] for week in table_of_weeks)
        ]
        lines.append([name, " ".join(squares)])
    shades = " ".join(ASCII_SHADES if ascii_only else SHADES)
    key = (
        _("{shades}  the last is the goal")
        if writing.goals.day
        else _("{shades}  the last is your best day")
    )
    return [
        ngettext("The last {count} week", "The last {count} weeks", _WEEKS).format(count=_WEEKS),
        *table(lines),
        key.format(shades=shades),
    ]


def _chart(writing: _Writing, days: int, ascii_only: bool) -> list[str]:
    from storyforge.studio.writing_charts import bar
    from storyforge.studio.writing_days import series

    language = writing.language
    shown = series(writing.days, writing.today, days)
    most = max(day.own.of(language) + day.model.of(language) for day in shown)
    rows = []
    for day in shown:
        own, model = day.own.of(language), day.model.of(language)
        amount = f"{own:,}" + (f" + {model:,}" if model else "")
        drawn = bar(own, model, most, _BAR, ascii_only=ascii_only)
        name = weekday_name(day.day.weekday())
        rows.append([day.day.isoformat(), name, amount if own or model else "", drawn])
    unit = _("Characters a day") if counts_characters(language) else _("Words a day")
    return [
        _("{unit}: yours, and behind them the model's").format(unit=unit),
        *table(rows, right=(2,)),
    ]


def _can_draw() -> bool:
    """Whether the terminal shows blocks: its text is UTF-8."""
    if sys.platform == "win32":
        return True  # its console takes Unicode, whatever the code page
    return "UTF" in locale.nl_langinfo(locale.CODESET).upper()


def _json(writing: _Writing, days: int) -> dict[str, Any]:
    from storyforge.studio.writing_days import series, streak

    run = streak(writing.days, writing.today, writing.goals.day, writing.language)
    (today,) = series(writing.days, writing.today, 1)
    return {
        "title": writing.title,
        "language": writing.language,
        "goal": writing.goals.day,
        "today": _day_json(today),
        "spent": dict(writing.spent),
        "streak": {"current": run.current, "longest": run.longest},
        "days": [_day_json(day) for day in series(writing.days, writing.today, days)],
    }


def _day_json(day: Day) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "active_seconds": day.active_seconds,
        "own_words": day.own.words,
        "own_characters": day.own.characters,
        "model_words": day.model.words,
        "model_characters": day.model.characters,
    }
