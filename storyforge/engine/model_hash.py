"""Which model a file holds, by its contents (`digests`): with all its parts where it is split."""

from collections.abc import Callable
from pathlib import Path

from storyforge import digests
from storyforge.engine.memory import files_of

_REMEMBERED = "models.json"


def known_hash(path: Path, folder: Path) -> str | None:
    """The hash of the model at `path`, if it is remembered in `folder` and still holds."""
    try:
        return digests.known(files_of(path), folder / _REMEMBERED)
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
    return digests.digest(files_of(path), folder / _REMEMBERED, given_up)
