"""Something takes a while: how far it is, and a way to stop it. Does nothing itself."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.widgets import ProgressBar, Static

from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog, said

#: how often it looks, in seconds
_LOOKS = 0.1


class Waiting(Dialog[None]):
    """Shows what `look` tells, (done, of how many); Escape asks for a stop, it does not close.

    Whoever began the work closes this when it ends.
    """

    AUTO_FOCUS = ""

    def __init__(
        self, title: str, text: str, look: Callable[[], tuple[int, int]], stop: Callable[[], None]
    ) -> None:
        super().__init__(title, _("Esc: stop"))
        self._text = text
        self._look = look
        self._stop = stop

    def inside(self) -> ComposeResult:
        """The text over the bar."""
        yield said(self._text)
        yield ProgressBar(show_eta=False)

    def on_mount(self) -> None:
        """Look now and then."""
        self.set_interval(_LOOKS, self._update)

    def _update(self) -> None:
        done, total = self._look()
        if total:
            self.query_one(ProgressBar).update(progress=done, total=total)

    def action_leave(self) -> None:
        """Ask for a stop."""
        self.query_one(".said", Static).update(_("Stopping …"))
        self._stop()
