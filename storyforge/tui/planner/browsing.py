"""Stages settled and opened, the plan's language, the way to a scene's page, the menu."""

import asyncio
from collections.abc import Callable

from storyforge.domain.plan.forms import Kind
from storyforge.i18n import _
from storyforge.studio.planning.telling import STAGE_NAMES, name_of
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where
from storyforge.tui.planner.area import Area

#: what has a name in the story's language, too
_NAMED = (Kind.CHARACTER, Kind.WORLD)


class Browsing(Area):
    """What is asked for beside writing and asking."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "plan_settle": lambda: self.start(self._settle),
            "plan_open": self.open_page,
            "plan_language": lambda: self.start(self._language),
            "plan_names": lambda: self.start(self._names),
            MENUS[Where.PLANNER]: lambda: self.start(self._menu),
        }

    def open_page(self) -> None:
        """The marked scene, or the first of a chapter, on the desk."""
        planner = self.planner
        item = planner.item
        if item is not None and item.kind is Kind.CHAPTER:
            item = next(iter(planner.plan.scenes_of(item.id)), None)
        if item is not None and item.kind is Kind.SCENE:
            planner.to_desk(item)
        else:
            planner.house.tell(_("Mark a scene first: that is what has a page."))

    async def _settle(self) -> None:
        planner = self.planner
        if not self.may_change():
            return
        settled = planner.stage not in planner.plan.settled
        await planner.save()
        await asyncio.to_thread(planner.story.plan.settle, planner.stage, settled)
        await planner.look_again()
        told = _("“{stage}” is settled.") if settled else _("“{stage}” is in work again.")
        planner.house.tell(told.format(stage=_(STAGE_NAMES[planner.stage])))

    async def _language(self) -> None:
        from storyforge.studio.languages import language_name
        from storyforge.tui.dialogs.base import AskText, Choice, Choose

        planner = self.planner
        if not self.may_change():
            return
        plan = planner.plan
        told = _(
            "The plan may be written in the language that a model is best in; names then stand "
            "in both."
        )
        own = _("As the story: {language}").format(language=language_name(plan.language))
        tags = dict.fromkeys(("en", "ja", plan.plan_language))
        choices = [Choice("", own)]
        choices += [Choice(tag, language_name(tag)) for tag in tags if tag != plan.language]
        choices.append(Choice("other", _("Another language …")))
        now = "" if plan.plan_language == plan.language else plan.plan_language
        chosen = await self.ask(Choose(_("Language of the plan"), told, choices, at=now))
        if chosen == "other":
            label = _("Its short name, such as “de” or “pt-BR”")
            chosen = await self.ask(AskText(_("Language of the plan"), label, plan.plan_language))
        if chosen is not None:
            await asyncio.to_thread(planner.story.plan.set_language, chosen)
            await planner.look_again()

    async def _names(self) -> None:
        """The table of names, as often as one is changed."""
        from storyforge.studio.planning.editing import write
        from storyforge.tui.dialogs.base import AskText, Choice, Choose

        planner, at = self.planner, None
        if planner.plan.language == planner.plan.plan_language:
            planner.house.tell(_("Plan and story are in one language, so names are, too."))
            return
        while True:
            named = [one for kind in _NAMED for one in planner.plan.of(kind) if one.name]
            choices = [Choice(one.id, one.name, one.fact("prose_name") or "–") for one in named]
            title = _("Names in the plan and in the story")
            at = await self.ask(Choose(title, "", choices, at=at))
            chosen = planner.plan.item(at) if at is not None else None
            if chosen is None or not self.may_change():
                return
            dialog = AskText(title, chosen.name, chosen.fact("prose_name"), blank=True)
            name = await self.ask(dialog)
            if name is not None:
                await asyncio.to_thread(write, planner.story, chosen.id, {"prose_name": name})
                await planner.look_again()

    async def _menu(self) -> None:
        from storyforge.tui.dialogs.menu import Menu

        item = self.planner.item
        about = name_of(self.planner.plan, item) if item is not None else ""
        chosen = await self.ask(Menu(self.planner.house, Where.PLANNER, about))
        if chosen is not None:
            self.planner.action_do(chosen)
