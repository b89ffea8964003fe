"""The prompt and the negative prompt of a picture, to read and to write on."""

from textual.app import ComposeResult
from textual.containers import Vertical

from storyforge.domain.picture.painters import Dialect
from storyforge.tui.gallery.prompt_text import PromptText


class PromptEditor(Vertical):
    """Two texts; the prompt above."""

    DEFAULT_CSS = """
    PromptEditor PromptText { border: none; padding: 0 1; height: 2fr; }
    PromptEditor #negative { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._prompt = PromptText("positive")
        self._negative = PromptText("negative")

    def compose(self) -> ComposeResult:
        """One above the other."""
        yield self._prompt
        yield self._negative

    def focus(self, scroll_visible: bool = True) -> "PromptEditor":
        """Write on the prompt."""
        self._prompt.focus(scroll_visible)
        return self

    @property
    def written_on(self) -> PromptText:
        """The text that keys go to: the prompt, unless the cursor is in the negative one."""
        return self._negative if self._negative.has_focus else self._prompt

    def speak(self, dialect: Dialect) -> None:
        """The checkpoint in use wants its prompts so."""
        self._prompt.dialect = self._negative.dialect = dialect

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

    @property
    def caret(self) -> int:
        """The cursor's place in the prompt, in characters."""
        return self._prompt.caret

    def rewrite(self, prompt: str, negative: str) -> None:
        """Other texts in the place of these; Ctrl+Z takes each back as one step."""
        for text, told in ((self._prompt, prompt), (self._negative, negative)):
            if text.text != told:
                text.history.checkpoint()
                text.replace(told, (0, 0), text.document.end)
                text.history.checkpoint()

    def insert(self, text: str) -> None:
        """Put a text where the cursor is."""
        self._prompt.insert(text)
