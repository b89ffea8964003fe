"""Tidying scenes of a story as one step that can be taken back; the rules are the domain's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storyforge.domain.batch import Batch
from storyforge.domain.replacing import with_edits
from storyforge.domain.tidying import Tidied, TidyOptions, tidy
from storyforge.i18n import _
from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class TidiedScene:
    """What tidying would make of one scene.

    Attributes:
        text: as it was read; the offsets of the changes are in it.
    """

    scene_id: str
    text: str
    tidied: Tidied


def preview(
    story: StoryFile, options: TidyOptions, scene_ids: Sequence[str]
) -> Iterator[TidiedScene]:
    """What would change, scene by scene; nothing is changed yet."""
    for scene_id in scene_ids:
        text = story.scenes.text(scene_id)
        yield TidiedScene(scene_id, text, tidy(text, options))


def carry_out(story: StoryFile, options: TidyOptions, scene_ids: Sequence[str]) -> Batch:
    """Tidy the scenes in one transaction, each kept as a snapshot before.

    Raises:
        StoryFileError: the story cannot be written; nothing was changed then.
    """
    pages = []
    for scene_id in scene_ids:
        page = story.scenes.load(scene_id)
        tidied = tidy(page.text, options)
        if tidied.changes:
            pages.append(with_edits(page, tidied.edits))
    return story.batches.apply(_("tidy up"), pages)
