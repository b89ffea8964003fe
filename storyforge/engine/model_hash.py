"""Which model a file holds, by its contents: read once, and remembered by path, size and time.

Reading 5 GB takes 4 s and more; so what was found is kept beside what it is needed for.
"""

import contextlib
import hashlib
import json
import secrets
from collections.abc import Callable
from pathlib import Path

from storyforge.engine.memory import files_of

_REMEMBERED = "models.json"
_PIECE = 1 << 22


def known_hash(path: Path, folder: Path) -> str | None:
    """The hash of the model at `path`, if it is remembered in `folder` and still holds."""
    try:
        return _remembered(folder).get(_facts(path))
    except OSError:
        return None


def model_hash(
    path: Path, folder: Path, given_up: Callable[[], bool] = lambda: False
) -> str | None:
    """The hash of the model at `path` with all its parts; read where it is not remembered.

    Args:
        given_up: asked between pieces; True gives None.

    Raises:
        OSError: a part cannot be read.
    """
    facts = _facts(path)
    remembered = _remembered(folder)
    if facts in remembered:
        return remembered[facts]
    digest = hashlib.sha256()
    for part in files_of(path):
        with part.open("rb") as file:
            while piece := file.read(_PIECE):
                if given_up():
                    return None
                digest.update(piece)
    found = digest.hexdigest()
    if _facts(path) == facts:  # else it was written to meanwhile
        _remember(folder, facts, found)
    return found


def _facts(path: Path) -> str:
    """Where, how large and how old: while that stays the same, so do the contents."""
    told = []
    for part in files_of(path.resolve()):
        facts = part.stat()
        told += [str(part), str(facts.st_size), str(facts.st_mtime_ns)]
    return "\n".join(told)


def _remembered(folder: Path) -> dict[str, str]:
    """What is remembered; nothing where the file is not there or is not ours."""
    try:
        found = json.loads((folder / _REMEMBERED).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {facts: told for facts, told in pairs if isinstance(told, str)}


def _remember(folder: Path, facts: str, found: str) -> None:
    """Keep what was found; where that cannot be, it is read again next time."""
    file = folder / _REMEMBERED
    new = file.with_name(f"models-{secrets.token_hex(4)}.new")
    with contextlib.suppress(OSError):
        folder.mkdir(0o700, parents=True, exist_ok=True)
        try:
            remembered = _remembered(folder) | {facts: found}
            new.write_text(json.dumps(remembered, indent=1), "utf-8")
            new.chmod(0o600)
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)
