"""What the author changes in the plan by hand, so that each fact rests on what stands there now.

These block for a commit: from asynchronous code they belong into a thread.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import PREMISE_ID
from storyforge.studio.staleness import rest_now

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


def write(story: "StoryFile", item_id: str, facts: Mapping[str, str], *, goes_on: str = "") -> str:
    """Put what the author wrote into an item; an empty value takes a fact away. One step; its id.

    Args:
        goes_on: the step that this is more of: the author has typed on.

    Raises:
        BadInput: the item, or one of its fields, is not in the plan.
        Refused: the story is read-only.
    """
    with story.plan.step(goes_on) as step:
        story.plan.put(item_id, facts)
        rest_now(story, item_id, tuple(facts))
    return step


def add(
    story: "StoryFile",
    kind: Kind,
    facts: Mapping[str, str],
    *,
    after: str | None = None,
    chapter_id: str = "",
) -> str:
    """A new item behind the item `after` or last of its kind; its id. One step.

    Args:
        chapter_id: of a new scene, the chapter that it stands in.
    """
    with story.plan.step():
        key = story.plan.add(kind, facts, after=after, chapter_id=chapter_id)
        rest_now(story, key, tuple(name for name, value in facts.items() if value.strip()))
    return key


def remove(story: "StoryFile", item_id: str) -> None:
    """Take an item out of the plan; chapters and scenes go to the trash with their text."""
    story.plan.remove(item_id)


def move(story: "StoryFile", item_id: str, index: int) -> None:
    """Let an item stand at `index`, from 0, among those of its kind, or of its chapter."""
    story.plan.move(item_id, index)


def answer(story: "StoryFile", proposal_id: str, answers: Mapping[int, str]) -> None:
    """Put what the author answered to a model's questions into the idea, behind what stands there.

    From there all that is made later is told of it.

    Args:
        answers: by the questions' places, from 0; empty ones are passed over.
    """
    questions = list(story.proposals.one(proposal_id).value.get("questions", ()))
    given = {at: told.strip() for at, told in sorted(answers.items()) if told.strip()}
    told = [f"{questions[at]}\n{text}" for at, text in given.items() if at < len(questions)]
    if not told:
        return
    with story.plan.step():
        idea = story.plan.read().premise.fact("idea").strip("\n")
        write(story, PREMISE_ID, {"idea": "\n\n".join(filter(None, (idea, *told)))})
        story.proposals.take(proposal_id, [f"questions.{at}" for at in given])
