"""A prompt to write on, with AUTOMATIC1111's keys: weights up and down, tags to the left and right.

Each of them is one step that Ctrl+Z takes back.
"""

from collections.abc import Callable
from itertools import accumulate
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from storyforge.domain.picture.painters import Dialect
from storyforge.domain.picture.prompt_editing import STEP, Edit, change_weight, move_tags

Place = tuple[int, int]
# What goes to a list of completions while there is one.
_FOR_LIST = ("up", "down", "tab", "enter", "escape")
# Of a text area's own keys, those that the gallery has; a line is selected by Shift+↓.
_THEIRS = ("f6", "f7")


class PromptText(TextArea):
    """A text whose words may be weighed and moved.

    Attributes:
        dialect: says what separates its tags.
        offering: a list of completions stands under the cursor: some keys are for it.
    """

    class ForList(Message):
        """A key for the list of completions."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Typed(Message):
        """The author typed a letter, or took one away."""

        def __init__(self, text: "PromptText") -> None:
            super().__init__()
            self.text = text

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
        self.offering = False

    async def _on_key(self, event: events.Key) -> None:
        """A key for the list goes there and nowhere else."""
        if self.offering and event.key in _FOR_LIST:
            event.stop()
            event.prevent_default()
            self.post_message(self.ForList(event.key))
        elif event.is_printable or event.key == "backspace":
            self.post_message(self.Typed(self))

    def make(self, edit: Edit) -> None:
        """Make a change as one step; the selection goes where it says."""
        self.history.checkpoint()
        self.replace(edit.text, self.place_of(edit.start), self.place_of(edit.end))
        self.history.checkpoint()
        self.selection = Selection(self.place_of(edit.select_start), self.place_of(edit.select_end))

    @property
    def plain(self) -> str:
        """The text as places count it, whatever ends its lines."""
        return "\n".join(self.document.lines)

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
        start, end = sorted(map(self.index_of, self.selection))
        edit = change(self.plain, start, end)
        if edit is not None:
            self.make(edit)
