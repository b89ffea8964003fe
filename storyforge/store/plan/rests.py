"""What the facts of the plan were made from."""

import hashlib
from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storyforge.domain.plan.items import FactKey
from storyforge.domain.text import clean, one_line
from storyforge.store.database import Database
from storyforge.store.plan.keys import keys_read, keys_told
from storyforge.store.plan.tables import RestRow, SeenRow
from storyforge.store.remembering import Remembered
from storyforge.store.tables import table
from storyforge.store.values import identity

_REST, _SEEN = table(RestRow), table(SeenRow)


class Rests:
    """By each fact: the facts that it rests on, with the values they had."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._all = Remembered(database, ("plan_rest", "plan_seen"), _read)

    def all(self) -> Mapping[FactKey, Mapping[FactKey, str]]:
        """Every one; the very same object until something changes."""
        return self._all.value()

    def put_all(self, rests: Mapping[FactKey, Mapping[FactKey, str]]) -> None:
        """What `put` does, for several facts at once."""
        with self._database.together():
            for key, seen in rests.items():
                self.put(key, seen)

    def put(self, key: FactKey, seen: Mapping[FactKey, str]) -> None:
        """Let a fact rest on these as they are now; on nothing where there are none.

        The field may be "prose": what is asked is then of which plan a scene's text was made.
        """
        digests = {source: _digest(value) for source, value in seen.items()}
        values = {digests[source]: value for source, value in seen.items()}
        with self._database.write() as session:
            session.execute(delete(_REST).where(_REST.c.item_id == key[0], _REST.c.field == key[1]))
            if not seen:
                return
            session.add(RestRow(item_id=key[0], field=key[1], seen=keys_told(digests)))
            known = set(session.scalars(select(_SEEN.c.digest).where(_SEEN.c.digest.in_(values))))
            session.add_all(
                SeenRow(digest=digest, value=value)
                for digest, value in values.items()
                if digest not in known
            )


def _read(session: Session) -> Mapping[FactKey, Mapping[FactKey, str]]:
    values = {
        str(digest): clean(str(value))
        for digest, value in session.execute(select(_SEEN.c.digest, _SEEN.c.value))
    }
    found: dict[FactKey, Mapping[FactKey, str]] = {}
    for item_id, field, seen in session.execute(
        select(_REST.c.item_id, _REST.c.field, _REST.c.seen)
    ):
        found[identity(item_id), one_line(str(field))] = {
            source: values[digest] for source, digest in keys_read(seen).items() if digest in values
        }
    return found


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:16]
