"""Snapshots of scenes: kept before a big change of the text, and when the author names one."""

from typing import Any

from sqlalchemy import select

from storyforge.domain.counting import Counts
from storyforge.domain.story import Page, Revision
from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.database import Database
from storyforge.store.pages import Tally, places_told, provenance_told, sound, spans_told
from storyforge.store.scenes import require_scene
from storyforge.store.tables import RevisionRow, table
from storyforge.store.values import identity, moment, new_id, now, whole

_REVISION = table(RevisionRow)
_HEAD = tuple(
    _REVISION.c[name]
    for name in ("id", "scene_id", "created", "name", "reason", "words", "characters")
)


class Revisions:
    """The snapshots of a story; none is ever changed or dropped."""

    def __init__(self, database: Database, tally: Tally) -> None:
        self._database = database
        self._tally = tally

    def keep(self, page: Page, *, name: str = "", reason: str) -> Revision:
        """Keep a snapshot; without a name, a text that the newest one holds is not kept twice.

        Raises:
            BadInput: the story does not know the scene.
        """
        page, name = sound(page), one_line(name)
        with self._database.write() as session:
            require_scene(session, page.scene_id)
            newest = session.execute(
                select(*_HEAD, _REVISION.c.text)
                .where(_REVISION.c.scene_id == page.scene_id)
                .order_by(_REVISION.c.number.desc())
                .limit(1)
            ).first()
            if newest is not None and not name and newest.text == page.text:
                return _revision(newest)
            own, model = self._tally.of(page)
            counts = own + model
            row = RevisionRow(
                id=new_id(),
                scene_id=page.scene_id,
                created=now(),
                name=name,
                reason=one_line(reason),
                words=counts.words,
                characters=counts.characters,
                caret=page.caret,
                spans=spans_told(page.provenance.spans),
                places=places_told(page.provenance.places),
                text=page.text,
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

    def page(self, revision_id: str) -> Page:
        """The scene as the snapshot holds it.

        Raises:
            BadInput: there is no such snapshot.
        """
        with self._database.read() as session:
            row = session.scalar(select(RevisionRow).where(_REVISION.c.id == revision_id))
            if row is None:
                raise BadInput(_("This snapshot is not in the story."), title=_("No such snapshot"))
            provenance = provenance_told(row.spans, row.places)
            return sound(Page(identity(row.scene_id), str(row.text), provenance, whole(row.caret)))


def _revision(row: Any) -> Revision:
    return Revision(
        identity(row.id),
        identity(row.scene_id),
        moment(row.created),
        one_line(str(row.name)),
        one_line(str(row.reason)),
        Counts(whole(row.words), whole(row.characters)),
    )
