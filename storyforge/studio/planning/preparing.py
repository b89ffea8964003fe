"""What an author wants of a plan, made ready to be asked: pure but for the files it reads.

What cannot be asked is said here, in one sentence, before any model is loaded.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import OUTLINE_ID, FactKey, Item, Plan, lines
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.resting import sources
from storyforge.domain.plan.schemas import schema_of
from storyforge.domain.plan.staleness import Reason
from storyforge.domain.plan.tasks import ASKED, PICTURES, Makes, PlanTask
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.prompting.library import find
from storyforge.prompting.planning import Planning
from storyforge.prompting.template import Template
from storyforge.studio.planning.lately import changed_before
from storyforge.studio.planning.measures import count_for, only, with_lengths
from storyforge.studio.planning.picturing import PAINTED, SHARPENED, refuse_unseen

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the story's own setting: the language that its plan is asked for in; else the plan's own
PROMPT_LANGUAGE = "prompt_language"

# These are made from the author's idea; all others from anything that is planned.
_FROM_IDEA = ("premise/propose", "premise/questions", "premise/sharpen")
# Names may be in the language of the prose.
_NAMES, _NAME_FIELDS = "characters/names", ("name", "prose_name")
_MIXED = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the author wants of a model.

    Attributes:
        variants: how many, one after the other, each with a seed of its own.
        wish: the author's line, such as "less grim".
        idea: the author's notes; empty for those that the premise has.
        mix: the values that are to become one: of proposals, or the author's own.
        changes: what has changed since the item was made; of a chapter that is mended, where there
            are none, what changed last before it.
        kept, dropped: of the ideas that there were; more are wanted like the one, unlike the other.
        chapter_id: the chapter that new scenes are for; the target's item says the same.
        count: how many chapters, scenes, items or ideas; 0 for as many as fit the story.
        prompt: the compiled prompt that is to be sharpened.
        tags: what is for painters is asked for as tags.
        agreed: the author knows what it costs.
    """

    target: Target
    variants: int = 1
    wish: str = ""
    idea: str = ""
    mix: tuple[Mapping[str, str], ...] = ()
    changes: tuple[Reason, ...] = ()
    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    chapter_id: str = ""
    count: int = 0
    prompt: str = ""
    tags: bool = False
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """The same, with all that it is asked with.

    Attributes:
        target: where its answers belong.
        count: how many items; 0 for the task's own bounds.
        rests: what the answers are made from.
        language: what they are to be written in; empty where that is not looked at.
        letters: the language of a name, which says nothing but by its letters; mostly empty.
    """

    target: Target
    planning: Planning
    template: Template
    count: int
    rests: Mapping[FactKey, str]
    language: str
    letters: str = ""

    @property
    def task(self) -> PlanTask:
        """What is asked for."""
        return self.planning.task

    @property
    def plan(self) -> Plan:
        """What is planned."""
        return self.planning.plan

    def schema(self, count: int, *, goes_on: bool = False) -> Mapping[str, Any]:
        """The form of an answer with so many items.

        Args:
            goes_on: an outline that was begun: only chapters are missing.
        """
        planning = self.planning
        schema = schema_of(self.task, planning.kind, planning.field, planning.fields, count=count)
        if goes_on:
            return only(schema, "chapters")
        if self.task.name == "scenes/propose":
            return with_lengths(schema, self.plan, count)
        return schema

    def part(self, count: int, value: Mapping[str, Any]) -> Planning:
        """What is asked, `value` being what there is of the answer already."""
        if not value.get("chapters"):
            return replace(self.planning, count=count)
        plan = _begun(self.plan, value)
        return replace(self.planning, plan=plan, count=count, chapter=plan.chapters[-1])


def prepare(story: "StoryFile", wanted: Wanted) -> Prepared:
    """Make ready what is wanted; it blocks.

    Raises:
        BadInput: it cannot be asked for, or its template is at fault.
    """
    plan = story.plan.read()
    task = task_named(wanted.target.task)
    item, chapter = _about(plan, task, wanted)
    target = wanted.target
    if chapter is not None:
        target = replace(target, item_id=chapter.id)
    planning = Planning(
        task,
        plan,
        item,
        target.field,
        wanted.wish.strip(),
        wanted.idea.strip(),
        changes=wanted.changes or _lately(story, task, item),
        kept=wanted.kept,
        dropped=wanted.dropped,
        mix=wanted.mix,
        chapter=chapter,
        prompt=wanted.prompt.strip(),
        tags=wanted.tags,
    )
    if task.name.startswith(PICTURES):
        refuse_unseen(planning)
    else:
        _refuse_nothing(planning)
    language = story.recall(PROMPT_LANGUAGE) or plan.plan_language
    return Prepared(
        target,
        planning,
        find(task.name, language, story.prompt_copies.all()),
        wanted.count or count_for(task, plan),
        dict(_rests(planning)),
        _answered_in(planning),
        plan.language if planning.is_in_prose else "",
    )


def _answered_in(planning: Planning) -> str:
    """The language that an answer is to be in; empty where that is not looked at."""
    if planning.task.name in (PAINTED, SHARPENED):
        # Tags are words, but no sentence of any language.
        return "" if planning.tags else "en"
    if planning.task.name == _NAMES or planning.field in _NAME_FIELDS:
        return ""
    return planning.plan.plan_language


def _lately(story: "StoryFile", task: PlanTask, item: Item | None) -> tuple[Reason, ...]:
    """Why a chapter is to be mended, where nobody says it: what changed last before it."""
    if task.name != "outline/mend" or item is None:
        return ()
    return changed_before(story, item.id)


def task_named(name: str) -> PlanTask:
    """The task of that name.

    Raises:
        BadInput: there is none.
    """
    if name not in ASKED:
        raise BadInput(
            _("“{name}” is nothing that a model can be asked for.").format(name=name),
            title=_("Not understood"),
            hint=_("These are: {known}.").format(known=", ".join(ASKED)),
        )
    return ASKED[name]


def _about(plan: Plan, task: PlanTask, wanted: Wanted) -> tuple[Item | None, Item | None]:
    """(the item that it is about, the chapter that new scenes are for)."""
    target = wanted.target
    if task.name == "scenes/propose":
        chapter = plan.item(wanted.chapter_id or target.item_id)
        if chapter is None or chapter.kind is not Kind.CHAPTER:
            raise BadInput(
                _("Scenes are proposed for a chapter, and none was named."),
                title=_("Which chapter?"),
                hint=_("Mark a chapter; on the command line name it with --item."),
            )
        return None, chapter
    item = target.about(plan)
    if item is None and task.makes in (Makes.ITEM, Makes.FIELD):
        raise BadInput(
            _("“{task}” is about one thing of the plan, and none was named.").format(
                task=_(task.label)
            ),
            title=_("What is it about?"),
            hint=_("Mark it; on the command line name it with --item."),
        )
    if task.name.startswith("field/") or task.name == PAINTED:
        _require_field(item, target.field)
    return item, None


def _require_field(item: Item | None, field: str) -> None:
    known = [one.name for one in item.form.fields] if item is not None else []
    if field not in known:
        raise BadInput(
            _("The plan has no field “{name}” there.").format(name=field),
            title=_("No such field"),
            hint=_("These are: {known}.").format(known=", ".join(known)) if known else "",
        )


def _refuse_nothing(planning: Planning) -> None:
    """Let nothing be asked that has nothing to be made from."""
    plan, task = planning.plan, planning.task
    if task.name == "premise/mix" and len(planning.mix) < _MIXED:
        raise BadInput(
            _("Mixing takes two premises."),
            title=_("Nothing to mix"),
            hint=_("Ask for several first, then name two of them."),
        )
    if planning.idea or planning.wish or planning.mix or not plan.premise.is_empty:
        return
    if task.name not in _FROM_IDEA and any(not item.is_empty for item in plan.items):
        return
    raise BadInput(
        _("There is no idea yet, so there is nothing to begin with."),
        title=_("No idea yet"),
        hint=_("Write down whatever is in your head, be it one word; on the command line: --idea."),
    )


def _rests(planning: Planning) -> Iterator[tuple[FactKey, str]]:
    """What an answer is made from, with the values as they are now."""
    plan, task = planning.plan, planning.task
    if planning.item is not None:
        yield from sources(plan, planning.item, planning.field).items()
    elif task.makes is Makes.OUTLINE:
        yield from sources(plan, Item("", Kind.CHAPTER)).items()
    elif task.kind is Kind.SCENE and planning.chapter is not None:
        # Any of the cast may come to be in it.
        cast = "\n".join(one.id for one in plan.characters)
        scene = Item("", Kind.SCENE, {"cast": cast}, planning.chapter.id)
        yield from sources(plan, scene).items()
    elif task.kind is not None:
        yield from sources(plan, Item("", task.kind)).items()


def _begun(plan: Plan, value: Mapping[str, Any]) -> Plan:
    """The plan with what there is of another outline in the place of its own."""
    kept = [
        one
        for one in plan.items
        if one.kind not in (Kind.OUTLINE, Kind.ACT, Kind.PLOT_LINE, Kind.CHAPTER, Kind.SCENE)
    ]
    outline = {**plan.outline.facts, "shape": str(value.get("shape", ""))}
    return replace(
        plan,
        items=(
            *kept,
            Item(OUTLINE_ID, Kind.OUTLINE, outline),
            *_items(Kind.ACT, value.get("acts", ())),
            *_items(Kind.PLOT_LINE, value.get("plot_lines", ())),
            *_items(Kind.CHAPTER, value.get("chapters", ())),
        ),
    )


def _items(kind: Kind, told: Iterable[Mapping[str, Any]]) -> Iterator[Item]:
    for number, one in enumerate(told, start=1):
        facts = {name: "\n".join(lines(str(value))) for name, value in one.items()}
        yield Item(f"{kind.value} {number}", kind, facts)
