"""How a story is named on the command line: with its ending or without."""

from pathlib import Path

SUFFIX = ".forge"


def exists(path: Path) -> bool:
    """Whether something is at `path`; a name too long for any disk has nothing behind it."""
    try:
        return path.exists()
    except OSError:
        return False


def story_path(named: Path) -> Path:
    """The story that `named` means: `light` is `light.forge` where no other file is called so."""
    if named.suffix or not named.name or (exists(named) and not named.is_dir()):
        return named
    ended = named.with_name(named.name + SUFFIX)
    return ended if exists(ended) else named


def new_story_path(named: Path) -> Path:
    """Where a new story goes: `light` becomes `light.forge`."""
    return named if named.suffix or not named.name else named.with_name(named.name + SUFFIX)
