"""What an import is asked for and what it would bring: frozen values, nothing kept yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storyforge.domain.cards import Card
from storyforge.domain.counting import Counts, count
from storyforge.domain.lore import LoreEntry


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The author's wishes; the defaults let the text decide.

    Attributes:
        chapter_level: the heading level (1 to 6) that opens a chapter; None finds it.
        join_lines: whether hard-wrapped lines are joined; None looks at the text.
        split_words: split a text without headings and breaks into scenes of about so many words
            (twice as many characters where a language has no spaces); None leaves it whole.
        encoding: the encoding of every file, by Python's name; None finds it.
        title, language: override what the files say.
    """

    chapter_level: int | None = None
    join_lines: bool | None = None
    split_words: int | None = None
    encoding: str | None = None
    title: str = ""
    language: str = ""


NO_CARD = Card()


@dataclass(frozen=True, slots=True)
class ImportedComment:
    """A comment on the characters `start` to `end` of a scene's text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class ImportedScene:
    """A scene to be; `title` may be empty, `text` is cleaned.

    Attributes:
        model: the pieces (start, end) of the text that the file says a model wrote, in order.
    """

    title: str
    text: str
    card: Card = NO_CARD
    comments: tuple[ImportedComment, ...] = ()
    model: tuple[tuple[int, int], ...] = ()
    counts: Counts = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", count(self.text))


@dataclass(frozen=True, slots=True)
class ImportedChapter:
    """A chapter to be; `title` may be empty."""

    title: str
    scenes: tuple[ImportedScene, ...] = ()

    @property
    def counts(self) -> Counts:
        """The sum over the scenes."""
        return sum((scene.counts for scene in self.scenes), Counts())


@dataclass(frozen=True, slots=True)
class ImportedAttachment:
    """A file to be kept within the story, to the byte.

    Attributes:
        source: where it came from, in a few words.
    """

    name: str
    media_type: str
    data: bytes = field(repr=False)
    source: str = ""


#: what a split offers by default, and the same for languages without spaces
OFFER_WORDS = 3000


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A story read from foreign files, not yet kept.

    Attributes:
        language: a BCP 47 tag, or empty when the text does not tell.
        chapter_level: the heading level that opened chapters; None where no heading did.
        heading_levels: the levels found, for the author to choose among.
        notes: what the author should know: an encoding, joined lines, what was left out.
        offer: how many scenes a split at `OFFER_WORDS` would make; 0 where none is offered.
        exact: a file that storyforge itself exported; it comes back to the character.
        memory, author_note: what a model is always told, and what it is told near the end.
        lore: the book of lore, in its order.
        lore_books: by kind of lorebook, what the books themselves say, for the way back out.
        attachments: what has no place in a story, whole.
    """

    title: str
    author: str
    language: str
    chapters: tuple[ImportedChapter, ...]
    sources: tuple[Path, ...]
    chapter_level: int | None = None
    heading_levels: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    offer: int = 0
    exact: bool = False
    memory: str = ""
    author_note: str = ""
    lore: tuple[LoreEntry, ...] = ()
    lore_books: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    attachments: tuple[ImportedAttachment, ...] = ()

    @property
    def counts(self) -> Counts:
        """The sum over the chapters."""
        return sum((chapter.counts for chapter in self.chapters), Counts())

    @property
    def scenes(self) -> tuple[ImportedScene, ...]:
        """Every scene in story order."""
        return tuple(scene for chapter in self.chapters for scene in chapter.scenes)
