"""The few facts of a story: title, author, language. For a new one and for one that is open."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog, said


@dataclass(frozen=True, slots=True)
class Facts:
    """What an author says of a story; `language` is a BCP 47 tag."""

    title: str = ""
    author: str = ""
    language: str = "en"


class AskFacts(Dialog[Facts]):
    """Three lines; Enter goes to the next and, on the last, answers."""

    def __init__(self, heading: str, facts: Facts) -> None:
        super().__init__(heading, _("Enter: next line, then yes · Esc: leave it"))
        self._facts = facts

    def inside(self) -> ComposeResult:
        """Label and input, three times."""
        yield said(_("Title"), classes="label")
        yield Input(self._facts.title, id="title")
        yield said(_("Author"), classes="label")
        yield Input(self._facts.author, id="author")
        yield said(_("Language, as a tag such as en or ja"), classes="label")
        yield Input(self._facts.language, id="language", restrict=r"[A-Za-z0-9\-]*")
        yield said("", id="wrong", classes="wrong")

    def on_mount(self) -> None:
        """The line for what is missing takes no room until something is."""
        self.query_one("#wrong").display = False

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """The next line, or the answer."""
        if event.input.id != "language":
            self.focus_next()
            return
        title = self.query_one("#title", Input).value.strip()
        if not title:
            wrong = self.query_one("#wrong")
            wrong.display = True
            wrong.update(_("A story needs a title; it can be changed later."))  # type: ignore[attr-defined]
            self.query_one("#title", Input).focus()
            return
        self.dismiss(
            Facts(
                title,
                self.query_one("#author", Input).value.strip(),
                event.value.strip() or "en",
            )
        )
