"""What one foreign file brings, before it is put together with others: a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storyforge.domain.lore import LoreEntry
from storyforge.importing.foreign import Heading, Piece, Words
from storyforge.importing.values import ImportedAttachment


@dataclass(frozen=True, slots=True)
class Brought:
    """A file, read.

    Attributes:
        kind: what it is, for the author, such as "Word (DOCX)".
        pieces: its text in story order.
        chapter_level: the heading level that opens chapters, where the format says so.
        lore_books: by kind of lorebook, what the book itself says besides its entries.
        keep: keep the file itself as an attachment whatever else was placed.
        left_out: names of what has no place in a story; where there are any, the file is kept.
        notes: whole sentences the author should read.
    """

    kind: str
    pieces: tuple[Piece, ...] = ()
    chapter_level: int | None = None
    title: str = ""
    author: str = ""
    language: str = ""
    memory: str = ""
    author_note: str = ""
    lore: tuple[LoreEntry, ...] = ()
    lore_books: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    attachments: tuple[ImportedAttachment, ...] = ()
    keep: bool = False
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def has_words(self) -> bool:
        """Whether there is anything in it that an author would miss."""
        told = self.memory or self.author_note or self.lore or self.attachments
        return bool(told) or any(isinstance(p, Words | Heading) for p in self.pieces)
