"""The texts that scenes once had, by their digest: two copies of a story tell which one is newer.

A text is recorded when the log is folded in: then the one file may be taken to another machine.
"""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storyforge.domain.ancestry import digest
from storyforge.domain.text import clean
from storyforge.store.database import Database
from storyforge.store.side_tables import LineageRow
from storyforge.store.tables import SceneRow, table
from storyforge.store.values import identity, now, whole

_SCENE, _LINEAGE = table(SceneRow), table(LineageRow)
#: digests kept of each scene: three a day are two months
KEPT = 200


class Lineage:
    """The lineage of every scene, the oldest digest first."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked_at: dict[str, str] = {}

    def of(self, scene_id: str) -> tuple[str, ...]:
        """SHA-256 digests of the texts that a scene had, the latest last."""
        return self.digests().get(scene_id, ())

    def digests(self) -> dict[str, tuple[str, ...]]:
        """The lineage of every scene that has one, by scene id; reads no text."""
        with self._database.read() as session:
            rows = session.execute(
                select(_LINEAGE.c.scene_id, _LINEAGE.c.digest).order_by(
                    _LINEAGE.c.scene_id, _LINEAGE.c.number
                )
            ).all()
        found: dict[str, list[str]] = {}
        for scene, known in rows:
            found.setdefault(identity(scene), []).append(identity(known))
        return {scene: tuple(known) for scene, known in found.items()}

    def record(self) -> None:
        """Note the text of every scene that changed since it was noted last; often none did."""
        with self._database.lock:
            with self._database.read() as session:
                changed = self._changed(session)
                fresh = [
                    (scene, told)
                    for scene in changed
                    if (told := _digest(session, scene)) != _last(session, scene)
                ]
            if fresh:
                with self._database.write() as session:
                    for scene, told in fresh:
                        _append(session, scene, told)
            self._looked_at.update(changed)

    def _changed(self, session: Session) -> dict[str, str]:
        """When each scene changed that was saved after it was noted last."""
        noted = (
            select(_LINEAGE.c.scene_id, func.max(_LINEAGE.c.created).label("created"))
            .group_by(_LINEAGE.c.scene_id)
            .subquery()
        )
        rows = session.execute(
            select(_SCENE.c.id, _SCENE.c.changed)
            .join_from(_SCENE, noted, _SCENE.c.id == noted.c.scene_id, isouter=True)
            .where((noted.c.created.is_(None)) | (_SCENE.c.changed >= noted.c.created))
        )
        return {key: when for key, when in rows if self._looked_at.get(key) != when}


def _digest(session: Session, scene_id: str) -> str:
    text = session.scalar(select(_SCENE.c.text).where(_SCENE.c.id == scene_id))
    return digest(clean(str(text)))


def _last(session: Session, scene_id: str) -> str | None:
    return session.scalar(
        select(_LINEAGE.c.digest)
        .where(_LINEAGE.c.scene_id == scene_id)
        .order_by(_LINEAGE.c.number.desc())
        .limit(1)
    )


def _append(session: Session, scene_id: str, told: str) -> None:
    last = select(func.max(_LINEAGE.c.number)).where(_LINEAGE.c.scene_id == scene_id)
    number = whole(session.scalar(last)) + 1
    session.add(LineageRow(scene_id=scene_id, number=number, digest=told, created=now()))
    session.flush()
    session.execute(
        delete(_LINEAGE).where(_LINEAGE.c.scene_id == scene_id, _LINEAGE.c.number <= number - KEPT)
    )
