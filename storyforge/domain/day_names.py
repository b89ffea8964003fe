"""Days and times as the interface's language says them; Python's own names are the system's."""

from datetime import date, datetime

from storyforge.i18n import N_, _

_WEEKDAYS = (N_("Mo"), N_("Tu"), N_("We"), N_("Th"), N_("Fr"), N_("Sa"), N_("Su"))
_MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip


def weekday_name(number: int) -> str:
    """ "Mo" for 0."""
    return _(_WEEKDAYS[number])


def month_name(number: int) -> str:
    """ "Jan" for 1."""
    return _(_MONTHS[number - 1])


def day_name(day: date) -> str:
    """ "12 Nov"."""
    return _("{day} {month}").format(day=day.day, month=month_name(day.month))


def whole_day(day: date) -> str:
    """ "Mo 12 Nov 2026"."""
    return _("{weekday} {day} {month} {year}").format(
        weekday=weekday_name(day.weekday()),
        day=day.day,
        month=month_name(day.month),
        year=day.year,
    )


def moment(when: datetime) -> str:
    """ "12 Nov 14:02", by the clock of this place."""
    local = when.astimezone()
    return _("{day} {time}").format(day=day_name(local), time=f"{local:%H:%M}")
