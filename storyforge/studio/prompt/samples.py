"""What a template is given where it is looked at: this story's data, else stand-ins for it.

A stand-in is the name of what would stand there, as in “‹Logline›”.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import FORMS, Form, Kind, Shape
from storyforge.domain.plan.items import OUTLINE_ID, PREMISE_ID, Item, Plan
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.tasks import TASKS, Makes
from storyforge.i18n import _
from storyforge.prompting.library import all_names, find
from storyforge.prompting.planning import VARIABLES, Planning
from storyforge.prompting.template import Template

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the stages of templates that are told a plan; “item” and “field” are for items of any stage
PLANNED = frozenset((*(stage.value for stage in Stage), "item", "field", "picture"))
PLANNED -= {Stage.DRAFT.value}
# What each question about pictures is about.
_PICTURED = {
    "picture/text": (Kind.CHARACTER, "look_picture"),
    "picture/shown": (Kind.SCENE, "shown"),
    "picture/prompt": (Kind.SCENE, "prompt"),
}
# What is given besides, though no template that ships asks for it.
_GIVEN = {
    "chat": {"text", "ending", "new_line"},
    "draft": {"title", "author"},
    "rewrite": {"before", "after", "passage", "wish", "title", "author"},
    "summary": {"title"},
}
_SEVERAL = frozenset(("lore", "lore_top", "summaries", "plan", "texts", "passages", "names"))
_NUMBERS = {"part": 1, "parts": 1, "sentences": 3}
# Characters of the last scene that are shown as what is gone on with.
_TAIL = 2000


def known_variables(name: str) -> frozenset[str]:
    """What the template of that name may ask for."""
    stage = name.partition("/")[0]
    if stage in PLANNED:
        return VARIABLES
    asked = {
        variable
        for language, other in all_names()
        if other == name or (stage == "rewrite" and other.startswith("rewrite/"))
        for variable in _asked(other, language)
    }
    return frozenset(asked | _GIVEN.get(stage, set()))


def planning_of(name: str, plan: Plan) -> Planning:
    """What the template of that name is asked about a plan; a stand-in's where it says nothing."""
    if all(item.is_empty for item in plan.items):
        plan = stand_in(plan)
    # A template that others show is looked at as the first of its stage that shows it.
    stage = f"{name.partition('/')[0]}/"
    task = TASKS.get(name) or next(one for one in TASKS.values() if one.name.startswith(stage))
    kind, field = _PICTURED.get(task.name, (task.kind, ""))
    if kind is None and task.stage is None:
        kind = Kind.CHARACTER
    about = (kind is not None and task.makes in (Makes.ITEM, Makes.FIELD)) or task.stage is None
    item = _first(plan, kind) if kind is not None and about else None
    if item is not None and task.name.startswith("field/"):
        field = next(one.name for one in reversed(item.form.fields) if not one.pictured)
    chapter = _first(plan, Kind.CHAPTER) if task.stage is Stage.SCENES else None
    mix = (dict(plan.premise.facts),) * 2 if task.name == "premise/mix" else ()
    prompt = _stood("prompt") if field == "prompt" else ""
    return Planning(task, plan, item, field, mix=mix, chapter=chapter, prompt=prompt)


def values_of(name: str, template: Template, story: "StoryFile | None") -> dict[str, object]:
    """Something for each variable of a template that is told no plan."""
    told = _of_story(story) if story is not None else {}
    given: dict[str, object] = {}
    for variable in known_variables(name) | template.variables:
        if variable in told:
            given[variable] = told[variable]
        elif variable in _NUMBERS:
            given[variable] = _NUMBERS[variable]
        elif variable in _SEVERAL:
            given[variable] = [f"‹{variable} 1›", f"‹{variable} 2›"]
        else:
            given[variable] = _SHAPED.get(variable, f"‹{variable}›")
    if name.startswith("read_in/"):
        given |= {one: [f"‹{one} 1›", f"‹{one} 2›"] for one in ("scenes", "chapters")}
    return given


def plan_of(story: "StoryFile | None", language: str) -> Plan:
    """The story's plan; without one, none in that language."""
    if story is None:
        return Plan(language=language, plan_language=language)
    return story.plan.read()


def stand_in(plan: Plan) -> Plan:
    """A plan in which each field says its own name."""
    chapters = tuple(_item(FORMS[Kind.CHAPTER], f"chapter {number}", number) for number in (1, 2))
    scene = replace(_item(FORMS[Kind.SCENE], "scene 1", 1), chapter_id=chapters[0].id)
    others = tuple(
        _item(FORMS[kind], f"{kind} {number}", number)
        for kind in (Kind.CHARACTER, Kind.LOOK, Kind.WORLD, Kind.ACT, Kind.PLOT_LINE)
        for number in (1, 2)
    )
    items = (
        _item(FORMS[Kind.PREMISE], PREMISE_ID),
        *others,
        _item(FORMS[Kind.OUTLINE], OUTLINE_ID),
        *chapters,
        scene,
    )
    return replace(plan, items=items, title=plan.title or _stood(_("Title")))


def _first(plan: Plan, kind: Kind) -> Item:
    """The first item of a kind in which something is written; else a stand-in."""
    written = (item for item in plan.of(kind) if not item.is_empty)
    return next(written, None) or next(iter(stand_in(plan).of(kind)))


def _item(form: Form, item_id: str, number: int = 0) -> Item:
    facts: dict[str, str] = {}
    for field in form.fields:
        label = _(field.label)
        if field.shape is Shape.NUMBER:
            facts[field.name] = "1000"
        elif field.shape is Shape.PICTURE:
            continue  # no template is told of it
        elif field.is_list:
            facts[field.name] = "\n".join(_stood(f"{label} {at}") for at in (1, 2))
        elif field.choices:
            facts[field.name] = field.choices[-1]
        else:
            facts[field.name] = _stood(f"{label} {number}" if number else label)
    return Item(item_id, form.kind, facts)


def _stood(name: str) -> str:
    return f"‹{name}›"


def _asked(name: str, language: str) -> frozenset[str]:
    return find(name, language).variables


def _of_story(story: "StoryFile") -> dict[str, object]:
    """What of a story stands for itself."""
    outline, texts = story.outline(), story.context.texts()
    written = [scene for scene in outline.scenes if scene.length]
    told: dict[str, object] = {"title": outline.title, "author": outline.author}
    if texts.get("memory"):
        told["memory"] = texts["memory"]
    if texts.get("style"):
        told["style"] = texts["style"]
    if written:
        tail = story.scenes.load(written[-1].id).text[-_TAIL:]
        told |= dict.fromkeys(("text", "story", "passage"), tail)
        told["scenes"] = [_scene(tail)]
    return told


def _scene(text: str) -> dict[str, object]:
    part = {"kind": "story", "text": text, "gap": ""}
    return {"text": text, "parts": [part], "opens_chapter": "", "cut": False}


_SHAPED: dict[str, object] = {
    "scenes": [_scene(_stood("text"))],
    "new_line": False,
    "whole": True,
    "beat": {"size": 100, "missing": [_stood("name")], "ends": _stood("change")},
    "premise": {
        name: _stood(name)
        for name in ("logline", "genre", "tone", "setting", "point_of_view", "tense")
    },
    "person": {
        "name": _stood("name"),
        "role": _stood("role"),
        "look": _stood("look"),
        "want": _stood("want"),
        "voice": [_stood("voice")],
    },
    "scene": {
        **{name: _stood(name) for name in ("purpose", "place", "time", "weather")},
        **{name: _stood(name) for name in ("seen_by", "change")},
        **{name: [_stood(name)] for name in ("cast", "done", "to_come")},
    },
}
