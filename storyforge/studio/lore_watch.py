"""What of a lorebook the text at the caret calls, and what is wrong with an entry's keys.

For an author who looks at the book: the prompt itself is made elsewhere, from what it remembers of
earlier continuations too.
"""

from typing import TYPE_CHECKING

from storyforge.domain.hidden import seen
from storyforge.domain.lore import LoreEntry
from storyforge.domain.story import Passage
from storyforge.i18n import _, in_quotes
from storyforge.prompting.lore_calling import Book, Remembered, Scene
from storyforge.prompting.lore_keys import KeyBook

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
        rules = story.context.rules()
        reach = self._book.reach(rules.scan)
        tail = seen(passage.before[-reach:] if reach else "", cut=len(passage.before) > reach).text
        if len(tail) < reach:
            before = story.scenes.before(passage.scene_id, reach - len(tail))
            tail = "\n".join((*(scene.text for scene in before), tail))[-reach:]
        scenes = story.outline().scenes
        scene = Scene(
            passage.scene_id,
            tail,
            len(passage.before),
            {head.id: at for at, head in enumerate(scenes)},
            {head.id: head.title for head in scenes},
        )
        calls = self._book.calls(scene, rules, Remembered())
        return frozenset(called.entry.id for called in calls.called), calls.troubles


def wrong_keys(entry: LoreEntry) -> str:
    """One sentence about keys that cannot be used; "" where all can."""
    broken = KeyBook.of([entry]).broken
    if not broken:
        return ""
    return _("The key {key} is no regular expression; it calls nothing.").format(
        key=in_quotes(broken[0][1])
    )
