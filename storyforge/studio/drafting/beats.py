"""What of a scene is to be drafted: its beats, those that are told, and how long each is to be.

Pure: it is handed the plan and what was drafted.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storyforge.domain.plan.items import Item, Plan

if TYPE_CHECKING:
    from storyforge.store.plan.drafted import Drafted

# What a scene without beats can be drafted from: its own facts, and its chapter's.
_SCENE_STEPS = ("purpose", "change")
_CHAPTER_STEPS = ("goal", "conflict", "turn", "outcome")
# A beat has at least such a part of an even share, however far the ones before ran over.
_LEAST_SHARE = 0.4


def beats_of(plan: Plan, scene: Item) -> tuple[str, ...]:
    """What happens in a scene, step by step; empty where the plan says nothing of it.

    Without beats they are the scene's purpose and what changes in it, else its chapter's goal,
    conflict, turn and outcome where it is the chapter's only scene.
    """
    if beats := scene.list("beats"):
        return beats
    if steps := _steps(scene, _SCENE_STEPS):
        return steps
    chapter = plan.item(scene.chapter_id)
    alone = len(plan.scenes_of(scene.chapter_id)) == 1
    return _steps(chapter, _CHAPTER_STEPS) if chapter is not None and alone else ()


def told_already(beats: Sequence[str], drafted: "Sequence[Drafted]") -> int:
    """How many of `beats` are told: up to the last one that was drafted.

    A beat is known again by its words, and where those were changed since by its place. One that
    was put in between afterwards is not drafted any more: it would come too late.
    """
    told = 0
    for one in drafted:
        place = beats.index(one.beat) + 1 if one.beat in beats else one.number
        told = max(told, min(place, len(beats)))
    return told


def share(aim: int, written: int, beats: int, told: int) -> int:
    """The length of the next beat: what is left of the scene's, shared out evenly.

    What the beats before ran over or fell short of is carried on.

    Args:
        aim: the scene's length. written: what of it is there.
        beats, told: how many there are, and how many of them are told.
    """
    even = aim / max(beats, 1)
    left = (aim - written) / max(beats - told, 1)
    return max(round(max(left, even * _LEAST_SHARE)), 1)


def _steps(item: Item, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for name in names if (text := " ".join(item.fact(name).split())))
