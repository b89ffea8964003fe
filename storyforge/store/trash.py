"""What was deleted: listing it, and letting it go for good.

Only what an author deleted can be purged. All of a scene goes: text, spans, anchors, takes,
snapshots, comments, card, lineage, summary, pictures, changed prompt with its draft, its part in
batches, and what was planned for it, with its past and what models proposed. What another scene
needs of it stays, and what was true from it on, in the book of lore or of how somebody looks, is
true from the next on.
"""

import logging
import sqlite3
from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, exists, func, select, tuple_, update
from sqlalchemy.orm import Session

from storyforge.domain.counting import Counts
from storyforge.domain.summary import SummaryOf
from storyforge.domain.text import one_line
from storyforge.domain.trash import Trashed, TrashKind
from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.store import picture_rows, picture_sources
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.order import unknown_chapter, unknown_scene
from storyforge.store.picture_files import PictureFolder
from storyforge.store.picture_tables import PictureOrderRow, PictureRow
from storyforge.store.plan.forgetting import forget_plan
from storyforge.store.plan.sharing import hand_on_looks
from storyforge.store.plan.tables import DraftedRow, FactRow
from storyforge.store.revisions import stand_alone
from storyforge.store.side_tables import (
    BatchItemRow,
    BatchRow,
    CardRow,
    CommentRow,
    LineageRow,
    LoreRow,
    PromptEditRow,
    RevisionRow,
    SummaryRow,
)
from storyforge.store.tables import (
    AnchorRow,
    ChapterRow,
    SceneRow,
    SettingRow,
    SpanRow,
    TakeRow,
    table,
)
from storyforge.store.values import identity, moment, whole

log = logging.getLogger(__name__)

_CHAPTER, _SCENE = table(ChapterRow), table(SceneRow)
_ANCHOR, _SPAN, _TAKE = table(AnchorRow), table(SpanRow), table(TakeRow)
_BATCH, _ITEM, _REVISION = table(BatchRow), table(BatchItemRow), table(RevisionRow)
_FACT, _LORE = table(FactRow), table(LoreRow)
_PICTURE = table(PictureRow)
_SETTING, _SUMMARY = table(SettingRow), table(SummaryRow)
# Everything that hangs on a scene alone; takes are looked at apart.
_HANGING = (
    *(_ANCHOR, _SPAN, _REVISION, _ITEM),
    *(table(row) for row in (CardRow, CommentRow, DraftedRow, LineageRow, PromptEditRow)),
    table(PictureOrderRow),
)
# Characters of a text that are shown of a scene without a title.
_BEGINNING = 80


class Trash:
    """What `Binder` shows of the deleted and lets go for good."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._folder = PictureFolder(database.path)

    def list(self) -> tuple[Trashed, ...]:
        """Everything deleted, the latest first; reads no text but the deleted scenes' own."""
        with self._database.read() as session:
            found = [*_chapters(session), *_scenes(session), *_pictures(session)]
        return tuple(sorted(found, key=lambda one: (one.deleted, one.kind), reverse=True))

    def purge(self, kind: TrashKind, key: str) -> None:
        """Let one thing go for good, a chapter with all its scenes.

        Raises:
            BadInput: the story does not know it.
            Refused: it is not deleted.
        """
        with self._database.write() as session:
            if kind is TrashKind.PICTURE:
                _must_be_deleted(str(picture_rows.row_of(session, key)["deleted"]), kind)
                pictures = self._forget_pictures(session, _PICTURE.c.id == key)
            else:
                gone = self._purge(session, kind, key)
                pictures = self._forget_pictures(session, _PICTURE.c.scene_id.in_(gone))
                forget_plan(session, self._journal, gone)
            picture_sources.sweep(session)
        self._folder.drop(pictures)
        self._shrink()

    def empty(self) -> int:
        """Let everything go for good; how many things those were."""
        with self._database.write() as session:
            # Chapters first: the deleted scenes in them go along.
            chapters = session.scalars(select(_CHAPTER.c.id).where(_CHAPTER.c.deleted != "")).all()
            gone = [one for key in chapters for one in self._purge(session, TrashKind.CHAPTER, key)]
            scenes = session.scalars(select(_SCENE.c.id).where(_SCENE.c.deleted != "")).all()
            gone += [one for key in scenes for one in self._purge(session, TrashKind.SCENE, key)]
            along = self._forget_pictures(session, _PICTURE.c.scene_id.in_(gone))
            pictures = self._forget_pictures(session, _PICTURE.c.deleted != "")
            forget_plan(session, self._journal, gone)
            picture_sources.sweep(session)
        self._folder.drop([*along, *pictures])
        if chapters or scenes or pictures:
            self._shrink()
        return len(chapters) + len(scenes) + len(pictures)

    def _forget_pictures(self, session: Session, which: ColumnElement[bool]) -> tuple[str, ...]:
        picture_sources.hold(session, self._folder, which)
        keys = picture_rows.forget(session, self._journal, which)
        self._journal.forget(set(keys))
        return tuple(keys)

    def _shrink(self) -> None:
        """Give the room back to the disk and leave nothing to read in it.

        Writing the file anew takes 0.1 s for 10 MB and as much room again. Where that cannot be had
        its freed pages stay and take the next texts: no reason to trouble the author.
        """
        try:
            self._database.vacuum()
        except sqlite3.Error as error:
            log.info("The story file was not made smaller: %s", error)

    def _purge(self, session: Session, kind: TrashKind, key: str) -> Sequence[str]:
        """Let it go with all that hangs on it; the ids of what went."""
        if kind is TrashKind.SCENE:
            deleted = session.scalar(select(_SCENE.c.deleted).where(_SCENE.c.id == key))
            _must_be_deleted(deleted, kind)
            self._purge_scene(session, key)
            return [key]
        deleted = session.scalar(select(_CHAPTER.c.deleted).where(_CHAPTER.c.id == key))
        _must_be_deleted(deleted, kind)
        scenes = session.scalars(select(_SCENE.c.id).where(_SCENE.c.chapter_id == key)).all()
        for scene in scenes:
            self._purge_scene(session, scene)
        _forget_summary(session, SummaryOf.CHAPTER, key)
        session.execute(delete(_CHAPTER).where(_CHAPTER.c.id == key))
        return [key, *scenes]

    def _purge_scene(self, session: Session, key: str) -> None:
        _hand_on_takes(session, key)
        self._hand_on_what_is_dated(session, key)
        _forget_summary(session, SummaryOf.SCENE, key)
        # A draft of its prompt holds its text.
        mine = _SETTING.c.key.endswith(f":{key}", autoescape=True)
        session.execute(delete(_SETTING).where(mine))
        stand_alone(session, key)
        batches = session.scalars(select(_ITEM.c.batch_id).where(_ITEM.c.scene_id == key)).all()
        for rows in (*_HANGING, _TAKE):
            session.execute(delete(rows).where(rows.c.scene_id == key))
        emptied = ~exists().where(_ITEM.c.batch_id == _BATCH.c.id)
        session.execute(delete(_BATCH).where(_BATCH.c.id.in_(batches), emptied))
        session.execute(delete(_SCENE).where(_SCENE.c.id == key))

    def _hand_on_what_is_dated(self, session: Session, key: str) -> None:
        """What is true from this scene on is true from the next one on."""
        lore = select(_LORE.c.id).where(_LORE.c.from_scene == key)
        looks = select(_FACT.c.item_id).where(_FACT.c.field == "since", _FACT.c.value == key)
        if not any(session.scalar(one.limit(1)) is not None for one in (lore, looks)):
            return
        if after := _next_scene(session, key):
            session.execute(update(_LORE).where(_LORE.c.from_scene == key).values(from_scene=after))
            hand_on_looks(session, self._journal, key, after)


def _must_be_deleted(deleted: str | None, kind: TrashKind) -> None:
    if deleted is None:
        raise unknown_scene() if kind is TrashKind.SCENE else unknown_chapter()
    if not deleted:
        raise Refused(
            _("It is in the story, not in the trash."),
            title=_("Not removed"),
            hint=_("Delete it first, if you want it gone."),
        )


def _hand_on_takes(session: Session, key: str) -> None:
    """Takes that stand in another scene become that scene's: one was split or joined."""
    for rows, theirs, mine in (
        (_SPAN, _SPAN.c.take_id, _TAKE.c.id),
        (_ANCHOR, _ANCHOR.c.id, _TAKE.c.place_id),
    ):
        # One walk over the table, not one a take.
        needed = session.execute(
            select(theirs, func.min(rows.c.scene_id))
            .where(
                rows.c.scene_id != key,
                theirs.in_(select(mine).where(_TAKE.c.scene_id == key)),
            )
            .group_by(theirs)
        ).all()
        for known, other in needed:
            session.execute(
                update(_TAKE).where(mine == known, _TAKE.c.scene_id == key).values(scene_id=other)
            )


def _next_scene(session: Session, key: str) -> str:
    """The scene behind this one; the last of the others where none is; empty without any."""
    place = (_CHAPTER.c.position, _CHAPTER.c.id, _SCENE.c.position, _SCENE.c.id)
    joined = select(*place).join_from(_SCENE, _CHAPTER, _SCENE.c.chapter_id == _CHAPTER.c.id)
    here = tuple_(*session.execute(joined.where(_SCENE.c.id == key)).one())
    others = joined.where(_SCENE.c.deleted == "", _CHAPTER.c.deleted == "", _SCENE.c.id != key)
    found = (
        session.execute(others.where(tuple_(*place) > here).order_by(*place)).first()
        or session.execute(others.order_by(*(one.desc() for one in place))).first()
    )
    return "" if found is None else str(found[3])


def _forget_summary(session: Session, of: SummaryOf, key: str) -> None:
    gone = (_SUMMARY.c.kind == of.value, _SUMMARY.c.target_id == key)
    session.execute(delete(_SUMMARY).where(*gone))


def _chapters(session: Session) -> list[Trashed]:
    rows = session.execute(
        select(
            *(_CHAPTER.c[name] for name in ("id", "title", "deleted")),
            func.count(_SCENE.c.id).label("scenes"),
            func.sum(_SCENE.c.words).label("words"),
            func.sum(_SCENE.c.characters).label("characters"),
        )
        .join_from(
            _CHAPTER,
            _SCENE,
            (_SCENE.c.chapter_id == _CHAPTER.c.id) & (_SCENE.c.deleted == ""),
            isouter=True,
        )
        .where(_CHAPTER.c.deleted != "")
        .group_by(_CHAPTER.c.id)
    )
    return [
        Trashed(
            TrashKind.CHAPTER,
            identity(row.id),
            one_line(str(row.title)),
            moment(row.deleted),
            Counts(whole(row.words), whole(row.characters)),
            scenes=whole(row.scenes),
        )
        for row in rows
    ]


def _pictures(session: Session) -> list[Trashed]:
    found = picture_rows.pictures_where(session, _PICTURE.c.deleted != "")
    titles = {}
    if found:
        rows = session.execute(select(_SCENE.c.id, _SCENE.c.title))
        titles = {str(row.id): one_line(str(row.title)) for row in rows}
    return [
        Trashed(
            TrashKind.PICTURE,
            one.id,
            titles.get(one.scene_id, ""),
            moment(one.deleted),
            beginning=one_line(one.alt or one.prompt)[:_BEGINNING],
        )
        for one in found
    ]


def _scenes(session: Session) -> list[Trashed]:
    columns = ("id", "title", "deleted", "words", "characters")
    rows = session.execute(
        select(
            *(_SCENE.c[name] for name in columns),
            func.substr(_SCENE.c.text, 1, _BEGINNING).label("beginning"),
            _CHAPTER.c.id.label("chapter_id"),
            _CHAPTER.c.title.label("chapter_title"),
            _CHAPTER.c.deleted.label("chapter_deleted"),
        )
        .join_from(_SCENE, _CHAPTER, _SCENE.c.chapter_id == _CHAPTER.c.id)
        .where(_SCENE.c.deleted != "")
    )
    return [
        Trashed(
            TrashKind.SCENE,
            identity(row.id),
            one_line(str(row.title)),
            moment(row.deleted),
            Counts(whole(row.words), whole(row.characters)),
            one_line(str(row.beginning)),
            one_line(str(row.chapter_title)),
            chapter_deleted=str(row.chapter_deleted) != "",
            chapter_id=identity(row.chapter_id),
        )
        for row in rows
    ]
