"""The chapters behind one that has changed, each as what a model would be asked to mend.

They are mended in order: each hears how the one before it ends now. Reads the file.
"""

from typing import TYPE_CHECKING

from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.studio.planning.lately import changed_in
from storyforge.studio.planning.preparing import Wanted

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


def mending(story: "StoryFile", chapter_id: str, wish: str = "") -> tuple[Wanted, ...]:
    """What to ask for the planned chapters behind `chapter_id`; nothing behind the last one."""
    chapters = story.plan.read().chapters
    at = next((at for at, one in enumerate(chapters) if one.id == chapter_id), len(chapters))
    changed = changed_in(story, chapter_id)
    return tuple(
        Wanted(Target(Stage.OUTLINE, "outline/mend", later.id), wish=wish, changes=changed)
        for later in chapters[at + 1 :]
        if not later.is_empty
    )
