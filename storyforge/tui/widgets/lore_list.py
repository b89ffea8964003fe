"""The lorebook as a list: narrow beside the page, in columns where it has a screen of its own.

It shows the entries that a filter lets through, and which of them are on, marked, called by the
text at the caret, or have a key that cannot be used. It changes none.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from storyforge.domain.lore import LoreEntry, name_of
from storyforge.i18n import _, ngettext
from storyforge.tui.actions import Where, bindings
from storyforge.tui.widgets.labels import Badge
from storyforge.tui.widgets.rows import Row, RowList, fitted
from storyforge.tui.widgets.search_fields import SearchInput

#: cells from which on a list shows columns
_WIDE = 70
#: of title, keys, category and scene
_WEIGHTS = (28, 32, 18, 16)
#: cells for "always" and "off" in the languages at hand
_STATE = 10
_CALLED, _MARKED = "▸", "✓"
_FAULTY = (Badge("!", "red"),)


@dataclass(frozen=True, slots=True)
class Signs:
    """What is shown beside the entries.

    Attributes:
        called, marked, faulty: ids of entries; the last have a key that cannot be used.
        scenes: the titles of the story's scenes by their id.
    """

    called: Collection[str] = ()
    marked: Collection[str] = ()
    faulty: Collection[str] = ()
    scenes: Mapping[str, str] = field(default_factory=dict)


def holds(entry: LoreEntry, wanted: str) -> bool:
    """Whether an entry has `wanted`, which is casefolded, anywhere in its words."""
    told = (entry.title, entry.category, *entry.keys, *entry.secondary, entry.content)
    return any(wanted in text.casefold() for text in told)


class LoreList(RowList):
    """The rows; a list as wide as a screen has columns: title, keys, category, priority, scene."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.LORE)

    def __init__(self) -> None:
        super().__init__(choose=False)
        self._entries: Mapping[str, LoreEntry] = {}
        self._scenes: Mapping[str, str] = {}

    def show_entries(self, entries: Sequence[LoreEntry], signs: Signs, at: str | None) -> None:
        """Show these."""
        self._entries = {entry.id: entry for entry in entries}
        self._scenes = signs.scenes
        rows = [
            Row(
                entry.id,
                name_of(entry),
                _state(entry),
                kind="" if entry.enabled else "muted",
                mark=_mark(entry, signs),
                badges=_FAULTY if entry.id in signs.faulty else (),
            )
            for entry in entries
        ]
        if not rows:
            rows = [Row("", _("No entry."), kind="muted", fixed=True)]
        self.show(rows, at)

    @property
    def marked(self) -> str:
        """The id of the entry under the cursor; "" without one."""
        return self.row.id if self.row is not None and not self.row.fixed else ""

    @property
    def heading(self) -> str:
        """What the columns are called; "" where there are none."""
        width = self.size.width
        if width < _WIDE:
            return ""
        told = (_("Title"), _("Keys"), _("Category"), _("True from"), _("Pr."))
        return "   " + _in_columns(told, width - 4 - _STATE)

    def laid_out(self, row: Row, room: int) -> str:
        """Title, and where there is room what else is to be seen at a glance."""
        entry = self._entries.get(row.id)
        if entry is None or self.size.width < _WIDE:
            return fitted(row.text, room)
        since = self._scenes.get(entry.from_scene, "?") if entry.from_scene else ""
        priority = str(entry.priority) if entry.priority else ""
        told = (row.text, ", ".join(entry.keys), entry.category, since, priority)
        # What the state takes at the right must not move the columns.
        room_before = self.size.width - 4 - _STATE
        return fitted(_in_columns(told, room_before), room)


def _in_columns(told: Sequence[str], room: int) -> str:
    """Title, keys, category and scene by their weights; the priority in five cells."""
    rest = max(0, room - 5)
    widths = [rest * weight // sum(_WEIGHTS) for weight in _WEIGHTS]
    widths[0] += rest - sum(widths)
    cells = [fitted(text, width - 1) + " " for text, width in zip(told[:-1], widths, strict=True)]
    return "".join(cells) + fitted(" " * (4 - cell_len(told[-1])) + told[-1], 5)


class LoreBrowser(Vertical):
    """The list under a filter, which is shown while it is used."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "to_list", show=False),
        Binding("down", "to_list", show=False),
    ]
    DEFAULT_CSS = """
    LoreBrowser Input {
        border: none;
        height: 1;
        padding: 0 1;
        background: $panel;
        display: none;
        &:focus { border: none; background: $panel-lighten-1; }
    }
    LoreBrowser.-finding Input { display: block; }
    LoreBrowser LoreList { height: 1fr; }
    """

    class Shown(Message):
        """Other entries are shown, or the columns have other widths."""

    def __init__(self) -> None:
        super().__init__()
        self.field = SearchInput(placeholder=_("Title, key, category or text"))
        self.list = LoreList()
        self.shown: tuple[LoreEntry, ...] = ()
        self._book: Sequence[LoreEntry] = ()
        self._signs = Signs()

    @property
    def scenes(self) -> Mapping[str, str]:
        """What the scenes are called here."""
        return self._signs.scenes

    def compose(self) -> ComposeResult:
        """Filter over list."""
        yield self.field
        yield self.list

    def show_book(self, book: Sequence[LoreEntry], signs: Signs, at: str | None = None) -> None:
        """Show the book as it is now; the cursor goes to the entry `at`, else stays."""
        self._book = book
        self._signs = signs
        wanted = self.field.value.strip().casefold()
        self.shown = tuple(entry for entry in book if not wanted or holds(entry, wanted))
        self.list.show_entries(self.shown, signs, at)
        self.border_title = _heading(book, len(self.shown))
        self.post_message(self.Shown())

    def on_resize(self) -> None:
        """The columns have other widths."""
        self.call_after_refresh(self.post_message, self.Shown())

    def find(self) -> None:
        """Into the filter."""
        self.add_class("-finding")
        self.field.focus()

    def shut(self) -> bool:
        """Escape: out of the filter, and every entry is shown again; False where there was none."""
        if not self.has_class("-finding"):
            return False
        self.field.value = ""
        self.remove_class("-finding")
        self.list.focus()
        return True

    @on(Input.Changed)
    def _filtered(self, event: Input.Changed) -> None:
        event.stop()
        self.show_book(self._book, self._signs)

    def action_to_list(self) -> None:
        """From the filter to what it shows."""
        self.screen.set_focus(self.list)


def _mark(entry: LoreEntry, signs: Signs) -> str:
    if entry.id in signs.marked:
        return _MARKED
    return _CALLED if entry.id in signs.called else " "


def _state(entry: LoreEntry) -> str:
    if not entry.enabled:
        return _("off")
    return _("always") if entry.always else ""


def _heading(book: Sequence[LoreEntry], shown: int) -> str:
    if shown != len(book):
        return _("Lorebook · {shown:,} of {count:,}").format(shown=shown, count=len(book))
    if not book:
        return _("Lorebook")
    told = ngettext("Lorebook · {count:,} entry", "Lorebook · {count:,} entries", len(book))
    return told.format(count=len(book))
