"""Changes of several scenes that are one step: kept whole, taken back whole.

Each scene's text before and after lies in the snapshots, so a batch can be taken back years later,
and what was written since is kept when it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.orm import Session

from storyforge.domain.batch import Batch, Undone
from storyforge.domain.origin import Provenance
from storyforge.domain.story import Page
from storyforge.domain.text import one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.database import Database
from storyforge.store.pages import sound
from storyforge.store.revisions import Revisions
from storyforge.store.scenes import Scenes
from storyforge.store.side_tables import BatchItemRow, BatchRow
from storyforge.store.tables import table
from storyforge.store.values import identity, moment, new_id, now

_BATCH, _ITEM = table(BatchRow), table(BatchItemRow)
_ROWID: ColumnElement[int] = literal_column("batch.rowid")


class Batches:
    """The batches of a story."""

    def __init__(self, database: Database, scenes: Scenes, revisions: Revisions) -> None:
        self._database = database
        self._scenes = scenes
        self._revisions = revisions

    def apply(self, label: str, pages: Sequence[Page]) -> Batch:
        """Save all pages in one transaction, each with a snapshot before and behind.

        A page whose text is what the scene holds already is saved, but is no part of the batch; a
        batch without a scene is not kept.

        Args:
            label: what was done, for the author: "replace “boat” by “ship”".

        Raises:
            BadInput: the story does not know a scene; nothing was changed then.
        """
        with self._scenes.together(), self._database.write() as session:
            row = BatchRow(id=new_id(), created=now(), label=one_line(label), undone="")
            session.add(row)
            session.flush()
            changed = []
            for page in map(sound, pages):
                current = self._scenes.load(page.scene_id)
                if current.text == page.text:
                    self._scenes.save(page)
                    continue
                before = self._revisions.keep(current, reason="before replace", exact=True)
                self._scenes.save(page)
                after = self._revisions.keep(page, reason="after replace", exact=True)
                session.add(
                    BatchItemRow(
                        batch_id=row.id,
                        scene_id=page.scene_id,
                        before_revision=before.id,
                        after_revision=after.id,
                    )
                )
                changed.append(page.scene_id)
            session.flush()
            if not changed:
                session.delete(row)
            return Batch(row.id, moment(row.created), row.label, tuple(changed))

    def undo(self, batch_id: str, *, changed_too: bool = False) -> Undone:
        """Give the scenes of a batch back the text they had before it, in one transaction.

        A scene that was written in since is left as it is and named in the answer.

        Args:
            changed_too: give those back as well; a snapshot of what they hold now is kept first.

        Raises:
            BadInput: there is no such batch.
        """
        restored, changed = [], []
        with self._scenes.together(), self._database.write() as session:
            row = _row(session, batch_id)
            for item in _items(session, batch_id):
                current = self._scenes.load(item.scene_id)
                before = self._revisions.page(item.before_revision)
                if current.text == before.text:
                    continue
                if current.text != self._revisions.page(item.after_revision).text:
                    if not changed_too:
                        changed.append(current.scene_id)
                        continue
                    self._revisions.keep(current, reason="before undo", exact=True)
                self._scenes.save(_with_later_places(before, current))
                restored.append(current.scene_id)
            if not changed:
                row.undone = now()
        return Undone(tuple(restored), tuple(changed))

    def latest(self) -> Batch | None:
        """The newest batch that was not taken back; None where there is none."""
        found = self.list(1, standing=True)
        return found[0] if found else None

    def list(self, limit: int = 50, *, standing: bool = False) -> tuple[Batch, ...]:
        """The newest batches, newest first.

        Args:
            standing: only those that were not taken back.
        """
        # Rows without their number as key: the newest of one millisecond is the one put in last.
        wanted = select(BatchRow).order_by(_BATCH.c.created.desc(), _ROWID.desc()).limit(limit)
        if standing:
            wanted = wanted.where(_BATCH.c.undone == "")
        with self._database.read() as session:
            return tuple(
                Batch(
                    identity(row.id),
                    moment(row.created),
                    one_line(str(row.label)),
                    tuple(identity(item.scene_id) for item in _items(session, row.id)),
                    str(row.undone) != "",
                )
                for row in session.scalars(wanted).all()
            )


def _row(session: Session, batch_id: str) -> BatchRow:
    row = session.get(BatchRow, batch_id)
    if row is None:
        raise BadInput(_("This change is not in the story."), title=_("No such change"))
    return row


def _items(session: Session, batch_id: str) -> Sequence[BatchItemRow]:
    return session.scalars(select(BatchItemRow).where(_ITEM.c.batch_id == batch_id)).all()


def _with_later_places(before: Page, current: Page) -> Page:
    """`before` with the anchors set since, at the same spot of the same paragraph."""
    known = {place.id for place in before.provenance.places}
    at = _same_spot(current.text, before.text)
    later = tuple(
        replace(place, start=at(place.start), end=at(place.end))
        for place in current.provenance.places
        if place.id not in known
    )
    spans, places = before.provenance.spans, before.provenance.places
    return replace(before, provenance=Provenance(spans, (*places, *later)))


def _same_spot(text: str, other: str) -> Callable[[int], int]:
    """From offsets in `text` to those of the same paragraph and column in `other`."""
    lines = other.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]

    def at(offset: int) -> int:
        line = min(text.count("\n", 0, offset), len(lines) - 1)
        column = offset - (text.rfind("\n", 0, offset) + 1)
        return starts[line] + min(column, len(lines[line]))

    return at
