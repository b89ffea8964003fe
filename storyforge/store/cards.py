"""The scenes' index cards. A scene without a row has an empty card."""

from typing import Any

from sqlalchemy import select

from storyforge.domain.cards import Card, Status
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.scenes import require_scene
from storyforge.store.side_tables import CardRow
from storyforge.store.values import identity, whole


class Cards:
    """The cards of a story."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def get(self, scene_id: str) -> Card:
        """The card of a scene; an empty one where nothing was noted."""
        with self._database.read() as session:
            row = session.get(CardRow, scene_id)
            return Card() if row is None else _card(row)

    def put(
        self,
        scene_id: str,
        *,
        label: str | None = None,
        status: str | None = None,
        goal: int | None = None,
        notes: str | None = None,
    ) -> Card:
        """Change what is not None; the card as it stands then.

        Raises:
            BadInput: the story does not know the scene, or nobody knows the status.
        """
        if status is not None and status not in tuple(Status):
            raise BadInput(
                _("“{status}” is no status of a scene.").format(status=one_line(status)),
                title=_("No such status"),
                hint=_("These are: {known}.").format(known=", ".join(s for s in Status if s)),
            )
        with self._database.write() as session:
            require_scene(session, scene_id)
            row = session.get(CardRow, scene_id)
            if row is None:
                row = CardRow(scene_id=scene_id)
                session.add(row)
            if label is not None:
                row.label = one_line(label)
            if status is not None:
                row.status = str(status)
            if goal is not None:
                row.goal = whole(goal)
            if notes is not None:
                row.notes = clean(notes)
            self._journal.wrote_all(row)
            return _card(row)

    def all(self) -> dict[str, Card]:
        """Every card with something on it, by scene id; reads no scene."""
        with self._database.read() as session:
            cards = {identity(r.scene_id): _card(r) for r in session.scalars(select(CardRow))}
        return {key: card for key, card in cards.items() if card != Card()}


def _card(row: Any) -> Card:
    known = {status.value: status for status in Status}
    return Card(
        one_line(str(row.label)),
        known.get(str(row.status), Status.NONE),
        whole(row.goal),
        clean(str(row.notes)),
    )
