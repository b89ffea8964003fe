"""The find bar under the page: the query, its switches, and which place of how many.

It shows what it is given and tells what the author types. It searches nothing.
"""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from storyforge.domain.searching import Query
from storyforge.i18n import _
from storyforge.tui.actions import Where, bindings
from storyforge.tui.widgets.chips import Chip, Chips
from storyforge.tui.widgets.search_fields import SearchInput, query_chips, switched


class FindBar(Vertical):
    """One field and a line of switches.

    Attributes:
        query_now: what is looked for.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.FIND)
    DEFAULT_CSS = """
    FindBar {
        height: auto;
        width: 100%;
        max-width: 84;
        padding: 0 2;
        background: $surface;
        .line { height: 1; }
        .label { width: auto; color: $foreground-muted; }
        #found { width: auto; min-width: 10; padding-left: 2; text-align: right; }
        #found.-none { color: $warning; }
        #wrong { height: auto; color: $error; display: none; }
        #wrong.-told { display: block; }
        Input {
            width: 1fr;
            height: 1;
            border: none;
            padding: 0 1;
            background: $panel;
            &:focus { border: none; background: $panel-lighten-1; }
        }
    }
    """

    def __init__(
        self, query: Query, *, asked: Callable[[Query], None], pressed: Callable[[str], None]
    ) -> None:
        """Show `query`; `asked` hears every other one, `pressed` the id of a button's action."""
        super().__init__(id="find-bar")
        self.query_now = query
        self._asked = asked
        self._pressed = pressed

    def compose(self) -> ComposeResult:
        """The field and the count; the switches; what is wrong."""
        with Horizontal(classes="line"):
            yield Static(_("Find") + " ", classes="label", markup=False)
            yield SearchInput(self.query_now.text, id="find-text")
            yield Static("", id="found", markup=False)
        yield Chips(self._chips())
        yield Static("", id="wrong", markup=False)

    @property
    def has_focus_within(self) -> bool:
        """Whether the author is in the bar."""
        return any(child.has_focus for child in self.query("SearchInput, Chips"))

    def take_focus(self, query: Query) -> None:
        """Show this query and put the author into the field, all of it selected."""
        self.query_now = query
        field = self.query_one(SearchInput)
        if field.value != query.text:
            with self.prevent(Input.Changed):
                field.value = query.text
        self.query_one(Chips).show(self._chips())
        field.focus()
        field.select_all()

    def tell(self, found: str, *, none: bool = False, wrong: str = "") -> None:
        """Which of how many, or why nothing could be looked for."""
        told = self.query_one("#found", Static)
        told.update(found)
        told.set_class(none, "-none")
        said = self.query_one("#wrong", Static)
        said.update(wrong)
        said.set_class(bool(wrong), "-told")

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Another text is looked for."""
        event.stop()
        now = self.query_now
        self.query_now = Query(event.value, now.regex, now.word, now.case, now.exact)
        self._asked(self.query_now)

    @on(Chips.Switched)
    def otherwise(self, event: Chips.Switched) -> None:
        """It is looked for otherwise."""
        event.stop()
        if event.chip.on is None:
            self._pressed(event.chip.id)
            return
        self.query_now = switched(self.query_now, event.chip)
        self._asked(self.query_now)

    def _chips(self) -> list[Chip]:
        return [
            *query_chips(self.query_now),
            Chip("replace", _("replace …"), None),
            Chip("find_story", _("whole story …"), None),
        ]
