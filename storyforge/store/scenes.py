"""The texts: loading and saving pages, and reading what stands before a scene."""

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from storyforge.domain.counting import Counts
from storyforge.domain.origin import Place, Provenance, Span
from storyforge.domain.story import EarlierScene, Page
from storyforge.domain.text import clean, one_line
from storyforge.store.database import Database
from storyforge.store.order import unknown_scene
from storyforge.store.pages import Tally, places_of, sound, spans_of
from storyforge.store.remembering import values_of
from storyforge.store.tables import AnchorRow, ChapterRow, SceneRow, SpanRow, table
from storyforge.store.values import identity, now, whole

_CHAPTER, _SCENE = table(ChapterRow), table(SceneRow)
_SPAN, _PLACE = table(SpanRow), table(AnchorRow)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the file holds of the page that was saved or loaded last; no text, only its digest."""

    scene_id: str
    digest: bytes
    spans: tuple[Span, ...]
    places: tuple[Place, ...]


class Scenes:
    """The scenes' texts. Methods raise `BadInput` for a scene the story does not know.

    Attributes:
        written: the pages saved since the story was opened, by scene id, as they are now: where
            another program writes into the open file, nothing else may be left of them.
    """

    def __init__(self, database: Database, tally: Tally, read_only: Callable[[], bool]) -> None:
        self._database = database
        self._read_only = read_only
        self._stored: _Stored | None = None
        self._tally = tally
        self.written: dict[str, Page] = {}

    def load(self, scene_id: str) -> Page:
        """The scene's page; whatever the file holds, the page holds together."""
        with self._database.lock:
            with self._database.read() as session:
                row = session.execute(
                    select(_SCENE.c.text, _SCENE.c.caret).where(_SCENE.c.id == scene_id)
                ).one_or_none()
                if row is None:
                    raise unknown_scene()
                spans, places = _rows_of(session, scene_id)
            found = Page(scene_id, str(row.text), Provenance(spans, places), whole(row.caret))
            page = sound(found)
            self._stored = _stored(page) if page is found else None
        return page

    def text(self, scene_id: str) -> str:
        """A scene's text alone, which is all that a search reads of it."""
        with self._database.read() as session:
            found = session.scalar(select(_SCENE.c.text).where(_SCENE.c.id == scene_id))
        if found is None:
            raise unknown_scene()
        return clean(str(found))

    def stamps(self) -> dict[str, tuple[str, int]]:
        """When each scene was saved last, and how long it is: another text has another stamp."""
        with self._database.read() as session:
            rows = session.execute(select(_SCENE.c.id, _SCENE.c.changed, _SCENE.c.length))
            return {str(key): (str(changed), whole(length)) for key, changed, length in rows}

    def save(self, page: Page) -> None:
        """Put a page on the disk in one transaction; only what changed is written."""
        with self._database.lock:
            page = sound(page)
            own, model = self._tally.of(page)
            total = own + model
            stored, known = _stored(page), self._stored
            if known is not None and known.scene_id != page.scene_id:
                known = None
            values: dict[str, str | int] = {
                "caret": page.caret,
                "length": len(page.text),
                "words": total.words,
                "characters": total.characters,
                "model_words": model.words,
                "model_characters": model.characters,
                "changed": now(),
            }
            if known is None or known.digest != stored.digest:
                values["text"] = page.text
            self._stored = None  # until all of it is on the disk
            self.written[page.scene_id] = page
            with self._database.write() as session:
                _update_scene(session, page.scene_id, values)
                if known is None:
                    known = _Stored(page.scene_id, b"", *_rows_of(session, page.scene_id))
                _replace_spans(session, page.scene_id, known.spans, stored.spans)
                if known.places != stored.places:
                    _replace_places(session, page.scene_id, stored.places)
            self._stored = stored

    def forget_gone(self) -> None:
        """Keep no page of a scene that the file does not hold any more: it went for good."""
        with self._database.lock, self._database.read() as session:
            known = set(session.scalars(select(_SCENE.c.id)))
            self.written = {key: page for key, page in self.written.items() if key in known}

    def save_caret(self, scene_id: str, caret: int) -> None:
        """Keep where the author stands. Does nothing in a read-only story."""
        if not self._read_only():
            with self._database.write() as session:
                _update_scene(session, scene_id, {"caret": max(caret, 0)})

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Every change made inside is one transaction: all of them are kept, or on an error none.

        One commit waits for the disk once, not once a change. Other threads wait until it ends.
        """
        with self._database.lock:
            written = dict(self.written)
            try:
                with self._database.together():
                    yield
            except BaseException:
                self._stored, self.written = None, written  # what was saved inside is in no file
                raise

    def before(self, scene_id: str, characters: int) -> tuple[EarlierScene, ...]:
        """The scenes before one, in story order: the nearest, up to so many characters of text.

        Of the farthest scene only the end is read.
        """
        with self._database.read() as session:
            heads = values_of(
                session,
                select(
                    _SCENE.c.id, _SCENE.c.title, _SCENE.c.length, _CHAPTER.c.id, _CHAPTER.c.title
                )
                .join_from(_SCENE, _CHAPTER, _SCENE.c.chapter_id == _CHAPTER.c.id)
                .where(_SCENE.c.deleted == "", _CHAPTER.c.deleted == "")
                .order_by(_CHAPTER.c.position, _CHAPTER.c.id, _SCENE.c.position, _SCENE.c.id),
            )
            index = next((i for i, head in enumerate(heads) if head[0] == scene_id), None)
            if index is None:
                raise unknown_scene()
            start = sum(whole(head[2]) for head in heads[:index])
            left = characters
            found: list[EarlierScene] = []
            while index > 0 and left > 0:
                index -= 1
                key, title, length, chapter, chapter_title = heads[index]
                start -= whole(length)
                is_cut = whole(length) > left
                text = _text(session, key, left if is_cut else None)
                opens = index == 0 or heads[index - 1][3] != chapter
                found.append(
                    EarlierScene(
                        identity(key),
                        one_line(str(title)),
                        one_line(str(chapter_title)) if opens else None,
                        text,
                        start + (whole(length) - left if is_cut else 0),
                        is_cut,
                    )
                )
                left -= whole(length)
        return tuple(reversed(found))

    def counts_by_author(self, scene_id: str) -> tuple[Counts, Counts]:
        """(the author's own counts, the model's) of a scene as it was last saved."""
        with self._database.read() as session:
            row = session.execute(
                select(
                    _SCENE.c.words,
                    _SCENE.c.characters,
                    _SCENE.c.model_words,
                    _SCENE.c.model_characters,
                ).where(_SCENE.c.id == scene_id)
            ).one_or_none()
        if row is None:
            raise unknown_scene()
        words, characters, model_words, model_characters = (whole(value) for value in row)
        own = Counts(max(words - model_words, 0), max(characters - model_characters, 0))
        return own, Counts(model_words, model_characters)


def require_scene(session: Session, scene_id: str) -> None:
    """Raise `BadInput` unless the file holds the scene."""
    if session.scalar(select(_SCENE.c.id).where(_SCENE.c.id == scene_id)) is None:
        raise unknown_scene()


def _stored(page: Page) -> _Stored:
    # 1 MB hashes in 1 ms; writing it again for nothing takes ten times as long.
    digest = hashlib.sha256(page.text.encode()).digest()
    return _Stored(page.scene_id, digest, page.provenance.spans, page.provenance.places)


def _rows_of(session: Session, scene_id: str) -> tuple[tuple[Span, ...], tuple[Place, ...]]:
    spans = session.execute(
        select(_SPAN.c.length, _SPAN.c.origin, _SPAN.c.take_id)
        .where(_SPAN.c.scene_id == scene_id)
        .order_by(_SPAN.c.number)
    )
    places = session.execute(
        select(_PLACE.c.id, _PLACE.c.start, _PLACE.c.stop, _PLACE.c.kind).where(
            _PLACE.c.scene_id == scene_id
        )
    )
    return spans_of(spans), places_of(places)


def _text(session: Session, scene_id: str, last: int | None) -> str:
    """A scene's text, or its last so many characters."""
    column = _SCENE.c.text if last is None else func.substr(_SCENE.c.text, -last)
    return clean(str(session.scalar(select(column).where(_SCENE.c.id == scene_id))))


def _update_scene(session: Session, scene_id: str, values: dict[str, str | int]) -> None:
    """Update columns; the values go in as parameters, so no statement cache keeps a text."""
    statement = (
        update(_SCENE)
        .where(_SCENE.c.id == bindparam("key"))
        .values({name: bindparam(f"new_{name}") for name in values})
    )
    given = {f"new_{name}": value for name, value in values.items()}
    if session.connection().execute(statement, {"key": scene_id, **given}).rowcount == 0:
        raise unknown_scene()


def _replace_spans(
    session: Session, scene_id: str, old: tuple[Span, ...], new: tuple[Span, ...]
) -> None:
    """Write the rows that differ: typing makes one span longer and leaves 2,999 as they are."""
    if len(new) < len(old):
        session.execute(
            delete(_SPAN).where(_SPAN.c.scene_id == scene_id, _SPAN.c.number >= len(new))
        )
    changed = [
        {
            "scene_id": scene_id,
            "number": number,
            "length": span.length,
            "origin": span.origin.value,
            "take_id": span.take,
        }
        for number, span in enumerate(new)
        if number >= len(old) or old[number] != span
    ]
    if changed:
        session.connection().execute(insert(_SPAN).prefix_with("OR REPLACE"), changed)


def _replace_places(session: Session, scene_id: str, places: tuple[Place, ...]) -> None:
    session.execute(delete(_PLACE).where(_PLACE.c.scene_id == scene_id))
    rows = [
        {"scene_id": scene_id, "id": p.id, "start": p.start, "stop": p.end, "kind": p.kind.value}
        for p in places
    ]
    if rows:
        session.connection().execute(insert(_PLACE), rows)
