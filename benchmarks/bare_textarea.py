"""The other side of the screen's measures: the least program that shows a text to edit.

`python -m benchmarks.bare_textarea FILE CARET` is Textual's own TextArea and nothing else.
"""

import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import TextArea


class Bare(App[None]):
    """A TextArea with a file's text in it, the caret at an offset."""

    def __init__(self, text: str, caret: int) -> None:
        super().__init__()
        self._text, self._caret = text, caret

    def compose(self) -> ComposeResult:
        yield TextArea(self._text)

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        before = self._text[: self._caret]
        area.move_cursor((before.count("\n"), len(before) - before.rfind("\n") - 1))


if __name__ == "__main__":
    Bare(Path(sys.argv[1]).read_text("utf-8"), int(sys.argv[2])).run()
