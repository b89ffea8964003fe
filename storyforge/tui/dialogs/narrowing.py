"""What dialogs share in which letters narrow a list: the arrows move in it while one types."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from storyforge.tui.dialogs.base import Answer, Dialog
from storyforge.tui.widgets.rows import RowList


class Narrowing(Dialog[Answer]):
    """An input over a list. Subclasses fill the list, and say what a row answers."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "move(-8)", show=False, priority=True),
        Binding("pagedown", "move(8)", show=False, priority=True),
    ]

    def letters(self, placeholder: str) -> ComposeResult:
        """The letters over the list."""
        yield Input(placeholder=placeholder)
        yield self.narrowed()

    def narrowed(self, *, id: str | None = None) -> RowList:  # noqa: A002
        """A list that the letters keep the focus from."""
        rows = RowList(id=id)
        rows.can_focus = False
        return rows

    def action_move(self, steps: int) -> None:
        """Move in the list; the letters keep the focus."""
        self.query_one(RowList).action_move(steps)
