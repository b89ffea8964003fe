"""Tags to look for, by a part of their names and by category. Asks; carries nothing out."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from storyforge.domain.picture.tag import Category
from storyforge.i18n import N_, _
from storyforge.images.tag_book import TagBook
from storyforge.tui.dialogs.base import said
from storyforge.tui.dialogs.narrowing import Narrowing
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList

_LIMIT = 200
CATEGORY_NAMES = {
    None: N_("all categories"),
    Category.GENERAL: N_("general"),
    Category.CHARACTER: N_("character"),
    Category.COPYRIGHT: N_("copyright"),
    Category.ARTIST: N_("artist"),
    Category.META: N_("meta"),
}


class TagSearch(Narrowing[str]):
    """Answers the name of a tag."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "category(1)", show=False, priority=True),
        Binding("shift+tab", "category(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    TagSearch .box { width: 84; }
    TagSearch RowList { height: 14; }
    """

    def __init__(self, book: TagBook) -> None:
        hint = _("Letters · ↑ ↓ Enter: into the prompt · Tab: category · Esc: leave it")
        super().__init__(_("Tags"), hint)
        self._book = book
        self._category: Category | None = None

    def inside(self) -> ComposeResult:
        """Letters, the category, and the tags with most pictures first."""
        yield Input(placeholder=_("A part of the tag"))
        yield said("", classes="label", id="category")
        yield self.narrowed()

    def on_mount(self) -> None:
        """All of them."""
        self._list()

    def _list(self) -> None:
        text = self.query_one(Input).value
        found = self._book.search(text, self._category, _LIMIT)
        rows = [
            Row(tag.name, ", ".join((tag.name, *tag.aliases)), f"{tag.count:,}") for tag in found
        ]
        nothing = Row("", _("No tag is called that."), kind="muted", fixed=True)
        self.query_one(RowList).show(rows or [nothing])
        self.query_one("#category", Prose).update(_(CATEGORY_NAMES[self._category]))

    @on(Input.Changed)
    def look(self) -> None:
        """Other letters."""
        self._list()

    def action_category(self, steps: int) -> None:
        """Tab: the tags of the next category."""
        names = tuple(CATEGORY_NAMES)
        self._category = names[(names.index(self._category) + steps) % len(names)]
        self._list()

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def decide(self) -> None:
        """Enter or a click: the marked one."""
        row = self.query_one(RowList).row
        if row is not None and row.id:
            self.dismiss(row.id)
