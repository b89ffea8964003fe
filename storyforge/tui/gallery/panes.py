"""How the gallery is laid out: its panes, and the keys from one to the other."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.widget import Widget

from storyforge.i18n import _
from storyforge.tui.areas import StoryScreen
from storyforge.tui.gallery.form import SettingsForm
from storyforge.tui.gallery.picture_grid import PictureGrid
from storyforge.tui.gallery.progress_pane import ProgressPane
from storyforge.tui.gallery.prompt_editor import PromptEditor
from storyforge.tui.gallery.view import PictureView
from storyforge.tui.widgets.bars import Header, KeysBar, StatusBar

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


class GalleryPanes(StoryScreen):
    """Pictures over their prompt, the settings at the right; or one picture in place of it all.

    Attributes:
        prompt_editor: what is drawn, as the author has it.
        form: how it is drawn.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+tab", "pane(-1)", show=False),
        Binding("tab", "pane(1)", show=False),
    ]
    AUTO_FOCUS = ""

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]
        self.grid = PictureGrid(id="grid")
        self.view = PictureView()
        self.prompt_editor = PromptEditor()
        self.form = SettingsForm(id="form")
        self.progress_pane = ProgressPane()
        self.header = Header()
        self.status_bar = StatusBar()
        self.keys_bar = KeysBar()
        self._prompt_pane = Vertical(id="prompt")
        self._prompt_title = self._prompt_length = ""

    def compose(self) -> ComposeResult:
        """Header, the three panes, the large view in their place, status, keys."""
        yield self.header
        with Horizontal(id="room"):
            with Vertical(id="left"):
                pictures = Vertical(id="pictures")
                pictures.border_title = _("Pictures")
                with pictures:
                    yield self.grid
                with self._prompt_pane:
                    yield self.prompt_editor
            settings = Vertical(id="settings")
            settings.border_title = _("How pictures are drawn")
            with settings:
                yield self.form
                yield self.progress_pane
        yield self.view
        yield self.status_bar
        yield self.keys_bar

    def tell_prompt(self, title: str, told: str) -> None:
        """What the prompt is of, and whose it is."""
        self._prompt_title = title
        self._title_prompt()
        self._prompt_pane.border_subtitle = told.replace("[", r"\[")

    def tell_length(self, told: str) -> None:
        """How long the prompt is."""
        self._prompt_length = told
        self._title_prompt()

    def _title_prompt(self) -> None:
        parts = (self._prompt_title, self._prompt_length)
        self._prompt_pane.border_title = " · ".join(filter(None, parts)).replace("[", r"\[")

    # From pane to pane.

    @property
    def panes(self) -> tuple[Widget, ...]:
        """In the order of Tab."""
        return self.grid, self.prompt_editor, self.form

    @property
    def pane(self) -> Widget:
        """The pane that keys go to."""
        panes = (self.view, *self.panes)
        return next((pane for pane in panes if pane.has_focus_within), self.grid)

    def to_pane(self, pane: Widget) -> None:
        """Let keys go to a pane; on a small screen it comes to the front."""
        self.set_class(pane is self.form, "-on_settings")
        pane.focus()

    def action_pane(self, steps: int) -> None:
        """Tab: the pane beside, and round."""
        panes = self.panes
        if not self.is_viewing:
            self.to_pane(panes[(panes.index(self.pane) + steps) % len(panes)])

    @on(DescendantFocus)
    def focus_moved(self) -> None:
        """Other keys work now; a click may have led to another pane."""
        self.set_class(self.pane is self.form, "-on_settings")
        self.name_keys()

    # Large.

    @property
    def is_viewing(self) -> bool:
        """Whether a picture is shown as large as the screen."""
        return self.has_class("-viewing")

    def view_pictures(self, *, on: bool) -> None:
        """Show the large view, or the panes."""
        self.set_class(on, "-viewing")
        self.to_pane(self.view if on else self.grid)
        self.name_keys()
