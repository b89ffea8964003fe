"""Names that sync tools give to the copies they could not merge. Pure; opens no file.

A name is only a hint: whether it is another copy of the story, the story's own id tells. Some names
are so common (`Story 2`, `Story-laptop`) that they count only with the same id.
"""

import re
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath

# Of Syncthing, Dropbox (in its languages), Nextcloud and ownCloud, Resilio, Seafile, pCloud, ours.
_SURE = re.compile(
    r"""\.sync-conflict-\d{8}-\d{6}(?:-[A-Z0-9]{7})?
      | [ ]?\([^()]*(?:conflict|konflikt|conflit|conflicto|conflitt|競合|冲突|衝突|충돌|recovered)
        [^()]*(?:\([^()]*\)[^()]*)?\)
      | _conflict-\d{8}-\d{6}
      | \.conflict(?:ed)?(?:[ ._-]?\d+)?
      | [ ]\[conflict(?:ed)?[^\]]*\]
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Of Google Drive, iCloud and OneDrive; file managers and authors name their copies so too.
_VAGUE = re.compile(r"[ ]?\(\d{1,3}\) | [ ]\d{1,2} | -[\w-]{2,40}", re.VERBOSE)
_RESCUED = "{stem} (recovered {stamp}){suffix}"


def rescued_name(name: str, at: datetime) -> str:
    """The name for what was rescued of the story called `name`."""
    place = PurePath(name)
    return _RESCUED.format(stem=place.stem, stamp=f"{at:%Y-%m-%d %H%M%S}", suffix=place.suffix)


def may_be_copy_of(name: str, story: str) -> bool:
    """Whether `name` may be what a sync tool calls another copy of the file `story`.

    Only the story's id inside can tell.
    """
    return _fits(_SURE, name, story) or _fits(_VAGUE, name, story)


def original_of(name: str) -> str | None:
    """What the file is called that `name` is surely a copy of; None where it is none."""
    place = PurePath(name)
    match = next((m for m in _SURE.finditer(place.stem) if m.end() == len(place.stem)), None)
    if match is None or match.start() == 0:
        return None
    return place.stem[: match.start()] + place.suffix


def _fits(pattern: re.Pattern[str], name: str, story: str) -> bool:
    one, other = PurePath(name), PurePath(story)
    if one.suffix != other.suffix or not one.stem.startswith(other.stem) or one == other:
        return False
    rest = one.stem[len(other.stem) :]
    # Copies of copies: every part has to be such a mark.
    while rest:
        match = pattern.match(rest) or _SURE.match(rest)
        if match is None or not match[0]:
            return False
        rest = rest[match.end() :]
    return True


class Standing(StrEnum):
    """How the file of an open story stands at its place."""

    OURS = "ours"
    GONE = "gone"
    #: another file lies there
    REPLACED = "replaced"
    #: the same file, but another program wrote into it
    REWRITTEN = "rewritten"
