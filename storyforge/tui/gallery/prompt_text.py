"""A prompt to write on, with AUTOMATIC1111's keys: weights up and down, tags to the left and right.

Each of them is one step that Ctrl+Z takes back.
"""

from collections.abc import Callable
from itertools import accumulate
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from storyforge.domain.picture.painters import Dialect
from storyforge.domain.picture.prompt_editing import STEP, Edit, change_weight, move_tags

Place = tuple[int, int]
# Of a text area's own keys, those that the gallery has; a line is selected by Shift+↓.
_THEIRS = ("f6", "f7")


class PromptText(TextArea):
    """A text whose words may be weighed and moved.

    Attributes:
        dialect: says what separates its tags.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+up", "weigh(1)", show=False),
        Binding("ctrl+down", "weigh(-1)", show=False),
        # What these were is still on Ctrl+← and Ctrl+→.
        Binding("alt+left", "move_tags(-1)", show=False),
        Binding("alt+right", "move_tags(1)", show=False),
    ]

    def __init__(self, name: str) -> None:
        super().__init__(id=name, tab_behavior="focus")
        for key in _THEIRS:
            self._bindings.key_to_bindings.pop(key, None)
        self.dialect = Dialect.NATURAL

    def action_weigh(self, steps: int) -> None:
        """Weigh what is selected, or the word at the cursor, by a tenth more or less."""
        self._edit(lambda text, start, end: change_weight(text, start, end, steps * STEP))

    def action_move_tags(self, by: int) -> None:
        """Move the tags that the selection touches past the next one."""
        self._edit(lambda text, start, end: move_tags(text, start, end, by, self.dialect))

    @property
    def caret(self) -> int:
        """The cursor's place in the text, in characters."""
        return self.index_of(self.cursor_location)

    def index_of(self, place: Place) -> int:
        """A place of lines and columns as one of characters."""
        row, column = place
        return sum(len(line) + 1 for line in self.document.lines[:row]) + column

    def place_of(self, index: int) -> Place:
        """A place of characters as one of lines and columns."""
        row, begun = 0, 0
        for number, start in enumerate(
            accumulate((len(line) + 1 for line in self.document.lines[:-1]), initial=0)
        ):
            if start > index:
                break
            row, begun = number, start
        return row, index - begun

    def _edit(self, change: Callable[[str, int, int], Edit | None]) -> None:
        if self.read_only:
            return
        lines = "\n".join(self.document.lines)  # as places count them, whatever ends a line
        start, end = sorted(map(self.index_of, self.selection))
        edit = change(lines, start, end)
        if edit is None:
            return
        self.history.checkpoint()
        self.replace(edit.text, self.place_of(edit.start), self.place_of(edit.end))
        self.history.checkpoint()
        self.selection = Selection(self.place_of(edit.select_start), self.place_of(edit.select_end))
