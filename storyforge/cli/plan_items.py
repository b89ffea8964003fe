"""The plan by hand on the command line: which item is meant, and what is written into it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import FORMS, Kind, Shape
from storyforge.domain.plan.items import OUTLINE_ID, PREMISE_ID, Item, Plan, whole_number
from storyforge.domain.plan.stages import Stage
from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the item of a stage that has one only
SINGLE = {Stage.PREMISE: PREMISE_ID, Stage.OUTLINE: OUTLINE_ID}
# What a stage gets where a name is written of nothing that is there.
_NEW = {
    Stage.CHARACTERS: Kind.CHARACTER,
    Stage.WORLD: Kind.WORLD,
    Stage.OUTLINE: Kind.CHAPTER,
}
# Names in one hint.
_SHOWN = 12


def set_languages(story: "StoryFile", plan: str | None, prompts: str | None) -> None:
    """Set what the plan is written in and what a model is asked in; empty is as without it."""
    from storyforge.studio.planning.preparing import PROMPT_LANGUAGE

    if plan is not None:
        story.plan.set_language(plan)
    if prompts is not None:
        story.remember(PROMPT_LANGUAGE, prompts.strip() or None)


def write_by_hand(
    story: "StoryFile",
    stage: Stage | None,
    item: str,
    idea: str | None,
    facts: Sequence[str],
) -> None:
    """Write what the author said on the command line into the plan, or a new thing with a name."""
    from storyforge.studio.planning.editing import add, write

    if idea is not None:
        write(story, PREMISE_ID, {"idea": idea})
    if not facts:
        return
    plan, told = story.plan.read(), _told(facts)
    about = _about(plan, stage, item, told)
    written = {name: _checked(plan, about, name, value) for name, value in told.items()}
    if about.id:
        write(story, about.id, written)
    else:
        add(story, about.kind, written)


def _told(facts: Sequence[str]) -> dict[str, str]:
    """The fields with their values."""
    told = {}
    for one in facts:
        name, equals, value = one.partition("=")
        if not equals:
            raise BadInput(
                _("“{word}” is no field with a value.").format(word=one),
                title=_("Not understood"),
                hint=_("Write it as FIELD=VALUE, such as --set tense=past."),
            )
        told[name.strip()] = value.replace("\\n", "\n")
    return told


def _about(plan: Plan, stage: Stage | None, item: str, told: Mapping[str, str]) -> Item:
    """What is written into; one without an id where a name makes it a new thing."""
    if item:
        return item_named(plan, stage, item)
    kind = _NEW.get(stage or Stage.PREMISE)
    if kind is Kind.CHARACTER and "who" in told:
        # What is somebody's is a look of theirs.
        kind = Kind.LOOK
    if kind is not None and FORMS[kind].name in told:
        return Item("", kind)
    return _single(plan, stage)


def _single(plan: Plan, stage: Stage | None) -> Item:
    """What is meant where no item was named: the premise, or how the outline is built."""
    if stage in (None, Stage.PREMISE):
        return plan.premise
    if stage is Stage.OUTLINE:
        return plan.outline
    raise BadInput(
        _("This stage has several things, and none was named."),
        title=_("What is it about?"),
        hint=_("Name it with --item."),
    )


def _checked(plan: Plan, item: Item, name: str, value: str) -> str:
    """A value as the plan keeps it; what its field cannot hold is said."""
    from storyforge.studio.planning.reading import value_told

    field = next((one for one in item.form.fields if one.name == name), None)
    if field is None or not value.strip():
        return value
    if field.of is Kind.SCENE and plan.named(Kind.SCENE, value) is None:
        value = _scene_numbered(plan, value)
    told = value_told(plan, field, value.split("\n") if field.is_list else value)
    if field.shape is Shape.CHOICE and told not in field.choices:
        hint = _("It is one of these: {known}.").format(
            known=", ".join(filter(None, field.choices))
        )
    elif field.shape is Shape.NUMBER and whole_number(told) is None:
        hint = _("It is a whole number, such as 3000.")
    elif field.shape is Shape.PICTURE:
        hint = _("Name a picture: storyforge pictures reference FILE PICTURE WHO")
    else:
        return told
    raise BadInput(
        _("“{value}” is nothing that “{field}” can be.").format(value=told, field=_(field.label)),
        title=_("Not understood"),
        hint=hint,
    )


def _scene_numbered(plan: Plan, value: str) -> str:
    """The id of the scene that a number means, counted through the story; else what was said."""
    found = _numbered(plan.scenes, whole_number(value) or 0)
    return found[0].id if found else value


def item_named(plan: Plan, stage: Stage | None, name: str, kinds: Sequence[Kind] = ()) -> Item:
    """The item that is meant by a name, a title, an id or, of chapters and scenes, a number.

    Raises:
        BadInput: there is none, or no single one.
    """
    items = [item for item in plan.items if not kinds or item.kind in kinds]
    of_stage = [item for item in items if stage in (None, item.form.stage) or kinds]
    wanted = " ".join(name.split()).casefold()
    for pool in (of_stage, items):
        found = [item for item in pool if wanted in _names(item)]
        if not found and (place := whole_number(wanted)):
            found = _numbered(pool, place)
        if len(found) == 1:
            return found[0]
        if found:
            break
    known = [item.name for item in of_stage if item.name][:_SHOWN]
    raise BadInput(
        (
            _("Several things in the plan are called “{name}”.")
            if found
            else _("Nothing in the plan is called “{name}”.")
        ).format(name=name),
        title=_("What is it about?"),
        hint=_("These are: {known}.").format(known=", ".join(known)) if known else "",
    )


def _names(item: Item) -> set[str]:
    named = {item.id, item.name, item.fact("prose_name")} - {""}
    if item.id in (PREMISE_ID, OUTLINE_ID):
        named.add(item.kind.value)
    return {" ".join(one.split()).casefold() for one in named}


def _numbered(pool: Sequence[Item], place: int) -> list[Item]:
    """The chapter or the scene that stands there, from 1."""
    for kind in (Kind.CHAPTER, Kind.SCENE):
        of_kind = [item for item in pool if item.kind is kind]
        if 0 < place <= len(of_kind):
            return [of_kind[place - 1]]
    return []
