"""Which scenes are meant, as it is written on the command line: "all", "3", "3-7", "2,5,9-12"."""

import re
from typing import TYPE_CHECKING

from storyforge.errors import BadInput
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.domain.story import SceneHead
    from storyforge.store.story_file import StoryFile

#: every scene
ALL = "all"
_PART = re.compile(r"(\d{1,6})(?:[-–](\d{1,6}))?")


def chosen_scenes(story: "StoryFile", told: str) -> "tuple[SceneHead, ...]":
    """The scenes that `told` means, each once, in story order.

    Raises:
        BadInput: it cannot be understood, or names scenes that the story does not have.
    """
    heads = story.outline().scenes
    if told.strip().casefold() == ALL:
        return heads
    numbers: set[int] = set()
    for part in told.split(","):
        found = _PART.fullmatch(part.strip())
        first = int(found[1]) if found is not None else 0
        last = int(found[2] or first) if found is not None else 0
        if not 0 < first <= last:
            raise BadInput(
                _("“{told}” does not say which scenes are meant.").format(told=told),
                title=_("Which scenes?"),
                hint=_("Number them as “storyforge show” does: 3, 3-7 or 2,5,9-12; or say all."),
            )
        if last > len(heads):
            raise BadInput(
                ngettext(
                    "There is no scene {number}: the story has {count} scene.",
                    "There is no scene {number}: the story has {count} scenes.",
                    len(heads),
                ).format(number=last, count=len(heads)),
                title=_("Not in the story"),
            )
        numbers.update(range(first, last + 1))
    return tuple(heads[number - 1] for number in sorted(numbers))
