"""What a panel beside the page has in common with the others: its look, and small pages in it.

What the small pages tell must not be taken for the manuscript's: it ends here, but for one thing,
that they were written on.
"""

from collections.abc import Callable

from textual import on
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import TextArea

from storyforge.tui.widgets.manuscript import Manuscript


class NotesPanel(Vertical):
    """A panel with notes in it.

    Attributes:
        notes_changed: called when the author has written into one of them.
    """

    DEFAULT_CSS = """
    NotesPanel {
        border: round $border-blurred;
        border-title-color: $foreground-muted;
        background: $background;
    }
    NotesPanel:focus-within { border: round $border; border-title-color: $accent; }
    NotesPanel Notes, NotesPanel Notes:focus {
        border-top: solid $border-blurred;
        border-title-color: $foreground-muted;
    }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id, classes="panel")
        self.notes_changed: Callable[[], None] | None = None

    @property
    def has_focus_inside(self) -> bool:
        """Whether the keys go to the panel."""
        return self.has_focus_within

    @on(Manuscript.Edited)
    def _notes_edited(self, event: Manuscript.Edited) -> None:
        event.stop()
        if self.notes_changed is not None:
            self.notes_changed()

    @on(TextArea.SelectionChanged)
    @on(TextArea.Changed)
    @on(Manuscript.ParagraphTooLong)
    @on(Manuscript.StreamInterrupted)
    @on(Manuscript.ContinueRequested)
    def _of_the_notes(self, event: Message) -> None:
        event.stop()
