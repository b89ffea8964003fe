"""The desk: the manuscript in the middle, binder and takes beside it, three quiet lines around.

The screen lays out, says what is going on and hands each action to the collaborator that owns it
(`tui.desk`). It opens no file and knows no model.
"""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus

from storyforge.domain.counting import Counts
from storyforge.domain.story import Outline
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where, bindings
from storyforge.tui.desk.abroad import Abroad
from storyforge.tui.desk.area import Area
from storyforge.tui.desk.areas import areas
from storyforge.tui.desk.continuing import Continuing
from storyforge.tui.desk.hinting import Hinting
from storyforge.tui.desk.layout import DESK_CSS
from storyforge.tui.desk.leaving import Leaving
from storyforge.tui.desk.opening import Opening
from storyforge.tui.desk.saving import Saving
from storyforge.tui.desk.scenes import SceneDesk
from storyforge.tui.desk.takes.walking import Walking
from storyforge.tui.desk.telling import Telling
from storyforge.tui.desk.watching import EngineWatch
from storyforge.tui.screens.base import HouseScreen
from storyforge.tui.widgets.bars import Header, KeysBar, StatusBar
from storyforge.tui.widgets.binder import Binder
from storyforge.tui.widgets.hint import Hint
from storyforge.tui.widgets.manuscript import Manuscript
from storyforge.tui.widgets.rows import RowList
from storyforge.tui.widgets.scene_panel import SidePanel
from storyforge.tui.widgets.takes import TakesPanel
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


class DeskScreen(HouseScreen):
    """One open story.

    Attributes:
        story: None until it is open.
        turn: held by whatever changes the page as a whole, so that two never mix.
    """

    PLACES = (Where.DESK, Where.BINDER, Where.TAKES, Where.COMMENTS, Where.LORE, Where.FIND)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.DESK)
    AUTO_FOCUS = "Manuscript"
    DEFAULT_CSS = DESK_CSS

    def __init__(self, path: Path) -> None:
        super().__init__()
        # Beside a page of sixty columns there is room for the binder from 92 on, for both from 118.
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (92, "-medium"), (118, "-wide")]
        self.path = path
        self.story: StoryFile | None = None
        self.outline: Outline | None = None
        self.scene_id = ""
        self.turn = asyncio.Lock()
        self.manuscript = Manuscript()
        self.binder = Binder()
        self.takes = TakesPanel()
        self.side = SidePanel(self.takes)
        self.hint = Hint()
        self.header = Header()
        self.status_bar = StatusBar()
        self.keys_bar = KeysBar()
        self.telling = Telling(self)
        self.saving = Saving(self)
        self.continuing = Continuing(self)
        self.walking = Walking(self)
        self.scenes = SceneDesk(self)
        self.opening = Opening(self)
        self.leaving = Leaving(self)
        self.engine = EngineWatch(self)
        self.hinting = Hinting(self)
        self.abroad = Abroad(self)
        self.areas: tuple[Continuing | Walking | SceneDesk | Area, ...] = (
            self.continuing,
            self.walking,
            self.scenes,
            *areas(self),
            self.abroad,
        )
        self.hearing = tuple(area for area in self.areas if isinstance(area, Area))
        self.verbs = self._verbs()

    @property
    def language(self) -> str:
        """The story's language."""
        return self.outline.language if self.outline is not None else "en"

    def compose(self) -> ComposeResult:
        """Header, room, status, keys."""
        yield self.header
        with Horizontal(id="room"):
            yield self.binder
            with Vertical(id="page"):
                yield self.manuscript
                yield self.hint
            yield self.side
        yield self.status_bar
        yield self.keys_bar

    def on_mount(self) -> None:
        """Draw first, open behind it."""
        self.manuscript.read_only = True
        self.manuscript.cursor_blink = not self.house.still
        self.telling.opening(self.path.stem)
        self.name_keys()
        self.call_after_refresh(lambda: launch(self.house, self.opening.open(), group="opening"))

    async def on_unmount(self) -> None:
        """Let the file go, after the last words of a take that still runs."""
        await self.continuing.halt()
        await self.leaving.close()

    # What is said.

    def say(self, **changes: str | int) -> None:
        """Change some of what the status line tells."""
        self.telling.say(**changes)

    def show_outline(
        self, outline: Outline, by_author: tuple[Counts, Counts] | None = None
    ) -> None:
        """The story's heads have changed, or their counts."""
        self.outline = outline
        self.binder.show_outline(outline, self.scene_id)
        self.telling.outline(outline, by_author)
        for area in self.hearing:
            area.outlined()

    def name_keys(self) -> None:
        """The keys that work here and now."""
        self.telling.keys()

    async def model_changed(self) -> None:
        """Another model writes from now on."""
        if self.story is not None:
            self.telling.model((await self.house.backend()).card)
            for area in self.hearing:
                await area.model_changed()
            await self.hinting.language()

    # The page.

    def page_changed(self) -> None:
        """Another text is on the page."""
        self.walking.look_again()
        for area in self.hearing:
            area.page_shown()
        if self.manuscript.lock_reason:
            launch(self.house, self.opening.offer_to_break(), group="asking")

    def may_write(self) -> bool:
        """Whether this page can be changed; says why not."""
        if self.story is None:
            return False
        if self.manuscript.lock_reason:
            self.house.tell(self.manuscript.lock_reason)
            return False
        return True

    def to_page(self) -> None:
        """F3: panels away, the caret into the text."""
        self.binder.remove_class("-over")
        self.side.fold()
        self.manuscript.focus()

    # Actions.

    def _verbs(self) -> dict[str, Callable[[], object]]:
        """By action: each area says what it carries out; the screen itself keeps the rest."""
        verbs: dict[str, Callable[[], object]] = {
            "stop": self._escape,
            "undo": self._undo,
            "redo": self._redo,
            "desk": self._to_desk,
            "binder": self._to_binder,
            "library": lambda: launch(self.house, self._to_library(), group="leave"),
        }
        for area in self.areas:
            verbs |= area.verbs()
        return verbs

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the registry."""
        if self.story is not None or action_id == "library":
            self.verbs[action_id]()

    def _escape(self) -> None:
        if self.takes.has_focus:
            self.walking.back()
            return
        shut = any(area.escape() for area in self.hearing)
        if not (shut or self.continuing.stop() or self.hint.hush()):
            self.to_page()

    def _undo(self) -> None:
        if self.binder.has_focus:
            self.scenes.bring_back()
        elif not any(area.undo() for area in self.hearing):
            launch(self.house, self._step(self.manuscript.undo), group="turn")

    def _redo(self) -> None:
        launch(self.house, self._step(self.manuscript.redo), group="turn")

    async def _step(self, step: Callable[[], None]) -> None:
        async with self.turn:
            await self.continuing.halt()
            step()

    def _to_desk(self) -> None:
        if self.takes.has_focus:
            self.walking.choose()
        self.to_page()

    def _to_binder(self) -> None:
        if self.binder.has_focus:
            self.to_page()
        else:
            self.binder.add_class("-over")
            self.binder.focus()

    async def _to_library(self) -> None:
        from storyforge.tui.screens.library import LibraryScreen

        if await self.may_leave():
            await self.house.switch_screen(LibraryScreen())
            while self.house.last_words:
                self.house.tell_error(self.house.last_words.pop(0))

    async def may_leave(self) -> bool:
        """Whether everything is safe, or the author has said that it need not be."""
        if self.story is None:
            return True
        if not await self.leaving.allowed():
            return False
        await self.saving.close()
        await self.leaving.close()
        return True

    async def save_at_once(self) -> None:
        """The program is told to go: save without asking."""
        if self.story is not None:
            await self.leaving.save()
            await self.saving.close()
            await self.leaving.close()

    def rescue(self) -> None:
        """The program is about to end by a fault: write the page here and now."""
        with contextlib.ExitStack() as all_of_them:  # the one that fails stops no other
            for area in reversed(self.hearing):
                all_of_them.callback(area.rescue)
            if self.story is not None and self.saving.dirty and not self.story.read_only:
                self.story.scenes.save(self.manuscript.page())

    def window_left(self) -> None:
        """Another window has the focus: save now."""
        launch(self.house, self.saving.flush(), group="saving")

    # What the widgets tell.

    @on(Manuscript.Edited)
    def page_edited(self) -> None:
        """The author wrote."""
        self.saving.touched()
        self.walking.look_again()
        for area in self.hearing:
            area.page_edited()

    @on(Manuscript.SelectionChanged)
    def caret_moved(self) -> None:
        """Other takes may be at the caret now."""
        self.walking.look_again()
        for area in self.hearing:
            area.caret_moved()

    @on(Manuscript.ContinueRequested)
    def asked_otherwise(self) -> None:
        """Shift+Enter as xterm and tmux send it."""
        self.continuing.ask()

    @on(Manuscript.StreamInterrupted)
    def stream_interrupted(self, event: Manuscript.StreamInterrupted) -> None:
        """The author typed into the stream."""
        self.continuing.interrupted(event.place_id, event.standing)

    @on(RowList.Marked, "TakesPanel")
    def take_marked(self) -> None:
        """Look at the take under the cursor, while the panel has the focus."""
        if self.takes.has_focus:
            self.walking.preview(self.takes.marked)

    @on(RowList.Chosen, "Binder")
    def row_clicked(self) -> None:
        """A click in the binder opens the scene."""
        self.scenes.open_marked()

    @on(RowList.MenuAsked, "Binder")
    def menu_asked(self) -> None:
        """The right button in the binder."""
        self.action_do(MENUS[Where.BINDER])

    @on(DescendantFocus)
    def focus_moved(self) -> None:
        """Other keys work now; who leaves the takes has chosen."""
        if not self.takes.has_focus:
            self.walking.settle()
        self.name_keys()
