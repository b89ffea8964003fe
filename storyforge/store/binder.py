"""Chapters and scenes: adding, naming, moving, splitting, deleting and bringing back.

Owns the order; a text is `Cutting`'s to touch. What is deleted stays in the file and keeps its slot
among its neighbours, so it comes back where it was. A story always keeps one scene to write in.
"""

from sqlalchemy import Table, select, update

from storyforge.domain.text import one_line
from storyforge.domain.trash import Trashed, TrashKind
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.store.cutting import Cutting
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.order import (
    arrange,
    in_story,
    inserted,
    must_leave_one,
    order_of,
    placed,
    require,
    unknown_scene,
)
from storyforge.store.tables import ChapterRow, SceneRow, table
from storyforge.store.trash import Trash
from storyforge.store.values import new_id, now

_CHAPTER, _SCENE = table(ChapterRow), table(SceneRow)


class Binder:
    """The order of a story. Every method that changes it is one transaction.

    All raise `BadInput` for an id the story does not know.
    """

    def __init__(self, database: Database, cutting: Cutting, journal: Journal) -> None:
        self._database = database
        self._cutting = cutting
        self._trash = Trash(database, journal)

    def add_chapter(self, title: str, after: str | None = None) -> str:
        """A new chapter without scenes, behind the chapter `after` or last; its id."""
        key = new_id()
        with self._database.write() as session:
            order = order_of(session, _CHAPTER)
            session.add(ChapterRow(id=key, position=len(order), title=one_line(title)))
            session.flush()
            arrange(session, _CHAPTER, order, inserted(order, key, after))
        return key

    def add_scene(self, chapter_id: str, title: str, after: str | None = None) -> str:
        """A new empty scene in a chapter, behind the scene `after` or last; its id."""
        key = new_id()
        with self._database.write() as session:
            in_story(session, chapter_id)
            order = order_of(session, _SCENE, chapter_id)
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
            arrange(session, _SCENE, order, inserted(order, key, after))
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
            require(session, _CHAPTER, chapter_id)
            order = [slot for slot in order_of(session, _CHAPTER) if slot.key != chapter_id]
            arrange(session, _CHAPTER, order, placed(order, chapter_id, index))

    def move_scene(self, scene_id: str, chapter_id: str, index: int) -> None:
        """Make a scene the one at `index` (from 0) of a chapter, its own or another."""
        with self._database.write() as session:
            require(session, _SCENE, scene_id)
            in_story(session, chapter_id)
            session.execute(
                update(_SCENE).where(_SCENE.c.id == scene_id).values(chapter_id=chapter_id)
            )
            order = [s for s in order_of(session, _SCENE, chapter_id) if s.key != scene_id]
            arrange(session, _SCENE, order, placed(order, scene_id, index))

    def split_scene(self, scene_id: str, at: int, title: str = "") -> str:
        """Move what stands behind the character `at` into a new scene right behind; its id.

        Anchors, comments and takes go along with their text; a snapshot of the scene is kept first.
        """
        with self._database.together():
            key = self.add_scene(self._chapter_of(scene_id), title, after=scene_id)
            self._cutting.part(scene_id, key, at)
        return key

    def join_scenes(self, first: str, second: str, between: str | None = None) -> None:
        """Put the second scene behind the first, and the second into the trash, whole.

        Snapshots of both are kept first; takes, comments and notes go along.

        Args:
            between: what parts the two texts; None is a paragraph's end where there is none. Empty,
                a scene that was split is again what it was.
        """
        with self._database.together():
            for scene_id in (first, second):
                self._chapter_of(scene_id)
            self._cutting.join(first, second, between)
            self.delete_scene(second)

    def part_scenes(self, first: str, second: str, at: int) -> None:
        """Take a join back: what stands behind `at` becomes the text of `second`, which comes back.

        It is the same scene, with its snapshots and card; comments and takes go along to it.

        Raises:
            BadInput: `second` is not in the trash.
            Refused: its chapter is deleted.
        """
        with self._database.together():
            if second not in {one.id for one in self.trash()}:
                raise unknown_scene()
            self.restore_scene(second)
            self._cutting.part(first, second, at)

    def delete_scene(self, scene_id: str) -> None:
        """Take a scene out of the story; `restore_scene` brings it back.

        Raises:
            Refused: it is the only one.
        """
        with self._database.write() as session:
            require(session, _SCENE, scene_id)
            must_leave_one(session, _SCENE.c.id != scene_id)
            session.execute(update(_SCENE).where(_SCENE.c.id == scene_id).values(deleted=now()))

    def delete_chapter(self, chapter_id: str) -> None:
        """Take a chapter with its scenes out of the story; `restore_chapter` brings them back.

        Raises:
            Refused: no other chapter has a scene.
        """
        with self._database.write() as session:
            require(session, _CHAPTER, chapter_id)
            must_leave_one(session, _SCENE.c.chapter_id != chapter_id)
            session.execute(
                update(_CHAPTER).where(_CHAPTER.c.id == chapter_id).values(deleted=now())
            )

    def restore_scene(self, scene_id: str) -> None:
        """Bring a deleted scene back to where it stood.

        Raises:
            Refused: its chapter is deleted.
        """
        with self._database.write() as session:
            require(session, _SCENE, scene_id)
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

    def trash(self) -> tuple[Trashed, ...]:
        """Everything that was deleted and can come back, the latest first."""
        return self._trash.list()

    def purge(self, kind: TrashKind, key: str) -> None:
        """Let a deleted scene go for good, or a deleted chapter with all its scenes.

        Raises:
            Refused: it is in the story, not in the trash.
        """
        self._trash.purge(kind, key)
        self._cutting.forget_gone()

    def empty_trash(self) -> int:
        """Let all that was deleted go for good; how many things those were."""
        count = self._trash.empty()
        self._cutting.forget_gone()
        return count

    def _chapter_of(self, scene_id: str) -> str:
        """The chapter of a scene that is in the story: neither of them is deleted."""
        with self._database.read() as session:
            chapter = session.scalar(
                select(_SCENE.c.chapter_id).where(_SCENE.c.id == scene_id, _SCENE.c.deleted == "")
            )
            if chapter is None:
                raise unknown_scene()
            in_story(session, chapter)
        return str(chapter)

    def _set(self, rows: Table, key: str, **values: str) -> None:
        with self._database.write() as session:
            require(session, rows, key)
            session.execute(update(rows).where(rows.c.id == key).values(values))
