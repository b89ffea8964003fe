"""What of the plan a model is told while a scene is written. Pure: values and words, no file.

Only what holds up to this scene: who is on stage, how they look by now and what they want, where
and when it is, what happens in it. How somebody ends, and what later scenes bring, is never told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.domain.plan.looks import Looks, look_told, on_stage
from storyforge.prompting.template import Template

_PREMISE = ("logline", "genre", "tone", "setting", "point_of_view", "tense")


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast.

    Attributes:
        name: in the story's language.
        text: what is told of them; empty for who is not on stage.
    """

    item_id: str
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """The plan as one scene is told it.

    Attributes:
        story: of the whole story. scene: of this scene. Both may be empty.
        cast: everybody, those on stage first.
        cues: what is named in it, for the lorebook's keys: the place, those on stage.
    """

    scene_id: str = ""
    story: str = ""
    cast: tuple[Person, ...] = ()
    scene: str = ""
    cues: str = ""


@dataclass(frozen=True, slots=True)
class Beat:
    """The step of a scene that is to be written now.

    Attributes:
        told: what happens in it, as it is planned.
        size: words that are still to be written; characters where a language has none.
        missing: names of those who are planned for the scene and have not come yet.
        ends: what has changed at its end; empty where more beats follow.
        back: so many characters at the end of the scene's text are of this beat already.
    """

    told: str
    size: int = 0
    missing: tuple[str, ...] = ()
    ends: str = ""
    back: int = 0


def scene_plan(plan: Plan, scene_id: str, done: int, template: Template) -> ScenePlan:
    """The plan as the scene is told it, in the words of `template` (draft/plan).

    Args:
        done: how many of its beats are told already.

    Raises:
        BadInput: the template fails.
    """
    scene = plan.item(scene_id) or Item(scene_id, Kind.SCENE)
    present = on_stage(plan, scene)
    story, looks = _premise(plan, template), Looks(plan)
    told = [
        Person(
            one.id,
            plan.told_in_prose(one.id),
            _person(plan, one, look_told(looks.at(one, scene_id)), template),
        )
        for one in present
    ]
    others = [
        Person(one.id, plan.told_in_prose(one.id))
        for one in plan.characters
        if one not in present and one.name
    ]
    place = plan.told_in_prose(scene.fact("place"), Kind.WORLD)
    return ScenePlan(
        scene_id,
        story,
        (*told, *others),
        _scene(plan, scene, done, template),
        "\n".join(filter(None, (place, *(one.name for one in told)))),
    )


def cast_names(plan: Plan, scene: Item) -> tuple[str, ...]:
    """What those on stage are called in the story, also who is no item of the plan."""
    references = (*scene.list("cast"), *scene.list("point_of_view"))
    names = (plan.told_in_prose(one, Kind.CHARACTER) for one in references)
    return tuple(dict.fromkeys(filter(None, names)))


def _premise(plan: Plan, template: Template) -> str:
    facts = {name: plan.premise.fact(name) for name in _PREMISE}
    if not any(facts.values()):
        return ""
    return _rendered(template, "story", premise=facts)


def _person(plan: Plan, item: Item, look: str, template: Template) -> str:
    return _rendered(
        template,
        "person",
        person={
            "name": plan.told_in_prose(item.id),
            "role": item.fact("role"),
            "look": look,
            "want": item.fact("want"),
            "voice": item.list("voice"),
        },
    )


def _scene(plan: Plan, item: Item, done: int, template: Template) -> str:
    beats = item.list("beats")
    facts: dict[str, object] = {
        "purpose": item.fact("purpose"),
        "place": plan.told_in_prose(item.fact("place"), Kind.WORLD),
        "time": item.fact("time"),
        "weather": item.fact("weather"),
        "seen_by": plan.told_in_prose(item.fact("point_of_view"), Kind.CHARACTER),
        "cast": cast_names(plan, item),
        "done": beats[:done],
        "to_come": beats[done:],
        "change": item.fact("change"),
    }
    if not any(facts.values()):
        return ""
    return _rendered(template, "scene", scene=facts)


def _rendered(template: Template, part: str, **given: object) -> str:
    empty: dict[str, Sequence[str]] = {}
    values = {"premise": empty, "person": empty, "scene": empty} | given
    return template.render(part=part, **values).strip()
