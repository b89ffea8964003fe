"""What the facts of the plan were made from.

Hundreds of facts are made from the same ones, so all is kept once, under its digest: each value,
each item's facts together, and each set of items that something rests on. So a novel of 900 scenes
takes half a MB where it would take 50. What is under a digest never changes: it is read once an
opening.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storyforge.domain.plan.items import FactKey
from storyforge.domain.text import clean, one_line
from storyforge.store.database import Database
from storyforge.store.journal import Journal
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
        self._groups: dict[str, Seen] = {}
        self._sets: dict[str, Seen] = {}
        self._forgotten = 0

    def all(self) -> Mapping[FactKey, Seen]:
        """Every one; the very same object until something changes."""
        return self._all.value()

    def put(self, key: FactKey, seen: Seen) -> None:
        """Let a fact rest on these as they are now; on nothing where there are none.

        The field may be "prose": what is asked is then of which plan a scene's text was made.
        """
        self.put_all({key: seen})

    def put_all(self, rests: Mapping[FactKey, Seen]) -> None:
        """What `put` does, for several facts at once: 8,000 take 1 s."""
        kept: dict[str, str] = {}
        told = {key: _told(seen, kept) for key, seen in rests.items()}
        with self._database.write() as session:
            known = {digest for digest, _value in _kept(session, kept.keys())}
            for digest, value in kept.items():
                if digest not in known:
                    self._journal.put(session, _SEEN, {"digest": digest}, {"value": value})
            there = _there(session, tuple(told))
            for key, digest in told.items():
                write_rest(session, self._journal, key, there.get(key, ""), digest)

    def _read(self, session: Session) -> Mapping[FactKey, Seen]:
        if self._forgotten != self._journal.forgotten:
            self._forgotten = self._journal.forgotten
            self._groups, self._sets = {}, {}
        rows = session.execute(select(_REST.c.item_id, _REST.c.field, _REST.c.seen)).all()
        unknown = {str(row.seen) for row in rows} - self._sets.keys()
        if unknown:
            sets = {told: value.split() for told, value in _kept(session, unknown)}
            wanted = {group for groups in sets.values() for group in groups} - self._groups.keys()
            self._groups |= _groups(session, wanted)
            for told, groups in sets.items():
                known = (self._groups[group] for group in groups if group in self._groups)
                self._sets[told] = {key: value for one in known for key, value in one.items()}
        return {
            (identity(item_id), one_line(str(field))): self._sets[str(seen)]
            for item_id, field, seen in rows
            if str(seen) in self._sets
        }


def rested_on(session: Session, key: FactKey) -> str:
    """The digest of what a fact rests on; empty for nothing."""
    return _there(session, (key,)).get(key, "")


def write_rest(session: Session, journal: Journal, key: FactKey, was: str, now_on: str) -> None:
    """Let a fact rest on what is kept under the digest `now_on`; on nothing where it is empty.

    Args:
        was: what it rests on.
    """
    if was != now_on:
        more = {"changed": now(), "seen": now_on} if now_on else None
        journal.put(session, _REST, {"item_id": key[0], "field": key[1]}, more)
        journal.note("rest", *key, was, now_on)


def _there(session: Session, keys: Collection[FactKey]) -> dict[FactKey, str]:
    """What these facts rest on, by digest."""
    asked = select(_REST.c.item_id, _REST.c.field, _REST.c.seen)
    if len(items := {item for item, _field in keys}) <= _ASKED:
        asked = asked.where(_REST.c.item_id.in_(items))
    return {(item, field): str(seen) for item, field, seen in session.execute(asked)}


def sweep(session: Session, needed: AbstractSet[str], gone: AbstractSet[str]) -> None:
    """Keep nothing that no fact rests on any more, nor what these items once said.

    Args:
        needed: the digests of what more is kept.
    """
    sets = {str(told) for told in session.scalars(select(_REST.c.seen))} | needed
    named = {group for _told, value in _kept(session, sets) for group in value.split()}
    groups = {told: keys_read(value) for told, value in _kept(session, named)}
    left = {told for told, group in groups.items() if gone.isdisjoint(key[0] for key in group)}
    values = {value for told in left for value in groups[told].values()}
    for digest in set(session.scalars(select(_SEEN.c.digest))) - sets - left - values:
        session.execute(delete(_SEEN).where(_SEEN.c.digest == digest))


def _told(seen: Seen, kept: dict[str, str]) -> str:
    """The digest of what is rested on, empty for nothing; all that it stands for goes to `kept`."""
    groups: dict[str, dict[FactKey, str]] = {}
    for key in sorted(seen):
        digest = _digest(seen[key])
        kept[digest] = seen[key]
        groups.setdefault(key[0], {})[key] = digest
    told = [keys_told(group) for group in groups.values()]
    whole = " ".join(map(_digest, told))
    if whole:
        kept |= {_digest(one): one for one in (*told, whole)}
    return _digest(whole) if whole else ""


def _groups(session: Session, digests: Collection[str]) -> dict[str, Seen]:
    """The facts of single items that are kept under these."""
    found = {told: keys_read(value) for told, value in _kept(session, digests)}
    wanted = {digest for group in found.values() for digest in group.values()}
    values = {digest: clean(value) for digest, value in _kept(session, wanted)}
    return {
        told: {key: values[digest] for key, digest in group.items() if digest in values}
        for told, group in found.items()
    }


def _kept(session: Session, digests: Collection[str]) -> Iterator[tuple[str, str]]:
    asked = select(_SEEN.c.digest, _SEEN.c.value)
    if len(digests) <= _ASKED:
        asked = asked.where(_SEEN.c.digest.in_(digests))
    for digest, value in session.execute(asked).all():
        if digest in digests:
            yield str(digest), str(value)


@lru_cache(maxsize=4096)
def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:16]
