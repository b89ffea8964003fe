"""What the cache folder holds of pictures: small ones, what references became, copies for viewers.

All of it can be made again. What an author may still be painting on is none of it.
"""

from collections.abc import Iterator
from pathlib import Path

from storyforge import paths


def held() -> tuple[int, int]:
    """(files, bytes)."""
    sizes = [file.stat().st_size for file in _files()]
    return len(sizes), sum(sizes)


def clear() -> tuple[int, int]:
    """Delete all of it; (files, bytes) that are gone.

    Raises:
        OSError: one of them cannot be deleted.
    """
    files = freed = 0
    for file in _files():
        size = file.stat().st_size
        file.unlink(missing_ok=True)
        files, freed = files + 1, freed + size
    return files, freed


def _files() -> Iterator[Path]:
    for folder in (paths.thumbnails_dir(), paths.references_dir(), paths.viewed_dir()):
        if folder.is_dir():
            yield from (each for each in sorted(folder.iterdir()) if each.is_file())
