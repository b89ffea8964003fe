"""The three one-line bars of a screen: header, status and keys. They show what they are given.

A bar is a row of parts. When the line is too short, parts go in order of their weight; nothing is
ever cut in the middle of a number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar.

    Attributes:
        text: plain.
        weight: the part with the smallest weight goes first when the line is too short.
        tone: "", "muted", "strong", "accent", "warning" or "error".
        key: shown in the accent colour before the text.
        action: the action that a click asks for; empty for none.
        stays: it never goes; the line is cut off at its end instead.
    """

    text: str
    weight: int = 5
    tone: str = ""
    key: str = ""
    action: str = ""
    stays: bool = False

    @property
    def width(self) -> int:
        """Cells."""
        return cell_len(self.text) + (cell_len(self.key) + 1 if self.key else 0)


def that_fit(parts: Sequence[Part], width: int, gap: int) -> list[Part]:
    """The heaviest of `parts` that fit into `width` cells with `gap` between, in their order.

    Where a long one has no room, a lighter one that has some stands for it.
    """
    told = [part for part in parts if part.text]
    order = sorted(range(len(told)), key=lambda at: (not told[at].stays, -told[at].weight))
    room, kept = width + gap, list[int]()
    for index in order:
        needs = told[index].width + gap
        if told[index].stays or needs <= room:
            kept.append(index)
            room -= needs
    return [told[index] for index in sorted(kept or order[:1])]


class Bar(Widget):
    """One line of parts."""

    SEPARATOR = "   "
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; padding: 0 1; background: $background; color: $foreground; }
    """

    class Asked(Message):
        """A part was clicked that stands for an action."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._left: tuple[Part, ...] = ()
        self._right: tuple[Part, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """What the bar was given, left then right."""
        return self._left + self._right

    @property
    def plain(self) -> str:
        """What the bar shows now, without styles."""
        return str(self.render()).rstrip()

    def put(self, left: Iterable[Part], right: Iterable[Part] = ()) -> None:
        """Show these parts from now on."""
        given = tuple(left), tuple(right)
        if given != (self._left, self._right):
            self._left, self._right = given
            self.refresh()

    def render(self) -> Content:
        """The line as it fits the width."""
        width = self.content_size.width
        placed = self._placed(width)
        if not placed:
            return Content("")
        pieces: list[tuple[str, Style | str]] = []
        at = 0
        for start, part, lead in placed:
            pieces.append((" " * (start - at - cell_len(lead)) + lead, "$foreground-muted"))
            if part.key:
                pieces.append((part.key, "bold $accent"))
                pieces.append((" " + part.text, _tone(part.tone or "muted")))
            else:
                pieces.append((part.text, _tone(part.tone)))
            at = start + part.width
        line = Content.assemble(*((text, style) for text, style in pieces))
        return line.truncate(width, ellipsis=True)

    def on_click(self, event: events.Click) -> None:
        """A click on a part asks for its action."""
        offset = event.get_content_offset(self)
        x = -1 if offset is None else offset.x
        for start, part, _lead in self._placed(self.content_size.width):
            if part.action and start <= x < start + part.width:
                event.stop()
                self.post_message(self.Asked(part.action))

    def _placed(self, width: int) -> list[tuple[int, Part, str]]:
        """(column, part, the separator right before it) of everything that fits."""
        gap = cell_len(self.SEPARATOR)
        both = that_fit([*self._left, *self._right], width, gap)
        right = [part for part in both if part in self._right]
        placed: list[tuple[int, Part, str]] = []
        at = 0
        for part in both:
            if part in right:
                continue
            lead = self.SEPARATOR if placed else ""
            placed.append((at + cell_len(lead), part, lead))
            at += cell_len(lead) + part.width
        start = width - sum(part.width + gap for part in right) + gap
        for part in right:
            placed.append((max(start, at), part, ""))
            start += part.width + gap
        return placed


class Header(Bar):
    """The story's title and where in it the author is."""

    DEFAULT_CSS = """
    Header { background: $surface; }
    """


class StatusBar(Bar):
    """Model, what it does, counts and whether everything is saved."""

    SEPARATOR = " │ "
    DEFAULT_CSS = """
    StatusBar { background: $surface; }
    """


class KeysBar(Bar):
    """The keys that work here and now."""

    SEPARATOR = "  "
    DEFAULT_CSS = """
    KeysBar { background: $background; }
    """


def _tone(tone: str) -> str:
    return {
        "muted": "$foreground-muted",
        "accent": "$accent",
        "warning": "$warning",
        "error": "bold $error",
        "strong": "bold",
    }.get(tone, "")
