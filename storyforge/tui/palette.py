"""Ctrl+P: every action of the registry that can be asked for here, by its name."""

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.widgets.option_list import Option

from storyforge.i18n import _
from storyforge.tui.actions import ACTIONS, Action, Where
from storyforge.tui.terminal import key_name

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp

#: below any match of a name
_IN_HELP = 0.01


class Palette(CommandPalette):
    """Textual's palette with the words of our catalogue."""

    def __init__(self) -> None:
        super().__init__(placeholder=_("Find an action …"), id="--command-palette")

    def _start_no_matches_countdown(self, search_value: str) -> None:
        # Textual 8.2 builds its English sentence in here, and nowhere else.
        self._stop_no_matches_countdown()

        def tell() -> None:
            self._list_visible = bool(search_value)
            if search_value:
                told = Content(_("No action is called that."))
                option = Option(told, disabled=True, id=self._NO_MATCHES)
                self.query_one(CommandList).add_option(option)

        self._no_matches_timer = self.set_timer(self._NO_MATCHES_COUNTDOWN, tell)


class ActionProvider(Provider):
    """Feeds Textual's palette from the registry."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for action in self._offered():
            label = _(action.label)
            yield DiscoveryHit(
                self._titled(Content(label), action),
                partial(self._house.do, action.id),
                text=label,
                help=_(action.help),
            )

    async def search(self, query: str) -> Hits:
        """Those whose name matches, and those whose name and help hold the words, in any order.

        So do the names in the settings: who knows other tools asks for "infill".
        """
        matcher, wanted = self.matcher(query), query.lower().split()
        for action in self._offered():
            label, help_ = _(action.label), _(action.help)
            told = f"{label}\n{help_}\n{action.id.replace('_', ' ')}".lower()
            score = matcher.match(label) or _IN_HELP * all(word in told for word in wanted)
            if score > 0:
                yield Hit(
                    score,
                    self._titled(matcher.highlight(label), action),
                    partial(self._house.do, action.id),
                    text=label,
                    help=help_,
                )

    @property
    def _house(self) -> "StoryforgeApp":
        return cast("StoryforgeApp", self.app)

    def _offered(self) -> list[Action]:
        places = {Where.EVERYWHERE, *getattr(self.screen, "PLACES", ())}
        return [a for a in ACTIONS if a.where in places and a.id != "palette"]

    def _titled(self, label: Content, action: Action) -> Content:
        key = self._house.terminal.best(self._house.keys.of(action.id))
        return Content.assemble(label, ("  " + key_name(key), "$accent")) if key else label
