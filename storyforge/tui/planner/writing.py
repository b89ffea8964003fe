"""Fields written by hand: in their place, with the text on its way to the disk at each key.

What has values to choose from, or refers to other items, is picked from a list.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from storyforge.domain.day_names import moment
from storyforge.domain.plan.forms import Kind, Shape
from storyforge.domain.plan.items import Item, lines, whole_number
from storyforge.domain.plan.stages import Stage
from storyforge.i18n import _, ngettext
from storyforge.studio.planning.telling import choice_told, reference_told, value_told
from storyforge.tui.desk.keeper import Keeper
from storyforge.tui.planner.area import Area
from storyforge.tui.planner.entries import read_key
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.domain.plan.forms import Field
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.planner import PlannerScreen


# How thousands are set apart.
_NO_GROUPS = str.maketrans("", "", ",._'")


class Writing(Area):
    """What Enter does in the fields."""

    def __init__(self, planner: "PlannerScreen") -> None:
        super().__init__(planner)
        planner.fields.written = self._written
        planner.fields.left = self._left
        planner.fields.broken = lambda: planner.house.tell(
            _("A paragraph that is too long to type in was broken at its sentences.")
        )
        self._keeper: Keeper[str] = Keeper(
            planner.desk, self._write, kept=lambda *_: self._kept(), told=self._told
        )
        self.keepers = (self._keeper,)
        self._steps: dict[str, str] = {}

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "plan_edit": self.edit,
            "plan_past": lambda: self.start(self._past),
        }

    # Enter.

    def edit(self) -> None:
        """Write in the field, go into the form, or take what is proposed."""
        planner = self.planner
        planner.unfold()
        item = planner.item
        if planner.pane is planner.variants:
            planner.choosing.take(None, here=True)
        elif planner.pane is planner.stages:
            planner.to_pane(planner.fields)
        elif planner.stage is Stage.DRAFT:
            planner.action_do("plan_open")
        elif item is None:
            planner.house.tell(_("There is nothing here yet to be written in."))
        elif planner.stage is Stage.SCENES and item.kind is Kind.CHAPTER:
            planner.to_stage(Stage.OUTLINE, item.id)
        elif not planner.field:
            planner.fields.view.go_in()
        else:
            self._edit_field(item, item.form.field(planner.field))

    def _edit_field(self, item: Item, field: "Field") -> None:
        planner = self.planner
        picked = (Shape.CHOICE, Shape.ONE, Shape.MANY, Shape.PICTURE)
        if field.shape in picked and not self.may_change():
            return
        if field.shape is Shape.CHOICE:
            self.start(partial(self._choose, item, field))
        elif field.shape in (Shape.ONE, Shape.MANY):
            self.start(partial(self._refer, item, field))
        elif field.shape is Shape.PICTURE:
            self.start(partial(self._depict, item, field))
        else:
            text = self._keeper.unsaved.get(planner.fields.at, item.fact(field.name))
            story = planner.story
            planner.fields.edit(
                text,
                one_line=field.shape in (Shape.LINE, Shape.NUMBER),
                locked=story.read_only_reason if story.read_only else "",
            )
            planner.name_keys()

    def _written(self, text: str) -> None:
        self.planner.saying.say(saved=_("saving"))
        self._keeper.changed(self.planner.fields.editing, text)

    def _left(self, steps: int) -> None:
        planner = self.planner
        key = planner.fields.editing
        planner.fields.end_edit()
        planner.to_pane(planner.fields)
        planner.name_keys()
        launch(planner.house, self._over(key), group="notes")
        if steps:
            before = planner.fields.at
            planner.fields.view.action_move(steps)
            if planner.fields.at != before and planner.field:
                self.edit()

    def _write(self, story: "StoryFile", key: str, text: str) -> None:
        from storyforge.studio.planning.editing import write

        item_id, field = read_key(key)
        item = story.plan.read().item(item_id)
        if item is not None and item.form.field(field).shape is Shape.NUMBER:
            text = "".join(text.split()).translate(_NO_GROUPS)
        # All that is typed into a field, until it is left, is taken back as one.
        step = write(story, item_id, {field: text}, goes_on=self._steps.get(key, ""))
        self._steps[key] = step

    async def _over(self, key: str) -> None:
        planner = self.planner
        await self._keeper.keep()
        if planner.fields.editing != key:
            self._steps.pop(key, None)
        await planner.look_again()
        item_id, field = read_key(key)
        item = planner.plan.item(item_id)
        told = item.fact(field) if item is not None else ""
        counts = item is not None and item.form.field(field).shape is Shape.NUMBER
        if counts and told and whole_number(told) is None:
            planner.house.tell(_("A number is wanted here; what you wrote is kept as it is."))

    def _kept(self) -> None:
        self.planner.saying.say(saved=_("saved"))
        launch(self.planner.house, self.planner.look_again(), group="planner-look")

    def _told(self, fine: bool) -> None:
        if not fine:
            self.planner.saying.say(saved=_("not saved"))

    async def put(self, item: Item, field: str, value: str) -> None:
        """A value that was chosen, as one step."""
        from storyforge.studio.planning.editing import write

        planner = self.planner
        await asyncio.to_thread(write, planner.story, item.id, {field: value})
        await planner.look_again()

    # What is picked from a list.

    async def _choose(self, item: Item, field: "Field") -> None:
        from storyforge.tui.dialogs.base import Choice, Choose

        choices = [Choice(one, choice_told(item.kind, field.name, one)) for one in field.choices]
        title = _(field.label)
        chosen = await self.ask(
            Choose(title, _(field.help) if field.help else "", choices, at=item.fact(field.name))
        )
        if chosen is not None and chosen != item.fact(field.name):
            await self.put(item, field.name, chosen)

    async def _refer(self, item: Item, field: "Field") -> None:
        from storyforge.tui.dialogs.referring import Refer

        plan = self.planner.plan
        assert field.of is not None
        # Scenes have a place where they have no name.
        places = field.of is Kind.SCENE
        items = [one for one in plan.of(field.of) if one.name or places]
        known = [(one.id, reference_told(plan, one.id)) for one in items]
        linked = lines(plan.references(field.of, item.list(field.name)))
        there = [(one, reference_told(plan, one)) for one in linked]
        dialog = Refer(_(field.label), known, there, several=field.shape is Shape.MANY)
        chosen = await self.ask(dialog)
        if chosen is not None:
            await self.put(item, field.name, plan.references(field.of, chosen))

    async def _depict(self, item: Item, field: "Field") -> None:
        from storyforge.tui.planner.depicting import depict

        await depict(self, item, field)

    async def _past(self) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose

        planner = self.planner
        item, name = planner.item, planner.field
        if item is None or not name:
            planner.house.tell(_("Mark a field first: what stood there before is listed."))
            return
        await planner.save()
        past = await asyncio.to_thread(planner.story.plan.past, item.id, name)
        field = item.form.field(name)
        found = [one for one in past if one.value and one.value != item.fact(name)]
        if not found:
            planner.house.tell(_("Nothing else ever stood in this field."))
            return
        choices = []
        for number, one in enumerate(found):
            told = " ".join(value_told(planner.plan, item.kind, field, one.value).split())
            choices.append(Choice(str(number), told, moment(one.changed)))
        about = ngettext(
            "{count} earlier value; Enter brings it back.",
            "{count} earlier values; Enter brings one back.",
            len(found),
        ).format(count=len(found))
        chosen = await self.ask(Choose(_(field.label), about, choices))
        if chosen is not None and self.may_change():
            await self.put(item, name, found[int(chosen)].value)
