"""A value of the form typed, or chosen from a list."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from storyforge.domain.picture.samplers import SAMPLERS, SCHEDULES
from storyforge.i18n import _
from storyforge.tui.gallery import painter_limits
from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.form import STAGING
from storyforge.tui.gallery.form_values import LABELS, STEPS, SWITCHES
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.tui.gallery.prompting import Prompting


class ValueAsking(Area):
    """What Enter does in the form."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "gallery_value": lambda: self.start(self._ask_value),
            "gallery_usual": lambda: self.start(self._prompting.let_form_go),
        }

    @property
    def _prompting(self) -> "Prompting":
        return self.gallery.prompting

    async def _ask_value(self) -> None:
        row = self.gallery.form.row
        name = row.id if row is not None else ""
        if name == "painter":
            await self._choose_painter()
        elif name in self._prompting.values.lacks:
            self.gallery.house.tell(painter_limits.why(self._prompting.values.painter))
        elif name == STAGING:
            self.gallery.action_do("gallery_staging")
        elif name == "people":
            self.gallery.action_do("gallery_people")
        elif name in ("sampler", "schedule"):
            await self._choose(name)
        elif name in SWITCHES:
            self._prompting.stepped(name, 1)
        elif name in STEPS or name == "seed":
            await self._type(name)

    async def _choose(self, name: str) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose

        names = await self._offered(name)
        now = getattr(self._prompting.values, name)
        chosen = await self.ask(
            Choose(_(LABELS[name]), "", [Choice(one, one) for one in names], at=now)
        )
        if chosen is not None:
            self._prompting.change(replace(self._prompting.values, **{name: chosen}), name)

    async def _offered(self, name: str) -> Sequence[str]:
        """The samplers or schedules that there are: AUTOMATIC1111's are asked of the server."""
        gallery, usual = self.gallery, tuple(SAMPLERS) if name == "sampler" else SCHEDULES
        profile = await gallery.ordering.profile()
        if profile.backend != "a1111":
            return usual
        looking = await lazily("storyforge.studio.pictures.looking")
        settings = await gallery.house.ready_settings()
        seen = await looking.asked(settings, looking.remote_look(profile, profile.remote))
        if seen.has is None:
            gallery.house.tell(seen.fault)
            return usual
        return (seen.has.samplers if name == "sampler" else seen.has.schedules) or usual

    async def _type(self, name: str) -> None:
        from storyforge.tui.dialogs.base import AskText

        def wrong(text: str) -> str:
            if self._prompting.values.typed(name, text) is not None:
                return ""
            if name == "seed":
                return _("A whole number; nothing for any.")
            _by, least, most = STEPS[name]
            return _("A number from {least:g} to {most:g}.").format(least=least, most=most)

        now = getattr(self._prompting.values, name)
        value = "" if now is None else self._prompting.values.told(name)
        label = _("Nothing takes another one each time.") if name == "seed" else ""
        answer = await self.ask(
            AskText(_(LABELS[name]), label, value, blank=name == "seed", wrong=wrong)
        )
        values = None if answer is None else self._prompting.values.typed(name, answer)
        if values is not None:
            self._prompting.change(values, name)

    async def _choose_painter(self) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose
        from storyforge.tui.gallery.first_painter import find_painter

        house = self.gallery.house
        if not house.modelling.painting.chooses:
            house.tell(_("In the demo only the made-up painter draws."))
            return
        studio = await lazily("storyforge.studio.pictures.profiles")
        known = studio.known(await house.ready_settings())
        remote = await lazily("storyforge.studio.pictures.remote_painters")
        choices = [Choice(one.name, one.name, remote.what_draws(one)) for one in known]
        choices.append(Choice("", _("Another painter …")))
        chosen = await self.ask(
            Choose(_("Painter"), "", choices, at=self._prompting.values.painter)
        )
        if chosen is None or (not chosen and not await find_painter(house, another=True)):
            return
        if not chosen:
            chosen = (await house.ready_settings()).pictures.painter
        self._prompting.change(replace(self._prompting.values, painter=chosen), "painter")
        self._prompting.shown()  # it may speak another dialect
