"""The plan by hand on the command line: which item is meant, and what is written into it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import OUTLINE_ID, PREMISE_ID, Item, Plan
from storyforge.domain.plan.stages import Stage
from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the item of a stage that has one only
SINGLE = {Stage.PREMISE: PREMISE_ID, Stage.OUTLINE: OUTLINE_ID}
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
    """Write what the author said on the command line into the plan."""
    from storyforge.studio.planning.editing import write

    if idea is not None:
        write(story, PREMISE_ID, {"idea": idea})
    if not facts:
        return
    told = dict(one.partition("=")[::2] for one in facts if "=" in one)
    if len(told) < len(facts):
        raise BadInput(
            _("“{word}” is no field with a value.").format(
                word=next(one for one in facts if "=" not in one)
            ),
            title=_("Not understood"),
            hint=_("Write it as FIELD=VALUE, such as --set tense=past."),
        )
    if item:
        about = item_named(story.plan.read(), stage, item).id
    else:
        about = SINGLE.get(stage or Stage.PREMISE, "")
    write(story, about, {name.strip(): value.replace("\\n", "\n") for name, value in told.items()})


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
        if not found and wanted.isascii() and wanted.isdecimal():
            found = _numbers(pool, int(wanted))
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


def _numbers(pool: Sequence[Item], number: int) -> list[Item]:
    """The chapter or the scene of that number, from 1."""
    for kind in (Kind.CHAPTER, Kind.SCENE):
        of_kind = [item for item in pool if item.kind is kind]
        if 0 < number <= len(of_kind):
            return [of_kind[number - 1]]
    return []
