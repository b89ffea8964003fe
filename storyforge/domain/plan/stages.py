"""The stages in which a story is planned. Values."""

from enum import StrEnum

from storyforge.domain.profile import Task


class Stage(StrEnum):
    """A stage, in the order in which one builds on the other; any may be entered at any time."""

    PREMISE = "premise"
    CHARACTERS = "characters"
    WORLD = "world"
    OUTLINE = "outline"
    SCENES = "scenes"
    DRAFT = "draft"


class StageState(StrEnum):
    """How far a stage is."""

    EMPTY = "empty"
    IN_WORK = "in work"
    #: the author has said so
    SETTLED = "settled"
    #: something in it rests on what has changed since
    STALE = "out of date"


#: which model is asked
TASK_OF = {
    Stage.PREMISE: Task.PREMISE,
    Stage.CHARACTERS: Task.CHARACTERS,
    Stage.WORLD: Task.WORLD,
    Stage.OUTLINE: Task.OUTLINE,
    Stage.SCENES: Task.SCENES,
    Stage.DRAFT: Task.DRAFT,
}
