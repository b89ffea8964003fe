"""What a model can be asked for: each task a template in prompts/ and the form of its answer.

An answer is a JSON object. What is in it, by `Makes`:

- ITEM: the fields of one item, by their names.
- ITEMS: {"items": [the fields of one, …]}.
- OUTLINE: {"shape", "acts": [{"name", "purpose"}], "plot_lines": [{"name", "about"}],
  "chapters": [{"title", "act": the act's name, "goal", "conflict", "turn", "outcome"}]}.
- FIELD: {"value": a string, or a list of strings where the field is a list}.
- IDEAS: {"ideas": [a line, …]}.
- QUESTIONS: {"questions": [a line, …]}.
- NOTES: {"notes": [{"about": what, "problem", "remedy"}]}.
"""

from dataclasses import dataclass
from enum import StrEnum

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.stages import Stage
from storyforge.i18n import N_


class Makes(StrEnum):
    """The form of a task's answer."""

    ITEM = "item"
    ITEMS = "items"
    OUTLINE = "outline"
    FIELD = "field"
    IDEAS = "ideas"
    QUESTIONS = "questions"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class PlanTask:
    """One of them.

    Attributes:
        name: of its template, "<stage>/<task>".
        label: for the author; marked for translation.
        stage: None where it is that of the item it is about.
        kind: of the items it makes; None where it is that of the item it is about.
        fields: those that are asked for; empty for all that a form asks.
        least, most: how many items, ideas or questions.
        renames: whoever it is about may get another name; else it is asked for where there is none.
    """

    name: str
    label: str
    makes: Makes
    stage: Stage | None = None
    kind: Kind | None = None
    fields: tuple[str, ...] = ()
    least: int = 1
    most: int = 1
    renames: bool = True


TASKS = {
    task.name: task
    for task in (
        PlanTask(
            "premise/propose", N_("propose a premise"), Makes.ITEM, Stage.PREMISE, Kind.PREMISE
        ),
        PlanTask("premise/mix", N_("mix two premises"), Makes.ITEM, Stage.PREMISE, Kind.PREMISE),
        PlanTask(
            "premise/sharpen", N_("sharpen the premise"), Makes.ITEM, Stage.PREMISE, Kind.PREMISE
        ),
        PlanTask(
            "premise/questions",
            N_("ask me questions"),
            Makes.QUESTIONS,
            Stage.PREMISE,
            least=5,
            most=5,
        ),
        PlanTask(
            "characters/propose",
            N_("propose a cast"),
            Makes.ITEMS,
            Stage.CHARACTERS,
            Kind.CHARACTER,
            ("name", "role"),
            3,
            8,
        ),
        PlanTask(
            "characters/deepen",
            N_("deepen"),
            Makes.ITEM,
            Stage.CHARACTERS,
            Kind.CHARACTER,
            renames=False,
        ),
        PlanTask(
            "characters/missing",
            N_("find who is missing"),
            Makes.ITEMS,
            Stage.CHARACTERS,
            Kind.CHARACTER,
            ("name", "role"),
            1,
            4,
        ),
        PlanTask(
            "characters/names", N_("find names"), Makes.IDEAS, Stage.CHARACTERS, least=12, most=12
        ),
        PlanTask(
            "world/propose",
            N_("propose places, things and rules"),
            Makes.ITEMS,
            Stage.WORLD,
            Kind.WORLD,
            ("title", "category", "keys", "content"),
            3,
            8,
        ),
        PlanTask("outline/propose", N_("propose an outline"), Makes.OUTLINE, Stage.OUTLINE),
        PlanTask(
            "outline/mend",
            N_("mend the chapters after it"),
            Makes.ITEM,
            Stage.OUTLINE,
            Kind.CHAPTER,
            renames=False,
        ),
        PlanTask(
            "outline/check",
            N_("check it against premise and arcs"),
            Makes.NOTES,
            Stage.OUTLINE,
            most=8,
        ),
        PlanTask(
            "scenes/propose",
            N_("propose the chapter's scenes"),
            Makes.ITEMS,
            Stage.SCENES,
            Kind.SCENE,
            least=1,
            most=6,
        ),
        PlanTask(
            "scenes/beats",
            N_("find the beats"),
            Makes.ITEM,
            Stage.SCENES,
            Kind.SCENE,
            ("beats", "change"),
        ),
        PlanTask(
            "read_in/scene",
            N_("read the scene"),
            Makes.ITEM,
            Stage.SCENES,
            Kind.SCENE,
            ("cast", "point_of_view", "place", "time", "beats", "change"),
        ),
        PlanTask(
            "read_in/world",
            N_("read places and things"),
            Makes.ITEMS,
            Stage.WORLD,
            Kind.WORLD,
            ("title", "category", "content"),
            1,
            6,
        ),
        PlanTask(
            "read_in/chapter",
            N_("read the chapter"),
            Makes.ITEM,
            Stage.OUTLINE,
            Kind.CHAPTER,
            ("goal", "conflict", "turn", "outcome"),
        ),
        PlanTask(
            "read_in/cast",
            N_("read who is who"),
            Makes.ITEMS,
            Stage.CHARACTERS,
            Kind.CHARACTER,
            ("name", "role"),
        ),
        PlanTask(
            "read_in/premise", N_("read the premise"), Makes.ITEM, Stage.PREMISE, Kind.PREMISE
        ),
        PlanTask("picture/text", N_("find a painter's words"), Makes.FIELD),
        PlanTask("picture/shown", N_("choose the moment"), Makes.FIELD),
        PlanTask("picture/prompt", N_("sharpen the prompt"), Makes.FIELD),
        PlanTask("item/again", N_("ask again"), Makes.ITEM, renames=False),
        PlanTask("field/again", N_("ask again"), Makes.FIELD),
        PlanTask("field/brainstorm", N_("brainstorm"), Makes.IDEAS, least=20, most=20),
    )
}
#: what all tasks about pictures begin with; one model may be set for all of them
PICTURES = "picture/"
#: those that are asked about the plan; the others are about a manuscript (`studio.reading_in`)
ASKED = {name: task for name, task in TASKS.items() if not name.startswith("read_in/")}
