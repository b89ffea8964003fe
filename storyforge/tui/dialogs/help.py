"""F1: the keys and what they do, generated from the registry of actions."""

from collections.abc import Collection
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from storyforge.i18n import _
from storyforge.tui.actions import WHERE_TITLES, Keys, Where, of
from storyforge.tui.dialogs.base import Dialog
from storyforge.tui.terminal import Terminal, key_name


class Help(Dialog[None]):
    """A page to read; keys that cannot arrive in this terminal are left out.

    Args:
        here: the places of the screen it is asked on; they come first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", show=False)]
    DEFAULT_CSS = """
    Help .box { width: 84; height: 90%; }
    Help VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    """

    def __init__(self, keys: Keys, terminal: Terminal, here: Collection[Where] = ()) -> None:
        super().__init__(_("Keys"), _("↑ ↓ · Esc: back"))
        self._keys = keys
        self._terminal = terminal
        self._here = here

    def inside(self) -> ComposeResult:
        """One scrolling text."""
        with VerticalScroll(classes="first"):
            yield Static(help_text(self._keys, self._terminal, self._here))


def help_text(keys: Keys, terminal: Terminal, here: Collection[Where] = ()) -> Content:
    """Every action by where it works, `here` first: its keys, its name, what it does."""
    pieces: list[tuple[str, str]] = []
    for where in sorted(WHERE_TITLES, key=lambda place: place not in here):
        title = _(WHERE_TITLES[where])
        pieces.append((("\n" if pieces else "") + title + "\n\n", "bold $accent"))
        for action in of(where):
            arrive = [key_name(key) for key in keys.of(action.id) if terminal.arrives(key)]
            pieces.append((f"{_(action.label)}  ", "bold"))
            pieces.append((", ".join(arrive) + "\n", "$accent"))
            pieces.append((f"{_(action.help)}\n", "$foreground-muted"))
    pieces.append(
        (
            "\n"
            + _(
                "Actions without a key are in the palette ({key}). Every key can be moved in the "
                "settings file, under [keys]."
            ).format(key=key_name(keys.of("palette")[0])),
            "$foreground-muted",
        )
    )
    return Content.assemble(*pieces)
