"""Where a picture listened to which word: the words by share, and the heat of the marked one.

Asks; carries nothing out.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from storyforge.domain.picture.heat import Heat, area
from storyforge.i18n import _, listed, sentences
from storyforge.studio.pictures.heat import Read, laid_over
from storyforge.tui.dialogs.base import Dialog
from storyforge.tui.gallery.preview import Preview
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from PIL.Image import Image

_ALL = "all"
# Cells of a bar for the word with the largest share.
_BAR = 8


class Answer(StrEnum):
    """What is wanted then."""

    #: the prompt with more weight on what got no area, and a picture of it
    HEAVIER = "heavier"


class HeatView(Dialog[Answer]):
    """The picture at the left, its words at the right.

    Args:
        picture: the file's bytes.
        may_draw: whether another picture can be ordered from here.
    """

    AUTO_FOCUS = "RowList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("o", "order", show=False),
        Binding("h", "leave", show=False),
        Binding("w", "heavier", show=False),
    ]
    DEFAULT_CSS = """
    HeatView .box { width: 96%; height: 92%; }
    HeatView #around { height: 1fr; }
    HeatView Preview { width: 1fr; height: 100%; margin-right: 2; }
    HeatView #words { width: 34; height: 100%; }
    HeatView RowList { height: 1fr; }
    HeatView #told { height: auto; max-height: 4; margin-top: 1; color: $foreground-muted; }
    HeatView #missing { height: auto; max-height: 5; margin-top: 1; color: $text-warning; }
    """

    def __init__(self, picture: bytes, read: Read, preview: Preview, *, may_draw: bool) -> None:
        super().__init__(
            _("What it listened to"), _("↑ ↓: word · O: by share or as written · Esc: back")
        )
        self._picture = picture
        self._read = read
        self._preview = preview
        self._by_share = True
        self._may_draw = may_draw and bool(read.unheard)

    def inside(self) -> ComposeResult:
        """Picture and words; below them what is told of the marked one."""
        with Horizontal(id="around"):
            yield self._preview
            with Vertical(id="words"):
                yield RowList()
                yield Prose("", id="told")
        if self._read.unheard:
            yield Prose(self._missing(), id="missing")

    def on_mount(self) -> None:
        """The words with the largest share first."""
        self._list()

    def _missing(self) -> str:
        told = _("Got no area in the picture: {what}.").format(what=listed(self._read.unheard))
        if self._may_draw:
            more = _("W: give it more weight in the prompt, and draw again.")
            told = sentences((told, more))
        return told

    def _list(self) -> None:
        heats = self._read.heats
        numbers = list(range(len(heats)))
        if self._by_share:
            numbers.sort(key=lambda number: -heats[number].share)
        most = max(heat.share for heat in heats)
        rows = [Row(_ALL, _("The whole prompt"), kind="muted")]
        rows += [
            Row(str(number), heats[number].word, _bar(heats[number], most)) for number in numbers
        ]
        here = self.query_one(RowList)
        here.show(rows, here.row.id if here.row is not None else str(numbers[0]))
        self._tell()

    @property
    def _marked(self) -> Sequence[Heat]:
        row = self.query_one(RowList).row
        if row is None or row.id == _ALL:
            return self._read.heats
        return (self._read.heats[int(row.id)],)

    @on(RowList.Marked)
    def _tell(self) -> None:
        """The heat of the marked word over the picture, and what it comes to."""
        heats = self._marked

        def made() -> "Image":
            return laid_over(self._picture, heats)

        self._preview.look_at(tuple((heat.start, heat.end) for heat in heats), made)
        if len(heats) == 1:
            told = _("{share} of all that it listened to; heard clearly on {area} of the picture.")
            told = told.format(share=f"{heats[0].share:.0%}", area=f"{area(heats):.0%}")
        else:
            told = _("Bright is where it listened most.")
        self.query_one("#told", Prose).update(told)

    def action_move(self, steps: int) -> None:
        """← and →, as ↑ and ↓."""
        self.query_one(RowList).action_move(steps)

    def action_order(self) -> None:
        """O: by share, or as they stand in the prompt."""
        self._by_share = not self._by_share
        self._list()

    def action_heavier(self) -> None:
        """W."""
        if self._may_draw:
            self.dismiss(Answer.HEAVIER)


def _bar(heat: Heat, most: float) -> str:
    """How much it got, beside the word that got most."""
    return "█" * max(round(heat.share / most * _BAR), 1) if most else ""
