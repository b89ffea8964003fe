"""Which beats of the scenes are drafted."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from storyforge.domain.text import clean
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.plan.tables import DraftedRow
from storyforge.store.scenes import require_scene
from storyforge.store.tables import table
from storyforge.store.values import identity, listed, now, whole

_DRAFTED = table(DraftedRow)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A beat that stands in its scene, or stood there when it was written.

    Attributes:
        number: from 1.
        beat: the beat's text as it was.
        take_id: the take that was put on the page; empty where nothing came.
        ranking: of each candidate what `studio.drafting.ranking` says, JSON values; the first is
            the one that was put there. Empty where there was one only.
    """

    scene_id: str
    number: int
    beat: str
    take_id: str = ""
    ranking: tuple[Any, ...] = ()


class DraftedBeats:
    """The beats that were drafted, by scene."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def of_scene(self, scene_id: str) -> tuple[Drafted, ...]:
        """Those of one scene, by number."""
        return self._read(_DRAFTED.c.scene_id == scene_id)

    def all(self) -> dict[str, tuple[Drafted, ...]]:
        """Those of each scene that has any, by number."""
        found: dict[str, list[Drafted]] = {}
        for one in self._read():
            found.setdefault(one.scene_id, []).append(one)
        return {scene: tuple(beats) for scene, beats in found.items()}

    def put(self, drafted: Drafted) -> None:
        """A beat is written whole."""
        with self._database.write() as session:
            require_scene(session, drafted.scene_id)
            keys = {"scene_id": drafted.scene_id, "number": drafted.number}
            row = {
                "created": now(),
                "take_id": drafted.take_id,
                "ranking": json.dumps(list(drafted.ranking), ensure_ascii=False),
                "beat": clean(drafted.beat),
            }
            self._journal.put(session, _DRAFTED, keys, row)

    def forget(self, scene_id: str, numbers: Sequence[int] | None = None) -> None:
        """These beats (None: all) of a scene are to be drafted again; its text stays."""
        known = [one.number for one in self.of_scene(scene_id)] if numbers is None else numbers
        with self._database.write() as session:
            for number in known:
                keys = {"scene_id": scene_id, "number": number}
                self._journal.put(session, _DRAFTED, keys, None)

    def _read(self, *where: ColumnElement[bool]) -> tuple[Drafted, ...]:
        order = (_DRAFTED.c.scene_id, _DRAFTED.c.number)
        with self._database.read() as session:
            rows = session.execute(select(_DRAFTED).where(*where).order_by(*order)).all()
        return tuple(
            Drafted(
                identity(row.scene_id),
                whole(row.number),
                clean(str(row.beat)),
                identity(row.take_id),
                tuple(listed(row.ranking)),
            )
            for row in rows
        )
