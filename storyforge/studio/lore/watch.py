"""What of a lorebook the text at the caret calls, and what is wrong with an entry's keys.

For an author who looks at the book: the prompt itself is made elsewhere, from what it remembers of
earlier continuations too.
"""

from typing import TYPE_CHECKING

from storyforge.domain.lore import LoreEntry
from storyforge.domain.story import Passage
from storyforge.i18n import _, in_quotes
from storyforge.prompting.lore_calling import Book, Remembered
from storyforge.prompting.lore_keys import KeyBook
from storyforge.studio.prompt.gathering import before_caret

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

_Entries = tuple[LoreEntry, ...]


class LoreWatch:
    """One book, made ready once for as long as no entry changes. For one thread at a time."""

    def __init__(self) -> None:
        self._entries: _Entries | None = None
        self._book = Book(())

    def called(
        self, story: "StoryFile", entries: _Entries, passage: Passage
    ) -> tuple[frozenset[str], tuple[str, ...]]:
        """(the ids of what a continuation at `passage` would be told, sentences on bad keys)."""
        if entries is not self._entries:
            self._entries, self._book = entries, Book(entries)
        outline, rules = story.outline(), story.context.rules()
        if outline.scene(passage.scene_id) is None:
            return frozenset(), ()
        reach = self._book.reach(rules.scan)
        place = before_caret(story, outline, passage, reach).place(outline, reach)
        calls = self._book.calls(place, rules, Remembered())
        return frozenset(called.entry.id for called in calls.called), calls.troubles


def wrong_keys(entry: LoreEntry) -> str:
    """One sentence about keys that cannot be used; "" where all can."""
    broken = KeyBook.of([entry]).broken
    if not broken:
        return ""
    return _("The key {key} is no regular expression; it calls nothing.").format(
        key=in_quotes(broken[0][1])
    )
