"""What can be drafted from a scene on, and how often each beat is written. Reads the story only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.domain.story import SceneHead
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: how many candidates of a beat there may be
CANDIDATES = (1, 2, 3, 4, 8)
#: the story's own setting that says how many
HOW_MANY = "draft_candidates"
#: the scopes' ids
THIS, CHAPTER, STORY = "scene", "chapter", "story"


@dataclass(frozen=True, slots=True)
class Scope:
    """A scene, a chapter or the story.

    Attributes:
        told: for the author.
        scenes: the ids of those that would be drafted.
    """

    id: str
    told: str
    scenes: tuple[str, ...]


def scopes(story: "StoryFile", scene_id: str) -> tuple[Scope, ...]:
    """The scene, its chapter, the story; nothing where the scene is gone.

    Of chapter and story only scenes without text, and those whose draft was begun.
    """
    outline = story.outline()
    scene, chapter = outline.scene(scene_id), outline.chapter_of(scene_id)
    if scene is None or chapter is None:
        return ()
    begun = story.drafted.all()

    def open_ones(scenes: Sequence[SceneHead]) -> tuple[str, ...]:
        return tuple(one.id for one in scenes if not one.length or one.id in begun)

    this = _("This scene") if not scene.length else _("This scene, behind what is written")
    in_chapter, in_story = open_ones(chapter.scenes), open_ones(outline.scenes)
    chapter_told = ngettext(
        "This chapter: {count} scene", "This chapter: {count} scenes", len(in_chapter)
    )
    story_told = ngettext(
        "The whole story: {count} scene", "The whole story: {count} scenes", len(in_story)
    )
    return (
        Scope(THIS, this, (scene_id,)),
        Scope(CHAPTER, chapter_told.format(count=len(in_chapter)), in_chapter),
        Scope(STORY, story_told.format(count=len(in_story)), in_story),
    )


def candidates(story: "StoryFile") -> int:
    """How many are written of each beat."""
    told = story.recall(HOW_MANY)
    return next((count for count in CANDIDATES if told == str(count)), 1)
