"""What all dialogs share: a box over the screen, Escape to leave, one value back.

`None` always means "nothing was decided". Dialogs ask; they never carry anything out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import time
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from storyforge.errors import Refused
from storyforge.i18n import _
from storyforge.tui.composing import WholeCompositor
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList

Answer = TypeVar("Answer")

# Seconds before a box opens in which something is said for it.
_JUST_SAID = 0.5
# Of the screen's height a box takes so much at the most; see `max-height` below.
_BOX = 0.92


class Dialog(ModalScreen[Answer]):
    """A box with a title. Subclasses give the inside by `inside()`."""

    AUTO_FOCUS = "Input, RowList, .first"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]
    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;
        &:nocolor { background: $background; }
        .box {
            width: 64;
            max-width: 94%;
            height: auto;
            max-height: 92%;
            padding: 1 2;
            background: $surface;
            border: round $border-blurred;
            border-title-color: $accent;
            border-title-style: bold;
            border-subtitle-color: $foreground-muted;
        }
        .said { height: auto; margin-bottom: 1; color: $foreground; }
        .label { height: auto; color: $foreground-muted; }
        .wrong { height: auto; color: $error; }
        Input {
            border: none;
            height: 1;
            padding: 0 1;
            margin-bottom: 1;
            background: $panel;
            &:focus { border: none; background: $panel-lighten-1; }
            &:nocolor { border-bottom: solid $foreground; height: 2; }
        }
        RowList { background: $surface; height: auto; }
    }
    """

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__()
        self._compositor = WholeCompositor()
        # What was said in this very moment belongs to the question.
        self.since = time() - _JUST_SAID
        self.box_title = title
        self.hint = hint or _("Enter: yes · Esc: leave it")

    def compose(self) -> ComposeResult:
        """The box around `inside`."""
        box = Vertical(classes="box")
        box.border_title = _plain(self.box_title)
        box.border_subtitle = _plain(self.hint)
        with box:
            yield from self.inside()

    def inside(self) -> ComposeResult:
        """The widgets in the box."""
        yield from ()

    def fit_list(self, around: int) -> None:
        """Let the list be as high as its rows; it scrolls where the screen is low.

        Args:
            around: rows of the box that are not the list's.
        """
        listed = self.query_one(RowList)
        room = int(self.app.size.height * _BOX) - around
        listed.styles.height = max(4, min(len(listed.rows), room))

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


def said(text: str, *, id: str | None = None, classes: str = "said") -> Prose:  # noqa: A002
    """A piece of plain text; nothing in it is read as markup."""
    return Prose(text, id=id, classes=classes)


def _plain(text: str) -> str:
    """Border titles are markup; a title from a file is not."""
    return text.replace("[", r"\[")


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer a `Choose`."""

    id: str
    text: str
    note: str = ""


class Choose(Dialog[str]):
    """A sentence and a few ways to go on; answers the id of the one chosen."""

    DEFAULT_CSS = """
    Choose RowList { max-height: 12; }
    """

    def __init__(
        self, title: str, text: str, choices: Sequence[Choice], *, at: str | None = None
    ) -> None:
        super().__init__(title, _("↑ ↓ Enter · Esc: leave it"))
        self._text = text
        self._choices = choices
        self._at = at

    def inside(self) -> ComposeResult:
        """The text over the list."""
        if self._text:
            yield said(self._text)
        yield RowList()

    def on_mount(self) -> None:
        """Fill the list; its height is that of its rows."""
        rows = self.query_one(RowList)
        rows.styles.height = min(12, len(self._choices))
        rows.show([Row(choice.id, choice.text, choice.note) for choice in self._choices], self._at)

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """Answer with the chosen row."""
        self.dismiss(event.row.id)


class MayReplace(Choose):
    """Whether what is there already may give way; answers "yes" or "no"."""

    def __init__(self, refused: Refused) -> None:
        choices = [Choice("no", _("Leave it as it is")), Choice("yes", _("Write over it"))]
        super().__init__(refused.title or _("Export"), refused.message, choices)


class AskText(Dialog[str]):
    """One line of text; answers what was typed, never blank unless `blank` allows it.

    Args:
        wrong: says what is wrong with a text, under the line; "" for nothing.
        secret: what is typed is not shown.
    """

    def __init__(
        self,
        title: str,
        label: str,
        value: str = "",
        *,
        placeholder: str = "",
        blank: bool = False,
        wrong: Callable[[str], str] = lambda _given: "",
        secret: bool = False,
    ) -> None:
        super().__init__(title)
        self._label = label
        self._value = value
        self._placeholder = placeholder
        self._blank = blank
        self._wrong = wrong
        self._secret = secret

    def inside(self) -> ComposeResult:
        """Label and input, and room for what is wrong with it."""
        yield said(self._label, classes="label")
        yield Input(self._value, placeholder=self._placeholder, password=self._secret)
        told = said("", classes="wrong")
        told.display = False
        yield told

    @on(Input.Submitted)
    def decide(self, event: Input.Submitted) -> None:
        """Answer with the text, or say what is wrong with it."""
        value = event.value.strip()
        if not value and not self._blank:
            return
        if why := self._wrong(value):
            told = self.query_one(".wrong", Prose)
            told.update(why)
            told.display = True
        else:
            self.dismiss(value)


class Tell(Dialog[None]):
    """A few sentences to read; any of Enter, Space and Escape closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "leave", show=False)]
    DEFAULT_CSS = """
    Tell .said { margin-bottom: 0; }
    """

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title, _("Enter: go on"))
        self._text = text

    def inside(self) -> ComposeResult:
        """The text."""
        yield said(self._text, classes="said first")
