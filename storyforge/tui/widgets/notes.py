"""Small pages for words about the story: notes that grow, and answers that Enter ends.

Both are written on as the manuscript is, with its wrapping, its undo and its input methods. They
keep nothing: whoever shows them sees to that.
"""

from textual import events
from textual.message import Message

from storyforge.tui.widgets.manuscript import Manuscript

_NEW_LINES = ("ctrl+j", "shift+enter", "shift+\r")


class Notes(Manuscript):
    """A small page; every key that asks for a new line gives one."""

    DEFAULT_CSS = """
    Notes {
        padding: 0 1;
        height: 1fr;
        background: $background;
        &:focus { background: $surface; }
    }
    """

    async def _on_key(self, event: events.Key) -> None:
        if event.key in _NEW_LINES and not self.read_only:
            self._write_text("\n")
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)


class Answer(Notes):
    """A small page that Enter ends; Ctrl+J begins a new line."""

    DEFAULT_CSS = """
    Answer { height: 6; background: $panel; &:focus { background: $panel-lighten-1; } }
    """

    class Given(Message):
        """Enter was pressed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            self.post_message(self.Given(self.text))
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)
