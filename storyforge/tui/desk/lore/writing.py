"""The lorebook's way to the disk: only what differs, or all of it where that is much."""

from typing import TYPE_CHECKING

from storyforge.domain.lore import LoreEntry

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

Book = tuple[LoreEntry, ...]

#: entries above which a change writes the whole book in one go
_FEW = 20


class BookWriting:
    """Writes a book.

    Attributes:
        on_disk: the book as it was read or written last.
    """

    def __init__(self) -> None:
        self.on_disk: Book = ()

    def write(self, story: "StoryFile", _name: str, book: Book) -> None:
        """Bring the book to the story's file."""
        known = {entry.id: entry for entry in self.on_disk}
        # Nearly all are the very same objects: comparing 5,000 entries field by field takes 20 ms.
        other = [entry for entry in book if known.get(entry.id) is not entry]
        changed = [entry for entry in other if known.get(entry.id) != entry]
        there = {entry.id for entry in book}
        stayed = [entry.id for entry in self.on_disk if entry.id in there]
        gone = [entry.id for entry in self.on_disk if entry.id not in there]
        in_order = [entry.id for entry in book[: len(stayed)]] == stayed
        if in_order and len(changed) + len(gone) <= _FEW:
            for entry_id in gone:
                story.context.remove_entry(entry_id)
            for entry in changed:
                story.context.put_entry(entry)
        else:
            story.context.set_lore(book)
        self.on_disk = book
