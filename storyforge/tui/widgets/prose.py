"""Sentences in a box, wrapped as the page is: Japanese by its rules, no word cut that has room.

Textual breaks at spaces alone and takes a Japanese sentence, which has few, for one long word: it
cuts through the names of keys and commands in it. This owns the rows of such a text and refuses to
know what it says.
"""

from itertools import pairwise
from typing import Any, cast

from textual import content
from textual.app import RenderResult
from textual.content import Content
from textual.css.styles import RulesMap
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import Static

from storyforge.tui.cells import narrow_text
from storyforge.tui.widgets.wrapping import wrap_line


class Wrapped(Visual):
    """A text whose rows end where those of the page would."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._rows = (0, content)

    def __str__(self) -> str:
        return str(self._content)

    def rows(self, width: int) -> Content:
        """The text with a line of its own for every row."""
        if self._rows[0] != width:
            self._rows = (
                width,
                Content("\n").join(
                    piece
                    for line in self._content.split(allow_blank=True)
                    for piece in _cut(line, width)
                ),
            )
        return self._rows[1]

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """The rows as they are drawn."""
        return self.rows(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """As wide as the longest line."""
        return self._content.get_optimal_width(rules, container_width)

    def get_minimal_width(self, rules: RulesMap) -> int:
        """As wide as the longest word."""
        return self._content.get_minimal_width(rules)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """How many rows there are."""
        return self.rows(width).get_height(rules, width)


class Prose(Static):
    """Plain sentences; nothing in them is read as markup."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str = "") -> None:  # noqa: A002
        super().__init__(text, id=id, classes=classes, markup=False)

    def render(self) -> RenderResult:
        """The text, in rows of the page's kind."""
        shown = self.visual
        return Wrapped(shown) if isinstance(shown, Content) else shown

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What the mouse has selected of it."""
        shown = self._render()
        if not isinstance(shown, Wrapped):
            return super().get_selection(selection)
        return selection.extract(str(shown.rows(self.content_size.width))), "\n"


def wrap_all_like_pages() -> None:
    """Let what Textual draws itself, such as toasts and the palette, be wrapped so where it has
    characters of two cells. It breaks at spaces alone, and would begin a line with 。.
    """
    textual = cast(Any, content)
    divide = textual.divide_line

    def divided(text: str, width: int, fold: bool = True) -> list[int]:
        wide = fold and not narrow_text(text)
        found: list[int] = wrap_line(text, width) if wide else divide(text, width, fold)
        return found

    textual.divide_line = divided


def _cut(line: Content, width: int) -> list[Content]:
    text = line.plain
    ends = [0, *wrap_line(text, width), len(text)]
    return [
        line[start : start + len(text[start:end].rstrip(" "))] if end < len(text) else line[start:]
        for start, end in pairwise(ends)
    ]
