"""Snapshots of scenes: kept before a big change of the text, and when the author names one.

One is kept before each continuation, and the next differs from it by a paragraph. So a snapshot
holds only what lies between the text it shares with an earlier one at both ends. That one, its
base, is always whole and never another's remainder: a snapshot is read from two rows, with a plain
`substr` in any SQLite tool. 200 continuations in a scene that begins with 200 KB make texts of
52 MB; kept so they take 4 MB (12 MB when every fourth is asked for at a random spot), where
compressing each would take 18 MB that no tool can read. A scene of 12 KB: 1.7 MB instead of 14.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from storyforge.domain.common_ends import shared_end, shared_start
from storyforge.domain.counting import Counts
from storyforge.domain.story import Page, Revision
from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.database import Database
from storyforge.store.pages import Tally, places_told, provenance_told, sound, spans_told
from storyforge.store.scenes import require_scene
from storyforge.store.side_tables import RevisionRow
from storyforge.store.tables import table
from storyforge.store.values import identity, moment, new_id, now, whole

_REVISION = table(RevisionRow)
_HEAD = tuple(
    _REVISION.c[name]
    for name in ("id", "scene_id", "created", "name", "reason", "words", "characters")
)
_BASE = aliased(_REVISION)
# What a text is made of; `whole` when it is not another's remainder.
_PARTS = (
    _REVISION.c.text,
    _REVISION.c.base,
    _REVISION.c.shared_start,
    _REVISION.c.shared_end,
    _BASE.c.text.label("whole"),
)
# A remainder larger than this share of its text becomes a new base: with 600 characters between two
# snapshots of 200 KB that is one in forty.
_LARGE = 8


@dataclass(frozen=True, slots=True)
class _Remainder:
    """What of a text its base does not hold."""

    base: int | None
    shared_start: int
    shared_end: int
    text: str


class Revisions:
    """The snapshots of a story; they go with a scene that leaves the trash for good, else never."""

    def __init__(self, database: Database, tally: Tally) -> None:
        self._database = database
        self._tally = tally

    def keep(self, page: Page, *, name: str = "", reason: str, exact: bool = False) -> Revision:
        """Keep a snapshot; without a name, a text that the newest one holds is not kept twice.

        Args:
            exact: keep it also when only its spans or places differ from the newest one's: a
                comment's anchor must come back with the text.

        Raises:
            BadInput: the story does not know the scene.
        """
        page, name = sound(page), one_line(name)
        with self._database.write() as session:
            require_scene(session, page.scene_id)
            newest = _newest(session, page.scene_id)
            spans, places = spans_told(page.provenance.spans), places_told(page.provenance.places)
            same = newest is not None and not name and _text(newest) == page.text
            if same and (not exact or (newest.spans, newest.places) == (spans, places)):
                return _revision(newest)
            own, model = self._tally.of(page)
            counts = own + model
            rest = _remainder(page.text, newest)
            row = RevisionRow(
                id=new_id(),
                scene_id=page.scene_id,
                created=now(),
                name=name,
                reason=one_line(reason),
                words=counts.words,
                characters=counts.characters,
                caret=page.caret,
                spans=spans,
                places=places,
                base=rest.base,
                shared_start=rest.shared_start,
                shared_end=rest.shared_end,
                text=rest.text,
            )
            session.add(row)
            session.flush()
            return _revision(row)

    def list(self, scene_id: str) -> tuple[Revision, ...]:
        """The snapshots of a scene, newest first; reads no text."""
        with self._database.read() as session:
            found = session.execute(
                select(*_HEAD)
                .where(_REVISION.c.scene_id == scene_id)
                .order_by(_REVISION.c.number.desc())
            ).all()
        return tuple(_revision(row) for row in found)

    def timeline(self, limit: int, before: str | None = None) -> tuple[Revision, ...]:
        """The newest snapshots of all scenes, deleted ones too, newest first; reads no text.

        Args:
            before: the id of a snapshot; those older than it. For the next page of a long list.
        """
        wanted = select(*_HEAD).order_by(_REVISION.c.number.desc()).limit(limit)
        if before is not None:
            number = select(_REVISION.c.number).where(_REVISION.c.id == before).scalar_subquery()
            wanted = wanted.where(_REVISION.c.number < number)
        with self._database.read() as session:
            found = session.execute(wanted).all()
        return tuple(_revision(row) for row in found)

    def rename(self, revision_id: str, name: str) -> None:
        """Give a snapshot another name, or none; what it holds stays as it is.

        Raises:
            BadInput: there is no such snapshot.
        """
        with self._database.write() as session:
            done = session.execute(
                update(_REVISION).where(_REVISION.c.id == revision_id).values(name=one_line(name))
            )
            if not getattr(done, "rowcount", 0):
                raise _unknown()

    def page(self, revision_id: str) -> Page:
        """The scene as the snapshot holds it.

        Raises:
            BadInput: there is no such snapshot.
        """
        with self._database.read() as session:
            columns = ("scene_id", "spans", "places", "caret")
            row = session.execute(
                select(*(_REVISION.c[name] for name in columns), *_PARTS)
                .join_from(_REVISION, _BASE, _REVISION.c.base == _BASE.c.number, isouter=True)
                .where(_REVISION.c.id == revision_id)
            ).one_or_none()
        if row is None:
            raise _unknown()
        provenance = provenance_told(row.spans, row.places)
        return sound(Page(identity(row.scene_id), _text(row), provenance, whole(row.caret)))


def _unknown() -> BadInput:
    return BadInput(_("This snapshot is not in the story."), title=_("No such snapshot"))


def stand_alone(session: Session, scene_id: str) -> None:
    """Make snapshots whole that are a remainder of one of `scene_id`, but another scene's.

    A story of ours has none; a file from elsewhere may, and its texts must not go with the scene.
    """
    rows = session.execute(
        select(_REVISION.c.number, *_PARTS)
        .join_from(_REVISION, _BASE, _REVISION.c.base == _BASE.c.number)
        .where(_BASE.c.scene_id == scene_id, _REVISION.c.scene_id != scene_id)
    ).all()
    for row in rows:
        session.execute(
            update(_REVISION)
            .where(_REVISION.c.number == row.number)
            .values(text=_text(row), base=None, shared_start=0, shared_end=0)
        )


def _revision(row: Any) -> Revision:
    return Revision(
        identity(row.id),
        identity(row.scene_id),
        moment(row.created),
        one_line(str(row.name)),
        one_line(str(row.reason)),
        Counts(whole(row.words), whole(row.characters)),
    )


def _newest(session: Session, scene_id: str) -> Any:
    return session.execute(
        select(_REVISION.c.number, _REVISION.c.spans, _REVISION.c.places, *_HEAD, *_PARTS)
        .join_from(_REVISION, _BASE, _REVISION.c.base == _BASE.c.number, isouter=True)
        .where(_REVISION.c.scene_id == scene_id)
        .order_by(_REVISION.c.number.desc())
        .limit(1)
    ).first()


def _text(row: Any) -> str:
    """The whole text of a row with `_PARTS`."""
    if row.base is None:
        return str(row.text)
    base = "" if row.whole is None else str(row.whole)
    start, end = whole(row.shared_start), whole(row.shared_end)
    return base[:start] + str(row.text) + (base[-end:] if end else "")


def _remainder(text: str, newest: Any) -> _Remainder:
    """What of `text` the newest snapshot's base lacks; all of it where little is shared."""
    if newest is not None:
        number, base = (
            (newest.number, str(newest.text))
            if newest.base is None
            else (newest.base, "" if newest.whole is None else str(newest.whole))
        )
        start = shared_start(text, base)
        end = shared_end(text[start:], base[start:])
        if (len(text) - start - end) * _LARGE <= len(text):
            return _Remainder(number, start, end, text[start : len(text) - end])
    return _Remainder(None, 0, 0, text)
