"""The models: all profiles in a list, and beside it what there is to say of the marked one.

The screen shows and asks; `Profiling` carries out.
"""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.story import Page
from storyforge.i18n import _
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where
from storyforge.tui.footer import key_parts
from storyforge.tui.models.facts import about, all_about
from storyforge.tui.models.profiling import Profiling
from storyforge.tui.screens.base import HouseScreen
from storyforge.tui.terminal import key_name
from storyforge.tui.widgets.bars import Header, KeysBar, Part, StatusBar
from storyforge.tui.widgets.model_words import short_name, where_it_runs
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.widgets.profile_list import ProfileList
from storyforge.tui.widgets.rows import RowList
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.studio.profiles.overview import Seen


class ModelsScreen(HouseScreen):
    """The profiles beside the facts of the one under the cursor.

    Attributes:
        profiles: all of them, as they were read last.
        wanted: the profile that the cursor shall go to when they are read again; None for none.
    """

    PLACES: ClassVar[tuple[Where, ...]] = (Where.MODELS,)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f3", "back", show=False),
        Binding("ctrl+z", "undo", show=False),
    ]
    AUTO_FOCUS = "ProfileList"
    DEFAULT_CSS = """
    ModelsScreen #room { height: 1fr; layout: vertical; }
    ModelsScreen #left { width: 100%; height: 2fr; border: round $border-blurred; }
    ModelsScreen #right { width: 100%; height: 3fr; border: round $border-blurred; }
    ModelsScreen #left:focus-within, ModelsScreen #right:focus-within { border: round $border; }
    ModelsScreen #left, ModelsScreen #right { border-title-color: $foreground-muted; }
    ModelsScreen.-wide #room { layout: horizontal; }
    ModelsScreen.-wide #left { width: 1fr; max-width: 64; height: 100%; }
    ModelsScreen.-wide #right { width: 1fr; height: 100%; }
    ModelsScreen ProfileList { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
        self.profiles: tuple[Seen, ...] = ()
        self.wanted: str | None = None
        self._stays = False
        self.list = ProfileList()
        self.text = Notes(id="facts")
        self.header = Header()
        self.status = StatusBar()
        self.keys_bar = KeysBar()
        self.profiling = Profiling(self)

    def compose(self) -> ComposeResult:
        """Header, profiles, facts, status, keys."""
        yield self.header
        with Container(id="room"):
            left = Vertical(id="left")
            left.border_title = _("Profiles")
            with left:
                yield self.list
            with Vertical(id="right"):
                yield self.text
        yield self.status
        yield self.keys_bar

    def on_mount(self) -> None:
        """Look what there is."""
        self.header.put([Part(_("Models"), 5, "strong")])
        self.name_keys()
        launch(self.house, self._begin(), group="models-look", exclusive=True)

    async def on_unmount(self) -> None:
        """A test that still runs has nobody to tell."""
        await self.profiling.halt()

    @property
    def marked(self) -> "Seen | None":
        """The profile under the cursor."""
        row = self.list.row
        name = row.id if row is not None else ""
        return next((one for one in self.profiles if one.profile.name == name), None)

    # Showing.

    def look(self) -> None:
        """Read the profiles anew; the cursor goes to the one that is wanted, else stays."""
        launch(self.house, self._look(), group="models-look", exclusive=True)

    async def _begin(self) -> None:
        await self.house.modelling.look_again()
        await self._look()

    async def _look(self) -> None:
        found = await self.house.modelling.seen()
        self._stays = await self.house.modelling.story_stays()
        if not self.is_attached:
            return
        writer = next((one for one in found if one.writes), None)
        if not self.profiles and writer is not None:
            self.wanted = writer.profile.name
        self.profiles = found
        self.list.show_profiles(found, self.wanted)
        self.wanted = None
        self.tell_writer(writer)
        self.explain()

    def tell_writer(self, writer: "Seen | None") -> None:
        """Who writes, and where, in the header."""
        if writer is not None and writer.card is not None:
            told = f"● {short_name(writer.card.name)} · {where_it_runs(writer.card)}"
            self.header.put([Part(_("Models"), 5, "strong")], [Part(told, 6, "accent")])

    def explain(self) -> None:
        """Say what there is to say of the marked profile; what takes longer to find out follows."""
        one = self.marked
        if one is None:
            return
        told = about(one, stays=self._stays)
        self.put(one.profile.name, self.profiling.with_tests(one.profile.name, told))
        launch(self.house, self._explain(one), group="models-facts", exclusive=True)

    async def _explain(self, one: "Seen") -> None:
        told = await all_about(self.house, one, stays=self._stays)
        if self.is_attached and self.marked == one and not self.profiling.testing:
            self.put(one.profile.name, self.profiling.with_tests(one.profile.name, told))

    def put(self, title: str, text: str) -> None:
        """Show a text beside the list; it can be marked and copied, not written on."""
        self.query_one("#right").border_title = title.replace("[", r"\[")
        self.text.show(Page("facts", text, Provenance.whole(len(text), Origin.TYPED), 0))
        self.text.lock_page(_("E changes the profile."))

    def busy(self, activity: str) -> None:
        """What goes on now; empty at rest."""
        left = [Part(activity, 9, "accent")] if activity else []
        right = [Part(_("stop"), 7, key=key_name("escape"))] if activity else []
        self.status.put(left, right)

    def name_keys(self) -> None:
        """The keys that work here."""
        left, right = key_parts(self.house, Where.MODELS)
        left.append(Part(_("back"), 6, key=key_name("escape")))
        self.keys_bar.put(left, right)

    async def model_changed(self) -> None:
        """Another model writes."""
        self.look()

    # Actions.

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the registry."""
        self.profiling.verbs()[action_id]()

    def action_undo(self) -> None:
        """Ctrl+Z."""
        self.profiling.bring_back()

    def action_back(self) -> None:
        """Escape: stop what runs, then back."""
        if not self.profiling.stop():
            self.dismiss(None)

    @on(RowList.Marked)
    def profile_marked(self) -> None:
        """Another profile's facts."""
        self.explain()

    @on(RowList.Chosen)
    @on(RowList.MenuAsked)
    def menu_asked(self) -> None:
        """A click, or the right button: what can be done with it?"""
        self.action_do(MENUS[Where.MODELS])
