"""What of a plan is out of date, what the author says is still right, how far each stage is.

The rules are `domain.plan`'s; here they meet the story. Calls block.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import FactKey, Item, Plan
from storyforge.domain.plan.marking import marks
from storyforge.domain.plan.resting import sources
from storyforge.domain.plan.stages import Stage, StageState
from storyforge.domain.plan.staleness import PROSE, Stale
from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found of a plan, and of what: the very values that the store gave."""

    plan: Plan
    rests: Mapping[FactKey, Mapping[FactKey, str]]
    written: frozenset[str]
    found: tuple[Stale, ...]


_known: WeakKeyDictionary[StoryFile, _Known] = WeakKeyDictionary()


def stale(story: StoryFile) -> tuple[Stale, ...]:
    """What is out of date, in the plan's order; the very same value until something changes."""
    plan, rests = story.plan.read(), story.rests.all()
    prose = any(field == PROSE for _item, field in rests)
    written = story.outline().written if prose else frozenset[str]()
    known = _known.get(story)
    if (
        known is None
        or known.plan is not plan
        or known.rests is not rests
        or known.written != written
    ):
        found = marks(plan, rests, written)
        known = _known[story] = _Known(plan, rests, written, found)
    return known.found


def rest_now(story: StoryFile, item_id: str, fields: Sequence[str] = ()) -> None:
    """Let fields of an item (none: all that are written) rest on what stands in the plan now.

    To be called whenever they are written or taken. "prose" is the text of a scene.
    """
    plan = story.plan.read()
    item = plan.known(item_id)
    if item is not None:
        story.rests.put_all(_resting(plan, item, fields or tuple(item.facts)))


def still_right(story: StoryFile, item_ids: Iterable[str]) -> None:
    """What is marked in these items is right as it is; in a chapter, in all its scenes too."""
    plan = story.plan.read()
    asked = set(item_ids)
    asked |= {scene.id for scene in plan.scenes if scene.chapter_id in asked}
    rests: dict[FactKey, dict[FactKey, str]] = {}
    for one in stale(story):
        item = plan.item(one.item_id)
        if item is not None and item.id in asked:
            rests |= _resting(plan, item, one.fields)
    with story.plan.step():
        story.rests.put_all(rests)


def states(story: StoryFile) -> dict[Stage, StageState]:
    """How far each stage is."""
    plan = story.plan.read()
    outdated: set[Stage] = set()
    for one in stale(story):
        item = plan.item(one.item_id)
        if item is not None and set(one.fields) - {PROSE}:
            outdated.add(item.form.stage)
        if PROSE in one.fields:
            outdated.add(Stage.DRAFT)
    found: dict[Stage, StageState] = {}
    for stage in Stage:
        if stage in outdated:
            found[stage] = StageState.STALE
        elif stage in plan.settled:
            found[stage] = StageState.SETTLED
        else:
            begun = _is_drafted(story) if stage is Stage.DRAFT else _is_begun(plan, stage)
            found[stage] = StageState.IN_WORK if begun else StageState.EMPTY
    return found


def _resting(plan: Plan, item: Item, fields: Sequence[str]) -> dict[FactKey, dict[FactKey, str]]:
    return {
        (item.id, name): sources(plan, item, name) if name == PROSE or item.fact(name) else {}
        for name in fields
    }


def _is_begun(plan: Plan, stage: Stage) -> bool:
    """Whether something is planned: a chapter's or scene's title alone is the binder's."""
    return any(
        not item.is_empty or item.kind in (Kind.CHARACTER, Kind.LOOK, Kind.WORLD)
        for item in plan.of_stage(stage)
    )


def _is_drafted(story: StoryFile) -> bool:
    return bool(story.outline().written or story.drafted.all())
