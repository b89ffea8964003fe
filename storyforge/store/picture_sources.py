"""The pictures that orders begin from or are drawn after, by their digests, each once.

A picture of the story is not kept a second time: it is read where it lies. A source goes once
nothing in the story names its digest any more; whoever names one, names it in hex in a text.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from storyforge.domain.picture.png_head import LARGEST_FILE
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.store.bare_rows import run
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.picture_files import PictureFolder
from storyforge.store.picture_tables import PictureDataRow, PictureRow, PictureSourceRow
from storyforge.store.tables import table

if TYPE_CHECKING:
    from storyforge.store.pictures import Pictures

_SOURCE, _PICTURE, _DATA = table(PictureSourceRow), table(PictureRow), table(PictureDataRow)
_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
# Every text of a story that may name one: what is kept of a scene, plans and their past, orders.
_NAMING = (
    *("SELECT settings FROM picture", 'SELECT "order" FROM picture_order'),
    *("SELECT value FROM plan_fact", "SELECT value FROM plan_past"),
    *("SELECT changes FROM plan_step", "SELECT value FROM setting"),
)


def digest_of(data: bytes) -> str:
    """What a source is called."""
    return hashlib.sha256(data).hexdigest()


class PictureSources:
    """The sources of one story."""

    def __init__(self, database: Database, journal: Journal, pictures: "Pictures") -> None:
        self._database = database
        self._journal = journal
        self._pictures = pictures

    def put(self, data: bytes) -> str:
        """Keep one for as long as something names it; its digest.

        Raises:
            BadInput: it is larger than any picture of a story.
            StoryFileError: it cannot be written.
        """
        if len(data) > LARGEST_FILE:
            raise BadInput(
                _("This picture is larger than any picture of a story."),
                title=_("Not kept"),
                hint=_("Nothing was changed."),
            )
        digest = digest_of(data)
        with self._database.write() as session:
            if not is_whole(session, digest):
                self._journal.put(session, _SOURCE, {"digest": digest}, {"data": data})
        return digest

    def keep(self, sources: Mapping[str, bytes]) -> None:
        """Have what a picture was made from in the story, but for what is among its pictures."""
        folder = self._pictures.folder
        with self._database.read() as session:
            known = all(_is_there(session, folder, digest) for digest in sources)
        if not known:
            with self._database.write() as session:
                keep(session, folder, sources)

    def read(self, digest: str) -> bytes:
        """A source, or the picture of the story with that digest.

        Raises:
            BadInput: it is gone, or is another file by now.
        """
        with self._database.read() as session:
            data = _data_of(session, digest)
        if data is None:
            data = self._of_pictures(digest)
        if data is None:
            raise BadInput(
                _("A picture that this one is made from is gone."),
                title=_("Not drawn"),
                hint=_("Choose another one for it; nothing else is lost."),
            )
        return data

    def sweep(self) -> None:
        """Let those go that nothing names; where there are none, the file is not touched."""
        with self._database.read() as session:
            unnamed = bool(_unnamed(session))
        if unnamed:
            with self._database.write() as session:
                sweep(session)

    def _of_pictures(self, digest: str) -> bytes | None:
        for deleted in (False, True):
            for one in self._pictures.all(deleted=deleted):
                if one.digest == digest:
                    data = self._pictures.read(one.id)
                    return data if digest_of(data) == digest else None
        return None


def keep(session: Session, folder: PictureFolder, sources: Mapping[str, bytes]) -> None:
    """Have what an order names in the story, but for what is among its pictures."""
    for digest, data in sources.items():
        if not _is_there(session, folder, digest):
            _put(session, digest, data)


def hold(session: Session, folder: PictureFolder, where: ColumnElement[bool]) -> None:
    """Pictures are about to go for good: of those that something names, their bytes stay."""
    rows = session.execute(select(_PICTURE.c.id, _PICTURE.c.digest).where(where)).all()
    named = set(_named(session)) if rows else set[str]()
    for key, digest in rows:
        if digest in named and not is_whole(session, digest):
            data = _data_of_picture(session, folder, str(key), digest)
            if data is not None:
                _put(session, digest, data)


def is_whole(session: Session, digest: str) -> bool:
    """Whether a source is here, and is what it is called."""
    return _data_of(session, digest) is not None


def size(session: Session) -> int:
    """Bytes of all of them."""
    return int(session.scalar(select(func.sum(func.length(_SOURCE.c.data)))) or 0)


def sweep(session: Session) -> None:
    """Let the sources go that nothing names; 20 ms where two thousand pictures name some."""
    for digest in _unnamed(session):
        session.execute(delete(_SOURCE).where(_SOURCE.c.digest == digest))


def _unnamed(session: Session) -> set[str]:
    kept = {str(digest) for digest in session.scalars(select(_SOURCE.c.digest))}
    return kept.difference(_named(session)) if kept else kept


def _named(session: Session) -> Iterator[str]:
    for statement in _NAMING:
        for (told,) in run(session, statement):
            yield from _digests_in(str(told))


def _digests_in(text: str) -> Iterable[str]:
    return _DIGEST.findall(text) if len(text) >= 64 else ()


def _put(session: Session, digest: str, data: bytes) -> None:
    """In the place of what a stranger may have called so."""
    session.execute(delete(_SOURCE).where(_SOURCE.c.digest == digest))
    session.add(PictureSourceRow(digest=digest, data=data))
    session.flush()


def _is_there(session: Session, folder: PictureFolder, digest: str) -> bool:
    """Whether its bytes can be had, not only a row that tells of them."""
    if is_whole(session, digest):
        return True
    keys = session.scalars(select(_PICTURE.c.id).where(_PICTURE.c.digest == digest)).all()
    return any(_data_of_picture(session, folder, str(key), digest) for key in keys)


def _data_of_picture(
    session: Session, folder: PictureFolder, key: str, digest: str
) -> bytes | None:
    fair = func.length(_DATA.c.data) <= LARGEST_FILE
    data = session.scalar(select(_DATA.c.data).where(_DATA.c.picture_id == key, fair))
    data = data or folder.read(key)
    return data if isinstance(data, bytes) and digest_of(data) == digest else None


def _data_of(session: Session, digest: str) -> bytes | None:
    # A stranger's may be of any size: it is measured before it is read.
    fair = func.length(_SOURCE.c.data) <= LARGEST_FILE
    data = session.scalar(select(_SOURCE.c.data).where(_SOURCE.c.digest == digest, fair))
    return data if isinstance(data, bytes) and digest_of(data) == digest else None
