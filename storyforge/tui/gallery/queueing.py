"""The queue: what is drawn next, in which order, and what was not drawn."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.gallery import telling
from storyforge.tui.gallery.area import Area
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import QueuedPicture
    from storyforge.tui.gallery.running import PictureRun

# What a dialog answers besides an order.
PAUSE, GO_ON, STOP, FOREVER = "\0pause", "\0go on", "\0stop", "\0forever"


#: how far it is, and what waits
Shown = tuple[str, Sequence[Row]]

_AGAIN_AFTER = 0.5


class Queueing(Area):
    """What Q does."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"gallery_queue": lambda: self.start(self._show)}

    async def _show(self) -> None:
        at, run = "", self.gallery.picturing.run
        while True:
            told, rows = await self._read(run)
            if not rows:
                self.gallery.house.tell(_("Nothing waits to be drawn."))
                return
            answer = await self.ask(QueueDialog(told, rows, at, partial(self._read, run)))
            if answer is None:
                return
            what, at = answer
            if not self.may_change():
                return
            await self._do(what, at)

    async def _do(self, what: str, key: str) -> None:
        run = self.gallery.picturing.run
        queue = await run.queue()
        if what == "remove" and not key.startswith("\0"):
            await queue.remove(key)
        elif what in ("up", "down") and not key.startswith("\0"):
            await queue.move(key, -1 if what == "up" else 1)
        elif what == "choose" and key == PAUSE:
            queue.pause()
        elif what == "choose" and key == STOP:
            run.stop()
        elif what == "choose" and key == FOREVER:
            queue.forever = False
        elif what == "choose" and await self.gallery.picturing.has_painter():
            await run.go_on()

    async def _read(self, run: "PictureRun") -> Shown:
        rows = await self._rows(run)
        return await self._told(run), rows

    async def _told(self, run: "PictureRun") -> str:
        progress = run.progress
        if progress is None:
            return _("Nothing is drawn now.")
        words = await lazily("storyforge.studio.pictures.progress")
        return str(words.progress_words(progress))

    async def _rows(self, run: "PictureRun") -> list[Row]:
        orders = await asyncio.to_thread(run.story.picture_queue.all)
        progress = run.progress
        now = progress.now.id if progress is not None and progress.now is not None else ""
        rows = [self._row(one, now) for one in orders]
        if progress is not None:
            paused = progress.paused
            first = Row(GO_ON, _("Go on")) if paused else Row(PAUSE, _("Pause"))
            rows += [first, Row(STOP, _("Stop; what waits stays here"))]
            if progress.forever:
                rows.append(Row(FOREVER, _("No more after these")))
        elif rows:
            rows.append(Row(GO_ON, _("Draw them")))
        return rows

    def _row(self, one: "QueuedPicture", now: str) -> Row:
        title = " · ".join((self.gallery.look.title_of(one), *telling.waiting(one)))
        if one.id == now:
            return Row(one.id, title, _("is drawn"), mark="▸")
        note = _("failed: {why}").format(why=one.why) if one.state == "failed" else _("waits")
        return Row(one.id, title, note)


class QueueDialog(Dialog[tuple[str, str]]):
    """Answers what is to be done, and with what: "choose", "remove", "up" or "down"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,d,backspace", "answer('remove')", show=False),
        Binding("shift+up,left_square_bracket", "answer('up')", show=False),
        Binding("shift+down,right_square_bracket", "answer('down')", show=False),
    ]
    DEFAULT_CSS = """
    QueueDialog .box { width: 76; }
    """

    def __init__(
        self, told: str, rows: Sequence[Row], at: str, read: Callable[[], Awaitable[Shown]]
    ) -> None:
        super().__init__(_("Queue"), _("Del: take out · [ ]: sooner, later · Enter · Esc: back"))
        self._told = told
        self._rows = rows
        self._at = at
        self._read = read

    def inside(self) -> ComposeResult:
        """How far it is, over what waits."""
        yield said(self._told)
        yield RowList()

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one(RowList).show(self._rows, self._at)
        self.fit_list(6)
        self.set_interval(_AGAIN_AFTER, self._look_again)

    async def _look_again(self) -> None:
        """It goes on while the author looks; the cursor stays on its row."""
        try:
            told, self._rows = await self._read()
        except StoryforgeError as error:  # the story is closed by now, or its disk is in trouble
            told = error.message
        if not self.is_current:
            return
        if rows := self._rows:
            self.query_one(Prose).update(told)
            self.query_one(RowList).show(rows)
            self.fit_list(6)
        else:
            self.dismiss(None)

    @on(RowList.Chosen)
    def chosen(self) -> None:
        """Enter, or a click."""
        self.action_answer("choose")

    def action_answer(self, what: str) -> None:
        """Close with what is to be done."""
        row = self.query_one(RowList).row
        if row is not None:
            self.dismiss((what, row.id))
