"""The few facts of a story: title, author, language. For a new one and for one that is open.

A new one is also told where it shall lie; the dialog says so before it is made.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Checkbox, Input, Static

from storyforge.i18n import _
from storyforge.tui.dialogs.base import Answer, Dialog, said
from storyforge.tui.work import near, typed_path


@dataclass(frozen=True, slots=True)
class Facts:
    """What an author says of a story.

    Attributes:
        language: a BCP 47 tag.
        local_only: it never leaves this machine.
    """

    title: str = ""
    author: str = ""
    language: str = "en"
    local_only: bool = False


@dataclass(frozen=True, slots=True)
class NewStory:
    """A story to be made: its facts, and a path at which nothing lies."""

    facts: Facts
    path: Path


class Box(Checkbox, inherit_bindings=False):
    """A box to tick with the space bar; Enter is the form's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,ideographic_space", "toggle_button", show=False)
    ]
    DEFAULT_CSS = """
    Box { border: none; padding: 0; background: $surface; }
    Box:focus { border: none; }
    Box > .toggle--button, Box.-on > .toggle--button {
        color: $accent;
        background: $panel-lighten-1;
        text-style: bold;
    }
    """

    def render(self) -> Content:
        """Its mark; Textual's is the same cross ticked or not, in another colour."""
        self.BUTTON_INNER = "✓" if self.value else " "
        return super().render()


class FactsForm(Dialog[Answer]):
    """Lines to fill in; Enter on any of them is a yes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "decide", show=False)]
    DEFAULT_CSS = """
    FactsForm .box { width: 72; }
    """

    def __init__(self, heading: str, facts: Facts) -> None:
        super().__init__(heading, _("Tab: next line · Enter: yes · Esc: leave it"))
        self._facts = facts

    def inside(self) -> ComposeResult:
        """Label and input, line by line."""
        yield said(_("Title"), classes="label")
        yield Input(self._facts.title, id="title")
        yield said(_("Author"), classes="label")
        yield Input(self._facts.author, id="author")
        yield said(_("Language, as a tag such as en or ja"), classes="label")
        yield Input(self._facts.language, id="language", restrict=r"[A-Za-z0-9\-]*")
        yield from self.more()
        wrong = said("", id="wrong", classes="wrong")
        wrong.display = False
        yield wrong

    def more(self) -> ComposeResult:
        """Further lines."""
        yield from ()

    def answer(self, facts: Facts) -> None:
        """Dismiss with what came of it, or say what is wrong."""
        raise NotImplementedError

    def given(self, line: str) -> str:
        """What stands in a line."""
        return self.query_one(f"#{line}", Input).value.strip()

    def refuse(self, line: str, why: str) -> None:
        """Say what is wrong and go to the line."""
        wrong = self.query_one("#wrong", Static)
        wrong.display = True
        wrong.update(why)
        self.query_one(f"#{line}", Input).focus()

    @on(Input.Submitted)
    def action_decide(self) -> None:
        """A title is all that is needed."""
        language = self.given("language") or self._facts.language
        facts = Facts(self.given("title"), self.given("author"), language)
        if facts.title:
            self.answer(facts)
        else:
            self.refuse("title", _("A story needs a title; it can be changed later."))


class AskFacts(FactsForm[Facts]):
    """The facts of a story that is there, and whether it may be sent to other machines."""

    def __init__(self, heading: str, facts: Facts) -> None:
        super().__init__(heading, facts)
        self.hint = _("Tab: next line · Space: tick · Enter: yes · Esc: leave it")

    def more(self) -> ComposeResult:
        """The mark that keeps it here."""
        yield Box(_("It never leaves this machine"), self._facts.local_only)
        yield said(_("Marked so, no model on another machine is told any of it."), classes="label")

    def answer(self, facts: Facts) -> None:
        """They are what was asked for."""
        self.dismiss(replace(facts, local_only=self.query_one(Box).value))


class AskNewStory(FactsForm[NewStory]):
    """The facts of a story to be made, and where it lies: by its title, or where the author says.

    Args:
        name: gives a free path for a title, in the folder where stories lie.
    """

    def __init__(self, facts: Facts, name: Callable[[str], Path]) -> None:
        super().__init__(_("New story"), facts)
        self._path_for = name

    def more(self) -> ComposeResult:
        """Where it lies; empty for the place that is shown in grey."""
        yield said(_("File; empty for the one shown"), classes="label")
        yield Input(id="file", placeholder=near(self._path_for(self._facts.title)))

    @on(Input.Changed, "#title")
    def name_it(self, event: Input.Changed) -> None:
        """The file is called what the story is called."""
        self.query_one("#file", Input).placeholder = near(self._path_for(event.value))

    def answer(self, facts: Facts) -> None:
        """Nothing is ever written over."""
        given = self.given("file")
        path = story_path(given) if given else self._path_for(facts.title)
        if os.path.lexists(path):
            self.refuse("file", _("There is something already: {path}").format(path=near(path)))
        else:
            self.dismiss(NewStory(facts, path))


def story_path(given: str) -> Path:
    """The file that was typed, with the ending that stories have."""
    path = typed_path(given).absolute()
    return path if path.suffix else path.with_suffix(".forge")
