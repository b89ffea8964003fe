"""The lorebook on a screen of its own: many entries at once, in columns. The desk carries out."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from storyforge.i18n import _, ngettext
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where
from storyforge.tui.footer import key_parts
from storyforge.tui.screens.base import HouseScreen
from storyforge.tui.terminal import key_name
from storyforge.tui.widgets.bars import Header, KeysBar, Part
from storyforge.tui.widgets.lore_list import LoreBrowser
from storyforge.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from storyforge.tui.desk.lore.book import LoreDesk


class LorebookScreen(HouseScreen):
    """All entries; the verbs are those of the desk's lorebook."""

    PLACES: ClassVar[tuple[Where, ...]] = (Where.LORE,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f3", "back", show=False),
        Binding("ctrl+z", "undo", show=False),
    ]
    AUTO_FOCUS = "LoreList"
    DEFAULT_CSS = """
    LorebookScreen LoreBrowser { height: 1fr; padding: 0 1; }
    LorebookScreen #columns { height: 2; padding: 1 1 0 1; color: $foreground-muted; }
    """

    def __init__(self, lore: "LoreDesk") -> None:
        super().__init__()
        self.lore = lore
        self.browser = LoreBrowser()

    def compose(self) -> ComposeResult:
        """Header, entries, keys."""
        yield Header()
        yield Static("", id="columns", markup=False)
        yield self.browser
        yield KeysBar()

    def on_mount(self) -> None:
        """The book as it is."""
        self.name_keys()
        self.lore.show()

    def name_keys(self) -> None:
        """The keys that work here."""
        left, right = key_parts(self.house, Where.LORE)
        left.append(Part(_("back"), 6, key=key_name("escape")))
        self.query_one(KeysBar).put(left, right)

    def tell(self, marked: int) -> None:
        """What the header says, and what the columns are called."""
        count = ngettext("{count:,} marked", "{count:,} marked", marked).format(count=marked)
        left = [Part(str(self.browser.border_title), 5, "strong")]
        self.query_one(Header).put(left, [Part(count if marked else "", 4, "accent")])
        self.query_one("#columns", Static).update(self.browser.list.heading)

    @on(LoreBrowser.Shown)
    def shown(self) -> None:
        """Other entries are shown, or they have other widths."""
        self.tell(len(self.lore.marked))

    # Actions.

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the registry."""
        self.lore.verbs()[action_id]()

    def action_undo(self) -> None:
        """Ctrl+Z."""
        self.lore.undo()

    def action_back(self) -> None:
        """Escape: out of the filter, then back to the desk."""
        if not self.browser.shut():
            self.lore.table_left()
            self.dismiss(None)

    @on(RowList.Chosen)
    def clicked(self) -> None:
        """A click opens the entry."""
        self.action_do("lore_edit")

    @on(RowList.MenuAsked)
    def menu_asked(self) -> None:
        """The right button."""
        self.action_do(MENUS[Where.LORE])
