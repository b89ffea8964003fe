"""The whole prompt as one page to write on; a model's answer stands under it and can be written on.

It is a manuscript without a scene: wrapping, undo and input methods are the page's own. What
Shift+Enter does is the screen's business.
"""

from storyforge.domain.origin import Origin, Place, Provenance
from storyforge.domain.story import Page
from storyforge.tui.widgets.manuscript import Manuscript


class PromptPage(Manuscript):
    """The prompt, and the answers that came to it."""

    DEFAULT_CSS = """
    PromptPage { padding: 1 2; height: 1fr; max-width: 100; }
    """

    def __init__(self) -> None:
        super().__init__(id="prompt_page")
        self._answer: Place | None = None

    def show_prompt(self, text: str) -> None:
        """Show a prompt, the caret at its end; there is no answer yet."""
        self._answer = None
        self.show(Page("prompt", text, Provenance.whole(len(text), Origin.TYPED), len(text)))

    def replace_prompt(self, text: str) -> None:
        """Let another prompt stand, as one step that can be taken back."""
        self._answer = None
        self.restore(Page("prompt", text, Provenance.whole(len(text), Origin.TYPED), len(text)))

    def asked(self, *, again: bool) -> str:
        """The prompt as it is to be sent; the answer will come to its end.

        With `again` it is the prompt of the last answer, which gives way to the new one.
        """
        place = self.provenance.place(self._answer.id) if again and self._answer else None
        if place is None:
            self.move_cursor(self.document.end)
            place = self.new_place()
        self._answer = place
        return self.text[: place.start]

    @property
    def answered(self) -> bool:
        """Whether an answer came to this prompt."""
        place = self.provenance.place(self._answer.id) if self._answer else None
        return place is not None and place.end > place.start

    def answer(self, text: str, take_id: str) -> None:
        """More of the answer."""
        if self._answer is not None and self.stream_place is None:
            self.begin_stream(self._answer.id, take_id)
        self.stream(text)
