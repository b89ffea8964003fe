"""How chapters and scenes stand in their order, and the errors for those a story does not know.

What is deleted keeps its slot among its neighbours.
"""

from typing import NamedTuple

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from storyforge.errors import BadInput, Refused
from storyforge.i18n import _
from storyforge.store.tables import ChapterRow, SceneRow, table

_CHAPTER, _SCENE = table(ChapterRow), table(SceneRow)


class Slot(NamedTuple):
    """A chapter or scene in its order; `live` unless it was deleted."""

    key: str
    position: int
    live: bool


def unknown_scene() -> BadInput:
    """The error for a scene that is not in the file."""
    return BadInput(
        _("This scene is not in the story."),
        title=_("No such scene"),
        hint=_("Look at the story's scenes with “storyforge show”."),
    )


def require(session: Session, rows: Table, key: str) -> None:
    """Raise unless the file holds the chapter or scene."""
    if session.scalar(select(rows.c.id).where(rows.c.id == key)) is None:
        if rows is _SCENE:
            raise unknown_scene()
        raise unknown_chapter()


def in_story(session: Session, chapter_id: str) -> None:
    """Raise unless scenes can be put into the chapter: it is there and not deleted."""
    if session.scalar(select(_CHAPTER.c.deleted).where(_CHAPTER.c.id == chapter_id)) != "":
        raise unknown_chapter()


def unknown_chapter() -> BadInput:
    """The error for a chapter that is not in the story."""
    return BadInput(
        _("This chapter is not in the story."),
        title=_("No such chapter"),
        hint=_("Look at the story's chapters with “storyforge show”."),
    )


def order_of(session: Session, rows: Table, chapter_id: str | None = None) -> list[Slot]:
    """Everything in order, what is deleted in its slot."""
    wanted = select(rows.c.id, rows.c.position, rows.c.deleted)
    wanted = wanted.order_by(rows.c.position, rows.c.id)
    if chapter_id is not None:
        wanted = wanted.where(rows.c.chapter_id == chapter_id)
    found = session.execute(wanted)
    return [Slot(key, position, deleted == "") for key, position, deleted in found]


def arrange(session: Session, rows: Table, before: list[Slot], keys: list[str]) -> None:
    """Number the rows as `keys` stand; only those that moved are written."""
    known = {slot.key: slot.position for slot in before}
    for position, key in enumerate(keys):
        if known.get(key) != position:
            session.execute(update(rows).where(rows.c.id == key).values(position=position))


def inserted(order: list[Slot], key: str, after: str | None) -> list[str]:
    """The ids with `key` behind `after`, or last."""
    keys = [slot.key for slot in order]
    keys.insert(keys.index(after) + 1 if after in keys else len(keys), key)
    return keys


def placed(order: list[Slot], key: str, index: int) -> list[str]:
    """The ids with `key` before the one that is at `index` in the story now."""
    keys = [slot.key for slot in order]
    live = [at for at, slot in enumerate(order) if slot.live]
    index = max(index, 0)
    keys.insert(live[index] if index < len(live) else len(keys), key)
    return keys


def must_leave_one(session: Session, others: object) -> None:
    """Raise `Refused` unless a scene of the story meets the condition `others`."""
    left = session.scalar(
        select(func.count())
        .select_from(_SCENE.join(_CHAPTER, _SCENE.c.chapter_id == _CHAPTER.c.id))
        .where(_SCENE.c.deleted == "", _CHAPTER.c.deleted == "", others)  # type: ignore[arg-type]
    )
    if not left:
        raise Refused(
            _("This is the story's only scene; a story keeps at least one."),
            title=_("Not deleted"),
            hint=_("Add another scene first, or clear this one's text."),
        )
