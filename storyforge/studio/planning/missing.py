"""What of a stage nobody has planned yet, as what a model would be asked for, in order. Pure.

What is asked for later may hang on what is taken first: who is asked again hears of the rest.
"""

from collections.abc import Iterator

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID, Item, Plan
from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage

# A character of whom these are known is more than one line.
_DEEP = ("want", "need", "wound", "arc")


def missing(plan: Plan, stage: Stage) -> tuple[Target, ...]:
    """What to ask for, so that the stage is planned; nothing where it is."""
    return tuple(_MISSING[stage](plan)) if stage in _MISSING else ()


def is_one_line(character: Item) -> bool:
    """Whether no more is known of a character than who they are."""
    return not any(character.fact(name) for name in _DEEP)


def is_planned(scene: Item) -> bool:
    """Whether a scene is more than a title."""
    return not scene.is_empty


def _premise(plan: Plan) -> Iterator[Target]:
    if not (plan.premise.fact("logline") or plan.premise.fact("premise")):
        yield Target(Stage.PREMISE, "premise/propose", PREMISE_ID)


def _characters(plan: Plan) -> Iterator[Target]:
    if not plan.characters:
        yield Target(Stage.CHARACTERS, "characters/propose")
    for one in filter(is_one_line, plan.characters):
        yield Target(Stage.CHARACTERS, "characters/deepen", one.id)


def _world(plan: Plan) -> Iterator[Target]:
    if not plan.of(Kind.WORLD):
        yield Target(Stage.WORLD, "world/propose")


def _outline(plan: Plan) -> Iterator[Target]:
    if all(chapter.is_empty for chapter in plan.chapters):
        yield Target(Stage.OUTLINE, "outline/propose")


def _scenes(plan: Plan) -> Iterator[Target]:
    begun = {scene.chapter_id for scene in plan.scenes if is_planned(scene)}
    for chapter in plan.chapters:
        if chapter.id not in begun:
            yield Target(Stage.SCENES, "scenes/propose", chapter.id)


_MISSING = {
    Stage.PREMISE: _premise,
    Stage.CHARACTERS: _characters,
    Stage.WORLD: _world,
    Stage.OUTLINE: _outline,
    Stage.SCENES: _scenes,
}
