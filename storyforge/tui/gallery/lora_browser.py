"""LoRAs to choose from: letters that look for them, their previews, words and bases.

Heads are read in a thread while the list is there already; what was chosen is carried out by
`gallery.loras`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from storyforge.domain.picture.orders import Family
from storyforge.i18n import _
from storyforge.images import loras
from storyforge.images.folders import FoundFile
from storyforge.images.loras import LoraFile
from storyforge.tui.dialogs.base import said
from storyforge.tui.dialogs.narrowing import Narrowing
from storyforge.tui.gallery import lora_rows
from storyforge.tui.gallery.lora_rows import Wish
from storyforge.tui.gallery.preview import Preview
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList

# So many heads are read before the list is shown again: some tenth of a second.
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the author wants.

    Attributes:
        words: that go with it, ticked.
    """

    lora: LoraFile
    wish: Wish
    words: tuple[str, ...]


class LoraBrowser(Narrowing[Chosen]):
    """Letters over the LoRAs that match; the marked one at the right. Tab goes there.

    Args:
        family: of the painter in use; None where it is not known.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "wish('character')", show=False),
        Binding("f3", "wish('book')", show=False),
        Binding("f4", "wish('bases')", show=False),
    ]
    DEFAULT_CSS = """
    LoraBrowser .box { width: 112; height: 92%; }
    LoraBrowser #around { height: 1fr; }
    LoraBrowser #found { width: 1fr; height: 100%; margin-right: 2; }
    LoraBrowser #found RowList { height: 1fr; }
    LoraBrowser #about { width: 44; height: 100%; }
    LoraBrowser Preview { height: 2fr; max-height: 14; }
    LoraBrowser #told { height: auto; max-height: 8; color: $foreground-muted; }
    LoraBrowser #more { height: 3fr; }
    LoraBrowser.-narrow #about { width: 32; }
    """

    def __init__(self, files: Sequence[FoundFile], family: Family | None, preview: Preview) -> None:
        hint = _("Letters · ↑ ↓ Enter: into the prompt · Tab: its words · Esc: leave it")
        super().__init__(_("LoRAs"), hint)
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
        self._files = files
        self._family = family
        self._only = family is not None
        self._preview = preview
        self._read: list[LoraFile] = []
        self._shown: dict[str, LoraFile] = {}
        self._ticked: dict[str, set[str]] = {}
        self._told = ""

    def inside(self) -> ComposeResult:
        """Letters and list; picture, facts and words."""
        with Horizontal(id="around"):
            with Vertical(id="found"):
                yield Input(placeholder=_("Name, words or base"))
                yield said("", classes="label", id="count")
                yield self.narrowed(id="names")
            with Vertical(id="about"):
                yield self._preview
                yield Prose("", id="told")
                yield RowList(id="more")

    def on_mount(self) -> None:
        """The names, and then what their files tell."""
        self._list()
        self.run_worker(self._read_all(), exclusive=True)

    async def _read_all(self) -> None:
        for start in range(0, len(self._files), _AT_ONCE):
            some = self._files[start : start + _AT_ONCE]
            self._read += await asyncio.to_thread(_heads, some)
            self._list()

    @property
    def _names(self) -> RowList:
        return self.query_one("#names", RowList)

    @property
    def _more(self) -> RowList:
        return self.query_one("#more", RowList)

    @property
    def lora(self) -> LoraFile | None:
        """The marked one."""
        row = self._names.row
        return self._shown.get(row.id) if row is not None else None

    def _list(self) -> None:
        text = self.query_one(Input).value
        shown = lora_rows.fitting(self._read, text, self._family if self._only else None)
        self._shown = {each.name: each for each in shown}
        nothing = _("No LoRA is called that.") if self._files else _("No LoRA was found.")
        rows = lora_rows.rows(shown, self._family)
        self._names.show(rows or [Row("", nothing, kind="muted", fixed=True)])
        self.query_one("#count", Prose).update(
            lora_rows.counted(len(shown), len(self._files), len(self._read))
        )
        self._tell()

    def _tell(self, at: str | None = None) -> None:
        """The marked one at the right."""
        lora = self.lora
        if lora is None:
            self._preview.show(None)
            self.query_one("#told", Prose).update("")
            self._more.show([])
            return
        self._preview.show(lora.preview)
        self._preview.display = lora.preview is not None
        self.query_one("#told", Prose).update(lora_rows.told(lora))
        ticked = self._ticked.setdefault(lora.name, lora_rows.ticked_first(lora))
        rows = lora_rows.more(lora, ticked, self._family, self._only)
        if lora.name != self._told:
            self._told, at = lora.name, next(row.id for row in rows if not row.fixed)
        self._more.show(rows, at)

    @on(Input.Changed)
    def look(self) -> None:
        """Other letters."""
        self._list()

    def action_move(self, steps: int) -> None:
        """Move in the list that keys go to; the letters keep theirs."""
        if self._more.has_focus:
            self._more.action_move(steps)
            return
        before = self.lora
        self._names.action_move(steps)
        if self.lora is not before:
            self._tell()

    @on(RowList.Chosen, "#names")
    def clicked(self) -> None:
        """A click marks; Enter decides."""
        self._tell()

    @on(RowList.Chosen, "#more")
    def ticked(self, event: RowList.Chosen) -> None:
        """Tick a word, or do what the row says."""
        lora = self.lora
        if lora is None:
            return
        if lora_rows.is_word(event.row.id):
            self._ticked[lora.name] ^= {event.row.id}
            self._tell(event.row.id)
        else:
            self.action_wish(event.row.id)

    @on(Input.Submitted)
    def decide(self) -> None:
        """Enter: into the prompt."""
        self.action_wish(Wish.PROMPT)

    def action_wish(self, wanted: str) -> None:
        """Answer with the marked one, or show others."""
        wish, lora = Wish(wanted), self.lora
        if wish is Wish.BASES:
            self._only = self._family is not None and not self._only
            self._list()
        elif lora is not None and not lora.problem:
            rows = lora_rows.more(lora, set(), None, self._only)
            ticked = [row.id for row in rows if row.id in self._ticked[lora.name]]
            self.dismiss(Chosen(lora, wish, lora_rows.words_of(ticked)))


def _heads(files: Sequence[FoundFile]) -> list[LoraFile]:
    return [loras.read(each) for each in files]
