"""What an embedding's file tells without torch: how many of CLIP's tokens its word counts as, which
family it was made for, and whether it says what should not be seen.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from storyforge.domain.picture.orders import Family
from storyforge.images import heads, pickles, sidecars
from storyforge.images.folders import Found, FoundFile
from storyforge.images.wrong import WrongFile

# A1111's files have their vectors below it.
_BELOW = "string_to_param"
# One for each of SDXL's encoders.
_SIDES = frozenset(("clip_l", "clip_g"))
#: of a vector, by family
_WIDTHS = {768: Family.SD1, 1024: Family.SD2}
# What those are called whose words are for the negative prompt; a badge and a badger are not.
_NEGATIVE = re.compile(
    r"negative|unaesthetic|worst.?quality|(?<![a-z])(?:neg(?![a-z])|ng(?![a-z])|bad(?!g|land|min|en))",
    re.IGNORECASE,
)
_TOLD_NEGATIVE = re.compile(r"negative (?:prompt|embedding|textual)", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class EmbeddingFile:
    """One embedding.

    Attributes:
        name: the word that calls it.
        vectors: tokens of CLIP's that it counts as; 0 where its file cannot be read.
        family: that it was made for; None where its file does not say.
        negative: whether its word is for the negative prompt, by its name or what lies beside it.
    """

    name: str
    path: Path
    vectors: int = 0
    family: Family | None = None
    negative: bool = False
    words: tuple[str, ...] = ()
    notes: str = ""
    preview: Path | None = None


def every(found: Found) -> Iterator[EmbeddingFile]:
    """All embeddings of the author's folders, one by one."""
    return map(read, found.embeddings)


def negative(found: Found, family: Family | None) -> tuple[EmbeddingFile, ...]:
    """Those for the negative prompt that fit a painter; None is any."""
    return tuple(
        each
        for each in every(found)
        if each.negative and each.vectors and (family is None or each.family in (None, family))
    )


def read(found: FoundFile) -> EmbeddingFile:
    """What is known of one; its file is read once as long as it stays as it is."""
    shapes = _known(found.path)
    beside = sidecars.read(found.path)
    said = (
        _TOLD_NEGATIVE.search(beside.notes) or found.name.casefold() in beside.negative.casefold()
    )
    return EmbeddingFile(
        found.name,
        found.path,
        vectors=_count(shapes),
        family=_family(shapes),
        negative=bool(said or _NEGATIVE.search(_CAMEL.sub(" ", found.name))),
        words=beside.words,
        notes=beside.notes,
        preview=beside.preview,
    )


def vectors_of(path: Path) -> int:
    """The vectors in it; 0 where it cannot be read: why is said when it is drawn with.

    A file is read once as long as it stays as it is.
    """
    return _count(_known(path))


def _known(path: Path) -> Mapping[str, tuple[int, ...]]:
    try:
        stat = path.stat()
        return _shapes(path, stat.st_size, stat.st_mtime_ns)
    except (OSError, WrongFile):
        return {}


@lru_cache(maxsize=1024)
def _shapes(path: Path, _size: int, _changed: int) -> Mapping[str, tuple[int, ...]]:
    if pickles.is_pickled(path):
        held = pickles.read(path)
        if isinstance(held.value, dict) and isinstance(held.value.get(_BELOW), dict):
            held = replace(held, value=held.value[_BELOW])
        shapes = {name: each.shape for name, each in pickles.tensors(held).items()}
    else:
        shapes = {name: tuple(each.shape) for name, each in heads.read(path).tensors.items()}
    return {name: shape for name, shape in shapes.items() if len(shape) in (1, 2)}


def _count(shapes: Mapping[str, tuple[int, ...]]) -> int:
    # SDXL's has as many for either encoder.
    first = next(iter(shapes.values()), ())
    return first[0] if len(first) == 2 else len(first)


def _family(shapes: Mapping[str, tuple[int, ...]]) -> Family | None:
    if shapes.keys() >= _SIDES:
        return Family.SDXL
    return _WIDTHS.get(next(iter(shapes.values()))[-1]) if len(shapes) == 1 else None
