"""The prompt and the negative prompt of a picture, to read and to write on."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import TextArea


class PromptEditor(Vertical):
    """Two texts; the prompt above."""

    DEFAULT_CSS = """
    PromptEditor TextArea { border: none; padding: 0 1; height: 2fr; }
    PromptEditor #negative { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._prompt = TextArea(id="positive", tab_behavior="focus")
        self._negative = TextArea(id="negative", tab_behavior="focus")

    def compose(self) -> ComposeResult:
        """One above the other."""
        yield self._prompt
        yield self._negative

    def focus(self, scroll_visible: bool = True) -> "PromptEditor":
        """Write on the prompt."""
        self._prompt.focus(scroll_visible)
        return self

    @property
    def text(self) -> str:
        """The prompt."""
        return self._prompt.text

    @text.setter
    def text(self, text: str) -> None:
        self._prompt.text = text

    @property
    def negative(self) -> str:
        """The negative prompt."""
        return self._negative.text

    @negative.setter
    def negative(self, text: str) -> None:
        self._negative.text = text

    def insert(self, text: str) -> None:
        """Put a text where the cursor is."""
        self._prompt.insert(text)
