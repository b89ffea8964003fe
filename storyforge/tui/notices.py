"""What the program says in passing: where it stands, for how long, and what makes it go.

A sentence lies over whatever is below it, so it keeps to the half of the screen that the caret is
not in, and goes with the next key once it could be read. Errors stand their time out.
"""

from time import time
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.notifications import Notifications
from textual.widgets._toast import ToastRack

from storyforge.domain.text import clean, one_line
from storyforge.errors import StoryforgeError

if TYPE_CHECKING:
    from textual.notifications import Notification

    from storyforge.tui.app import StoryforgeApp

# What is read in a second, in cells, and the seconds until the eye is there.
_CELLS, _NOTICED = 30, 1.0
# Sentences that stand over each other; for one more the oldest goes.
_MOST = 3
_ERROR_SECONDS = 14.0

#: a screen's class while what is said stands at its top
ABOVE = "-notices_above"
NOTICES_CSS = f"""
    ToastRack {{ margin-bottom: 2; }}
    .{ABOVE} ToastRack {{ dock: top; align: right top; margin-bottom: 0; }}
    Toast {{ background: $panel; padding: 1 2; width: 60; max-width: 100%; }}
    /* Below a box the keys line is free: it is that of the screen behind. */
    Dialog ToastRack {{ margin-bottom: 0; }}
    Dialog Toast {{ padding: 0 2; margin: 0; width: auto; }}
"""


class Notices:
    """Says sentences on the screen in front."""

    def __init__(self, app: "StoryforgeApp") -> None:
        self._app = app

    def tell(self, text: str, title: str = "") -> None:
        """One quiet sentence; never twice at once."""
        text, title = clean(text), one_line(title)
        if any(note.message == text for note in self._app._notifications):
            return
        self.give_way()
        for note in self._quiet()[: 1 - _MOST]:
            self._app._unnotify(note)
        self._keep_clear()
        self._app.notify(text, title=title, timeout=2 * _to_read(text), markup=False)

    def tell_error(self, error: StoryforgeError) -> None:
        """What happened, what is safe, what to do next; never a traceback."""
        text = clean(f"{error.message}\n{error.hint}" if error.hint else error.message)
        self._keep_clear()
        self._app.notify(
            text,
            title=one_line(error.title),
            severity="error",
            timeout=max(_ERROR_SECONDS, 2 * _to_read(text)),
            markup=False,
        )

    def show(self) -> None:
        """Show on the screen in front what belongs there: a box has only what came since it opened.

        It would lie over what the box asks; behind the box it still stands, while it lasts.
        """
        if self._app.screen_stack:
            screen = self._app.screen
            since, shown = getattr(screen, "since", 0.0), Notifications()
            for note in self._app._notifications:
                if note.raised_at >= since or note.severity == "error":
                    shown.add(note)
            for rack in screen.query(ToastRack):
                self._app.call_later(rack.show, shown)

    def give_way(self) -> None:
        """The author goes on: what could be read by now is in the way."""
        for note in self._quiet():
            if time() - note.raised_at > _to_read(note.message):
                self._app._unnotify(note)

    def _quiet(self) -> "list[Notification]":
        return [note for note in self._app._notifications if note.severity == "information"]

    def _keep_clear(self) -> None:
        """Away from the line that the author looks at; what is in sight stays where it is."""
        if self._app.screen_stack and not self._app._notifications:
            screen = self._app.screen
            caret = getattr(screen.focused, "cursor_screen_offset", None)
            low = caret is not None and caret.y >= screen.size.height // 2
            screen.set_class(low or bool(screen.query("Hint.-told")), ABOVE)


def _to_read(text: str) -> float:
    """The seconds in which a sentence is read."""
    return _NOTICED + cell_len(text) / _CELLS
