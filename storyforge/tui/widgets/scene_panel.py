"""What stands beside a scene: its card, the author's notes and comments. It shows; the desk keeps.

The side holds the takes and, below them, this panel. Where there is no room beside the page it lies
over it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

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
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.widgets.notes_panel import NotesPanel
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


class ScenePanel(NotesPanel):
    """Card, notes and comments of the scene on the page."""

    DEFAULT_CSS = """
    ScenePanel #facts { height: 3; }
    ScenePanel #comments {
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

    @on(RowList.Chosen, "#facts")
    def _fact_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.post_message(Bar.Asked(event.row.id))


class SidePanel(Vertical):
    """The takes and, below them or over the page, one panel at a time: the scene's at first.

    Attributes:
        front: the panel that is shown where there is room.
    """

    DEFAULT_CSS = """
    SidePanel { width: auto; height: 100%; }
    SidePanel TakesPanel { height: 1fr; }
    SidePanel .panel { display: none; width: 28; height: 2fr; }
    SidePanel.-panel { layer: over; dock: right; width: 44; max-width: 90%; }
    SidePanel.-panel TakesPanel { display: none; }
    SidePanel.-panel .panel.-front { display: block; width: 100%; background: $surface; }
    SidePanel.-panel .panel RowList, SidePanel.-panel .panel Notes { background: $surface; }
    """

    def __init__(self, takes: TakesPanel) -> None:
        super().__init__(id="side")
        self.takes = takes
        self.scene = ScenePanel()
        self.front: NotesPanel = self.scene
        self.scene.add_class("-front")

    def compose(self) -> ComposeResult:
        """Takes over scene."""
        yield self.takes
        yield self.scene

    async def hold(self, panel: NotesPanel) -> None:
        """Have one more panel, which `unfold` brings to the front."""
        await self.mount(panel)

    def bring(self, panel: NotesPanel) -> None:
        """Let this panel be the one that is shown where there is room beside the page."""
        self.front.remove_class("-front")
        self.front = panel
        panel.add_class("-front")

    def unfold(self, panel: NotesPanel | None = None) -> None:
        """Let a panel be seen, the scene's: over the page where it does not stand beside it."""
        self.bring(panel or self.scene)
        screen = self.screen
        beside = screen.has_class("-wide") and not screen.has_class("-quiet")
        if not (beside and self.has_class("-shown")):
            self.takes.remove_class("-over")
            self.add_class("-panel")

    def fold(self) -> None:
        """Take away what lies over the page."""
        self.takes.remove_class("-over")
        self.remove_class("-panel")
