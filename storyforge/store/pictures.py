"""The pictures of a story: what is known of them, and where their bytes lie.

Chosen ones lie in the story file, the others beside it (`picture_files`). A file is written before
the row that tells of it and goes only after it, so a kill between the two leaves a file too many
and never one too few. What was chosen keeps its file until the story is closed: where another
program writes into the open story, nothing else is left of it.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storyforge.domain.picture.pictures import Picture
from storyforge.domain.picture.png_head import LARGEST_FILE, size_of
from storyforge.domain.text import one_line
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _
from storyforge.store import faults, picture_rows, picture_sources
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.picture_files import PictureFolder, is_name
from storyforge.store.picture_tables import PictureDataRow, PictureRow
from storyforge.store.remembering import Remembered
from storyforge.store.tables import table
from storyforge.store.values import new_id, now

_PICTURE, _DATA = table(PictureRow), table(PictureDataRow)


@dataclass(frozen=True, slots=True)
class Weight:
    """What pictures take: how many there are, and bytes.

    Attributes:
        inside: in the story file, with what others are made from.
        beside: in the folder, files that the story does not know included.
        trash: of both, what was deleted.
    """

    count: int = 0
    inside: int = 0
    beside: int = 0
    trash: int = 0


class Pictures:
    """The pictures of one story. Methods raise `BadInput` for an id that it does not know.

    Attributes:
        folder: the files beside it.
    """

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._all = Remembered(database, (_PICTURE.name,), picture_rows.pictures_where)
        self.folder = PictureFolder(database.path)

    def all(self, deleted: bool = False) -> tuple[Picture, ...]:
        """Every picture, the oldest first; those in the trash instead, where `deleted`."""
        return tuple(one for one in self._all.value() if bool(one.deleted) is deleted)

    def of_scene(self, scene_id: str) -> tuple[Picture, ...]:
        """Those of one scene, the oldest first, without the deleted ones."""
        return tuple(one for one in self.all() if one.scene_id == scene_id)

    def chosen(self) -> dict[str, Picture]:
        """Each scene's picture, by the scene's id."""
        return {one.scene_id: one for one in self.all() if one.chosen and one.scene_id}

    def get(self, key: str) -> Picture:
        """One of them, a deleted one too."""
        for one in self._all.value():
            if one.id == key:
                return one
        raise picture_rows.unknown()

    def missing(self) -> frozenset[str]:
        """The pictures whose files are gone: another program took them away."""
        there = self.folder.sizes().keys()
        with self._database.read() as session:
            inside = {str(key) for key in session.scalars(select(_DATA.c.picture_id))}
        return frozenset(
            one.id for one in self._all.value() if one.id not in there and one.id not in inside
        )

    def read(self, key: str) -> bytes:
        """The file of a picture.

        Raises:
            BadInput: its file is gone, or is no picture any more.
        """
        picture = self.get(key)
        data = None if picture.beside else self._inside(key)
        if data is None:
            data = self.folder.read(key) or self._inside(key)
        if data is None:
            raise BadInput(
                _("The file of this picture is gone: another program took it away."),
                title=_("Picture gone"),
                hint=_("It can be drawn again; all that it was made from is kept."),
            )
        if size_of(data) is None:
            raise BadInput(
                _("The file of this picture is no PNG any more."),
                title=_("Picture damaged"),
                hint=_("It can be drawn again; all that it was made from is kept."),
            )
        return data

    def add(self, picture: Picture, data: bytes) -> Picture:
        """Keep a picture and its file, a PNG; as it is known then.

        It gets an id where it has none, and is the scene's picture where it says so.

        Raises:
            BadInput: the file is no PNG, or too large.
            StoryFileError: it cannot be written; nothing of it is left.
        """
        self._database.require()
        _must_be_png(data)
        key = picture.id if is_name(picture.id) else new_id()
        kept = replace(
            picture,
            id=key,
            chosen=False,
            beside=True,
            size=len(data),
            digest=hashlib.sha256(data).hexdigest(),
        )
        self.folder.put(key, data)
        with self._database.write() as session:
            picture_rows.put(session, self._journal, picture_rows.row_from(kept))
        return self.choose(key) if picture.chosen else self.get(key)

    def choose(self, key: str) -> Picture:
        """Make it its scene's picture, in the place of another one; as it is known then.

        Raises:
            BadInput: its file is gone.
            Refused: it is in the trash.
        """
        self._database.require()
        if self.get(key).deleted:
            raise Refused(
                _("This picture is in the trash."),
                title=_("Not chosen"),
                hint=_("Bring it back first."),
            )
        data = self.read(key)
        with self._database.lock, self._database.read() as session:
            row = picture_rows.row_of(session, key)
            chosen = (_PICTURE.c.chosen != 0, _PICTURE.c.id != key)
            others = picture_rows.rows_where(session, picture_rows.same_place(row), *chosen)
        for other in others:
            self._put_out(str(other["id"]))
        with self._database.write() as session:
            for other in others:
                self._let_out(session, other | {"chosen": False})
            session.execute(delete(_DATA).where(_DATA.c.picture_id == key))
            session.add(PictureDataRow(picture_id=key, data=data))
            picture_rows.put(session, self._journal, row | {"chosen": True, "beside": False})
        return self.get(key)

    def unchoose(self, key: str) -> Picture:
        """Let its scene have no picture; it lies beside the story then. As it is known then."""
        self._database.require()
        self._put_out(key)
        with self._database.write() as session:
            self._let_out(session, picture_rows.row_of(session, key) | {"chosen": False})
        return self.get(key)

    def rate(self, key: str, rating: int) -> Picture:
        """Give it 1 to 5 stars, or 0 for none; as it is known then."""
        return self._set(key, rating=min(max(rating, 0), 5))

    def set_alt(self, key: str, alt: str) -> Picture:
        """Say what it shows, for who cannot see it; as it is known then."""
        return self._set(key, alt=one_line(alt))

    def delete(self, key: str) -> Picture:
        """Put it into the trash; `bring_back` takes it out. As it is known then."""
        return self._set(key, deleted=now())

    def bring_back(self, key: str) -> Picture:
        """Take it out of the trash, chosen if it was and no other is now; as it is known then."""
        return self._set(key, deleted="")

    def purge(self, key: str) -> None:
        """Let a deleted picture go for good, its file too.

        Raises:
            Refused: it is not in the trash.
        """
        if not self.get(key).deleted:
            raise Refused(
                _("It is in the story, not in the trash."),
                title=_("Not removed"),
                hint=_("Delete it first, if you want it gone."),
            )
        self._database.require()
        with self._database.write() as session:
            picture_sources.hold(session, self.folder, _PICTURE.c.id == key)
        self.folder.remove(key)
        with self._database.write() as session:
            gone = picture_rows.forget(session, self._journal, _PICTURE.c.id == key)
            picture_sources.sweep(session)
            self._journal.forget(set(gone))

    def loose(self) -> tuple[str, ...]:
        """The files in the folder that the story does not know, by the ids they are called."""
        known = {one.id for one in self._all.value()}
        return tuple(sorted(key for key in self.folder.sizes() if key not in known))

    def weigh(self) -> Weight:
        """What all of them take on the disk."""
        sizes = self.folder.sizes()
        with self._database.read() as session:
            rows = session.execute(select(_DATA.c.picture_id, func.length(_DATA.c.data)))
            inside = {str(key): int(size) for key, size in rows}
            sources = picture_sources.size(session)
        known = self._all.value()
        trash = sum(sizes.get(x.id, 0) + inside.get(x.id, 0) for x in known if x.deleted)
        return Weight(len(known), sum(inside.values()) + sources, sum(sizes.values()), trash)

    def heavy(self) -> tuple[Picture, ...]:
        """Pictures that nobody chose and that lie in the story file all the same."""
        with self._database.read() as session:
            inside = {str(key) for key in session.scalars(select(_DATA.c.picture_id))}
        return tuple(one for one in self._all.value() if not one.chosen and one.id in inside)

    def slim(self) -> None:
        """Bring out of the story file what nobody chose, and give its room back to the disk.

        Raises:
            StoryFileError: the disk has no room for it; all pictures are whole.
        """
        for one in self.heavy():
            self.unchoose(one.id)
        with self._database.write() as session:
            picture_sources.sweep(session)
        self.sweep()
        with faults.reported(self._database.path, doing="save"):
            self._database.vacuum()

    def sweep(self) -> None:
        """Let the files go whose pictures lie in the story file, whole, by what is on the disk."""
        self._database.require()
        there = self.folder.sizes()
        for one in self._all.value():
            if one.chosen and not one.beside and one.id in there:
                data = self._inside(one.id)
                # One of the same name may be another's: the folder may be a link to anywhere.
                if data is not None and _is_whole(data, one) and self.folder.read(one.id) == data:
                    self.folder.remove(one.id)

    def _set(self, key: str, **values: Any) -> Picture:
        with self._database.write() as session:
            picture_rows.put(session, self._journal, picture_rows.row_of(session, key) | values)
        return self.get(key)

    def _inside(self, key: str) -> bytes | None:
        with self._database.read() as session:
            # A stranger's may be of any size: it is measured before it is read.
            fair = func.length(_DATA.c.data) <= LARGEST_FILE
            data = session.scalar(select(_DATA.c.data).where(_DATA.c.picture_id == key, fair))
        return data if isinstance(data, bytes) else None

    def _put_out(self, key: str) -> None:
        """Have its file lie beside the story, if only the story has it."""
        data = self._inside(key)
        if data is not None and not self.folder.has(key):
            self.folder.put(key, data)

    def _let_out(self, session: Session, row: dict[str, Any]) -> None:
        """Its bytes leave the story file, where they lie beside it."""
        if out := self.folder.has(str(row["id"])):
            session.execute(delete(_DATA).where(_DATA.c.picture_id == row["id"]))
        picture_rows.put(session, self._journal, row | {"beside": out or bool(row["beside"])})


def _is_whole(data: bytes, picture: Picture) -> bool:
    return hashlib.sha256(data).hexdigest() == picture.digest


def _must_be_png(data: bytes) -> None:
    if len(data) > LARGEST_FILE or size_of(data) is None:
        raise BadInput(
            _("This is no PNG, or one that is larger than any picture of a story."),
            title=_("Not kept"),
            hint=_("Nothing was changed."),
        )
