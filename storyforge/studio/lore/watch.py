"""What of a lorebook the text at the caret calls, and what is wrong with an entry's keys.

For an author who looks at the book: the prompt itself is made elsewhere, from what it remembers of
earlier continuations too.
"""

from typing import TYPE_CHECKING

from storyforge.domain.lore import LoreEntry
from storyforge.domain.story import Passage
from storyforge.i18n import _, in_quotes
from storyforge.prompting.lore_calling import Book, KeyFault, Remembered
from storyforge.prompting.lore_keys import KeyBook
from storyforge.studio.prompt.gathering import before_caret

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

_Entries = tuple[LoreEntry, ...]
# One look has time for two expressions that take too long; so many looks name most of a bad book's.
_LOOKS = 20


class LoreWatch:
    """One book, made ready once for as long as no entry changes. For one thread at a time."""

    def __init__(self) -> None:
        self._entries: _Entries | None = None
        self._book = Book(())

    def called(
        self, story: "StoryFile", entries: _Entries, passage: Passage
    ) -> tuple[frozenset[str], tuple[KeyFault, ...]]:
        """(the ids of what a continuation at `passage` would be told, keys that cannot be used)."""
        if entries is not self._entries:
            self._entries, self._book = entries, Book(entries)
        outline, rules = story.outline(), story.context.rules()
        if outline.scene(passage.scene_id) is None:
            return frozenset(), ()
        reach = self._book.reach(rules.scan)
        place = before_caret(story, outline, passage, reach).place(outline, reach)
        calls = self._book.calls(place, rules, Remembered())
        return frozenset(called.entry.id for called in calls.called), calls.faults


def faults(story: "StoryFile") -> dict[str, str]:
    """What is wrong with the book's keys, a sentence by the entry's id.

    Whether an expression takes too long shows only on a text: they are tried at the story's end.
    """
    entries, scenes = story.context.lore(), story.outline().scenes
    if not scenes:
        return {}
    watch, last = LoreWatch(), scenes[-1].id
    passage = Passage(last, story.scenes.text(last), "")
    found: tuple[KeyFault, ...] | None = None
    for _look in range(_LOOKS):
        before, found = found, watch.called(story, entries, passage)[1]
        if found == before:
            break
    told: dict[str, str] = {}
    for fault in found or ():
        told.setdefault(fault.entry_id, fault.told)
    return told


def wrong_keys(entry: LoreEntry) -> str:
    """One sentence about keys that cannot be used; "" where all can."""
    book = KeyBook.of([entry])
    if book.broken:
        told, key = (
            _("The key {key} is no regular expression; it calls nothing."),
            book.broken[0][1],
        )
    elif slow := book.slow():
        told, key = _("The key {key} took too long; until it changes it is not used."), slow[0][1]
    else:
        return ""
    return told.format(key=in_quotes(key))
