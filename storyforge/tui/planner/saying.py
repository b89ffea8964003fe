"""What the planner says of itself: header, status line and keys line."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from storyforge.domain.plan.stages import TASK_OF, Stage, StageState
from storyforge.i18n import _, ngettext
from storyforge.studio.languages import language_name
from storyforge.tui.actions import Where
from storyforge.tui.footer import key_parts
from storyforge.tui.terminal import key_name
from storyforge.tui.widgets.bars import Part
from storyforge.tui.widgets.model_words import where_it_runs
from storyforge.tui.widgets.status import Status, parts

if TYPE_CHECKING:
    from storyforge.tui.screens.planner import PlannerScreen

# What the keys line names, by the pane that keys go to.
_IN_STAGES = frozenset({"plan_ask", "plan_wish", "plan_help", "plan_settle", "plan_back"})
_IN_FIELDS = frozenset({"plan_edit", "plan_ask", "plan_wish", "plan_brainstorm", "plan_new"})
_IN_THE_DRAFT = frozenset({"plan_draft"})
_IN_VARIANTS = frozenset({"plan_ask", "plan_wish", "plan_mark"})
_IN_IDEAS = frozenset({"plan_drop"})
_IN_OTHERS = frozenset({"plan_mix"})
_OF_MANY = frozenset({"plan_new"})
_OF_OLD = frozenset({"plan_update", "plan_still"})


class Saying:
    """Fills the three bars.

    Attributes:
        status: everything the status line can tell now.
    """

    def __init__(self, planner: "PlannerScreen") -> None:
        self.planner = planner
        self.status = Status()

    @property
    def names(self) -> Mapping[str, str]:
        """The keys that the hints name."""
        house = self.planner.house
        known = {name: house.key_of(f"plan_{name}") for name in ("ask", "new", "open")}
        return {**known, "read": house.key_of("plan_read_in")}

    def say(self, **changes: str | int | bool) -> None:
        """Change some of what the status line tells."""
        self.status = replace(self.status, **cast(Any, changes))
        if self.planner.is_attached:
            self.planner.status_bar.put(*parts(self.status))

    def all(self) -> None:
        """The screen is new."""
        story = self.planner.story
        told = story.read_only_reason if story.read_only else ""
        saved = _("read only") if story.read_only else _("saved")
        pauses = self.planner.house.key_of("plan_read_in")
        self.say(stop_key=key_name("escape"), reading_in_key=pauses, notice=told, saved=saved)
        self.header()
        self.keys()

    async def model(self) -> None:
        """Which model is asked here, and where it runs."""
        card = (await self.planner.house.backend(TASK_OF[self.planner.stage])).card
        self.say(model=card.writer, place=where_it_runs(card), away=not card.is_local)
        self.other()

    def other(self) -> None:
        """What the key of the local model does now, here as on the desk."""
        house, status = self.planner.house, self.planner.desk.telling.status
        self.say(other=status.other, other_key=house.key_of("local_model"))

    def header(self) -> None:
        """The story, and how far its plan is."""
        look = self.planner.look
        plan = look.plan
        right = []
        if plan.language != plan.plan_language:
            told = _("plan in {plan}, story in {story}").format(
                plan=language_name(plan.plan_language), story=language_name(plan.language)
            )
            right.append(Part(told, 3, "muted"))
        settled = sum(state is StageState.SETTLED for state in look.states.values())
        old = len(look.stale)
        if settled:
            right.append(
                Part(
                    ngettext("{count} settled", "{count} settled", settled).format(count=settled),
                    4,
                    "muted",
                )
            )
        if old:
            right.append(
                Part(
                    ngettext("{count} out of date", "{count} out of date", old).format(count=old),
                    5,
                    "warning",
                )
            )
        self.planner.header.put([Part(_("Plan"), 6, "strong"), Part(plan.title, 5)], right)

    def keys(self) -> None:
        """The keys that work here and now."""
        planner = self.planner
        left, right = key_parts(planner.house, Where.PLANNER)
        if planner.fields.editing:
            left = [
                Part(_("finish"), 7, key=key_name("escape")),
                Part(_("next field"), 6, key=key_name("tab")),
            ]
        elif planner.pane is planner.variants:
            has_ideas = planner.choosing.has_ideas
            wanted = _IN_VARIANTS | (_IN_IDEAS if has_ideas else _IN_OTHERS)
            left = [part for part in left if part.action in wanted]
            if planner.choosing.batch:
                taking = planner.house.key_of("plan_edit") if has_ideas else "1–8"
                left.insert(0, Part(_("take it"), 7, key=taking))
            entry = planner.variants.view.entry
            if entry is not None and entry.level == 0 and not entry.fixed:
                left.append(Part(_("its parts"), 4, key=key_name("right")))
        elif planner.pane is planner.stages:
            left = [part for part in left if part.action in _IN_STAGES]
        else:
            wanted = _IN_THE_DRAFT if planner.stage is Stage.DRAFT else _IN_FIELDS
            if planner.stage is Stage.SCENES:
                wanted |= _IN_THE_DRAFT
            if planner.stage is Stage.PREMISE:
                wanted -= _OF_MANY
            if planner.at[0] in planner.look.stale:
                wanted |= _OF_OLD
            left = [part for part in left if part.action in wanted]
        if not planner.fields.editing:
            left.append(Part(_("panes"), 5, key=key_name("tab")))
            left.append(
                Part(_("desk"), 6, key=planner.house.key_of("plan_leave"), action="plan_leave")
            )
        planner.keys_bar.put(left, right)
