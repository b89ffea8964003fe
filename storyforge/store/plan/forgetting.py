"""What was planned for chapters and scenes that go for good: it goes along, nothing is left."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storyforge.store.journal import Journal
from storyforge.store.plan import rests, steps
from storyforge.store.plan.tables import FactRow, PastFactRow, ProposalRow, RestRow
from storyforge.store.tables import table

_OF_ITEM = (table(FactRow), table(PastFactRow), table(RestRow), table(ProposalRow))


def forget_plan(session: Session, journal: Journal, gone: Sequence[str]) -> None:
    """Let all go that was planned or proposed for these, and what was made from it rests on."""
    if not gone:
        return
    for key in gone:
        for rows in _OF_ITEM:
            session.execute(delete(rows).where(rows.c.item_id == key))
    journal.forget(set(gone))
    steps.forget(session, set(gone))
    rests.sweep(session, set(steps.needed(session)), set(gone))
