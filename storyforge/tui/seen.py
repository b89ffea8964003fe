"""What an author has been told once and need not be told again. A tiny file in the data folder."""

import json

from storyforge import paths

_FILE = "seen.json"


def told(hint: str) -> bool:
    """Whether `hint` was shown before; an unreadable file means no."""
    return hint in _known()


def remember(hint: str) -> None:
    """Keep that `hint` was shown. A folder that cannot be written only means it comes again."""
    known = _known()
    if hint in known:
        return
    file = paths.data_dir() / _FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps([*known, hint]), "utf-8")
        fresh.replace(file)
    except OSError:
        return


def _known() -> list[str]:
    try:
        found = json.loads((paths.data_dir() / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []
