"""That all summaries are to be made: kept with the story until they are, or the author stops it.

So a run that was cut off, or closed with the story, can be gone on with. What is left of it is
looked up, not kept.
"""

from typing import TYPE_CHECKING

from storyforge.studio.summaries.listing import entries, to_make

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the story's setting
_KEPT = "summary_run"


def keep(story: "StoryFile", *, wanted: bool) -> None:
    """Remember that they are wanted, or that they are not any more."""
    story.remember(_KEPT, "yes" if wanted else None)


def left_over(story: "StoryFile") -> int:
    """How many are still to be made of a run that did not come to its end."""
    return len(to_make(entries(story))) if story.recall(_KEPT) else 0
