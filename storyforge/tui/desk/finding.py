"""Finding in the scene on the page: hits while the author types, and going from one to the next.

Searching runs in a thread; drawn are only the hits in sight. Whatever changes the text makes the
hits stale: they are not drawn any more and looked for again in a moment.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.document._document import Selection
from textual.timer import Timer

from storyforge.domain.origin import Provenance
from storyforge.domain.searching import MOST, Hit, Query
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.actions import Where
from storyforge.tui.desk.area import Area
from storyforge.tui.widgets.find_bar import FindBar
from storyforge.tui.widgets.painting import Ink, Mark
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen

#: seconds that typing rests before the page is searched; 200 KB take 5 ms
SEARCH_AFTER = 0.05
#: characters of a selection that are looked for at once
_LONGEST_SELECTION = 80


class Finding(Area):
    """The find bar and what it found on the page.

    Attributes:
        query: what is looked for, here and in the dialogs.
        hits: where it stands on the page, in order.
        at: the hit that the author went to, by its index; None before that.
    """

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.query = Query("")
        self.hits: tuple[Hit, ...] = ()
        self.at: int | None = None
        self._starts: list[int] = []
        self._bar: FindBar | None = None
        self._came_from: tuple[str, int] = ("", 0)
        self._searched: Provenance | None = None
        self._later: Timer | None = None
        self._wrong = ""
        self._opening = asyncio.Lock()
        self._searching = self._again = False
        self._listed: tuple[Query, str] = (self.query, "")
        desk.manuscript.overlays += (self.marks,)

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "find": self.open,
            "find_next": lambda: self.go(1),
            "find_previous": lambda: self.go(-1),
            "find_story": lambda: self.start(self.in_story),
        }

    # The bar.

    @property
    def is_open(self) -> bool:
        """Whether the bar is on the screen."""
        return self._bar is not None

    def where(self) -> Where | None:
        """The keys of the bar, while the author is in it."""
        return Where.FIND if self._bar is not None and self._bar.has_focus_within else None

    def open(self) -> None:
        """Ctrl+F: the bar, with what is selected on the page as the query."""
        launch(self.desk.house, self._open(), group="find-bar")

    async def _open(self) -> None:
        async with self._opening:
            await self._open_bar()

    async def _open_bar(self) -> None:
        manuscript = self.desk.manuscript
        self.take_selection()
        if self._bar is None:
            self._came_from = (self.desk.scene_id, manuscript.caret)
            self._bar = FindBar(self.query, asked=self.asked, pressed=self.desk.house.do)
            await self.desk.query_one("#page").mount(self._bar, after=manuscript)
        elif manuscript.has_focus:
            self._came_from = (self.desk.scene_id, manuscript.caret)
        self._bar.take_focus(self.query)
        self.search_soon()

    def take_selection(self) -> None:
        """Look for what is selected on the page, unless that is a hit already."""
        manuscript = self.desk.manuscript
        low, high = (manuscript.offset_of(end) for end in sorted(manuscript.selection))
        selected = "" if (low, high) in self.hits else manuscript.selected_text
        if selected and "\n" not in selected and len(selected) <= _LONGEST_SELECTION:
            self.query = Query(selected, word=self.query.word, case=self.query.case)

    async def _show(self, query: Query, hit: Hit) -> None:
        """Come from elsewhere to a hit of the page: the bar stands open, the caret in the text."""
        await self._open()
        self.query = query
        if self._bar is not None:
            self._bar.take_focus(query)
        await self._search()
        self._select(hit)
        self.at = next((n for n, one in enumerate(self.hits) if one == hit), None)
        self._tell()
        self.desk.to_page()

    async def in_story(self) -> None:
        """Ctrl+G: every place in the story; the chosen one is shown, its scene opened."""
        from storyforge.tui.dialogs.searching import SearchStory

        desk = self.desk
        if desk.story is None or desk.outline is None or not await desk.saving.flush():
            return
        self.take_selection()
        row = self._listed[1] if self._listed[0] == self.query else ""
        going = await self.ask(SearchStory(desk.story, desk.outline, self.query, row=row))
        if going is None:
            return
        self._listed = (going.query, going.row)
        await desk.scenes.open(going.scene_id)
        if desk.scene_id == going.scene_id:
            await self._show(going.query, going.hit)

    def escape(self) -> bool:
        """Escape: from the bar back to where the author came from; from the page, the bar goes."""
        bar = self._bar
        if bar is None or (self.desk.continuing.running and not bar.has_focus_within):
            return False
        if bar.has_focus_within:
            scene_id, caret = self._came_from
            if scene_id == self.desk.scene_id:
                manuscript = self.desk.manuscript
                length = len(manuscript.text)
                manuscript.move_cursor(manuscript.location_of(min(caret, length)), center=True)
        self.close_bar()
        self.desk.to_page()
        return True

    def close_bar(self) -> None:
        """Take the bar and its marks away."""
        bar, self._bar = self._bar, None
        self.hits, self._starts, self.at = (), [], None
        self._searched = None
        if bar is not None:
            bar.remove()
        self.desk.manuscript.refresh()

    def asked(self, query: Query) -> None:
        """Something else is looked for, or otherwise."""
        self.query = query
        self.at = None
        self.search_soon()

    # Searching.

    def page_shown(self) -> None:
        """Another scene: its hits."""
        self.at = None
        if self._bar is not None:
            self.search_soon()

    @property
    def settled(self) -> bool:
        """Whether `hits` are those of the query; else a search is due or under way."""
        return self._later is None and not self._searching

    def search_soon(self) -> None:
        """Look for it in a moment; the last wish counts."""
        if self._later is None:
            self._later = self.desk.set_timer(SEARCH_AFTER, self._search_now)
        else:
            self._later.reset()

    def _search_now(self) -> None:
        self._later = None
        if self._searching:
            self._again = True
        else:
            launch(self.desk.house, self._search_and_show(), group="find")

    async def _search_and_show(self) -> None:
        """One search at a time: those that take long must not fill the threads that save."""
        if not await self._search() or self._bar is None:
            return
        scene_id, caret = self._came_from
        if self.hits and self.at is None and self._bar.has_focus_within:
            # The first hit from where the author stood on; the caret goes there and can go back.
            start = caret if scene_id == self.desk.scene_id else 0
            self.at = min(bisect_left(self._starts, start), len(self.hits)) % len(self.hits)
            self._select(self.hits[self.at])
        elif self.at is not None:
            self.at = min(self.at, len(self.hits) - 1) if self.hits else None
        self._tell()

    async def _search(self) -> bool:
        """Look for it on the page; False when the page changed meanwhile."""
        manuscript, query = self.desk.manuscript, self.query
        text, provenance = manuscript.text, manuscript.provenance
        self._wrong, self._searching, self._again = "", True, False
        try:
            hits = await asyncio.to_thread(query.hits, text)
        except StoryforgeError as error:
            hits, self._wrong = (), str(error)
        finally:
            self._searching = False
        if self._again or provenance is not manuscript.provenance or query != self.query:
            self.search_soon()
            return False
        self.hits = tuple(hit for hit in hits if hit.start < hit.end)
        self._starts = [hit.start for hit in self.hits]
        self._searched = provenance
        manuscript.refresh()
        self._tell()
        return True

    def _tell(self) -> None:
        if self._bar is None:
            return
        count = len(self.hits)
        many = f"{count:,}+" if count >= MOST else f"{count:,}"
        if self._wrong or not self.query.text:
            found = ""
        elif not count:
            found = _("nothing found")
        elif self.at is None:
            found = _("{count} found").format(count=many)
        else:
            found = _("{number} of {count}").format(number=f"{self.at + 1:,}", count=many)
        self._bar.tell(found, none=bool(self.query.text) and not count, wrong=self._wrong)

    # Going.

    def go(self, steps: int) -> None:
        """The next hit or the one before; behind the last one comes the first."""
        if self._bar is None:
            self.open()
        if not self.hits or self._searched is not self.desk.manuscript.provenance:
            return
        caret = self.desk.manuscript.offset_of(min(self.desk.manuscript.selection))
        index = bisect_left(self._starts, caret)
        on_it = index < len(self.hits) and self._starts[index] == caret
        if steps > 0:
            index += 1 if on_it else 0
        else:
            index -= 1
        self.at = index % len(self.hits)
        self._select(self.hits[self.at])
        self._tell()

    def _select(self, hit: Hit) -> None:
        manuscript = self.desk.manuscript
        if hit.end > len(manuscript.text):
            return
        start, end = manuscript.location_of(hit.start), manuscript.location_of(hit.end)
        row = manuscript.page_wrap.row_of(start) - manuscript.scroll_offset.y
        if not 0 <= row < manuscript.size.height:
            manuscript.move_cursor(start, center=True)
        manuscript.selection = Selection(start, end)

    def marks(self, line: int, _text: str, start: int, end: int) -> list[Mark]:
        """The hits on one row of the page, as columns of its line."""
        if self._bar is None or not self._starts:
            return []
        manuscript = self.desk.manuscript
        if self._searched is not manuscript.provenance:
            if self._later is None:
                manuscript.call_later(self.search_soon)
            return []
        head = manuscript.offset_of((line, 0))
        found = []
        index = max(bisect_left(self._starts, head + start) - 1, 0)
        while index < len(self.hits) and self.hits[index].start < head + end:
            hit = self.hits[index]
            if hit.end > head + start:
                ink = Ink.HERE if index == self.at else Ink.FOUND
                found.append(Mark(hit.start - head, hit.end - head, ink))
            index += 1
        return found
