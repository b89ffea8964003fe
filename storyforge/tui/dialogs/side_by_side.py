"""Several takes side by side while they are written, and what of them shall stand on the page.

Columns where the screen is wide, one at a time where it is not. It answers a choice and changes
nothing: who asks lets it hear what happens and puts the choice on the page.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from storyforge.domain.generation import Take, Text
from storyforge.domain.mixing import One, Piece, Sum
from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.dialogs.shown_take import ShownTake
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.take_column import TakeColumn
from storyforge.tui.widgets.wrapping import Run

if TYPE_CHECKING:
    from storyforge.studio.takes.taking import Event

#: cells that a column has at the least where several stand side by side
COLUMN = 36
# Seconds between two paintings of what comes.
_PAINT = 0.1


class Columns(Horizontal, can_focus=True):
    """The takes beside each other; keys go to all of them together."""


class SideBySide(Dialog[One | Sum]):
    """Answers what shall stand; None leaves the page as it was.

    Args:
        original: the words that a take would stand in the place of; shown as a difference.
        stop: stops what is being written: a take by its number in what was asked for last, from 0,
            or all of it at None.
        more: asks for as many takes again.
    """

    AUTO_FOCUS = "Columns"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,shift+tab", "go(-1)", show=False),
        Binding("right,tab", "go(1)", show=False),
        *(Binding(str(number), f"to({number - 1})", show=False) for number in range(1, 10)),
        Binding("up", "sentence(-1)", show=False),
        Binding("down", "sentence(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("space,ideographic_space", "mark", show=False),
        Binding("backspace", "unmark", show=False),
        Binding("enter", "decide", show=False),
        Binding("s", "stop", show=False),
        Binding("m", "more", show=False),
        Binding("d", "difference", show=False),
    ]
    DEFAULT_CSS = """
    SideBySide .box { width: 100%; max-width: 200; height: 96%; padding: 0 1; }
    SideBySide #heads { height: auto; color: $foreground-muted; }
    SideBySide Columns { height: 1fr; }
    """

    def __init__(
        self,
        title: str,
        language: str,
        *,
        original: str = "",
        stop: Callable[[int | None], object],
        more: Callable[[], object],
    ) -> None:
        super().__init__(title)
        self._language = language
        self._original = original
        self._stop = stop
        self._more = more
        self._shown: list[ShownTake] = []
        self._first = 0
        self._here = 0
        self._marks: list[tuple[int, int]] = []
        self._compares = bool(original)
        self._writes = True
        self._open = False
        self._told = ""

    def inside(self) -> ComposeResult:
        """A line about all of them over the columns."""
        yield said("", id="heads")
        yield Columns()

    def on_mount(self) -> None:
        """What was heard before is painted first."""
        self._open = True
        for shown in self._shown:
            self.query_one(Columns).mount(shown.column)
        self.set_interval(_PAINT, self._paint)
        self._arrange()

    def on_resize(self) -> None:
        """Another width: another number of columns."""
        self._arrange()

    # What is heard of the takes.

    @property
    def takes(self) -> tuple[Take, ...]:
        """Those that were begun, by number."""
        return tuple(shown.take for shown in self._shown)

    @property
    def running(self) -> bool:
        """Whether a model writes."""
        return self._writes

    def hear(self, event: "Event", offset: int) -> None:
        """Something happened to the takes whose first one is the column `offset`."""
        if isinstance(event, Text):
            self._shown[offset + event.take].comes(event.text)
            self._told = ""
        elif isinstance(take := getattr(event, "take", None), Take):
            self._hear_take(take, offset + getattr(event, "index", 0))

    def busy(self, told: str) -> None:
        """What the model does before its first words."""
        self._tell(told)

    def _hear_take(self, take: Take, index: int) -> None:
        if index < len(self._shown):
            self._shown[index].ends(take, take.standing)
            return
        shown = ShownTake(take, self._language)
        self._shown.append(shown)
        if self._open:
            self.query_one(Columns).mount(shown.column)
            self._arrange()

    def began(self) -> int:
        """More takes are on their way; the column of the first of them."""
        self._writes, self._told = True, ""
        self._first = len(self._shown)
        return self._first

    def over(self, told: str = "") -> None:
        """Nothing more comes; `told` is why, where that was not planned."""
        self._writes, self._told = False, told
        for shown in self._shown:
            if not shown.ended:
                # What was no text (a refusal, say) is not kept: there is nothing to choose. Of what
                # the disk did not take to its end, all that came stands here alone.
                text = shown.text if told else ""
                shown.ends(replace(shown.take, text=text, kept=len(text)), text)
        if self._open:
            self._paint()
            self._tell()

    # Keys.

    def action_leave(self) -> None:
        """Stop what is written; with nothing to stop, close."""
        if self._writes:
            self._stop(None)
        else:
            self.dismiss(None)

    def action_stop(self) -> None:
        """Stop this take; the others go on."""
        if not self._shown or self._shown[self._here].ended:
            self.app.bell()
            return
        self._shown[self._here].stopping = True
        self._stop(self._here - self._first)
        self._refresh_all()

    @on(TakeColumn.Pressed)
    def pressed(self, event: TakeColumn.Pressed) -> None:
        """A click on a take means that one."""
        for index, shown in enumerate(self._shown):
            if shown.column is event.column:
                self.action_to(index)

    def action_go(self, steps: int) -> None:
        """The take beside."""
        self.action_to(max(0, min(self._here + steps, len(self._shown) - 1)))

    def action_to(self, index: int) -> None:
        """That take."""
        if 0 <= index < len(self._shown):
            self._here = index
            self._arrange()

    def action_sentence(self, steps: int) -> None:
        """The next sentence of this take, or the one before."""
        if not self._shown:
            return
        shown = self._shown[self._here]
        self._compares = False
        last = len(shown.sentences) - 1
        shown.cursor = max(0, min(shown.cursor + steps, last)) if last >= 0 else -1
        self._refresh_all()

    def action_page(self, steps: int) -> None:
        """Look further down or up in this take."""
        if self._shown:
            column = self._shown[self._here].column
            column.scroll_relative(y=steps * max(column.size.height - 1, 1), animate=False)

    def action_mark(self) -> None:
        """Take this sentence, or leave it; what is marked stands in the order of marking."""
        if not self._shown or not (shown := self._shown[self._here]).ended:
            self.app.bell()
            return
        if shown.cursor < 0:
            self.action_sentence(1)
        mark = (self._here, shown.cursor)
        if mark in self._marks:
            self._marks.remove(mark)
        elif shown.cursor >= 0:
            self._marks.append(mark)
            self.action_sentence(1)
        self._refresh_all()

    def action_unmark(self) -> None:
        """Leave the sentence that was marked last."""
        if self._marks:
            self._marks.pop()
            self._refresh_all()

    def action_difference(self) -> None:
        """The difference to what stands there, or the take as it reads."""
        if self._original:
            self._compares = not self._compares
            self._refresh_all()

    def action_more(self) -> None:
        """As many takes again."""
        if not self._writes:
            self._more()

    def action_decide(self) -> None:
        """What is marked; without a mark, this take."""
        if self._marks:
            self.dismiss(Sum(tuple(self._piece(*mark) for mark in self._marks)))
        elif self._shown and self._shown[self._here].text:
            self.dismiss(One(self._shown[self._here].take.id))

    def _piece(self, index: int, number: int) -> Piece:
        shown = self._shown[index]
        return Piece(shown.take.id, shown.sentences[number])

    # Drawing.

    def _refresh_all(self) -> None:
        for shown in self._shown:
            shown.fresh = True
        self._paint()
        self._tell()

    def _arrange(self) -> None:
        """Show as many columns as there is room for, this one among them."""
        if not self._open:
            return
        fit = max(self.size.width // COLUMN, 1)
        first = max(0, min(self._here - fit // 2, len(self._shown) - fit))
        for index, shown in enumerate(self._shown):
            shown.column.display = first <= index < first + fit
            shown.column.set_class(index == self._here, "-here")
        self._refresh_all()

    def _paint(self) -> None:
        fresh = [pair for pair in enumerate(self._shown) if pair[1].fresh]
        for index, shown in fresh:
            shown.fresh = False
            shown.column.show(self._runs(index), follow=not shown.ended)
            shown.column.border_title = shown.head(index + 1)
        if fresh:
            self._tell()

    def _runs(self, index: int) -> list[Run]:
        shown = self._shown[index]
        if self._compares and shown.ended and shown.text:
            return shown.difference(self._original)
        order = enumerate(self._marks, start=1)
        marks = {at: number for number, (take, at) in order if take == index}
        return shown.runs(marks, here=index == self._here)

    def _tell(self, told: str = "") -> None:
        self._told = told or self._told
        if not self._open:
            return
        hidden = any(not shown.column.display for shown in self._shown)
        heads = [
            f"{'●' if index == self._here else ' '}{shown.head(index + 1)}"
            for index, shown in enumerate(self._shown)
        ]
        told = self._told or ("   ".join(heads) if hidden else "")
        if not self._shown:
            told = told or (_("The model is reading …") if self._writes else _("Nothing came."))
        line = self.query_one("#heads", Prose)
        line.update(told)
        line.display = bool(told)
        if self._writes:
            several = len(self._shown) > self._first + 1
            hint = (
                _("← → take · Enter: this one · S: stop this one · Esc: stop all")
                if several
                else _("← → take · Enter: this one · Esc: stop")
            )
        elif self._marks:
            hint = _("Space: mark · Backspace: unmark · Enter: what is marked · Esc: back")
        elif self._original:
            hint = _("← → take · D: difference · Enter: accept · M: more · Esc: refuse")
        else:
            hint = _("← → take · ↑ ↓ Space: sentences · Enter: this one · M: more · Esc: back")
        self.query_one(".box").border_subtitle = hint
