"""What a model proposes for the plan: kept for good, taken whole, in part or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storyforge.domain.generation import StopReason, TakeState, Usage
from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import FactKey, Item, Plan
from storyforge.domain.plan.stages import TASK_OF, Stage
from storyforge.domain.plan.tasks import PICTURES, TASKS, Makes
from storyforge.domain.profile import Task
from storyforge.domain.sampling import Sampling


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for.

    Attributes:
        task: the template, such as "characters/deepen".
        item_id: the item that it is about; empty where new ones are asked for.
        field: the field that it is about; empty for the whole item.
    """

    stage: Stage
    task: str
    item_id: str = ""
    field: str = ""

    @property
    def makes(self) -> Makes:
        """The form of its answer; a task that is none, in a stranger's file, is for reading."""
        return TASKS[self.task].makes if self.task in TASKS else Makes.NOTES

    @property
    def asks(self) -> Task:
        """Which model is asked."""
        return Task.PICTURE_PROMPT if self.task.startswith(PICTURES) else TASK_OF[self.stage]

    @property
    def kind(self) -> Kind | None:
        """Of the items that it makes; None where it is that of the item it is about."""
        return TASKS[self.task].kind if self.task in TASKS else None

    def about(self, plan: Plan) -> Item | None:
        """The item that it is about; None where new ones are asked for, or it is gone."""
        return plan.premise if self.kind is Kind.PREMISE else plan.known(self.item_id)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One variant.

    Attributes:
        batch_id: the variants that were asked for together have it in common.
        number: 1, 2, … within the batch.
        wish: the author's line, such as "less grim"; may be empty.
        text: what the model wrote, as it came.
        value: the same, read: what the answer's schema says (an object). While it is running, what
            is there of it. Empty where nothing could be read.
        flaw: why it is no good answer, in a sentence; empty where it is one.
        rests: what it was made from: each fact with its value then.
        taken: the parts of `value` that were taken, as paths such as "characters.2" or "logline".
        dropped: the author wants to see it no more.
        place: the host that it was written on; empty for this machine.
    """

    id: str
    target: Target
    batch_id: str
    number: int
    created: datetime
    wish: str = ""
    state: TakeState = TakeState.RUNNING
    text: str = ""
    value: Mapping[str, Any] = field(default_factory=dict)
    flaw: str = ""
    rests: Mapping[FactKey, str] = field(default_factory=dict)
    taken: tuple[str, ...] = ()
    dropped: bool = False
    model: str = ""
    place: str = ""
    request_hash: str = ""
    sampling: Sampling = field(default_factory=Sampling)
    usage: Usage = field(default_factory=Usage)
    reason: StopReason | None = None
    thinking: str = ""
