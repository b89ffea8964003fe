"""What the model is told beside the story: memory, author's note, style notes and the lorebook.

It shows; the desk keeps. The part that is written on is the largest.
"""

from textual.app import ComposeResult

from storyforge.domain.lore import AUTHOR_NOTE, MEMORY, STYLE
from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.i18n import _
from storyforge.tui.widgets.lore_list import LoreBrowser
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.widgets.notes_panel import NotesPanel


class ContextPanel(NotesPanel):
    """Three small pages over the lorebook.

    Attributes:
        pages: the small pages by the kind of their text.
    """

    DEFAULT_CSS = """
    ContextPanel Notes, ContextPanel Notes:focus { height: 1fr; min-height: 3; }
    ContextPanel Notes:focus { height: 3fr; min-height: 5; }
    ContextPanel LoreBrowser {
        height: 2fr;
        min-height: 4;
        border-top: solid $border-blurred;
        border-title-color: $foreground-muted;
    }
    ContextPanel LoreBrowser:focus-within { height: 4fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="context_panel")
        self.border_title = _("For the model")
        self.pages = {
            MEMORY: Notes(id="memory", placeholder=_("What the model always knows")),
            AUTHOR_NOTE: Notes(id="author_note", placeholder=_("What this passage is to be like")),
            STYLE: Notes(id="style", placeholder=_("How the story is written")),
        }
        self.pages[MEMORY].border_title = _("Memory")
        self.pages[STYLE].border_title = _("Style notes")
        self.lore = LoreBrowser()
        self.show_lines(3)

    def compose(self) -> ComposeResult:
        """Memory, note, style, lorebook."""
        yield from self.pages.values()
        yield self.lore

    def show_text(self, kind: str, text: str) -> None:
        """Show a text; its steps that can be taken back go."""
        provenance = Provenance.whole(len(text), Origin.TYPED)
        self.pages[kind].show(Page(kind, text, provenance, len(text)))

    def show_lines(self, lines: int) -> None:
        """How many lines above the caret the author's note stands."""
        self.pages[AUTHOR_NOTE].border_title = _("Author's note ↑{lines}").format(lines=lines)
