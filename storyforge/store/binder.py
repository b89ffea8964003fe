"""Chapters and scenes: adding, naming, moving, deleting and bringing back. Never touches a text.

What is deleted stays in the file and keeps its slot among its neighbours, so it comes back where it
was. A story always keeps one scene to write in.
"""

from typing import NamedTuple

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from storyforge.domain.text import one_line
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _
from storyforge.store.database import Database
from storyforge.store.tables import ChapterRow, SceneRow, table
from storyforge.store.values import new_id, now

_CHAPTER, _SCENE = table(ChapterRow), table(SceneRow)


class _Slot(NamedTuple):
    """A chapter or scene in its order; `live` unless it was deleted."""

    key: str
    position: int
    live: bool


class Binder:
    """The order of a story. Every method that changes it is one transaction.

    All raise `BadInput` for an id the story does not know.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_chapter(self, title: str, after: str | None = None) -> str:
        """A new chapter without scenes, behind the chapter `after` or last; its id."""
        key = new_id()
        with self._database.write() as session:
            order = _order(session, _CHAPTER)
            session.add(ChapterRow(id=key, position=len(order), title=one_line(title)))
            session.flush()
            _arrange(session, _CHAPTER, order, _inserted(order, key, after))
        return key

    def add_scene(self, chapter_id: str, title: str, after: str | None = None) -> str:
        """A new empty scene in a chapter, behind the scene `after` or last; its id."""
        key = new_id()
        with self._database.write() as session:
            _in_story(session, chapter_id)
            order = _order(session, _SCENE, chapter_id)
            session.add(
                SceneRow(
                    id=key,
                    chapter_id=chapter_id,
                    position=len(order),
                    title=one_line(title),
                    changed=now(),
                )
            )
            session.flush()
            _arrange(session, _SCENE, order, _inserted(order, key, after))
        return key

    def rename_chapter(self, chapter_id: str, title: str) -> None:
        """Give a chapter another title."""
        self._set(_CHAPTER, chapter_id, title=one_line(title))

    def rename_scene(self, scene_id: str, title: str) -> None:
        """Give a scene another title."""
        self._set(_SCENE, scene_id, title=one_line(title))

    def move_chapter(self, chapter_id: str, index: int) -> None:
        """Make a chapter the one at `index` (from 0) of the story."""
        with self._database.write() as session:
            _known(session, _CHAPTER, chapter_id)
            order = [slot for slot in _order(session, _CHAPTER) if slot.key != chapter_id]
            _arrange(session, _CHAPTER, order, _placed(order, chapter_id, index))

    def move_scene(self, scene_id: str, chapter_id: str, index: int) -> None:
        """Make a scene the one at `index` (from 0) of a chapter, its own or another."""
        with self._database.write() as session:
            _known(session, _SCENE, scene_id)
            _in_story(session, chapter_id)
            session.execute(
                update(_SCENE).where(_SCENE.c.id == scene_id).values(chapter_id=chapter_id)
            )
            order = [s for s in _order(session, _SCENE, chapter_id) if s.key != scene_id]
            _arrange(session, _SCENE, order, _placed(order, scene_id, index))

    def delete_scene(self, scene_id: str) -> None:
        """Take a scene out of the story; `restore_scene` brings it back.

        Raises:
            Refused: it is the only one.
        """
        with self._database.write() as session:
            _known(session, _SCENE, scene_id)
            _must_leave_one(session, _SCENE.c.id != scene_id)
            session.execute(update(_SCENE).where(_SCENE.c.id == scene_id).values(deleted=now()))

    def delete_chapter(self, chapter_id: str) -> None:
        """Take a chapter with its scenes out of the story; `restore_chapter` brings them back.

        Raises:
            Refused: no other chapter has a scene.
        """
        with self._database.write() as session:
            _known(session, _CHAPTER, chapter_id)
            _must_leave_one(session, _SCENE.c.chapter_id != chapter_id)
            session.execute(
                update(_CHAPTER).where(_CHAPTER.c.id == chapter_id).values(deleted=now())
            )

    def restore_scene(self, scene_id: str) -> None:
        """Bring a deleted scene back to where it stood.

        Raises:
            Refused: its chapter is deleted.
        """
        with self._database.write() as session:
            _known(session, _SCENE, scene_id)
            chapter = select(_SCENE.c.chapter_id).where(_SCENE.c.id == scene_id).scalar_subquery()
            if session.scalar(select(_CHAPTER.c.deleted).where(_CHAPTER.c.id == chapter)):
                raise Refused(
                    _("The chapter of this scene is deleted."),
                    title=_("Scene not restored"),
                    hint=_("Restore the chapter first."),
                )
            session.execute(update(_SCENE).where(_SCENE.c.id == scene_id).values(deleted=""))

    def restore_chapter(self, chapter_id: str) -> None:
        """Bring a deleted chapter back to where it stood, with the scenes it went with."""
        self._set(_CHAPTER, chapter_id, deleted="")

    def _set(self, rows: Table, key: str, **values: str) -> None:
        with self._database.write() as session:
            _known(session, rows, key)
            session.execute(update(rows).where(rows.c.id == key).values(values))


def unknown_scene() -> BadInput:
    """The error for a scene that is not in the file."""
    return BadInput(
        _("This scene is not in the story."),
        title=_("No such scene"),
        hint=_("Look at the story's scenes with “storyforge show”."),
    )


def _known(session: Session, rows: Table, key: str) -> None:
    if session.scalar(select(rows.c.id).where(rows.c.id == key)) is None:
        if rows is _SCENE:
            raise unknown_scene()
        raise _unknown_chapter()


def _in_story(session: Session, chapter_id: str) -> None:
    """Raise unless scenes can be put into the chapter: it is there and not deleted."""
    if session.scalar(select(_CHAPTER.c.deleted).where(_CHAPTER.c.id == chapter_id)) != "":
        raise _unknown_chapter()


def _unknown_chapter() -> BadInput:
    return BadInput(
        _("This chapter is not in the story."),
        title=_("No such chapter"),
        hint=_("Look at the story's chapters with “storyforge show”."),
    )


def _order(session: Session, rows: Table, chapter_id: str | None = None) -> list[_Slot]:
    """Everything in order, what is deleted in its slot."""
    wanted = select(rows.c.id, rows.c.position, rows.c.deleted)
    wanted = wanted.order_by(rows.c.position, rows.c.id)
    if chapter_id is not None:
        wanted = wanted.where(rows.c.chapter_id == chapter_id)
    found = session.execute(wanted)
    return [_Slot(key, position, deleted == "") for key, position, deleted in found]


def _arrange(session: Session, rows: Table, before: list[_Slot], keys: list[str]) -> None:
    """Number the rows as `keys` stand; only those that moved are written."""
    known = {slot.key: slot.position for slot in before}
    for position, key in enumerate(keys):
        if known.get(key) != position:
            session.execute(update(rows).where(rows.c.id == key).values(position=position))


def _inserted(order: list[_Slot], key: str, after: str | None) -> list[str]:
    keys = [slot.key for slot in order]
    keys.insert(keys.index(after) + 1 if after in keys else len(keys), key)
    return keys


def _placed(order: list[_Slot], key: str, index: int) -> list[str]:
    """The ids with `key` before the one that is at `index` in the story now."""
    keys = [slot.key for slot in order]
    live = [at for at, slot in enumerate(order) if slot.live]
    index = max(index, 0)
    keys.insert(live[index] if index < len(live) else len(keys), key)
    return keys


def _must_leave_one(session: Session, others: object) -> None:
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
