"""What the planner shows, read from the story's file in one visit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storyforge.domain.generation import TakeState
from storyforge.domain.plan.items import FactKey, Plan
from storyforge.domain.plan.proposals import Proposal
from storyforge.domain.plan.stages import Stage, StageState
from storyforge.domain.plan.staleness import Stale

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class Look:
    """The plan and what there is to say of it.

    Attributes:
        stale: what is out of date, by the item.
        states: of each stage.
        written: of each scene what its text has grown to, and how many beats are drafted.
        proposals: those of the stage that was asked for, the oldest first.
    """

    plan: Plan = field(default_factory=Plan)
    stale: Mapping[str, Stale] = field(default_factory=dict)
    states: Mapping[Stage, StageState] = field(default_factory=dict)
    written: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] = ()

    @property
    def waiting(self) -> dict[FactKey, int]:
        """How many variants nobody has taken or dropped, of each item's last asking."""
        last = {(one.target.item_id, one.target.field): one.batch_id for one in self.proposals}
        found: dict[FactKey, int] = {}
        for one in self.proposals:
            key = (one.target.item_id, one.target.field)
            if one.batch_id == last[key] and not (one.taken or one.dropped) and one.value:
                found[key] = found.get(key, 0) + 1
        for one in self.proposals:
            key = (one.target.item_id, one.target.field)
            if one.batch_id == last[key] and one.taken:
                found.pop(key, None)
        return found


def look(story: "StoryFile", stage: Stage) -> Look:
    """All of it, as it is now; it blocks."""
    from storyforge.studio.staleness import stale, states

    plan = story.plan.read()
    drafted = story.drafted.all()
    written = {
        scene.id: (scene.counts.of(plan.language), len(drafted.get(scene.id, ())))
        for scene in story.outline().scenes
    }
    return Look(
        plan,
        {one.item_id: one for one in stale(story)},
        states(story),
        written,
        story.proposals.of_stage(stage),
    )


def is_running(proposal: Proposal) -> bool:
    """Whether a model still writes it."""
    return proposal.state is TakeState.RUNNING
