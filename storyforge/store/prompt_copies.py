"""The prompt templates that a story brings itself: they win over all others."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storyforge.domain.text import clean, one_line
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.plan.tables import PromptCopyRow
from storyforge.store.remembering import Remembered
from storyforge.store.tables import table
from storyforge.store.values import now

_COPY = table(PromptCopyRow)


class PromptCopies:
    """The story's own templates, by (language, name)."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._all = Remembered(database, ("prompt_copy",), _read)

    def all(self) -> dict[tuple[str, str], str]:
        """Every one; the very same object until something changes."""
        return self._all.value()

    def put(self, language: str, name: str, text: str) -> None:
        """Keep a template; an empty one is taken out."""
        language, name, text = one_line(language), one_line(name), clean(text)
        with self._database.write() as session:
            row = {"changed": now(), "text": text} if text else None
            self._journal.put(session, _COPY, {"name": name, "language": language}, row)


def _read(session: Session) -> dict[tuple[str, str], str]:
    rows = session.execute(select(_COPY.c.language, _COPY.c.name, _COPY.c.text))
    return {
        (one_line(str(language)), one_line(str(name))): clean(str(text))
        for language, name, text in rows
    }
