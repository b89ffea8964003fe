"""The takes: every answer of a model, kept while it grows and for good."""

import math
from collections.abc import Iterator

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from storyforge.domain.generation import Asked, StopReason, Take, TakeKind, TakeState, Usage
from storyforge.domain.sampling import Sampling
from storyforge.domain.take_tree import OPENING, TakeHead
from storyforge.domain.text import clean, one_line
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store import values
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.scenes import require_scene
from storyforge.store.tables import TakeRow, table

_TAKE = table(TakeRow)
_HEAD = (
    *("id", "scene_id", "place_id", "number", "created", "state", "kind", "wish"),
    *("parent_id", "revision_id", "bookmark", "kept"),
)
_STATES = {state.value: state for state in TakeState}
_KINDS = {kind.value: kind for kind in TakeKind}


class Takes:
    """The takes of a story. Methods raise `BadInput` for a take or scene it does not know."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def begin(
        self,
        scene_id: str,
        place_id: str,
        *,
        model: str,
        request_hash: str,
        sampling: Sampling,
        asked: Asked | None = None,
        place: str = "",
    ) -> Take:
        """A new take without text, running; it counts on from the others of its place."""
        asked = asked or Asked()
        return self._add(
            scene_id,
            place_id,
            TakeState.RUNNING,
            model=one_line(model),
            place=one_line(place),
            request_hash=one_line(request_hash),
            sampling=values.told(sampling),
            kind=asked.kind.value,
            wish=one_line(asked.wish),
            parent_id=asked.parent_id,
            revision_id=asked.revision_id,
            prompt=clean(asked.prompt),
        )

    def grow(self, take_id: str, text: str, thinking: str = "") -> None:
        """Keep what a running take has so far; its whole text and thinking, not the new pieces."""
        text = clean(text)
        with self._database.write() as session:
            row = _row(session, take_id)
            if row.state == TakeState.RUNNING.value:  # a late call must not undo `finish`
                row.text, row.kept, row.thinking = text, len(text), clean(thinking)
                self._journal.wrote_all(row)

    def finish(
        self,
        take_id: str,
        *,
        text: str,
        kept: int,
        state: TakeState,
        reason: StopReason | None,
        usage: Usage,
        thinking: str = "",
    ) -> Take:
        """Keep how a take ended; the finished take. A disk that is full gets it later.

        Args:
            kept: how many characters of `text` stand on the page.
        """
        text, kept = _cleaned(text, kept)

        def end(session: Session) -> Take:
            row = _row(session, take_id)
            row.text, row.kept, row.state = text, kept, state.value
            row.reason = reason.value if reason else ""
            row.usage = values.told(usage)
            row.thinking = clean(thinking)
            self._journal.wrote_all(row)
            return _take(row)

        return self._database.surely(f"take {take_id}", end)

    def set_kept(self, take_id: str, kept: int) -> None:
        """Change how much of a take stands on the page."""
        with self._database.write() as session:
            row = _row(session, take_id)
            row.kept = min(max(kept, 0), len(row.text))
            self._journal.wrote_all(row)

    def bookmark(self, take_id: str, name: str) -> Take:
        """Name this point of the story's history; "" takes the name away."""
        with self._database.write() as session:
            row = _row(session, take_id)
            row.bookmark = one_line(name)
            self._journal.wrote_all(row)
            return _take(row)

    def keep_edited(
        self, scene_id: str, place_id: str, text: str, *, asked: Asked | None = None
    ) -> Take:
        """Keep the author's changed version of what stands at a place, once."""
        asked = asked or Asked()
        text = clean(text)
        same = (_TAKE.c.place_id == place_id, _TAKE.c.state == TakeState.EDITED.value)
        with self._database.lock:
            with self._database.read() as session:
                for row in _rows(session, *same):
                    if row.text == text:
                        return _take(row)
            return self._add(
                scene_id,
                place_id,
                TakeState.EDITED,
                text=text,
                kind=asked.kind.value,
                parent_id=asked.parent_id,
                revision_id=asked.revision_id,
            )

    def of_place(self, place_id: str) -> tuple[Take, ...]:
        """The takes of one place, by number."""
        with self._database.read() as session:
            return tuple(_take(row) for row in _rows(session, _TAKE.c.place_id == place_id))

    def of_scene(self, scene_id: str) -> tuple[Take, ...]:
        """The takes of one scene, in the order they were made."""
        with self._database.read() as session:
            return tuple(_take(row) for row in _rows(session, _TAKE.c.scene_id == scene_id))

    def one(self, take_id: str) -> Take:
        """The take of that id, with its text."""
        with self._database.read() as session:
            return _take(_row(session, take_id))

    def heads(self, scene_id: str) -> tuple[TakeHead, ...]:
        """The takes of one scene without their texts, in the order they were made.

        Five thousand of them take 0.2 s.
        """
        with self._database.read() as session:
            return _heads(session, _TAKE.c.scene_id == scene_id)

    def bookmarked(self) -> tuple[TakeHead, ...]:
        """The takes of all scenes that have a bookmark, the newest first."""
        with self._database.read() as session:
            return _heads(session, _TAKE.c.bookmark != "")[::-1]

    def numbers(self) -> dict[str, int]:
        """How many takes each scene has that has any."""
        with self._database.read() as session:
            rows = session.execute(
                select(_TAKE.c.scene_id, func.count()).group_by(_TAKE.c.scene_id)
            ).all()
        return {values.identity(scene): values.whole(count) for scene, count in rows}

    def wishes(self, limit: int = 50) -> tuple[str, ...]:
        """The lines that continuations were asked for with, the latest first, each once."""
        kinds = (TakeKind.CONTINUE.value, TakeKind.INFILL.value)
        asked = (_TAKE.c.wish != "", _TAKE.c.kind.in_(kinds))
        latest = func.max(_TAKE.c.created)
        with self._database.read() as session:
            rows = session.execute(
                select(_TAKE.c.wish)
                .where(*asked)
                .group_by(_TAKE.c.wish)
                .order_by(latest.desc())
                .limit(limit)
            ).all()
        return tuple(one_line(str(wish)) for (wish,) in rows)

    def costs(self) -> dict[str, float]:
        """What the story's takes have cost, by currency; those of scenes in the trash too."""
        # What is no JSON in a file from anywhere is passed over; SQLite would raise an error.
        usage = case((func.json_valid(_TAKE.c.usage), _TAKE.c.usage))
        currency = func.json_extract(usage, "$.currency")
        spent = func.total(func.json_extract(usage, "$.cost"))
        with self._database.read() as session:
            rows = session.execute(select(currency, spent).group_by(currency)).all()
        return {one_line(str(name)): cost for name, cost in rows if name and 0 < cost < math.inf}

    def discard(self, take_id: str) -> None:
        """Forget a running take that has neither text nor thinking; any other stays."""
        with self._database.write() as session:
            row = _row(session, take_id)
            if row.state == TakeState.RUNNING.value and not (row.text or row.thinking):
                session.delete(row)
                self._journal.wrote("take", {"id": take_id}, None)

    def _add(
        self, scene_id: str, place_id: str, state: TakeState, *, text: str = "", **more: str
    ) -> Take:
        with self._database.write() as session:
            require_scene(session, scene_id)
            last = session.scalar(
                select(func.max(_TAKE.c.number)).where(_TAKE.c.place_id == place_id)
            )
            row = TakeRow(
                id=values.new_id(),
                scene_id=scene_id,
                place_id=place_id,
                number=values.whole(last) + 1,
                created=values.now(),
                state=state.value,
                kept=len(text),
                text=text,
                **more,
            )
            session.add(row)
            session.flush()
            self._journal.wrote_all(row)
            return _take(row)


def _rows(session: Session, *where: ColumnElement[bool]) -> Iterator[TakeRow]:
    order = (_TAKE.c.created, _TAKE.c.number)
    yield from session.scalars(select(TakeRow).where(*where).order_by(*order))


def _heads(session: Session, *where: ColumnElement[bool]) -> tuple[TakeHead, ...]:
    opening = func.substr(_TAKE.c.text, 1, OPENING).label("opening")
    rows = session.execute(
        select(*(_TAKE.c[name] for name in _HEAD), opening)
        .where(*where)
        .order_by(_TAKE.c.created, _TAKE.c.number)
    ).all()
    return tuple(
        TakeHead(
            values.identity(row.id),
            values.identity(row.scene_id),
            values.identity(row.place_id),
            values.whole(row.number),
            values.moment(row.created),
            _STATES.get(str(row.state), TakeState.FINISHED),
            _KINDS.get(str(row.kind), TakeKind.CONTINUE),
            one_line(str(row.wish)),
            values.identity(row.parent_id),
            values.identity(row.revision_id),
            one_line(str(row.bookmark)),
            values.whole(row.kept),
            one_line(str(row.opening)),
        )
        for row in rows
    )


def _row(session: Session, take_id: str) -> TakeRow:
    row = session.get(TakeRow, take_id)
    if row is None:
        raise BadInput(_("This take is not in the story."), title=_("No such take"))
    return row


def _cleaned(text: str, kept: int) -> tuple[str, int]:
    kept = min(max(kept, 0), len(text))
    return clean(text), len(clean(text[:kept]))


def _take(row: TakeRow) -> Take:
    text, kept = _cleaned(str(row.text), values.whole(row.kept))
    reasons = {reason.value: reason for reason in StopReason}
    return Take(
        values.identity(row.id),
        values.identity(row.scene_id),
        values.identity(row.place_id),
        values.whole(row.number),
        values.moment(row.created),
        text,
        kept,
        _STATES.get(str(row.state), TakeState.FINISHED),
        one_line(str(row.model)),
        one_line(str(row.request_hash)),
        values.sampling(row.sampling),
        values.usage(row.usage),
        reasons.get(str(row.reason)),
        _KINDS.get(str(row.kind), TakeKind.CONTINUE),
        one_line(str(row.wish)),
        values.identity(row.parent_id),
        values.identity(row.revision_id),
        one_line(str(row.bookmark)),
        clean(str(row.prompt)),
        one_line(str(row.place)),
        clean(str(row.thinking)),
    )
