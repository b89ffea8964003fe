"""What the cache folder holds of pictures: small ones, what references became, copies for viewers.

All of it can be made again. What an author may still be painting on is none of it.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from storyforge import paths


def held() -> tuple[int, int]:
    """(files, bytes)."""
    sizes = [size for _file, size in _files()]
    return len(sizes), sum(sizes)


def clear() -> tuple[int, int]:
    """Delete all of it; (files, bytes) that are gone.

    Raises:
        OSError: one of them cannot be deleted.
    """
    files = freed = 0
    for file, size in _files():
        file.unlink(missing_ok=True)
        files, freed = files + 1, freed + size
    return files, freed


def _files() -> Iterator[tuple[Path, int]]:
    for folder in (paths.thumbnails_dir(), paths.references_dir(), paths.viewed_dir()):
        for each in sorted(folder.iterdir()) if folder.is_dir() else ():
            with suppress(FileNotFoundError):  # another program makes room there, too
                yield each, each.stat().st_size
