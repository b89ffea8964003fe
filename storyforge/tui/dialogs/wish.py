"""One line under the page: what the continuation shall tell. Asks; keeps nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog


@dataclass(frozen=True, slots=True)
class Wished:
    """What the author wishes, and whether of several takes at once."""

    line: str
    several: bool = False


class AskWish(Dialog[Wished]):
    """Answers a line that is not empty.

    Args:
        earlier: earlier wishes, the latest first; the arrows bring them back.
        key: how the key that asks for several takes is called; empty where it has none.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "earlier(1)", show=False, priority=True),
        Binding("down", "earlier(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    AskWish {
        align: center bottom;
        background: $background 0%;
        .box { width: 100%; max-width: 88; height: 3; padding: 0 1; margin-bottom: 2; }
        Input { margin: 0; }
    }
    """

    def __init__(self, earlier: Sequence[str], keys: Sequence[str], key: str) -> None:
        hint = _("Enter: continue · ↑ earlier wishes · Esc: leave it")
        if key:
            hint = _("Enter: continue · {key}: several takes · ↑ earlier wishes · Esc").format(
                key=key
            )
        super().__init__(_("Continue with a wish"), hint)
        self._earlier = tuple(earlier)
        self._keys = frozenset(keys)
        self._at = -1
        self._begun = ""

    def inside(self) -> ComposeResult:
        """The line."""
        yield Input(placeholder=_("she finds the letter"))

    def on_key(self, event: events.Key) -> None:
        """The key of several takes asks for several."""
        if event.key in self._keys:
            event.stop()
            self._decide(several=True)

    def action_earlier(self, steps: int) -> None:
        """An earlier wish, or back to the line that was begun."""
        line = self.query_one(Input)
        if self._at < 0:
            self._begun = line.value
        self._at = max(-1, min(self._at + steps, len(self._earlier) - 1))
        line.value = self._begun if self._at < 0 else self._earlier[self._at]
        line.cursor_position = len(line.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._decide(several=False)

    def _decide(self, *, several: bool) -> None:
        if line := self.query_one(Input).value.strip():
            self.dismiss(Wished(line, several))
