"""A line of small switches: seen at a glance, changed by keys or the mouse.

←→ go along, Space or Enter switches; a full-width space from an input method does too. It knows
nothing of what is switched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_GAP = 2


@dataclass(frozen=True, slots=True)
class Chip:
    """One switch.

    Attributes:
        on: None for a button, which switches nothing.
    """

    id: str
    text: str
    on: bool | None = False

    @property
    def shown(self) -> str:
        """The switch as it is drawn."""
        return f"‹{self.text}›" if self.on is None else f"[{'x' if self.on else ' '}] {self.text}"


class Chips(Widget, can_focus=True):
    """The switches, in as many lines as they need."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("space,enter,ideographic_space", "switch", show=False),
    ]
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Chips { height: auto; width: 1fr; color: $foreground-muted; }
    """

    cursor: reactive[int] = reactive(0)

    class Switched(Message):
        """A switch was changed, or a button pressed."""

        def __init__(self, chips: "Chips", chip: Chip) -> None:
            super().__init__()
            self.chips = chips
            self.chip = chip

        @property
        def control(self) -> "Chips":
            """The switches, for `@on` selectors."""
            return self.chips

    def __init__(self, chips: Sequence[Chip], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._chips = tuple(chips)

    def show(self, chips: Sequence[Chip]) -> None:
        """Other switches from now on."""
        if tuple(chips) != self._chips:
            self._chips = tuple(chips)
            self.refresh(layout=True)

    def render(self) -> Content:
        """The switches in their lines; the cursor is seen while they have the focus."""
        pieces: list[tuple[str, str]] = []
        row = 0
        for index, (line, _column, lead) in enumerate(self._placed(self.size.width)):
            chip = self._chips[index]
            pieces.append(("\n" * (line - row) + " " * lead, ""))
            row = line
            style = "$accent" if chip.on else ""
            if self.has_focus and index == self.cursor:
                block = "$block-cursor-foreground on $block-cursor-background"
                style = "reverse" if self.app.no_color else block
            pieces.append((chip.shown, style))
        return Content.assemble(*pieces)

    def get_content_height(self, _container: object, _viewport: object, width: int) -> int:
        """As many lines as the switches need."""
        placed = self._placed(width)
        return placed[-1][0] + 1 if placed else 1

    def validate_cursor(self, cursor: int) -> int:
        """Stay among the switches."""
        return max(0, min(cursor, len(self._chips) - 1))

    def action_move(self, steps: int) -> None:
        """Go along the switches."""
        self.cursor += steps

    def action_switch(self) -> None:
        """Change the switch under the cursor."""
        chip = self._chips[self.cursor]
        if chip.on is not None:
            chip = replace(chip, on=not chip.on)
            chips = list(self._chips)
            chips[self.cursor] = chip
            self._chips = tuple(chips)
            self.refresh()
        self.post_message(self.Switched(self, chip))

    def on_click(self, event: events.Click) -> None:
        """A click changes the switch under it."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        for index, (line, column, _lead) in enumerate(self._placed(self.size.width)):
            if line == offset.y and 0 <= offset.x - column < cell_len(self._chips[index].shown):
                event.stop()
                self.cursor = index
                self.action_switch()

    def _placed(self, width: int) -> list[tuple[int, int, int]]:
        """(line, column, cells before it) of each switch."""
        placed: list[tuple[int, int, int]] = []
        line = column = 0
        for chip in self._chips:
            lead = _GAP if column else 0
            size = cell_len(chip.shown)
            if column and column + lead + size > width:
                line, column, lead = line + 1, 0, 0
            placed.append((line, column + lead, lead))
            column += lead + size
        return placed
