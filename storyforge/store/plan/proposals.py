"""What models proposed for the plan: kept while it grows, and for good."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from storyforge.domain.generation import StopReason, TakeState
from storyforge.domain.plan.proposals import Proposal, Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store import values
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.plan.keys import keys_read, keys_told
from storyforge.store.plan.tables import ProposalRow
from storyforge.store.tables import table

_PROPOSAL = table(ProposalRow)
_STAGES = {stage.value: stage for stage in Stage}
_STATES = {state.value: state for state in TakeState}
_REASONS = {reason.value: reason for reason in StopReason}


class Proposals:
    """The proposals of a story. Methods raise `BadInput` for one that it does not know."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def begin(self, proposal: Proposal) -> Proposal:
        """Keep a new one, running; with an id, a number in its batch and the time."""
        with self._database.write() as session:
            last = session.scalar(
                select(func.max(_PROPOSAL.c.number)).where(
                    _PROPOSAL.c.batch_id == proposal.batch_id
                )
            )
            row = ProposalRow(
                id=values.new_id(),
                batch_id=proposal.batch_id,
                number=values.whole(last) + 1,
                created=values.now(),
                stage=proposal.target.stage.value,
                task=one_line(proposal.target.task),
                item_id=proposal.target.item_id,
                field=proposal.target.field,
                wish=one_line(proposal.wish),
                model=one_line(proposal.model),
                place=one_line(proposal.place),
                request_hash=one_line(proposal.request_hash),
                sampling=values.told(proposal.sampling),
                rests=keys_told(proposal.rests),
            )
            session.add(row)
            session.flush()
            _wrote(session, self._journal, row.id)
            return _proposal(row)

    def grow(
        self,
        proposal_id: str,
        text: str,
        thinking: str = "",
        value: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep what a running one has so far: its whole text and thinking, and what they say."""
        with self._database.write() as session:
            _set(
                session,
                self._journal,
                proposal_id,
                _PROPOSAL.c.state == TakeState.RUNNING.value,
                text=clean(text),
                thinking=clean(thinking),
                value=json.dumps(dict(value or {}), ensure_ascii=False),
            )

    def discard(self, proposal_id: str) -> None:
        """Forget one of which nothing came."""
        with self._database.write() as session:
            session.execute(delete(_PROPOSAL).where(_PROPOSAL.c.id == proposal_id))
            self._journal.wrote("proposal", {"id": proposal_id}, None)

    def finish(self, proposal: Proposal) -> Proposal:
        """Keep how one ended: its text, value, flaw, state, reason, usage and thinking. A disk that
        is full gets it later.
        """
        told = {
            "text": clean(proposal.text),
            "value": json.dumps(dict(proposal.value), ensure_ascii=False),
            "flaw": one_line(proposal.flaw),
            "state": proposal.state.value,
            "reason": proposal.reason.value if proposal.reason else "",
            "usage": values.told(proposal.usage),
            "thinking": clean(proposal.thinking),
        }
        self._database.surely(
            f"proposal {proposal.id}",
            lambda session: _set(session, self._journal, proposal.id, **told),
        )
        return self.one(proposal.id)

    def take(self, proposal_id: str, parts: Sequence[str]) -> None:
        """Parts of it were taken."""
        with self._database.write() as session:
            known = dict.fromkeys((*self.one(proposal_id).taken, *parts))
            write_taken(session, self._journal, proposal_id, list(known))

    def drop(self, proposal_id: str, dropped: bool = True) -> None:
        """The author wants to see it no more, or again."""
        with self._database.write() as session:
            _set(session, self._journal, proposal_id, dropped=int(dropped))

    def one(self, proposal_id: str) -> Proposal:
        """The proposal of that id."""
        found = self._found(_PROPOSAL.c.id == proposal_id)
        if not found:
            raise BadInput(_("This proposal is not in the story."), title=_("No such proposal"))
        return found[0]

    def of_batch(self, batch_id: str) -> tuple[Proposal, ...]:
        """The variants that were asked for together, by number."""
        return self._found(_PROPOSAL.c.batch_id == batch_id)

    def about(self, target: Target) -> tuple[Proposal, ...]:
        """All that were ever asked for of one target, whatever the task; the oldest first."""
        return self._found(
            _PROPOSAL.c.stage == target.stage.value,
            _PROPOSAL.c.item_id == target.item_id,
            _PROPOSAL.c.field == target.field,
        )

    def of_stage(self, stage: Stage) -> tuple[Proposal, ...]:
        """All of a stage, the oldest first."""
        return self._found(_PROPOSAL.c.stage == stage.value)

    def _found(self, *where: ColumnElement[bool]) -> tuple[Proposal, ...]:
        order = (_PROPOSAL.c.created, _PROPOSAL.c.batch_id, _PROPOSAL.c.number)
        with self._database.read() as session:
            rows = session.execute(select(_PROPOSAL).where(*where).order_by(*order)).all()
        return tuple(_proposal(row) for row in rows)


def _set(
    session: Session,
    journal: Journal,
    proposal_id: str,
    *where: ColumnElement[bool],
    **told: str | int,
) -> None:
    mine = update(_PROPOSAL).where(_PROPOSAL.c.id == proposal_id, *where)
    session.execute(mine.values(**told))
    _wrote(session, journal, proposal_id)


def write_taken(session: Session, journal: Journal, proposal_id: str, parts: list[str]) -> None:
    """Let these be the parts of a proposal that were taken."""
    mine = _PROPOSAL.c.id == proposal_id
    was = values.listed(session.scalar(select(_PROPOSAL.c.taken).where(mine)))
    session.execute(update(_PROPOSAL).where(mine).values(taken=json.dumps(parts)))
    journal.note("taken", proposal_id, was, parts)
    _wrote(session, journal, proposal_id)


def _wrote(session: Session, journal: Journal, proposal_id: str) -> None:
    """Tell the journal how the row of a proposal stands now."""
    found = session.execute(select(_PROPOSAL).where(_PROPOSAL.c.id == proposal_id))
    for row in found.mappings():
        journal.wrote("proposal", {"id": proposal_id}, dict(row))


def _proposal(row: Any) -> Proposal:
    target = Target(
        _STAGES.get(str(row.stage), Stage.PREMISE),
        one_line(str(row.task)),
        values.identity(row.item_id),
        one_line(str(row.field)),
    )
    return Proposal(
        values.identity(row.id),
        target,
        values.identity(row.batch_id),
        values.whole(row.number),
        values.moment(row.created),
        wish=one_line(str(row.wish)),
        state=_STATES.get(str(row.state), TakeState.FAILED),
        text=clean(str(row.text)),
        value=values.mapping(row.value),
        flaw=one_line(str(row.flaw)),
        rests=keys_read(str(row.rests)),
        taken=tuple(one_line(str(one)) for one in values.listed(row.taken)),
        dropped=bool(row.dropped),
        model=one_line(str(row.model)),
        place=one_line(str(row.place)),
        request_hash=one_line(str(row.request_hash)),
        sampling=values.sampling(row.sampling),
        usage=values.usage(row.usage),
        reason=_REASONS.get(str(row.reason)),
        thinking=clean(str(row.thinking)),
    )
