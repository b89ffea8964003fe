"""What stands beside a scene: its card, the author's notes and comments. It shows; the desk keeps.

The side holds the takes and, below them, this panel. Where there is no room beside the page it lies
over it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import TextArea

from storyforge.domain.cards import Card
from storyforge.domain.comments import Comment
from storyforge.domain.counting import counts_characters
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.i18n import _
from storyforge.tui.actions import Where, bindings
from storyforge.tui.history import PageHistory
from storyforge.tui.widgets.bars import Bar
from storyforge.tui.widgets.labels import Badge, against, status_name
from storyforge.tui.widgets.manuscript import Manuscript
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.widgets.takes import TakesPanel


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment with what it is about.

    Attributes:
        quoted: the beginning of the text it is about; empty where that text is gone.
    """

    comment: Comment
    quoted: str


class CommentList(RowList):
    """The comments of the scene, in the order of the text; those without a text come last."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Where.COMMENTS)

    def __init__(self) -> None:
        super().__init__(id="comments", choose=False)
        self.display = False

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        """Two rows each: what it is about, and what it says."""
        rows = []
        for remark in remarks:
            comment = remark.comment
            about = f"“{remark.quoted}”" if remark.quoted else _("its text is gone")
            mark = "✓" if comment.resolved else " "
            rows.append(Row(comment.id, about, kind="muted", mark=mark))
            said = " ".join(comment.text.split("\n"))
            rows.append(Row(f"{comment.id} said", said, depth=1, fixed=True))
        self.show(rows)
        self.styles.height = min(12, len(rows)) + 1
        self.display = bool(rows)

    @property
    def marked(self) -> str:
        """The id of the comment under the cursor; "" without one."""
        return self.row.id if self.row is not None and not self.row.fixed else ""


class ScenePanel(Vertical):
    """Card, notes and comments of the scene on the page.

    Attributes:
        notes_changed: called when the author has written into the notes.
    """

    DEFAULT_CSS = """
    ScenePanel {
        border: round $border-blurred;
        border-title-color: $foreground-muted;
        background: $background;
    }
    ScenePanel:focus-within { border: round $border; border-title-color: $accent; }
    ScenePanel #facts { height: 3; }
    ScenePanel Notes, ScenePanel Notes:focus, ScenePanel #comments {
        border-top: solid $border-blurred;
        border-title-color: $foreground-muted;
    }
    ScenePanel Notes { min-height: 4; }
    """

    def __init__(self) -> None:
        super().__init__(id="scene_panel")
        self.border_title = _("Scene")
        self.facts = RowList(id="facts")
        self.notes = Notes(id="notes", placeholder=_("What to remember about this scene"))
        self.comments = CommentList()
        self.notes.border_title = _("Notes")
        self.comments.border_title = _("Comments")
        self.notes_changed: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """Facts, notes, comments."""
        yield self.facts
        yield self.notes
        yield self.comments

    def show_card(self, card: Card, colour: str, count: int, language: str) -> None:
        """Show what is on the card; the notes are shown apart."""
        unit = _("ch.") if counts_characters(language) else _("w")
        badge = (Badge(card.label[0], colour),) if card.label and colour else ()
        goal = f"{against(count, card.goal)} {unit}" if card.goal else "–"
        self.facts.show(
            [
                Row("scene_status", _("Status"), status_name(card.status) if card.status else "–"),
                Row("scene_label", _("Label"), card.label or "–", badges=badge),
                Row("scene_goal", _("Goal"), goal),
            ]
        )

    def show_notes(self, scene_id: str, text: str, history: PageHistory | None) -> None:
        """Show the notes of a scene, with the steps that can be taken back in them."""
        provenance = Provenance.whole(len(text), Origin.TYPED)
        self.notes.show(Page(scene_id, text, provenance, len(text)), history)

    @property
    def has_focus_inside(self) -> bool:
        """Whether the keys go to the panel."""
        return self.has_focus_within

    @on(RowList.Chosen, "#facts")
    def _fact_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.post_message(Bar.Asked(event.row.id))

    # The notes are a page of their own: what they tell must not be taken for the manuscript's.

    @on(Manuscript.Edited)
    def _notes_edited(self, event: Manuscript.Edited) -> None:
        event.stop()
        if self.notes_changed is not None:
            self.notes_changed()

    @on(TextArea.SelectionChanged)
    @on(TextArea.Changed)
    @on(Manuscript.ParagraphTooLong)
    @on(Manuscript.StreamInterrupted)
    @on(Manuscript.ContinueRequested)
    def _of_the_notes(self, event: Message) -> None:
        event.stop()


class SidePanel(Vertical):
    """The takes and, below them or over the page, the scene's panel."""

    DEFAULT_CSS = """
    SidePanel { width: auto; height: 100%; }
    SidePanel TakesPanel { height: 1fr; }
    SidePanel ScenePanel { display: none; width: 28; height: 2fr; }
    SidePanel.-scene { layer: over; dock: right; width: 44; max-width: 90%; }
    SidePanel.-scene TakesPanel { display: none; }
    SidePanel.-scene ScenePanel { display: block; width: 100%; }
    SidePanel.-scene ScenePanel, SidePanel.-scene ScenePanel RowList,
    SidePanel.-scene Notes { background: $surface; }
    """

    def __init__(self, takes: TakesPanel) -> None:
        super().__init__(id="side")
        self.takes = takes
        self.scene = ScenePanel()

    def compose(self) -> ComposeResult:
        """Takes over scene."""
        yield self.takes
        yield self.scene

    def unfold(self) -> None:
        """Let the scene's panel be seen: over the page where it does not stand beside it."""
        if not self.scene.display:
            self.takes.remove_class("-over")
            self.add_class("-scene")

    def fold(self) -> None:
        """Take away what lies over the page."""
        self.takes.remove_class("-over")
        self.remove_class("-scene")
