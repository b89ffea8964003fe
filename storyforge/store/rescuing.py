"""What an open story holds, put whole into a file of its own when its file was taken from under it.

The rescued copy is another copy of the same story: it has its id, and merges like one.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from storyforge import paths
from storyforge.domain.copies import Standing, rescued_name
from storyforge.domain.story import Page
from storyforge.errors import BadInput, StoryforgeError
from storyforge.store import creating, faults
from storyforge.store.database import Database, check, connect
from storyforge.store.ground import Ground
from storyforge.store.journal import Journal, Written
from storyforge.store.pages import Tally
from storyforge.store.picture_files import PictureFolder
from storyforge.store.placing import beside, copy_database, placed
from storyforge.store.scenes import Scenes

if TYPE_CHECKING:
    from storyforge.store.context_texts import ContextTexts


class Guard:
    """Stands by an open story: says when its file is not the one that was opened, and rescues.

    Attributes:
        folds: whether the log may be folded in: not into a file that another program rewrote.
    """

    def __init__(
        self,
        file: Path,
        database: Database,
        scenes: Scenes,
        read_only: Callable[[], bool],
        context: "Callable[[], ContextTexts | None]",
        journal: Journal,
    ) -> None:
        """Watch over `file`; `context` gives the texts for the model, where they were asked for."""
        self._file = file
        self._journal = journal
        self._context = context
        self._database = database
        self._scenes = scenes
        self._read_only = read_only
        self._ground = Ground(file, database.session)
        self._rescued: Path | None = None
        self.folds = True

    def standing(self) -> Standing:
        """Whether the file is still the one that was opened."""
        with self._database.lock:
            found = self._ground.look()
        # Whoever has it open elsewhere writes into it, and rightly.
        theirs = self._read_only() and found is Standing.REWRITTEN
        return Standing.OURS if theirs else found

    def require(self) -> None:
        """Raise `StoryFileError` where a change would go into a file that nobody finds any more."""
        standing = self._ground.look()
        if standing is Standing.GONE:
            raise faults.vanished(self._file)
        if standing is not Standing.OURS:
            raise faults.replaced(self._file)

    def rescue(self, page: Page | None = None, notes: Mapping[str, str] | None = None) -> Path:
        """Put what the open story holds into a file of its own, once; where it lies.

        Beside a file that was rewritten our log lies until the story is closed: whoever reads the
        file before reads ours into it.

        Args:
            page: what is on the screen, if it is not saved.
            notes: what was written on scenes' cards and is not saved.

        Raises:
            StoryFileError: it cannot be written.
        """
        with self._database.lock:
            if self._rescued is None:
                standing = self.standing()
                target = _place_for(self._file)
                # Of what we had folded in, nothing is left in a file that was rewritten.
                pages = dict(self._scenes.written) if standing is Standing.REWRITTEN else {}
                if page is not None:
                    pages[page.scene_id] = page
                with faults.reported(target, doing="make"), placed(target) as building:
                    if standing is Standing.REWRITTEN:
                        _copy_file(self._file, building)
                    else:
                        copy_database(self._database.raw, building)
                    creating.settle_copy(building, None)
                    context = self._context() if standing is Standing.REWRITTEN else None
                    rows = self._journal.written if standing is Standing.REWRITTEN else {}
                    owed = self._database.owed
                    _put_back(building, pages.values(), notes or {}, context, rows, owed)
                PictureFolder(target).link(PictureFolder(self._file))
                if standing is Standing.REPLACED:
                    self._database.fold()
                self._rescued = target
            return self._rescued

    def before_close(self) -> StoryforgeError | None:
        """Rescue what would go with the open file; what is to be said of it.

        Afterwards `folds` tells whether the log may still be folded in.
        """
        standing = Standing.OURS if self._read_only() else self.standing()
        said: StoryforgeError | None = None
        context = self._context()
        written = (
            self._scenes.written
            or self._journal.written
            or (context is not None and context.changed)
        )
        if standing is not Standing.OURS and self._rescued is None and written:
            try:
                said = faults.rescued(self._file, self.rescue())
            except (StoryforgeError, OSError) as error:
                said = faults.not_rescued(self._file, error)
        if standing is Standing.REWRITTEN:
            self.folds = False
            _drop_log(self._file)
        return said


def _place_for(file: Path) -> Path:
    """A free name for a rescued copy of the story at `file`: beside it, or in the dated copies."""
    folder = file.parent if file.parent.is_dir() else paths.backups_dir()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = Path(rescued_name(file.name, datetime.now()))
    target, number = folder / wanted, 2
    while target.exists():
        target, number = folder / f"{wanted.stem} ({number}){wanted.suffix}", number + 1
    return target


def _drop_log(file: Path) -> None:
    """Keep the log of a file that was rewritten in place, and let nothing of it be folded in.

    Emptied under the open connection, it has no page that closing could fold in (tested).
    """
    log = beside(file, "-wal")
    if log.exists() and log.stat().st_size:
        stamp = f"{datetime.now():%Y%m%d-%H%M%S}"
        shutil.copyfile(log, log.with_name(f"{log.name}.aside-{stamp}"))
        with log.open("rb+") as opened:
            opened.truncate(0)


def _copy_file(file: Path, building: Path) -> None:
    """A sound copy of the file as it lies there, without its log."""
    with closing(connect(file, "immutable")) as raw:
        try:
            check(raw, file)
        except sqlite3.Error as error:
            raise faults.damaged(file, str(error)) from error
        copy_database(raw, building)


def _put_back(
    building: Path,
    pages: Iterable[Page],
    notes: Mapping[str, str],
    context: "ContextTexts | None",
    rows: Written,
    owed: Iterable[Callable[[Session], object]],
) -> None:
    """Let a copy hold these pages, notes, texts for the model and rows, and note that it does.

    Args:
        owed: changes that the disk did not take.
    """
    from storyforge.store import adopting
    from storyforge.store.cards import Cards
    from storyforge.store.context_texts import ContextTexts
    from storyforge.store.lineage import Lineage
    from storyforge.store.plan.rescued import put_back
    from storyforge.store.revisions import Revisions

    raw = connect(building, "rw")
    database = Database(building, raw, lambda: None)
    try:
        tally = Tally()
        scenes = Scenes(database, tally, lambda: False)
        revisions = Revisions(database, tally)
        put_back(database, rows, of_scenes=False)
        for page in pages:
            try:
                there = scenes.load(page.scene_id)
            except BadInput:
                with database.write() as session:
                    adopting.new_scene(session, page.scene_id)
                there = scenes.load(page.scene_id)
            if there != page:
                revisions.keep(there, reason="before merge")
                scenes.save(page)
        put_back(database, rows, of_scenes=True)
        for change in owed:
            with suppress(BadInput), database.write() as session:
                change(session)
        cards = Cards(database, Journal())
        for scene_id, told in notes.items():
            with suppress(BadInput):  # a scene that went for good has no card
                cards.put(scene_id, notes=told)
        if context is not None:
            context.put_back(ContextTexts(database))
        Lineage(database).record()
    finally:
        database.close()
