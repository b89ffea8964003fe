"""Pictures as rows: read into values, changed within an open transaction, told to the journal.

What belongs to files is `pictures`'s.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from storyforge.domain.picture.pictures import Picture
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.journal import Journal
from storyforge.store.picture_tables import PictureDataRow, PictureOrderRow, PictureRow
from storyforge.store.tables import table
from storyforge.store.values import identity, mapping, moment, number, whole

_PICTURE, _DATA = table(PictureRow), table(PictureDataRow)
_ORDER = table(PictureOrderRow)
#: the setting of a picture that tells which scenes were joined into its own, the last one last
JOINED = "joined from"
# Behind a scene there: the picture was that scene's chosen one.
_CHOSEN = "*"

Row = dict[str, Any]


def pictures_where(session: Session, *where: ColumnElement[bool]) -> tuple[Picture, ...]:
    """The pictures that are so, in the order they were drawn."""
    rows = session.execute(select(_PICTURE).where(*where).order_by(*_by_age())).mappings()
    return tuple(value(dict(row)) for row in rows)


def rows_where(session: Session, *where: ColumnElement[bool]) -> list[Row]:
    """Their rows, to be changed."""
    found = session.execute(select(_PICTURE).where(*where).order_by(*_by_age())).mappings()
    return [dict(row) for row in found]


def row_of(session: Session, key: str) -> Row:
    """The row of one.

    Raises:
        BadInput: there is no such picture.
    """
    rows = rows_where(session, _PICTURE.c.id == key)
    if not rows:
        raise unknown()
    return rows[0]


def put(session: Session, journal: Journal, row: Mapping[str, Any]) -> None:
    """Let a picture's row say this."""
    journal.put(session, _PICTURE, {"id": row["id"]}, row)


def same_place(row: Mapping[str, Any]) -> ColumnElement[bool]:
    """Pictures of which one may be chosen: those of a scene, or of an item of the plan."""
    scene, item = _PICTURE.c.scene_id == row["scene_id"], _PICTURE.c.item_id == row["item_id"]
    return scene if row["scene_id"] else and_(scene, item)


def forget(session: Session, journal: Journal, where: ColumnElement[bool]) -> list[str]:
    """Let pictures go for good, but for their files; their ids."""
    keys = [str(key) for key in session.scalars(select(_PICTURE.c.id).where(where))]
    for key in keys:
        session.execute(delete(_DATA).where(_DATA.c.picture_id == key))
        journal.put(session, _PICTURE, {"id": key}, None)
    return keys


def join(session: Session, journal: Journal, first_id: str, second_id: str) -> None:
    """The second scene's pictures are the first one's; which has a chosen one keeps that.

    So are those that are still to be drawn; they stay there where the two are parted again.
    """
    theirs = (_PICTURE.c.scene_id == first_id, _PICTURE.c.chosen != 0, _PICTURE.c.deleted == "")
    taken = bool(rows_where(session, *theirs))
    for row in rows_where(session, _PICTURE.c.scene_id == second_id):
        mark = second_id + (_CHOSEN if row["chosen"] else "")
        settings = mapping(row["settings"])
        settings[JOINED] = f"{settings.get(JOINED, '')} {mark}".strip(" ")
        row |= {"scene_id": first_id, "settings": told(settings)}
        put(session, journal, row | ({"chosen": False} if taken else {}))
    ordered = update(_ORDER).where(_ORDER.c.scene_id == second_id)
    session.execute(ordered.values(scene_id=first_id))


def part(session: Session, journal: Journal, scene_id: str, to_id: str) -> None:
    """A scene is split: pictures stay with its first part, but for those that came with a join."""
    for row in rows_where(session, _PICTURE.c.scene_id == scene_id):
        settings = mapping(row["settings"])
        before, _blank, last = str(settings.get(JOINED, "")).rpartition(" ")
        if last.removesuffix(_CHOSEN) != to_id:
            continue
        settings[JOINED] = before
        if not before:
            del settings[JOINED]
        row |= {"scene_id": to_id, "settings": told(settings)}
        put(session, journal, row | {"chosen": last.endswith(_CHOSEN)})


def value(row: Mapping[str, Any]) -> Picture:
    """What a row says, cleaned."""
    return Picture(
        identity(row["id"]),
        identity(row["scene_id"]),
        moment(row["created"]),
        whole(row["width"]),
        whole(row["height"]),
        number(row["seed"]),
        painter=one_line(str(row["painter"])),
        place=one_line(str(row["place"])),
        prompt=clean(str(row["prompt"])),
        negative=clean(str(row["negative"])),
        alt=one_line(str(row["alt"])),
        item_id=identity(row["item_id"]),
        chosen=bool(whole(row["chosen"])),
        rating=min(whole(row["rating"]), 5),
        deleted=one_line(str(row["deleted"])),
        parts=clean(str(row["parts"])),
        plan_hash=one_line(str(row["plan_hash"])),
        text_hash=one_line(str(row["text_hash"])),
        settings={
            clean(name): clean(one)
            for name, one in mapping(row["settings"]).items()
            if isinstance(one, str)
        },
        digest=one_line(str(row["digest"])),
        beside=bool(whole(row["beside"])),
        size=whole(row["size"]),
        parent_id=identity(row["parent_id"]),
        flaw=one_line(str(row["flaw"])),
    )


def row_from(picture: Picture) -> Row:
    """A picture as a row."""
    row: Row = {name: getattr(picture, name) for name in _PICTURE.columns.keys()}  # noqa: SIM118
    row["created"] = picture.created.isoformat(timespec="milliseconds")
    row["settings"] = told(picture.settings)
    return {name: clean(one) if isinstance(one, str) else one for name, one in row.items()}


def told(settings: Mapping[str, Any]) -> str:
    """Settings as they are kept."""
    return json.dumps(dict(settings), ensure_ascii=False)


def unknown() -> BadInput:
    """The refusal for an id that the story does not know."""
    return BadInput(_("This picture is not in the story."), title=_("No such picture"))


def _by_age() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return _PICTURE.c.created, _PICTURE.c.id
