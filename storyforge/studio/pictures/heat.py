"""The word heat of a picture: kept with it, read again, and what of its plan got no area."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.compiled import Part, Role
from storyforge.domain.picture.heat import Heat, unheard
from storyforge.domain.picture.pictures import Picture
from storyforge.domain.picture.prompt_editing import STEP, change_weight
from storyforge.errors import BadInput
from storyforge.i18n import _

if TYPE_CHECKING:
    from PIL.Image import Image

    from storyforge.store.story_file import StoryFile

#: of a picture's settings: its words, and the digest of the strip of their maps, JSON
HEAT = "heat"
# What got no area is weighed so much more: two presses of the key that does it by hand.
_MORE = 2 * STEP


@dataclass(frozen=True, slots=True)
class Read:
    """What a picture listened to.

    Attributes:
        heats: a word each, in the prompt's order.
        unheard: the planned people and things without an area.
        heavier: the prompt with more weight on those; the same where there are none.
    """

    heats: tuple[Heat, ...]
    unheard: tuple[str, ...]
    heavier: str


def settings_of(story: "StoryFile", heats: Sequence[Heat]) -> dict[str, str]:
    """Keep the maps in the story; what a picture's settings say of them.

    Raises:
        StoryFileError: they cannot be written.
    """
    from storyforge.images import heat_maps

    if not heats:
        return {}
    digest = story.picture_sources.put(heat_maps.strip_of(heats))
    return {HEAT: json.dumps({"maps": digest, "words": json.loads(heat_maps.told_of(heats))})}


def is_kept(settings: Mapping[str, str]) -> bool:
    """Whether a picture has its word heat."""
    return bool(settings.get(HEAT))


def read(story: "StoryFile", picture: Picture) -> Read:
    """The word heat of a picture.

    Raises:
        BadInput: it was drawn without, or it is damaged.
    """
    from storyforge.images import heat_maps

    kept = read_json(picture.settings.get(HEAT))
    if not isinstance(kept, dict):
        raise BadInput(
            _("This picture was drawn without its word heat."),
            title=_("No word heat"),
            hint=_("Draw it exactly again with it: the pixels stay the same."),
        )
    strip = story.picture_sources.read(str(kept.get("maps", "")))
    heats = heat_maps.read(json.dumps(kept.get("words")), strip)
    if not heats:
        raise BadInput(
            _("The word heat of this picture cannot be read; the picture itself is whole."),
            title=_("No word heat"),
            hint=_("Draw it exactly again with it: the pixels stay the same."),
        )
    missing = unheard(_parts(picture.parts), picture.prompt, heats)
    heavier = picture.prompt
    for one in reversed(missing):
        edit = change_weight(heavier, one.start, one.end, _MORE)
        heavier = edit.applied(heavier) if edit is not None else heavier
    return Read(heats, tuple(one.part.text for one in missing), heavier)


def laid_over(data: bytes, heats: Sequence[Heat]) -> "Image":
    """The picture in grey, with the heat of these words over it.

    Args:
        data: the picture's file.

    Raises:
        BadInput: it is none.
    """
    from storyforge.images import heat_maps, png

    with png.unpacked(data) as picture:
        return heat_maps.over(picture, heats)


def _parts(told: str) -> tuple[Part, ...]:
    """The parts of the prompt that the plan gave; what a stranger wrote is none."""
    rows = read_json(told)
    found = list[Part]()
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and row.get("role") in set(Role) - {Role.NEGATIVE}:
            texts = {name: str(row.get(name, "")) for name in ("text", "item_id", "field")}
            found.append(Part(Role(row["role"]), **texts))
    return tuple(found)
