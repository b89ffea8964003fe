"""A few lines of text: a dedication, an address, phrases. Asks; keeps nothing."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList

_KEEP, _DROP = "keep", "drop"


class AskLines(Dialog[str]):
    """Several lines; Enter makes a new one. Answers what was typed, which may be nothing.

    Escape lets go of what was typed only after a second word.

    Args:
        heard: is told of the text with each key, for what must not go with the program.
        wrong: says what is wrong with a text, under the lines; "" for nothing.
    """

    AUTO_FOCUS = "TextArea"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "keep", show=False)]
    DEFAULT_CSS = """
    AskLines .box { width: 72; }
    AskLines TextArea {
        height: 8;
        margin-bottom: 1;
        border: none;
        padding: 0 1;
        background: $panel;
        &:focus { border: none; background: $panel-lighten-1; }
    }
    """

    def __init__(
        self,
        title: str,
        label: str,
        value: str = "",
        heard: Callable[[str], object] = lambda text: None,
        *,
        wrong: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__(title, _("Enter: a new line · Tab, Enter: keep it · Esc: leave it"))
        self._label = label
        self._given = self._value = value
        self._heard = heard
        self._wrong = wrong
        self._leaving = False

    def inside(self) -> ComposeResult:
        """Label, lines, room for what is wrong with them, and the ways out."""
        yield said(self._label, classes="label")
        yield TextArea(self._value, tab_behavior="focus", show_line_numbers=False)
        told = said("", classes="wrong")
        told.display = False
        yield told
        yield RowList()

    def on_mount(self) -> None:
        """The caret stands behind what is there."""
        lines = self.query_one(TextArea)
        lines.move_cursor(lines.document.end)
        self._show_ways()

    @on(TextArea.Changed)
    def typed(self, event: TextArea.Changed) -> None:
        """Another text."""
        event.stop()
        if event.text_area.text != self._value:
            self._value = event.text_area.text
            self._heard(self._value)

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """Keep it, or let it go."""
        if event.row.id == _DROP:
            self.dismiss(None)
        else:
            self.action_keep()

    def action_keep(self) -> None:
        """Answer with the text, or say what is wrong with it."""
        text = self.query_one(TextArea).text.strip("\n")
        why = self._wrong(text) if self._wrong is not None else ""
        if not why:
            self.dismiss(text)
            return
        told = self.query_one(".wrong", Prose)
        told.update(why)
        told.display = True
        self.query_one(TextArea).focus()

    def action_leave(self) -> None:
        """Escape: out, or to the ways out where something was typed; from those back to it."""
        lines, ways = self.query_one(TextArea), self.query_one(RowList)
        if lines.text == self._given:
            self.dismiss(None)
            return
        self._leaving = not (self._leaving and ways.has_focus)
        self._show_ways()
        self.set_focus(ways if self._leaving else lines)

    def _show_ways(self) -> None:
        found = [Row(_KEEP, _("Keep it"), "↵", kind="head")]
        if self._leaving:
            found.append(Row(_DROP, _("Let go of what was typed")))
        ways = self.query_one(RowList)
        ways.styles.height = len(found)
        ways.show(found, _KEEP)
