"""What an author has been told once and need not be told again. A tiny file in the data folder."""

import json

from storyforge import paths
from storyforge.small_files import put

_FILE = "seen.json"


def told(hint: str) -> bool:
    """Whether `hint` was shown before; an unreadable file means no."""
    return hint in _known()


def remember(hint: str) -> None:
    """Keep that `hint` was shown. A folder that cannot be written only means it comes again."""
    known = _known()
    if hint in known:
        return
    try:
        put(paths.data_dir() / _FILE, json.dumps([*known, hint]))
    except OSError:
        return


def _known() -> list[str]:
    try:
        found = json.loads((paths.data_dir() / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []
