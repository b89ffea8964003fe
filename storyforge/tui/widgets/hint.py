"""A few quiet lines under the page, for what an author should read once. Escape closes it."""

from storyforge.tui.notices import ABOVE
from storyforge.tui.widgets.prose import Prose


class Hint(Prose):
    """Not a dialog: the page stays writable above it."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Hint {
        display: none;
        height: auto;
        width: 100%;
        max-width: 84;
        padding: 0 2;
        margin: 0 0 1 0;
        border-left: thick $accent;
        color: $foreground-muted;
        background: $surface;
    }
    Hint.-told { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(id="hint")
        self._told: list[str] = []

    @property
    def told(self) -> str:
        """The lines that are shown now."""
        return "\n".join(self._told)

    def tell(self, text: str) -> None:
        """Show these lines, below those that are not closed yet."""
        if text not in self._told:
            self._told.append(text)
            self.update(self.told)
            self.add_class("-told")
            self.screen.add_class(ABOVE)

    def hush(self) -> bool:
        """Take the lines away; False when there were none."""
        had = bool(self._told)
        self._told.clear()
        self.remove_class("-told")
        return had
