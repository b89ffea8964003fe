"""A few lines of text: a dedication, an address. Asks; keeps nothing."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.rows import Row, RowList


class AskLines(Dialog[str]):
    """Several lines; Enter makes a new one. Answers what was typed, which may be nothing.

    Args:
        heard: is told of the text with each key, for what must not go with the program.
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
    AskLines RowList { height: 1; }
    """

    def __init__(
        self,
        title: str,
        label: str,
        value: str = "",
        heard: Callable[[str], object] = lambda text: None,
    ) -> None:
        super().__init__(title, _("Enter: a new line · Tab, Enter: keep it · Esc: leave it"))
        self._label = label
        self._value = value
        self._heard = heard

    def inside(self) -> ComposeResult:
        """Label, lines, and the way out."""
        yield said(self._label, classes="label")
        yield TextArea(self._value, tab_behavior="focus", show_line_numbers=False)
        yield RowList()

    def on_mount(self) -> None:
        """The caret stands behind what is there."""
        lines = self.query_one(TextArea)
        lines.move_cursor(lines.document.end)
        self.query_one(RowList).show([Row("keep", _("Keep it"), "↵", kind="head")])

    @on(TextArea.Changed)
    def typed(self, event: TextArea.Changed) -> None:
        """Another text."""
        event.stop()
        if event.text_area.text != self._value:
            self._value = event.text_area.text
            self._heard(self._value)

    @on(RowList.Chosen)
    def action_keep(self) -> None:
        """Answer with the text."""
        self.dismiss(self.query_one(TextArea).text.strip("\n"))
