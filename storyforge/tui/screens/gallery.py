"""The gallery (F4): pictures by scene, the prompt that draws them, and how they are drawn.

The screen lays out, knows where the cursor is and hands each action to the area that owns it
(`tui.gallery`).
"""

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.widget import Widget

from storyforge.domain.picture.pictures import Picture
from storyforge.i18n import _
from storyforge.tui.actions import Where, bindings
from storyforge.tui.footer import key_parts
from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.areas import areas
from storyforge.tui.gallery.layout import GALLERY_CSS
from storyforge.tui.gallery.prompt_editor import PromptEditor
from storyforge.tui.screens.base import HouseScreen
from storyforge.tui.widgets.bars import Header, KeysBar, Part, StatusBar
from storyforge.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen


class GalleryScreen(HouseScreen):
    """The pictures of the desk's story.

    Args:
        back: leads to where the author came from.

    Attributes:
        scene_id: the scene under the cursor.
        picture: the picture under the cursor; None on a scene without one.
        prompt_editor: what is drawn, as the author has it.
        form: how it is drawn.
        areas: who carries out the actions.
        closing: the story is about to be closed.
    """

    PLACES: ClassVar[tuple[Where, ...]] = (Where.GALLERY,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+tab", "pane(-1)", show=False),
        Binding("tab", "pane(1)", show=False),
        *bindings(Where.GALLERY),
    ]
    AUTO_FOCUS = ""
    DEFAULT_CSS = GALLERY_CSS

    def __init__(self, desk: "DeskScreen", back: Callable[[], object]) -> None:
        super().__init__()
        assert desk.story is not None
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]
        self.desk = desk
        self.back = back
        self.story: StoryFile = desk.story
        self.scene_id = ""
        self.picture: Picture | None = None
        self.grid = RowList(id="grid", choose=False)
        self.prompt_editor = PromptEditor()
        self.form = RowList(id="form", choose=False)
        self.header = Header()
        self.status_bar = StatusBar()
        self.keys_bar = KeysBar()
        self.areas: tuple[Area, ...] = areas(self)
        self.closing = False
        self.verbs = self._verbs()

    def compose(self) -> ComposeResult:
        """Header, the three panes, status, keys."""
        yield self.header
        with Horizontal(id="room"):
            with Vertical(id="left"):
                pictures = Vertical(id="pictures")
                pictures.border_title = _("Pictures")
                with pictures:
                    yield self.grid
                prompt = Vertical(id="prompt")
                prompt.border_title = _("Prompt")
                with prompt:
                    yield self.prompt_editor
            settings = Vertical(id="settings")
            settings.border_title = _("How it is drawn")
            with settings:
                yield self.form
        yield self.status_bar
        yield self.keys_bar

    def on_mount(self) -> None:
        """The cursor stands in the pictures."""
        title = self.desk.outline.title if self.desk.outline is not None else ""
        self.header.put([Part(_("Pictures"), 6, "strong"), Part(title, 5)])
        self.to_pane(self.grid)

    def name_keys(self) -> None:
        """The keys that work here and now."""
        self.keys_bar.put(*key_parts(self.house, Where.GALLERY))

    # From pane to pane.

    @property
    def panes(self) -> tuple[Widget, ...]:
        """In the order of Tab."""
        return self.grid, self.prompt_editor, self.form

    @property
    def pane(self) -> Widget:
        """The pane that keys go to."""
        return next((pane for pane in self.panes if pane.has_focus_within), self.grid)

    def to_pane(self, pane: Widget) -> None:
        """Let keys go to a pane; on a small screen it comes to the front."""
        self.set_class(pane is self.form, "-on_settings")
        pane.focus()

    def action_pane(self, steps: int) -> None:
        """Tab: the pane beside, and round."""
        panes = self.panes
        self.to_pane(panes[(panes.index(self.pane) + steps) % len(panes)])

    @on(DescendantFocus)
    def focus_moved(self) -> None:
        """Other keys work now; a click may have led to another pane."""
        self.set_class(self.pane is self.form, "-on_settings")
        self.name_keys()

    # The way out.

    async def save(self) -> None:
        """Bring to the disk what is not there; raises why that is not possible."""
        for area in self.areas:
            await area.save()

    @property
    def unsaved(self) -> bool:
        """Whether something is not on the disk."""
        return any(area.unsaved for area in self.areas)

    def rescue(self) -> None:
        """The program is about to end by a fault."""
        if not self.story.read_only:
            self.rescue_into(self.story)

    def rescue_into(self, story: "StoryFile") -> None:
        """Write what is unsaved into this file."""
        with contextlib.ExitStack() as all_of_them:  # the one that fails stops no other
            for area in self.areas:
                all_of_them.callback(area.rescue_into, story)

    async def close(self) -> None:
        """The story is about to be closed."""
        self.closing = True
        for area in self.areas:
            await area.close()
        await self.save()

    # Actions.

    def _verbs(self) -> dict[str, Callable[[], object]]:
        verbs: dict[str, Callable[[], object]] = {"gallery_back": self._escape}
        for area in self.areas:
            verbs |= area.verbs()
        return verbs

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the registry."""
        self.verbs[action_id]()

    def _escape(self) -> None:
        if any(area.escape() for area in self.areas):
            return
        if self.pane is not self.grid:
            self.to_pane(self.grid)
        else:
            self.back()
