"""What was deleted goes for good: out of the story, and out of what models have read and is kept.

A model reads the scenes before the one it writes in, too. So nothing stays of what was read of this
story: each scene is read once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.borrowed import reason
from storyforge.domain.trash import Trashed, TrashKind
from storyforge.i18n import _
from storyforge.studio import saved_states

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile


@dataclass(frozen=True, slots=True)
class Gone:
    """What went.

    Attributes:
        count: how many things of the trash.
        slots: what models have read the story's texts for: those in memory still hold it. Empty
            where no text went.
        note: a sentence for the author where some of what was read is still on the disk.
    """

    count: int
    slots: tuple[str, ...] = ()
    note: str = ""


def let_go(story: "StoryFile", found: Sequence[Trashed], *, all_of_it: bool = False) -> Gone:
    """Let what was deleted go for good.

    Args:
        all_of_it: whatever else is in the trash by now, too.

    Raises:
        BadInput: the story does not know one of them.
        Refused: one of them is not deleted.
    """
    slots = tuple(story.scenes.stamps())
    if all_of_it:
        count = story.binder.empty_trash()
    else:
        count = len(found)
        for one in found:
            story.binder.purge(one.kind, one.id)
    if all(one.kind is TrashKind.PICTURE for one in found):
        return Gone(count)
    return Gone(count, slots, _forgotten(slots))


def _forgotten(slots: Sequence[str]) -> str:
    try:
        saved_states.forget(slots)
    except OSError as error:
        return _(
            "What models have read of this story could not be deleted: {why}. “storyforge cache "
            "clear” deletes it."
        ).format(why=reason(error))
    return ""
