"""Asking for a few sentences, such as a comment."""

from textual import on
from textual.app import ComposeResult

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.notes import Answer


class AskWords(Dialog[str]):
    """Some lines of text; answers what was written, never blank."""

    AUTO_FOCUS = "Answer"

    def __init__(self, title: str, about: str, value: str = "") -> None:
        super().__init__(title, _("Enter: keep · Ctrl+J: new line · Esc: leave it"))
        self._about = about
        self._value = value

    def inside(self) -> ComposeResult:
        """What it is about, over the page to write on."""
        if self._about:
            yield said(self._about, classes="label")
        yield Answer()

    def on_mount(self) -> None:
        """What was written before."""
        text = self._value
        provenance = Provenance.whole(len(text), Origin.TYPED)
        self.query_one(Answer).show(Page("", text, provenance, len(text)))

    @on(Answer.Given)
    def decide(self, event: Answer.Given) -> None:
        """Answer with the text."""
        if text := event.text.strip(" \t\n"):
            self.dismiss(text)
