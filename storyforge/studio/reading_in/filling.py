"""Takes what was read in wherever the plan has nothing yet. Calls block; it is one step.

Who and what the story has comes first, so that scenes refer to them.
"""

from typing import TYPE_CHECKING

from storyforge.domain.generation import TakeState
from storyforge.domain.plan.proposals import Proposal
from storyforge.domain.plan.stages import Stage
from storyforge.studio.planning.taking import Change, preview, take
from storyforge.studio.reading_in.asking import is_reading

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

_ORDER = ("cast", "world", "premise", "chapter", "scene")


def readings(story: "StoryFile") -> tuple[Proposal, ...]:
    """What was read and stands to be taken: of each target the latest, in the order to take it."""
    latest: dict[tuple[str, str], Proposal] = {}
    for stage in Stage:
        for one in story.proposals.of_stage(stage):
            ended = one.state in (TakeState.FINISHED, TakeState.STOPPED, TakeState.INTERRUPTED)
            if is_reading(one) and ended and one.value and not one.dropped:
                latest[one.target.task, one.target.item_id] = one
    return tuple(sorted(latest.values(), key=lambda one: _ORDER.index(_kind(one))))


def _good(story: "StoryFile") -> tuple[Proposal, ...]:
    """Those that may be taken unseen."""
    return tuple(one for one in readings(story) if not one.flaw)


def to_fill(story: "StoryFile") -> tuple[tuple[Proposal, tuple[Change, ...]], ...]:
    """What taking would fill, by the reading that it comes from."""
    found = (
        (one, tuple(change for change in preview(story, one) if not change.was))
        for one in _good(story)
    )
    return tuple((one, changes) for one, changes in found if changes)


def fill(story: "StoryFile") -> tuple[str, ...]:
    """Take all that finds an empty place and has no flaw; the ids of what was made or changed.

    Raises:
        Refused: the story is read-only.
    """
    made: dict[str, None] = {}
    with story.plan.step():
        for one in _good(story):
            # What was taken before them may have filled some of it.
            parts = tuple(change.part for change in preview(story, one) if not change.was)
            if parts:
                made.update(dict.fromkeys(take(story, one.id, parts, empty_only=True)))
    return tuple(made)


def left_out(story: "StoryFile") -> int:
    """How many readings wait that are marked as no good: nobody takes them unseen."""
    return sum(bool(one.flaw and not one.taken) for one in readings(story))


def _kind(reading: Proposal) -> str:
    return reading.target.task.rpartition("/")[2]
