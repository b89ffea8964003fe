"""The prompt templates as a list, by the stage they belong to. It shows what it is given."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from storyforge.domain.plan.tasks import TASKS
from storyforge.i18n import N_, _
from storyforge.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from storyforge.studio.prompts import Prompt

STAGES = {
    "premise": N_("Premise"),
    "characters": N_("Cast"),
    "world": N_("World"),
    "outline": N_("Outline"),
    "scenes": N_("Scenes"),
    "item": N_("Any item of the plan"),
    "field": N_("Any field of the plan"),
    "read_in": N_("Reading in"),
    "draft": N_("Writing the story"),
    "rewrite": N_("Changing a selection"),
    "summary": N_("Summaries"),
    "chat": N_("Models that chat"),
}
#: whose a template is; by `Origin`'s values
ORIGINS = {
    "packaged": N_("packaged"),
    "yours": N_("yours"),
    "this story's": N_("this story's"),
}
_OWN, _FAULTY = "●", "!"


class TemplateList(RowList):
    """A row a template, under its stage."""

    def __init__(self) -> None:
        super().__init__(id="templates", choose=False)

    def show_templates(self, found: "Sequence[Prompt]", unfinished: Collection[str]) -> None:
        """Show these; `unfinished` are the names of those that the author has to go on with."""
        rows = []
        stage = ""
        for one in found:
            if one.stage != stage:
                stage = one.stage
                head = _(STAGES[stage]) if stage in STAGES else stage
                rows.append(Row(f"stage:{stage}", head, kind="head", fixed=True))
            faulty = one.flaw is not None or one.name in unfinished
            mark = _FAULTY if faulty else _OWN if one.is_own else " "
            note = _(ORIGINS[one.origin.value]) if one.is_own else ""
            rows.append(Row(one.name, task_told(one.name), note, depth=1, mark=mark))
        self.show(rows)

    @property
    def marked(self) -> str:
        """The name of the template under the cursor; "" without one."""
        return self.row.id if self.row is not None and not self.row.fixed else ""


def task_told(name: str) -> str:
    """What a template is for, else what its file is called."""
    return _(TASKS[name].label) if name in TASKS else name.partition("/")[2].replace("_", " ")
