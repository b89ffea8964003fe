"""What the facts of the plan were made from.

Hundreds of facts are made from the same ones, so what they rest on is kept once, under its digest,
as is each value: a novel of 900 scenes takes 1 MB. What is kept under a digest never changes, so it
is read once an opening.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from storyforge.domain.plan.items import FactKey
from storyforge.domain.text import clean, one_line
from storyforge.store.database import Database
from storyforge.store.plan.journal import Journal
from storyforge.store.plan.keys import keys_read, keys_told
from storyforge.store.plan.tables import RestRow, SeenRow
from storyforge.store.remembering import Remembered
from storyforge.store.tables import table
from storyforge.store.values import identity, now

_REST, _SEEN = table(RestRow), table(SeenRow)
# So many digests go into one question; of more the whole table is read.
_ASKED = 500

Seen = Mapping[FactKey, str]


class Rests:
    """By each fact: the facts that it rests on, with the values they had."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._all = Remembered(database, ("plan_rest", "plan_seen"), self._read)
        self._sets: dict[str, Seen] = {}

    def all(self) -> Mapping[FactKey, Seen]:
        """Every one; the very same object until something changes."""
        return self._all.value()

    def put_all(self, rests: Mapping[FactKey, Seen]) -> None:
        """What `put` does, for several facts at once."""
        with self._database.together():
            for key, seen in rests.items():
                self.put(key, seen)

    def put(self, key: FactKey, seen: Seen) -> None:
        """Let a fact rest on these as they are now; on nothing where there are none.

        The field may be "prose": what is asked is then of which plan a scene's text was made.
        """
        told, values = _told(seen)
        with self._database.write() as session:
            for digest, value in values.items():
                if session.scalar(select(_SEEN.c.digest).where(_SEEN.c.digest == digest)) is None:
                    self._journal.put(session, _SEEN, {"digest": digest}, {"value": value})
            write_rest(session, self._journal, key, told)

    def _read(self, session: Session) -> Mapping[FactKey, Seen]:
        rows = session.execute(select(_REST.c.item_id, _REST.c.field, _REST.c.seen)).all()
        unknown = {str(row.seen) for row in rows} - self._sets.keys()
        if unknown:
            sets = {told: keys_read(value) for told, value in _kept(session, unknown)}
            wanted = {digest for one in sets.values() for digest in one.values()}
            values = {told: clean(value) for told, value in _kept(session, wanted)}
            self._sets |= {
                told: {key: values[digest] for key, digest in one.items() if digest in values}
                for told, one in sets.items()
            }
        return dict(self._rows(rows))

    def _rows(self, rows: Collection[Row[tuple[str, str, str]]]) -> Iterator[tuple[FactKey, Seen]]:
        for item_id, field, seen in rows:
            found = self._sets.get(str(seen))
            if found is not None:
                yield (identity(item_id), one_line(str(field))), found


def write_rest(session: Session, journal: Journal, key: FactKey, told: str) -> None:
    """Let a fact rest on what is kept under the digest `told`; on nothing where it is empty."""
    where = (_REST.c.item_id == key[0], _REST.c.field == key[1])
    was = session.scalar(select(_REST.c.seen).where(*where))
    was = "" if was is None else str(was)
    if was == told:
        return
    more = {"changed": now(), "seen": told} if told else None
    journal.put(session, _REST, {"item_id": key[0], "field": key[1]}, more)
    journal.note("rest", *key, was, told)


def sweep(session: Session, needed: Collection[str]) -> None:
    """Keep nothing that no fact rests on any more, but what is under these digests."""
    wanted = {str(told) for told in session.scalars(select(_REST.c.seen))} | set(needed)
    for _told, value in _kept(session, wanted):
        wanted |= set(keys_read(value).values())
    known = set(session.scalars(select(_SEEN.c.digest)))
    for digest in known - wanted:
        session.execute(_SEEN.delete().where(_SEEN.c.digest == digest))


def _told(seen: Seen) -> tuple[str, dict[str, str]]:
    """(the digest of what is rested on, all that is to be kept by digest); empty for nothing."""
    if not seen:
        return "", {}
    values = {_digest(value): value for value in seen.values()}
    whole = keys_told({key: _digest(seen[key]) for key in sorted(seen)})
    return _digest(whole), {**values, _digest(whole): whole}


def _kept(session: Session, digests: Collection[str]) -> Iterator[tuple[str, str]]:
    asked = select(_SEEN.c.digest, _SEEN.c.value)
    if len(digests) <= _ASKED:
        asked = asked.where(_SEEN.c.digest.in_(digests))
    for digest, value in session.execute(asked).all():
        if digest in digests:
            yield str(digest), str(value)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:16]
