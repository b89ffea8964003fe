"""What a large file holds, by its contents: read once, and remembered by path, size and time.

Reading 5 GB takes 4 s and more; so what was found is kept in a file that may be lost.
"""

import contextlib
import hashlib
import json
import secrets
from collections.abc import Callable
from pathlib import Path

#: bytes between two questions whether to go on
PIECE = 1 << 22


def known(parts: tuple[Path, ...], kept: Path) -> str | None:
    """The SHA-256 of `parts`, if it is remembered in `kept` and still holds.

    Raises:
        OSError: a part is not there.
    """
    return _remembered(kept).get(_facts(parts))


def digest(
    parts: tuple[Path, ...], kept: Path, given_up: Callable[[], bool] = lambda: False
) -> str | None:
    """The SHA-256 of `parts`, one behind the other; read where it is not remembered in `kept`.

    Args:
        given_up: asked between pieces; True gives None.

    Raises:
        OSError: a part cannot be read.
    """
    facts = _facts(parts)
    remembered = _remembered(kept)
    if facts in remembered:
        return remembered[facts]
    reckoned = hashlib.sha256()
    for part in parts:
        with part.open("rb") as file:
            while piece := file.read(PIECE):
                if given_up():
                    return None
                reckoned.update(piece)
    found = reckoned.hexdigest()
    if _facts(parts) == facts:  # else it was written to meanwhile
        _remember(kept, facts, found)
    return found


def _facts(parts: tuple[Path, ...]) -> str:
    """Where, how large and how old: while that stays the same, so do the contents."""
    told = []
    for part in parts:
        facts = part.stat()
        told += [str(part.resolve()), str(facts.st_size), str(facts.st_mtime_ns)]
    return "\n".join(told)


def _remembered(kept: Path) -> dict[str, str]:
    """What is remembered; nothing where the file is not there or is not ours."""
    try:
        found = json.loads(kept.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {facts: told for facts, told in pairs if isinstance(told, str)}


def _remember(kept: Path, facts: str, found: str) -> None:
    """Keep what was found; where that cannot be, it is read again next time."""
    new = kept.with_name(f"{kept.stem}-{secrets.token_hex(4)}.new")
    with contextlib.suppress(OSError):
        kept.parent.mkdir(0o700, parents=True, exist_ok=True)
        try:
            remembered = _remembered(kept) | {facts: found}
            new.write_text(json.dumps(remembered, indent=1), "utf-8")
            new.chmod(0o600)
            new.replace(kept)
        finally:
            new.unlink(missing_ok=True)
