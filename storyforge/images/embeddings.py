"""What an embedding's file tells without torch: how many of CLIP's tokens its word counts as."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from storyforge.images import heads, pickles
from storyforge.images.wrong import WrongFile

# A1111's files have their vectors below it.
_BELOW = "string_to_param"


def vectors_of(path: Path) -> int:
    """The vectors in it; 0 where it cannot be read: why is said when it is drawn with.

    A file is read once as long as it stays as it is.
    """
    try:
        stat = path.stat()
        return _vectors(path, stat.st_size, stat.st_mtime_ns)
    except (OSError, WrongFile):
        return 0


@lru_cache(maxsize=1024)
def _vectors(path: Path, _size: int, _changed: int) -> int:
    shapes: list[tuple[int, ...]]
    if pickles.is_pickled(path):
        held = pickles.read(path)
        if isinstance(held.value, dict) and isinstance(held.value.get(_BELOW), dict):
            held = replace(held, value=held.value[_BELOW])
        shapes = [each.shape for each in pickles.tensors(held).values()]
    else:
        shapes = [tuple(each.shape) for each in heads.read(path).tensors.values()]
    # SDXL's has as many for either encoder.
    first = next((shape for shape in shapes if len(shape) in (1, 2)), ())
    return first[0] if len(first) == 2 else len(first)
