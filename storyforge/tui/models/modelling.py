"""The models, seen from the whole program: which one writes, the switch, and their screen.

What a switch means is the pool's (`studio.profiles.pool`); that a story's text may go there is
asked when something is to be sent, by the desk.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from rich.cells import cell_len
from textual.screen import ModalScreen

from storyforge.domain.profile import LOCAL
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, sentences
from storyforge.tui.dialogs.base import Choice, Choose
from storyforge.tui.models.painting import Painting
from storyforge.tui.widgets.model_words import goes_to, in_columns, where_it_runs
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.domain.model import ModelCard
    from storyforge.studio.profiles.overview import Seen
    from storyforge.studio.profiles.pool import Backends
    from storyforge.tui.app import StoryforgeApp

# The row that leads to all of it; no profile is called that.
_ALL = "\0all"
# Cells of a profile's name in the switcher: longer ones leave no room for their models.
_NAME = 20


class Modelling:
    """The models that the program keeps, and what their actions do; they work on every screen.

    Args:
        only: makes the one backend for everything, as a test has it; None goes by the settings.

    Attributes:
        painting: what draws the pictures.
    """

    def __init__(self, house: "StoryforgeApp", only: "Callable[[], Backend] | None" = None) -> None:
        self.house = house
        self._only = only
        self._backends: Backends | None = None
        self.painting = Painting(house)

    @property
    def chooses(self) -> bool:
        """Whether models go by the settings: not in the demo, nor where a test gives one."""
        return not self.house.demo and self._only is None

    async def backends(self) -> "Backends":
        """All models that this program keeps, by the settings and by what was switched."""
        pool = await lazily("storyforge.studio.profiles.pool")
        if self._backends is None:
            only = self._only
            if self.house.demo and only is None:
                only = (await lazily("storyforge.studio.profiles.choosing")).demo_backend
            self._backends = cast("Backends", pool.Backends(self.house.ready_settings, only=only))
        return self._backends

    async def reload(self) -> None:
        """The settings are others: what they no longer tell of is let go."""
        if self._backends is not None:
            await self._backends.reload()

    async def look_again(self) -> None:
        """See what was set on the command line meanwhile; what cannot be read changes nothing."""
        try:
            await self.house.preferences.look_again()
        except StoryforgeError as error:
            self.house.tell_error(error)
            return
        await self.reload()

    async def let_go(self) -> None:
        """Give the models' memory back, and the painter's."""
        await self.painting.let_go()
        if self._backends is not None:
            backends, self._backends = self._backends, None
            await backends.close()

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions it carries out."""
        return {
            "model": self.show,
            "profile": lambda: self._start(self.choose),
            "local_model": lambda: self._start(self.turn),
        }

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if not isinstance(self.house.screen, ModalScreen):
            launch(self.house, work(), group="model", exclusive=True)

    def show(self) -> None:
        """The screen of the models; the same key leaves it."""
        from storyforge.tui.screens.models import ModelsScreen

        if isinstance(self.house.screen, ModelsScreen):
            self.house.screen.action_back()
        elif not isinstance(self.house.screen, ModalScreen):
            self.house.push_screen(ModelsScreen())

    async def seen(self) -> "tuple[Seen, ...]":
        """All profiles as they are now; of the one that writes, what its model says of itself."""
        overview = await lazily("storyforge.studio.profiles.overview")
        settings = await (await self.house.backends()).settings()
        found: tuple[Seen, ...] = await asyncio.to_thread(overview.overview, settings)
        try:
            card = (await self.house.backend()).card
        except StoryforgeError:
            return found  # its row says what is wrong
        return tuple(replace(one, card=card, fault="") if one.writes else one for one in found)

    async def choose(self) -> None:
        """The switcher: another profile writes from now on."""
        await self.look_again()
        seen = await self.seen()
        usable = [(one.profile.name, one.card) for one in seen if one.card is not None]
        column = min(max(cell_len(name) for name, _card in usable), _NAME) if usable else 0
        choices = [
            Choice(name, in_columns(name, card.name, column), where_it_runs(card))
            for name, card in usable
        ]
        choices.append(Choice(_ALL, _("All about the models …"), self.house.key_of("model")))
        now = next((one for one in seen if one.writes), None)
        about = ""
        if now is not None and now.card is not None:
            about = _now(now.profile.name, now.card, stays=await self.story_stays())
        at = now.profile.name if now is not None else None
        chosen = await self.house.push_screen_wait(
            Choose(_("Which model writes?"), about, choices, at=at)
        )
        if chosen == _ALL:
            self.show()
        elif chosen is not None:
            await self.use(chosen)

    async def use(self, name: str) -> None:
        """Write with this profile from now on, and say where the text goes."""
        backends = await self.house.backends()
        editing = await lazily("storyforge.studio.profiles.editing")
        settings = await self.house.ready_settings()
        await self.house.change_settings(editing.use(settings, name))
        await backends.switch("")
        if (await backends.profile_of()).name != name:
            await backends.switch(name)  # the environment says otherwise: for this session then
        await self.switched()

    async def turn(self) -> None:
        """To the local model for now, or back to the profile that wrote before."""
        backends = await self.house.backends()
        if backends.switched:
            await backends.switch("")
        elif (await backends.profile_of()).name == LOCAL:
            self.house.tell(_("The local model writes already."))
            return
        else:
            await backends.switch(LOCAL)
        await self.switched()

    async def switched(self) -> None:
        """Another model writes: say which, and where the text goes."""
        backends = await self.house.backends()
        card = (await self.house.backend()).card
        name = (await backends.profile_of()).name
        self.house.tell(_now(name, card, stays=await self.story_stays()))
        await self.changed()

    async def story_stays(self) -> bool:
        """Whether the open story is marked to never leave this machine."""
        from storyforge.tui.screens.desk import DeskScreen

        desk = next((one for one in self.house.screen_stack if isinstance(one, DeskScreen)), None)
        if desk is None or desk.story is None:
            return False
        permission = await lazily("storyforge.studio.permission")
        return bool(await asyncio.to_thread(permission.is_local_only, desk.story))

    async def changed(self) -> None:
        """Another model writes, or what is set for it is other: let all screens hear it."""
        for screen in self.house.screen_stack:
            model_changed = getattr(screen, "model_changed", None)
            if model_changed is not None:
                await model_changed()


def _now(name: str, card: "ModelCard", *, stays: bool) -> str:
    """Who writes, and where the text goes."""
    if card.name == name:
        writes = _("“{profile}” writes.").format(profile=name)
    else:
        writes = _("“{profile}” writes: {model}.").format(profile=name, model=card.name)
    return sentences((writes, goes_to(card, stays=stays)))
