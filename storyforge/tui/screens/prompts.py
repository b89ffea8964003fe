"""The prompt templates: all of them in a list, and beside it the marked one in three views.

The screen shows and asks; `Templates` reads, checks and keeps.
"""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import Static

from storyforge.i18n import _
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where, bindings
from storyforge.tui.dialogs.base import said
from storyforge.tui.footer import key_parts
from storyforge.tui.prompts.templates import Templates
from storyforge.tui.prompts.views import View
from storyforge.tui.screens.base import HouseScreen
from storyforge.tui.terminal import key_name
from storyforge.tui.widgets.bars import Header, KeysBar, Part, StatusBar
from storyforge.tui.widgets.comparison import ComparisonView
from storyforge.tui.widgets.manuscript import Manuscript
from storyforge.tui.widgets.rows import RowList
from storyforge.tui.widgets.template_list import TemplateList
from storyforge.tui.widgets.template_page import TemplatePage

if TYPE_CHECKING:
    from storyforge.domain.comparing import Comparison
    from storyforge.studio.prompt.trying import Flaw
    from storyforge.studio.prompts import Prompt


class PromptsScreen(HouseScreen):
    """The templates beside a view of the one under the cursor.

    Attributes:
        view: which of the three is shown.
    """

    PLACES: ClassVar[tuple[Where, ...]] = (Where.PROMPTS,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("f3", "leave", show=False),
        Binding("ctrl+s", "done", show=False),
        Binding("ctrl+z", "bring_back", show=False),
        *bindings(Where.PROMPTS),
    ]
    AUTO_FOCUS = "TemplateList"
    DEFAULT_CSS = """
    PromptsScreen #room { height: 1fr; layout: vertical; }
    PromptsScreen #left { width: 100%; height: 2fr; border: round $border-blurred; }
    PromptsScreen #right { width: 100%; height: 3fr; border: round $border-blurred; }
    PromptsScreen #left:focus-within, PromptsScreen #right:focus-within { border: round $border; }
    PromptsScreen #left, PromptsScreen #right { border-title-color: $foreground-muted; }
    PromptsScreen.-wide #room { layout: horizontal; }
    PromptsScreen.-wide #left { width: 42; height: 100%; }
    PromptsScreen.-wide #right { width: 1fr; height: 100%; }
    /* What is written on has the screen where there is little of it. */
    PromptsScreen.-narrow.-editing #left { display: none; }
    PromptsScreen.-narrow.-editing #right { height: 1fr; }
    PromptsScreen TemplateList, PromptsScreen TemplatePage { height: 1fr; }
    PromptsScreen ComparisonView { height: 1fr; padding: 0 1; background: $background; }
    PromptsScreen #wrong { display: none; height: auto; max-height: 5; padding: 0 1; }
    PromptsScreen #wrong { color: $text-error; }
    PromptsScreen #wrong.-shown { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
        self.view = View.TEXT
        self._saved = ""
        self.list = TemplateList()
        self.page = TemplatePage(id="template")
        self.comparison = ComparisonView(chooses=False)
        self.header = Header()
        self.status = StatusBar()
        self.keys_bar = KeysBar()
        self.templates = Templates(self)

    @property
    def editing(self) -> bool:
        """Whether the marked template is written on."""
        return self.has_class("-editing")

    def compose(self) -> ComposeResult:
        """Header, templates, the view with what is wrong below it, status, keys."""
        yield self.header
        with Container(id="room"):
            left = Vertical(id="left")
            left.border_title = _("Templates")
            with left:
                yield self.list
            with Vertical(id="right"):
                yield self.page
                yield self.comparison
                yield said("", id="wrong", classes="")
        yield self.status
        yield self.keys_bar

    def on_mount(self) -> None:
        """Look what there is."""
        self.comparison.display = False
        self.page.cursor_blink = not self.house.still
        self.header.put([Part(_("Prompt templates"), 5, "strong")])
        self.name_keys()
        self.templates.look()

    async def may_leave(self) -> bool:
        """The program is about to end: what was typed goes to its place first."""
        return await self.templates.keep()

    async def save_at_once(self) -> None:
        """The program is told to go."""
        await self.templates.keep()

    def rescue(self) -> None:
        """The program is about to end by a fault."""
        self.templates.rescue()

    # Showing.

    def show_templates(self, found: "Sequence[Prompt]", unfinished: Collection[str]) -> None:
        """Show these in the list; the cursor stays."""
        self.list.show_templates(found, unfinished)

    def show_text(self, name: str, text: str) -> None:
        """Show a text in the view; it is there to be read."""
        self.comparison.display, self.page.display = False, True
        self.page.show_text(name, text)
        self.page.lock_page(_("E changes the template."))
        self.name_view()

    def show_comparison(self, comparison: "Comparison") -> None:
        """Show the differences."""
        self.page.display, self.comparison.display = False, True
        self.comparison.show(comparison)
        self.name_view()

    def name_view(self) -> None:
        """Which of the views is shown, and by which keys the others are."""
        names = {
            View.TEXT: _("Template"),
            View.RENDERED: _("Rendered"),
            View.DIFFERENCES: _("Differences"),
        }
        told = [
            f"▸{name}" if view is self.view else f"{number} {name}"
            for number, (view, name) in enumerate(names.items(), 1)
        ]
        self.query_one("#right").border_title = "  ".join(told)

    def tell_faults(self, flaw: "Flaw | None") -> None:
        """What is wrong with the template; None for nothing."""
        told = ""
        if flaw is not None:
            where = _("Line {number}: {why}").format(number=flaw.line, why=flaw.why)
            told = where if flaw.line else flaw.why
        self.page.show_faults((flaw.line,) if flaw is not None and flaw.line else ())
        line = self.query_one("#wrong", Static)
        line.update(told)
        line.set_class(bool(told), "-shown")

    def tell(self, left: Sequence[Part], right: Sequence[Part] = ()) -> None:
        """What there is to say of the marked one, in the header."""
        self.header.put([Part(_("Prompt templates"), 5, "strong"), *left], right)

    def tell_saved(self, told: str) -> None:
        """Whether what is typed is kept."""
        self._saved = told
        self.tell_line()

    @on(Manuscript.SelectionChanged)
    def tell_line(self) -> None:
        """The line of the caret, by which faults are told; and whether what is typed is kept."""
        line = _("line {number}").format(number=self.page.cursor_location[0] + 1)
        left = [Part(line, 4, "muted")] if self.editing else []
        self.status.put(left, [Part(self._saved, 5, "muted")])

    def name_keys(self) -> None:
        """The keys that work here."""
        left, right = key_parts(self.house, Where.PROMPTS)
        if self.editing:
            left = [Part(_("finish"), 7, key=key_name("ctrl+s"))]
        left.append(Part(_("back"), 6, key=key_name("escape")))
        self.keys_bar.put(left, right)

    # Writing on the template.

    def begin_writing(self, name: str, text: str) -> None:
        """Let the author write on it."""
        self.view = View.TEXT
        self.show_text(name, text)
        self.page.unlock_page()
        self.add_class("-editing")
        self.page.focus()
        self.tell_line()
        self.name_keys()

    def end_writing(self) -> None:
        """Back to the list."""
        self.remove_class("-editing")
        self.list.focus()
        self.name_keys()

    # Actions.

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the registry."""
        verbs: dict[str, Callable[[], object]] = {
            "template_text": lambda: self.look_at(View.TEXT),
            "template_rendered": lambda: self.look_at(View.RENDERED),
            "template_differences": lambda: self.look_at(View.DIFFERENCES),
            **self.templates.verbs(),
        }
        verbs[action_id]()

    def look_at(self, view: View) -> None:
        """Another view of the marked one."""
        self.view = view
        self.templates.show()

    def action_done(self) -> None:
        """Ctrl+S: the template is as it shall be."""
        if self.editing:
            self.templates.done()

    def action_bring_back(self) -> None:
        """Ctrl+Z over the list; the page has its own."""
        if not self.editing:
            self.templates.bring_back()

    def action_back(self) -> None:
        """Escape: from the page to the list, from there to where one came from."""
        if self.editing:
            self.templates.done()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Back to where one came from; what was typed is kept."""
        self.templates.leave()

    # What the widgets tell.

    @on(RowList.Marked)
    def template_marked(self) -> None:
        """Another template."""
        self.templates.show()

    @on(RowList.Chosen)
    @on(RowList.MenuAsked)
    def menu_asked(self) -> None:
        """A click, or the right button: what can be done with it?"""
        self.action_do(MENUS[Where.PROMPTS])

    @on(Manuscript.Edited)
    def written(self) -> None:
        """The author wrote on the template."""
        if self.editing:
            self.templates.written(self.page.text)
