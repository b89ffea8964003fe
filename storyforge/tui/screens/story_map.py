"""The story map: scenes against the cast and the plot lines. The planner's area carries out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from storyforge.i18n import _
from storyforge.tui.actions import Where, bindings
from storyforge.tui.footer import key_parts
from storyforge.tui.screens.base import HouseScreen
from storyforge.tui.widgets.bars import Bar, Header, KeysBar, Part, StatusBar
from storyforge.tui.widgets.story_grid import StoryGrid

if TYPE_CHECKING:
    from storyforge.tui.planner.story_map import StoryMapping


class StoryMapScreen(HouseScreen):
    """All scenes at a glance; Enter puts somebody into a scene, or out of it."""

    PLACES: ClassVar[tuple[Where, ...]] = (Where.MAP,)
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Where.MAP),
        Binding("f2", "do('map_back')", show=False),
    ]
    AUTO_FOCUS = "StoryGrid"
    DEFAULT_CSS = """
    StoryMapScreen StoryGrid { height: 1fr; padding: 0 1; }
    """

    def __init__(self, area: "StoryMapping") -> None:
        super().__init__()
        self._verbs: dict[str, Callable[[], object]] = area.on_map()
        self._area = area
        self.grid = StoryGrid()
        self.header = Header()
        self.cell = StatusBar(id="cell")
        self.legend = Bar(id="legend")
        self.keys_bar = KeysBar()

    def compose(self) -> ComposeResult:
        """Header, grid, what is under the cursor, what the signs mean, keys."""
        yield self.header
        yield self.grid
        yield self.cell
        yield self.legend
        yield self.keys_bar

    def on_mount(self) -> None:
        """The map as it was read."""
        self.header.put([Part(_("Story map"), 6, "strong"), Part(self._area.title, 5)])
        self.name_keys()
        self._area.show()

    def name_keys(self) -> None:
        """The keys that work here."""
        self.keys_bar.put(*key_parts(self.house, Where.MAP))

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the registry."""
        self._verbs[action_id]()

    @on(StoryGrid.Moved)
    def moved(self) -> None:
        """Another cell."""
        self._area.tell_cell()

    @on(StoryGrid.Chosen)
    def chosen(self) -> None:
        """A click on the marked cell is Enter."""
        self.action_do("map_toggle")
