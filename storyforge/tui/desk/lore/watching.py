"""Which entries of the lorebook the text at the caret calls, and which have keys that cannot be
used: asked for once the caret rests.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from storyforge.domain.lore import LoreEntry
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.prompting.lore_calling import KeyFault
    from storyforge.tui.screens.desk import DeskScreen

#: seconds the caret rests before it is looked
LOOK_AFTER = 0.4


class LoreWatching:
    """Looks, and tells what it found.

    Args:
        book: gives the entries as they are now; none where nobody can see what would be found.
        found: hears that other entries are called, or other keys cannot be used.

    Attributes:
        called: the ids of those that the text at the caret calls now.
        faults: the keys that cannot be used.
    """

    def __init__(
        self,
        desk: "DeskScreen",
        book: Callable[[], tuple[LoreEntry, ...]],
        found: Callable[[], object],
    ) -> None:
        self._desk = desk
        self._book = book
        self._found = found
        self.called: frozenset[str] = frozenset()
        self.faults: tuple[KeyFault, ...] = ()
        self._told_of: set[str] = set()
        self._later: Timer | None = None
        self._watch: Any = None
        self._one_at_a_time = asyncio.Lock()

    def look_soon(self) -> None:
        """The text, the caret or the book is another now."""
        if self._later is None:
            self._later = self._desk.set_timer(LOOK_AFTER, self._look_now)
        else:
            self._later.reset()

    def _look_now(self) -> None:
        self._later = None
        launch(self._desk.house, self._look(), group="lore-watch")

    async def _look(self) -> None:
        async with self._one_at_a_time:
            story, book = self._desk.story, self._book()
            if story is None:
                return
            known: tuple[frozenset[str], tuple[KeyFault, ...]] = (frozenset(), ())
            if book:
                watching = await lazily("storyforge.studio.lore.watch")
                self._watch = self._watch or watching.LoreWatch()
                passage = self._desk.manuscript.passage()
                known = await asyncio.to_thread(self._watch.called, story, book, passage)
        if known != (self.called, self.faults):
            self.called, self.faults = known
            self._found()
            self._tell()

    def _tell(self) -> None:
        """Each fault is said once; the list marks its entry for as long as it stays."""
        for told in (fault.told for fault in self.faults):
            if told not in self._told_of:
                self._told_of.add(told)
                self._desk.house.tell(told)
