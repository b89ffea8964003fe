"""Which entries of the lorebook the text at the caret calls: asked for once the caret rests."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from storyforge.domain.lore import LoreEntry
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen

#: seconds the caret rests before it is looked
LOOK_AFTER = 0.4


class LoreWatching:
    """Looks, and tells what it found.

    Args:
        book: gives the entries as they are now; none where nobody can see what would be found.
        found: hears the ids of those that are called, and what is wrong with the book's keys.
    """

    def __init__(
        self,
        desk: "DeskScreen",
        book: Callable[[], tuple[LoreEntry, ...]],
        found: Callable[[frozenset[str], tuple[str, ...]], object],
    ) -> None:
        self._desk = desk
        self._book = book
        self._found = found
        self._known: tuple[frozenset[str], tuple[str, ...]] = (frozenset(), ())
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
            known: tuple[frozenset[str], tuple[str, ...]] = (frozenset(), ())
            if book:
                watching = await lazily("storyforge.studio.lore.watch")
                self._watch = self._watch or watching.LoreWatch()
                passage = self._desk.manuscript.passage()
                known = await asyncio.to_thread(self._watch.called, story, book, passage)
        if known != self._known:
            self._known = known
            self._found(*known)
