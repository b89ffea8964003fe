"""A style of styles.csv to choose: letters over those that match. Asks; carries nothing out."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from storyforge.i18n import _
from storyforge.images.styles import Style
from storyforge.tui.dialogs.narrowing import Narrowing
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList


class ChooseStyle(Narrowing[Style]):
    """Answers the style of the marked row."""

    DEFAULT_CSS = """
    ChooseStyle .box { width: 84; }
    ChooseStyle RowList { height: 12; margin-bottom: 1; }
    ChooseStyle Prose { height: 4; color: $foreground-muted; }
    """

    def __init__(self, styles: Sequence[Style]) -> None:
        super().__init__(_("Styles"), _("Letters · ↑ ↓ Enter: around the prompt · Esc: leave it"))
        self._styles = styles

    def inside(self) -> ComposeResult:
        """Letters, names, and the words of the marked one."""
        yield from self.letters(_("Name or words"))
        yield Prose("")

    def on_mount(self) -> None:
        """All of them."""
        self._list("")

    @property
    def style_marked(self) -> Style | None:
        """The one under the cursor."""
        row = self.query_one(RowList).row
        return next((each for each in self._styles if row and each.name == row.id), None)

    def _list(self, text: str) -> None:
        wanted = text.casefold().split()
        rows = [
            Row(each.name, each.name, kind="head" if each.is_heading else "", fixed=each.is_heading)
            for each in self._styles
            if all(word in f"{each.name} {each.prompt}".casefold() for word in wanted)
        ]
        nothing = Row("", _("No style is called that."), kind="muted", fixed=True)
        self.query_one(RowList).show(rows or [nothing])
        self._tell()

    def _tell(self) -> None:
        style = self.style_marked
        words = [style.prompt, _("not: {words}").format(words=style.negative)] if style else []
        told = words[: 2 if style is not None and style.negative else 1]
        self.query_one(Prose).update("\n".join(told))

    @on(Input.Changed)
    def look(self, event: Input.Changed) -> None:
        """Other letters."""
        self._list(event.value)

    def action_move(self, steps: int) -> None:
        """Move in the list; the letters keep the focus."""
        super().action_move(steps)
        self._tell()

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def decide(self) -> None:
        """Enter or a click: the marked one."""
        style = self.style_marked
        if style is not None:
            self.dismiss(style)
