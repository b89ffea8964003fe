"""The chapters behind one that has changed, each as what a model would be asked to mend.

They are mended in order: each hears how the one before it ends now. Reads the file.
"""

from typing import TYPE_CHECKING

from storyforge.domain.plan.proposals import Target
from storyforge.domain.plan.stages import Stage
from storyforge.domain.plan.staleness import Reason
from storyforge.studio.planning.preparing import Wanted

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# What a chapter is called changes nothing behind it.
_TELLING = ("goal", "conflict", "turn", "outcome")


def mending(story: "StoryFile", chapter_id: str, wish: str = "") -> tuple[Wanted, ...]:
    """What to ask for the planned chapters behind `chapter_id`; nothing behind the last one."""
    chapters = story.plan.read().chapters
    at = next((at for at, one in enumerate(chapters) if one.id == chapter_id), len(chapters))
    changed = _changed(story, chapter_id)
    return tuple(
        Wanted(Target(Stage.OUTLINE, "outline/mend", later.id), wish=wish, changes=changed)
        for later in chapters[at + 1 :]
        if not later.is_empty
    )


def _changed(story: "StoryFile", chapter_id: str) -> tuple[Reason, ...]:
    """How the chapter was before its last change, field by field."""
    chapter = story.plan.read().item(chapter_id)
    if chapter is None:
        return ()
    found = []
    for name in _TELLING:
        past = story.plan.past(chapter_id, name)
        now = chapter.fact(name)
        if past and past[0].value not in ("", now):
            found.append(Reason((chapter_id, name), past[0].value, now))
    return tuple(found)
