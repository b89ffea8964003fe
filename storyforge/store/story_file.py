"""One story, one file: what the rest of the house sees of this room.

Safe to use from any thread. Every value that leaves is cleaned; every change is on the disk when
its call returns. A story that may only be read refuses changes with a sentence that says why.
"""

import contextlib
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from sqlalchemy import delete, select, update

from storyforge.domain.story import Outline
from storyforge.domain.text import one_line
from storyforge.errors import Refused, StoryFileError, StoryforgeError
from storyforge.i18n import _
from storyforge.store import creating, faults, holding, lock
from storyforge.store.database import Database
from storyforge.store.late_parts import LateParts
from storyforge.store.lock import Holder
from storyforge.store.opening import Opened, look_at, open_file
from storyforge.store.outlines import OUTLINE_TABLES, read_outline
from storyforge.store.own_settings import is_own
from storyforge.store.pages import Tally
from storyforge.store.picture_files import PictureFolder
from storyforge.store.placing import copy_database, placed, refuse_leftovers
from storyforge.store.remembering import Remembered
from storyforge.store.rescuing import Guard
from storyforge.store.scenes import Scenes
from storyforge.store.tables import SettingRow, StoryRow, table
from storyforge.store.values import new_id

log = logging.getLogger(__name__)

_STORY, _SETTING = table(StoryRow), table(SettingRow)


class StoryFile(LateParts):
    """An open story.

    Attributes:
        path: where it lies, as it was given.
        holder: who else has it open for writing, if that is why it is read-only.
        read_only_reason: one sentence; empty when the story may be changed.
        recovered: one sentence when the last session died, else None.
        notes: more that the author should read once after opening.
    """

    def __init__(self, path: Path, opened: Opened) -> None:
        self.path = path
        self.holder: Holder | None = opened.holder
        self.read_only_reason = opened.reason
        self.recovered = opened.recovered
        self.notes = opened.notes
        self._file = path.resolve()
        self._lock = opened.lock
        self._scratch = opened.scratch
        self._closed = False
        database = Database(self._file, opened.raw, self._may_write)
        tally = Tally()  # under the database's lock, as all of them
        self._outline = Remembered(database, OUTLINE_TABLES, read_outline)
        super().__init__(database, tally, Scenes(database, tally, lambda: self.read_only))
        self.guard = Guard(
            self._file,
            database,
            self.scenes,
            lambda: self.read_only,
            # What nobody asked for has no changes that could be lost.
            lambda: self.__dict__.get("context"),
            self.journal,
        )
        if self._lock is not None:
            holding.hold(self._file)

    @classmethod
    def create(
        cls, path: Path, *, title: str, author: str = "", language: str = "en"
    ) -> "StoryFile":
        """A new story with one chapter and one empty scene, open for writing.

        Raises:
            Refused: something is at `path` already.
            StoryFileError: the file cannot be made there.
        """
        creating.create(path.resolve(), title=title, author=author, language=language)
        story = cls.open(path)
        story.recovered = None  # a lock that was left at this name tells of an older story
        return story

    @classmethod
    def open(cls, path: Path, *, take_over: bool = False) -> "StoryFile":
        """The story at `path`; read-only, with the reason, where it cannot be written.

        Args:
            take_over: take the lock of another machine; only after the author's yes.

        Raises:
            StoryFileError: it is not there, not a story, damaged, or from a newer storyforge.
        """
        return cls(path, open_file(path.resolve(), take_over=take_over))

    @classmethod
    def look(cls, path: Path) -> "StoryFile":
        """The story at `path`, only to read: nothing of it or beside it changes.

        Raises:
            StoryFileError: it is not there, not a story, damaged, or from a newer storyforge.
        """
        return cls(path, look_at(path.resolve()))

    @property
    def read_only(self) -> bool:
        """Whether changes are refused."""
        return bool(self.read_only_reason)

    def outline(self) -> Outline:
        """The whole story without its text; reads no text, whatever the story's size."""
        return self._outline.value()

    def rename(
        self, *, title: str | None = None, author: str | None = None, language: str | None = None
    ) -> None:
        """Change what is not None."""
        given = {"title": title, "author": author, "language": language}
        values = {name: one_line(value) for name, value in given.items() if value is not None}
        if values:
            with self._database.write() as session:
                session.execute(update(_STORY).values(values))

    def together(self) -> contextlib.AbstractContextManager[None]:
        """Carry out the changes made inside as one: all of them are kept, or on an error none.

        One commit waits for the disk once, not once a change. Other threads wait until it ends.
        """
        return self.scenes.together()

    def remember(self, key: str, value: str | None) -> None:
        """Keep a small setting of this story; None forgets it. Nothing in a read-only story."""
        if self.read_only:
            return
        with self._database.write() as session:
            session.execute(delete(_SETTING).where(_SETTING.c.key == key))
            if value is not None:
                session.add(SettingRow(key=key, value=value))
            if not is_own(key):
                told = None if value is None else {"key": key, "value": value}
                self.journal.wrote("setting", {"key": key}, told)

    def recall(self, key: str, default: str = "") -> str:
        """What was remembered under `key`, as one clean line."""
        with self._database.read() as session:
            value = session.scalar(select(_SETTING.c.value).where(_SETTING.c.key == key))
        return default if value is None else one_line(str(value))

    def fold(self) -> None:
        """Bring the log into the file, so that the one file is whole."""
        if not self.read_only:
            self._note_texts()
            self._database.fold()

    def copy_to(
        self,
        target: Path,
        *,
        force: bool = False,
        as_new: bool = False,
        pictures: bool = True,
    ) -> None:
        """A sound copy of the story as it stands; it appears whole or not at all.

        Args:
            force: replace a file at `target`.
            as_new: the copy goes its own way from here: another story, with an id of its own.
            pictures: those that lie beside the story go along; the chosen ones lie in it.

        Raises:
            Refused: something is at `target`, or it is open.
            StoryFileError: the copy cannot be written; this story is untouched.
        """
        self._may_become(target, force=force)
        if not self.read_only:
            self._note_texts()
        folder = PictureFolder(target.resolve())
        along = folder.take(PictureFolder(self._file)) if pictures else ()
        try:
            making = faults.reported(target, doing="make")
            with self._database.lock, making, placed(target) as building:
                copy_database(self._database.raw, building)
                creating.settle_copy(building, new_id() if as_new else None)
        except BaseException:
            folder.drop(along)
            raise

    def close(self) -> None:
        """Fold the log in, release the lock; safe to call twice.

        Raises:
            StoryFileError: the log could not be folded in; it lies beside the file, whole.
        """
        with self._database.lock:
            if self._closed:
                return
            elsewhere = self.guard.before_close()
            self._closed = True
            try:
                if elsewhere is None and not self.read_only:
                    self._sweep(lambda: self.picture_sources.sweep())
                if self.guard.folds:
                    self.fold()
                if elsewhere is None and not self.read_only:
                    self._sweep(lambda: self.pictures.sweep())
            except StoryFileError as error:
                raise StoryFileError(
                    _("“{name}” is safe, but its last pages lie in “{name}-wal” beside it.").format(
                        name=faults.shown(self._file.name)
                    ),
                    title=_("Story closed"),
                    hint=_("Keep the two together; the next opening joins them. {why}").format(
                        why=error.message
                    ),
                ) from error
            finally:
                self._database.close()
                if self._lock is not None:
                    holding.let_go(self._file)
                    with contextlib.suppress(OSError):
                        self._lock.release()
                if self._scratch is not None:
                    shutil.rmtree(self._scratch, ignore_errors=True)
            if elsewhere is not None:
                raise elsewhere

    def __enter__(self) -> "StoryFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _note_texts(self) -> None:
        # A full disk must not keep the log from being folded in: they are noted the next time.
        self._database.settle()
        try:
            self.lineage.record()
            self.pasts.record()
        except StoryforgeError as error:
            log.info("The texts of “%s” were not noted: %s", self._file.name, error.message)

    def _sweep(self, sweep: Callable[[], None]) -> None:
        # What is too many is no reason to keep a story from closing; the next closing looks again.
        try:
            if "pictures" in self.__dict__:
                sweep()
        except StoryforgeError as error:
            log.info("The pictures of “%s” were not looked through: %s", self._file.name, error)

    def _may_write(self) -> None:
        """Raise when a change must not begin: two looks at the folder, 20 µs."""
        if self._lock is not None and (taker := self._lock.taken_by()) is not None:
            self.holder = taker
            self.read_only_reason = _("It was taken over: {holder}.").format(
                holder=taker.describe()
            )
        if self.read_only:
            raise Refused(
                _("“{name}” can only be read now. {reason}").format(
                    name=faults.shown(self._file.name), reason=self.read_only_reason
                ),
                title=_("Read only"),
                hint=_("Save a copy to write in."),
            )
        # An open file goes on taking writes after its folder is gone; they would be lost with it.
        self.guard.require()

    def _may_become(self, target: Path, *, force: bool) -> None:
        if target.exists():
            if not force:
                raise creating.taken(target)
            holder = lock.peek(lock.lock_path(target.resolve()))
            if target.resolve() == self._file or (holder is not None and not holder.is_dead()):
                raise Refused(
                    _("“{name}” is open and cannot be replaced.").format(
                        name=faults.shown(target.name)
                    ),
                    title=_("Story open"),
                    hint=_("Close it, or choose another name."),
                )
        creating.require_folder(target)
        refuse_leftovers(target)
