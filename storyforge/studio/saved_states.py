"""What models have read, as the author may ask of it: how much there is, what a scene weighs.

It looks into the cache folder from outside; the engine process writes there.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from storyforge import paths
from storyforge.domain.model import ModelSpec
from storyforge.engine import gguf_header, kvstore
from storyforge.engine.memory import cache_bytes
from storyforge.engine.model_hash import known_hash

#: a long chapter: what a scene weighs is told by it
SCENE_TOKENS = 6000


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept in the folder.

    Attributes:
        files, size: how many scenes' states, and their bytes.
        limit: bytes it may grow to.
    """

    folder: Path
    files: int
    size: int
    limit: int


@dataclass(frozen=True, slots=True)
class Weight:
    """What a state weighs.

    Attributes:
        per_token: bytes; 0 where the model's file does not tell.
        measured: it was weighed; else it is computed from what the model's file says, which is
            too much for models that remember less than they could.
    """

    per_token: float
    measured: bool


def held(limit: int | None = None) -> Kept:
    """What the folder holds now; `limit` is the settings', None where it goes by the disk."""
    folder = paths.states_dir()
    files, size = kvstore.held(folder)
    return Kept(folder, files, size, kvstore.default_limit(folder) if limit is None else limit)


def clear() -> tuple[int, int]:
    """Delete every state; (files, bytes) that are gone.

    Raises:
        OSError: one of them cannot be deleted.
    """
    return kvstore.clear(paths.states_dir())


def forget(slots: Iterable[str]) -> int:
    """Delete what is kept for these slots, whatever model read it; how many files are gone.

    Raises:
        OSError: one of them cannot be deleted.
    """
    return kvstore.forget(paths.states_dir(), slots)


def weigh(spec: ModelSpec) -> Weight:
    """What a token of `spec`'s model weighs in a state.

    Raises:
        BadInput: the model's file is none.
    """
    known = known_hash(spec.path, paths.states_dir())
    largest = 0
    per_token = 0.0
    for heading in kvstore.all_headings(paths.states_dir()) if known else ():
        kind = json.loads(heading.kind)
        fits = kind.get("model") == known and kind.get("kv_type") == spec.kv_type
        if fits and len(heading.tokens) > largest:
            largest, per_token = len(heading.tokens), heading.size / len(heading.tokens)
    if largest:
        return Weight(per_token, measured=True)
    header = gguf_header.read(spec.path)
    return Weight(cache_bytes(header, 1, spec.kv_type), measured=False)
