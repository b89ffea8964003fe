"""New files: a story's first one, and the finish of a copy."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storyforge.domain.text import one_line
from storyforge.errors import Refused, StoryFileError
from storyforge.i18n import _
from storyforge.store import faults
from storyforge.store.migrations import migrate
from storyforge.store.placing import placed, refuse_leftovers
from storyforge.store.recovery import settle_takes
from storyforge.store.values import new_id, now


def create(path: Path, *, title: str, author: str, language: str) -> None:
    """Put a new story at `path`.

    Raises:
        Refused: something is there already.
        StoryFileError: it cannot be written.
    """
    if os.path.lexists(path):
        raise taken(path)
    require_folder(path)
    refuse_leftovers(path)
    moment, chapter = now(), new_id()
    with (
        faults.reported(path, doing="make"),
        placed(path) as building,
        closing(sqlite3.connect(building, isolation_level=None)) as raw,
    ):
        migrate(raw)
        raw.execute("BEGIN")
        raw.execute(
            "INSERT INTO story VALUES (?, ?, ?, ?, ?, ?)",
            (new_id(), one_line(title), one_line(author), one_line(language), moment, moment),
        )
        raw.execute(
            "INSERT INTO chapter VALUES (?, 0, ?, '')", (chapter, _("Chapter {n}").format(n=1))
        )
        raw.execute(
            "INSERT INTO scene VALUES (?, ?, 0, '', '', ?, 0, 0, 0, 0, 0, 0, '')",
            (new_id(), chapter, moment),
        )
        raw.execute("COMMIT")


def settle_copy(path: Path, story_id: str | None) -> None:
    """Finish a copy nobody has open: what runs in the original does not run in it.

    All else goes along, the times of writing too: who sums up several stories knows a session by
    its id and counts it once.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        settle_takes(raw)
        if story_id is not None:
            raw.execute("UPDATE story SET id = ?", (story_id,))


def require_folder(path: Path) -> None:
    """Raise `StoryFileError` unless the folder a new file is to lie in is there."""
    if not path.parent.is_dir():
        raise StoryFileError(
            _("The folder {folder} does not exist; nothing was written.").format(
                folder=faults.shown(path.parent)
            ),
            title=_("No such folder"),
            hint=_("Make the folder first, or choose another."),
        )


def taken(path: Path) -> Refused:
    """The refusal for a name that is in use."""
    return Refused(
        _("There is already something at {path}; it was left untouched.").format(
            path=faults.shown(path)
        ),
        title=_("Name taken"),
        hint=_("Choose another name."),
    )
