"""What a word in the prompt may become: a short list under the cursor."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Offset

from storyforge.tui.widgets.rows import Row, RowList

_WIDTH = 46


@dataclass(frozen=True, slots=True)
class Completion:
    """One of them.

    Attributes:
        name: a tag's, or a file's. alias: by what it was found; may be empty.
        note: how many pictures it has, say.
        as_it_is: it is the name of a file, and not spelled as tags are.
    """

    name: str
    alias: str = ""
    note: str = ""
    as_it_is: bool = False


class Completions(RowList):
    """The list; it never has the focus, the prompt's keys go on to it."""

    DEFAULT_CSS = f"""
    Completions {{
        overlay: screen;
        constrain: inside inflect;
        display: none;
        width: {_WIDTH};
        height: auto;
        max-height: 8;
        background: $surface;
    }}
    """

    def __init__(self) -> None:
        super().__init__(id="completions", choose=False)
        self.can_focus = False
        self._shown: tuple[Completion, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether there is something to take."""
        return self.display and bool(self._shown)

    @property
    def marked(self) -> Completion | None:
        """The one that would be taken."""
        return self._shown[self.cursor] if self.is_open else None

    def open(self, found: Sequence[Completion], at: Offset) -> None:
        """Show these under a place of the screen; nothing closes it."""
        self._shown = tuple(found)
        if not found:
            self.close()
            return
        self.show(
            [
                Row(one.name, f"{one.alias} → {one.name}" if one.alias else one.name, one.note)
                for one in found
            ],
            found[0].name,
        )
        self.styles.height = len(found)
        self.absolute_offset = at + Offset(0, 1)
        self.display = True

    def close(self) -> None:
        """Show nothing."""
        self.display = False
        self._shown = ()
