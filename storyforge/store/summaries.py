"""The summaries of scenes and chapters."""

from sqlalchemy import Delete, delete, select
from sqlalchemy.orm import Session

from storyforge.domain.summary import Summary, SummaryOf
from storyforge.domain.text import clean, one_line
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.remembering import Remembered
from storyforge.store.side_tables import SummaryRow
from storyforge.store.tables import table
from storyforge.store.values import identity, moment

_SUMMARY = table(SummaryRow)


class Summaries:
    """At most one a scene or chapter. What it dates from is the asker's to compare."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._all = Remembered(database, ("summary",), _read_all)

    def all(self) -> dict[tuple[SummaryOf, str], Summary]:
        """Every summary, by what it is of."""
        return dict(self._all.value())

    def put(self, summary: Summary) -> None:
        """Keep a summary in the place of an older one."""
        row = SummaryRow(
            kind=summary.of.value,
            target_id=summary.target_id,
            source=summary.source,
            changed=summary.changed.isoformat(timespec="milliseconds"),
            model=one_line(summary.model),
            text=clean(summary.text),
        )
        with self._database.write() as session:
            session.execute(_gone(summary.of, summary.target_id))
            session.add(row)
            self._journal.wrote_all(row)

    def remove(self, of: SummaryOf, target_id: str) -> None:
        """Forget a summary."""
        with self._database.write() as session:
            session.execute(_gone(of, target_id))
            self._journal.wrote("summary", {"kind": of.value, "target_id": target_id}, None)


def _read_all(session: Session) -> dict[tuple[SummaryOf, str], Summary]:
    kinds = {kind.value: kind for kind in SummaryOf}
    found = {}
    for row in session.execute(select(_SUMMARY)):
        if (kind := kinds.get(str(row.kind))) is not None:
            target = identity(row.target_id)
            found[kind, target] = Summary(
                kind,
                target,
                clean(str(row.text)),
                one_line(str(row.source)),
                moment(row.changed),
                one_line(str(row.model)),
            )
    return found


def _gone(of: SummaryOf, target_id: str) -> Delete:
    return delete(_SUMMARY).where(_SUMMARY.c.kind == of.value, _SUMMARY.c.target_id == target_id)
