"""The settings of a picture as a short form: arrows step, Enter asks for a value."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from storyforge.i18n import _
from storyforge.tui.gallery.form_values import LABELS, Values
from storyforge.tui.widgets.rows import Row, RowList

#: the row of the staging that is kept
STAGING = "staging"


class SettingsForm(RowList):
    """A row a value; those of what the prompt calls stand in it, and are stepped there.

    Attributes:
        beside: further rows, of what is kept for the scene.
    """

    beside: Sequence[Row] = ()

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,minus", "step(-1)", show=False),
        Binding("right,plus", "step(1)", show=False),
        Binding("shift+left", "step(-10)", show=False),
        Binding("shift+right", "step(10)", show=False),
    ]
    DEFAULT_CSS = """
    SettingsForm { height: 1fr; }
    """

    class Stepped(Message):
        """An arrow was pressed on a row."""

        def __init__(self, name: str, steps: int) -> None:
            super().__init__()
            self.name = name
            self.steps = steps

    def show_values(
        self, values: Values, own: frozenset[str], called: Sequence[Row], place: str = ""
    ) -> None:
        """Show these; what is the author's own has a dot before it.

        Args:
            called: rows of what the prompt calls.
        """
        rows = [
            Row(
                name,
                _(label),
                values.told(name),
                mark="·" if name in own - values.lacks else " ",
                kind="muted" if name in values.lacks else "",
            )
            for name, label in LABELS.items()
        ]
        beside = [
            replace(row, kind="muted") if row.id in values.lacks else row for row in self.beside
        ]
        self.show([*rows, *beside, *called], place or None)

    def action_step(self, steps: int) -> None:
        """← and →."""
        if self.row is not None:
            self.post_message(self.Stepped(self.row.id, steps))
