"""The plan as a scene's prompt is told it, read from the file and put in words once.

It is asked for at every key; the plan is the very same value until something in it changes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from storyforge.domain.lore import ContextRules
from storyforge.domain.plan.items import Plan
from storyforge.domain.story import Outline
from storyforge.prompting import library
from storyforge.prompting.scene_plan import ScenePlan, scene_plan
from storyforge.studio.drafting.beats import told_already

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class _Known:
    plan: Plan
    about: tuple[str, int, str]
    told: ScenePlan


_known: "WeakKeyDictionary[StoryFile, _Known]" = WeakKeyDictionary()


def plan_for(
    story: "StoryFile",
    outline: Outline,
    scene_id: str,
    rules: ContextRules,
    *,
    drafting: bool = False,
) -> ScenePlan:
    """What the plan tells a scene; nothing where the story has its models told nothing of it.

    Args:
        drafting: the beats are told without a word of which are written: what stands on top stays
            the same from beat to beat.

    Raises:
        BadInput: the template (draft/plan) is at fault.
    """
    if not rules.plan_share:
        return ScenePlan()
    plan = story.plan.read()
    done = 0 if drafting else _told(story, plan, scene_id)
    own = story.prompt_copies.all()
    template = library.find("draft/plan", outline.language, own)
    about = (scene_id, done, template.hash)
    known = _known.get(story)
    if known is None or known.plan is not plan or known.about != about:
        told = scene_plan(plan, scene_id, done, template)
        known = _known[story] = _Known(plan, about, told)
    return known.told


def _told(story: "StoryFile", plan: Plan, scene_id: str) -> int:
    scene = plan.item(scene_id)
    return (
        0 if scene is None else told_already(scene.list("beats"), story.drafted.of_scene(scene_id))
    )
