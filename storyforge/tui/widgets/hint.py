"""A few quiet lines under the page, for what an author should read once. Escape closes it."""

from textual.widgets import Static


class Hint(Static):
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
        super().__init__("", id="hint", markup=False)

    def tell(self, text: str) -> None:
        """Show these lines."""
        self.update(text)
        self.add_class("-told")

    def hush(self) -> bool:
        """Take the lines away; False when there were none."""
        told = self.has_class("-told")
        self.remove_class("-told")
        return told
