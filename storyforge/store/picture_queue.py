"""The pictures that are still to be drawn, in their order: kept, so that a kill costs no queue."""

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from storyforge.domain.picture.pictures import QueuedPicture
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store import picture_sources
from storyforge.store.database import Database
from storyforge.store.picture_files import PictureFolder
from storyforge.store.picture_tables import PictureOrderRow
from storyforge.store.remembering import Remembered
from storyforge.store.tables import table
from storyforge.store.values import identity, moment, new_id

_ORDER = table(PictureOrderRow)


class PictureOrders:
    """The queue of one story. What draws them is not its business."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folder = PictureFolder(database.path)
        self._all = Remembered(database, (_ORDER.name,), _read)

    def all(self) -> tuple[QueuedPicture, ...]:
        """Every one, in the order they are to be drawn."""
        return self._all.value()

    def add(self, queued: QueuedPicture) -> QueuedPicture:
        """Put one behind all others, with what it names; it gets an id where it has none."""
        key = identity(queued.id) or new_id()
        with self._database.write() as session:
            picture_sources.keep(session, self._folder, queued.sources)
            last = session.scalar(select(func.max(_ORDER.c.position)))
            session.add(
                PictureOrderRow(
                    id=key,
                    position=0 if last is None else int(last) + 1,
                    scene_id=queued.scene_id,
                    item_id=queued.item_id,
                    created=queued.created.isoformat(timespec="milliseconds"),
                    state=queued.state,
                    why=one_line(queued.why),
                    parent_id=queued.parent_id,
                    plan_hash=queued.plan_hash,
                    text_hash=queued.text_hash,
                    parts=clean(queued.parts),
                    order=clean(queued.order),
                )
            )
        return next(one for one in self.all() if one.id == key)

    def state(self, key: str, state: str, why: str = "") -> bool:
        """Note how one stands: "waiting", "drawing" or "failed", and why; whether it is there."""
        values = {"state": state, "why": one_line(why)}
        with self._database.write() as session:
            changed = update(_ORDER).where(_called(session, key)).values(values)
            return session.connection().execute(changed).rowcount > 0

    def move(self, key: str, index: int) -> None:
        """Make one the one at `index` (from 0)."""
        with self._database.write() as session:
            order = [one.id for one in _read(session)]
            if key not in order:
                raise _unknown()
            order.remove(key)
            order.insert(min(max(index, 0), len(order)), key)
            for position, one in enumerate(order):
                changed = update(_ORDER).where(_called(session, one))
                session.execute(changed.values(position=position))

    def remove(self, key: str) -> None:
        """Take one out; one that is drawn is not there any more, and nothing happens."""
        with self._database.write() as session:
            session.execute(delete(_ORDER).where(_called(session, key)))


def _read(session: Session) -> tuple[QueuedPicture, ...]:
    rows = session.execute(select(_ORDER).order_by(_ORDER.c.position, _ORDER.c.id))
    return tuple(
        QueuedPicture(
            identity(row.id),
            identity(row.scene_id),
            moment(row.created),
            clean(str(row.order)),
            one_line(str(row.state)),
            identity(row.item_id),
            clean(str(row.parts)),
            one_line(str(row.plan_hash)),
            one_line(str(row.text_hash)),
            identity(row.parent_id),
            one_line(str(row.why)),
        )
        for row in rows
    )


def _called(session: Session, key: str) -> ColumnElement[bool]:
    """The rows of that id, as it is read: a stranger's may hold signs that it is cleaned of."""
    ids = session.scalars(select(_ORDER.c.id))
    return _ORDER.c.id.in_([one for one in ids if identity(one) == key])


def _unknown() -> BadInput:
    return BadInput(_("This picture is not waiting to be drawn."), title=_("Not in the queue"))
