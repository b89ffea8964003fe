"""The words that an author's spelling knows in this story: names, places, tongues of its own."""

from sqlalchemy import delete, select

from storyforge.domain.text import one_line
from storyforge.store.database import Database
from storyforge.store.journal import Journal
from storyforge.store.side_tables import KnownWordRow
from storyforge.store.tables import table

_WORD = table(KnownWordRow)


class KnownWords:
    """The author's own words, spelled as they were added."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def all(self) -> frozenset[str]:
        """Every word."""
        with self._database.read() as session:
            found = session.scalars(select(_WORD.c.word)).all()
        return frozenset(word for word in (one_line(str(each)) for each in found) if word)

    def add(self, word: str) -> None:
        """Know a word; nothing happens where it is known or there is nothing in it."""
        word = one_line(word)
        if word:
            with self._database.write() as session:
                self._journal.wrote_all(session.merge(KnownWordRow(word=word)))

    def remove(self, word: str) -> None:
        """Know a word no longer."""
        with self._database.write() as session:
            session.execute(delete(_WORD).where(_WORD.c.word == one_line(word)))
            self._journal.wrote("known_word", {"word": one_line(word)}, None)
