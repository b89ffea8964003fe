"""What is planned for a scene that is split in two, and for two that are joined."""

from collections.abc import Mapping, Sequence
from unicodedata import east_asian_width

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storyforge.domain.plan.forms import SCENE
from storyforge.domain.plan.items import lines, whole_number
from storyforge.store.journal import Journal
from storyforge.store.plan.tables import DraftedRow, FactRow, PastFactRow
from storyforge.store.tables import table
from storyforge.store.values import now

_FACT, _PAST, _DRAFTED = table(FactRow), table(PastFactRow), table(DraftedRow)
# What is as true of the second part of a scene as of the first.
_FRAME = (
    *("cast", "point_of_view", "place", "time", "weather"),
    *("time_picture", "weather_picture"),
)
# Of a join both are kept, what stands in the second behind what stands in the first.
_LISTS = ("cast", "beats", "plot_lines")
_TEXTS = ("purpose", "change")
_PICTURES = {field.name: field.pictures for field in SCENE.fields if field.pictures}


def share_plan(session: Session, journal: Journal, scene_id: str, to_id: str) -> None:
    """The second part is set where the first is, with the same people, unless it has a plan."""
    if not _facts(session, to_id):
        facts = _facts(session, scene_id)
        for name in _FRAME:
            if name in facts:
                _put(session, journal, to_id, name, facts[name])
    for look_id in _looks_since(session, scene_id):
        # A join that is taken back: what came with the second scene comes with it again.
        if _since_before(session, look_id) == to_id:
            _put(session, journal, look_id, "since", to_id)


def join_plans(session: Session, journal: Journal, first_id: str, second_id: str) -> None:
    """What is planned for either, on the first; the beats that were drafted stay so."""
    first, second = _facts(session, first_id), _facts(session, second_id)
    for name, value in second.items():
        if name in _PICTURES and _says_other(first, second, _PICTURES[name]):
            continue
        if name in _LISTS:
            both = (*lines(first.get(name, "")), *lines(value))
            told = "\n".join(both if name == "beats" else dict.fromkeys(both))
        elif name in _TEXTS and first.get(name, value) != value:
            told = _one_behind_the_other(first[name], value)
        elif name == "words" and (own := whole_number(first.get(name, ""))):
            told = str(own + (whole_number(value) or 0))
        else:
            told = first.get(name, value)
        if told != first.get(name, ""):
            _put(session, journal, first_id, name, told)
    hand_on_looks(session, journal, second_id, first_id)
    _join_drafted(session, journal, first_id, second_id, len(lines(first.get("beats", ""))))


def hand_on_looks(session: Session, journal: Journal, scene_id: str, to_id: str) -> None:
    """Looks that are true from a scene on are true from another one on; which it was is kept."""
    for look_id in _looks_since(session, scene_id):
        past = {"step": "", "item_id": look_id, "field": "since", "changed": now()}
        session.connection().execute(insert(_PAST), {**past, "origin": "", "value": scene_id})
        _put(session, journal, look_id, "since", to_id)


def _looks_since(session: Session, scene_id: str) -> Sequence[str]:
    asked = select(_FACT.c.item_id).where(_FACT.c.field == "since", _FACT.c.value == scene_id)
    return [str(key) for key in session.scalars(asked)]


def _since_before(session: Session, look_id: str) -> str:
    """From which scene on a look was true before it was from this one."""
    asked = select(_PAST.c.value).where(_PAST.c.item_id == look_id, _PAST.c.field == "since")
    last = session.scalar(asked.order_by(_PAST.c.changed.desc(), _PAST.c.number.desc()).limit(1))
    return "" if last is None else str(last)


def _says_other(first: Mapping[str, str], second: Mapping[str, str], name: str) -> bool:
    """Whether the first says something else in a field than the second, and keeps it."""
    return bool(first.get(name)) and first[name] != second.get(name)


def _join_drafted(
    session: Session, journal: Journal, first_id: str, second_id: str, before: int
) -> None:
    rows = session.execute(select(_DRAFTED).where(_DRAFTED.c.scene_id == second_id)).mappings()
    for row in rows.all():
        keys = {"scene_id": first_id, "number": row["number"] + before}
        more = {name: row[name] for name in ("created", "take_id", "ranking", "beat")}
        journal.put(session, _DRAFTED, keys, more)


def _one_behind_the_other(first: str, second: str) -> str:
    # Scripts of two cells a sign put no blank between sentences.
    between = "" if east_asian_width(first[-1]) in "WF" else " "
    return f"{first}{between}{second}"


def _facts(session: Session, scene_id: str) -> dict[str, str]:
    rows = session.execute(
        select(_FACT.c.field, _FACT.c.value).where(_FACT.c.item_id == scene_id, _FACT.c.value != "")
    )
    return {str(name): str(value) for name, value in rows}


def _put(session: Session, journal: Journal, scene_id: str, name: str, value: str) -> None:
    keys = {"item_id": scene_id, "field": name}
    journal.put(session, _FACT, keys, {"changed": now(), "origin": "", "value": value})
