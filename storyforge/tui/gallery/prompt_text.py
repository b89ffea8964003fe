"""A prompt to write on, with AUTOMATIC1111's keys: weights up and down, tags to the left and right.

Each of them is one step that Ctrl+Z takes back.
"""

import contextlib
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from storyforge.domain.picture.painters import Dialect
from storyforge.domain.picture.prompt_editing import STEP, Edit, change_weight, move_tags
from storyforge.paths import at_home

Place = tuple[int, int]
PICTURES = (".png", ".jpg", ".jpeg", ".webp")
# No system has longer paths.
_LONGEST = 4096
# What goes to a list of completions while there is one.
_FOR_LIST = ("up", "down", "tab", "enter", "escape")
# Of a text area's own keys, those that the gallery has; a line is selected by Shift+↓.
_THEIRS = ("f6", "f7")


def picture_path(text: str) -> Path | None:
    """The picture that a pasted text is the path of; None where it is no path of one."""
    given = text.strip().strip("'\"")
    if "\n" in given or len(given) > _LONGEST:
        return None
    if given.startswith("file://"):
        try:
            given = url2pathname(unquote(urlsplit(given).path))
        except ValueError:  # a half of an address
            return None
    elif not given.casefold().endswith(PICTURES):
        return None
    path = at_home(given.replace("\\ ", " "))
    with contextlib.suppress(OSError, ValueError):  # words may be no name of a file
        return path if path.suffix.casefold() in PICTURES and path.is_file() else None
    return None


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

    class PicturePasted(Message):
        """What was pasted is the path of a picture."""

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

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

    async def _on_paste(self, event: events.Paste) -> None:
        """A picture's path, as file managers give it, is no word of a prompt."""
        path = picture_path(event.text)
        if path is not None and not self.read_only:
            event.stop()
            event.prevent_default()
            self.post_message(self.PicturePasted(path))

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
