"""What changed lately in the outline: how a chapter was before its last change. Reads the file."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from storyforge.domain.plan.staleness import Reason

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# What a chapter is called changes nothing behind it.
_TELLING = ("goal", "conflict", "turn", "outcome")
# Chapters further back are not looked at: each costs four questions to the file.
_BACK = 12
_NEVER = datetime.min.replace(tzinfo=UTC)


def changed_in(story: "StoryFile", chapter_id: str) -> tuple[Reason, ...]:
    """What a chapter said before its last change, field by field; nothing where it has none."""
    return _changed(story, chapter_id)[1]


def changed_before(story: "StoryFile", chapter_id: str) -> tuple[Reason, ...]:
    """The same of that chapter, of those before this one, which was changed last."""
    ids = [chapter.id for chapter in story.plan.read().chapters]
    if chapter_id not in ids:
        return ()
    at = ids.index(chapter_id)
    found = [_changed(story, one) for one in ids[max(at - _BACK, 0) : at]]
    return max(found, key=lambda one: one[0], default=(_NEVER, ()))[1]


def _changed(story: "StoryFile", chapter_id: str) -> tuple[datetime, tuple[Reason, ...]]:
    found: list[Reason] = []
    last = _NEVER
    chapter = story.plan.read().item(chapter_id)
    if chapter is None:
        return last, ()
    for name in _TELLING:
        past = story.plan.past(chapter_id, name)
        now = chapter.fact(name)
        if past and past[0].value not in ("", now):
            found.append(Reason((chapter_id, name), past[0].value, now))
            last = max(last, past[0].changed)
    return last, tuple(found)
