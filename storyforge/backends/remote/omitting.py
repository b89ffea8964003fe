"""What models behind APIs would not take, remembered so that it is met with once. No key is here.

A small JSON file in the cache: whoever deletes it is told everything once more.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from storyforge import paths
from storyforge.domain.hosts import shown
from storyforge.domain.model import RemoteSpec
from storyforge.small_files import put

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of one model at one address.

    Attributes:
        omit: names of the parameters that it refused.
        chats: it only can be talked to there.
        thinks: it thinks before it writes.
    """

    omit: frozenset[str] = frozenset()
    chats: bool = False
    thinks: bool = False


class Memory:
    """What was learned, in a file.

    Args:
        file: None takes the one in the cache.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or paths.cache_dir() / "remote-models.json"

    def of(self, spec: RemoteSpec) -> Learned:
        """What is known of a model; nothing where the file is not there, or broken."""
        told = self._read().get(_name(spec))
        if not isinstance(told, dict):
            return Learned()
        omit = told.get("omit")
        names = omit if isinstance(omit, list) else ()
        return Learned(
            frozenset(map(str, names)), told.get("chats") is True, told.get("thinks") is True
        )

    def keep(self, spec: RemoteSpec, learned: Learned) -> None:
        """Remember it; what cannot be written is learned once more another time."""
        told = {**asdict(learned), "omit": sorted(learned.omit)}
        known = {**self._read(), _name(spec): told}
        try:
            put(self._file, json.dumps(known, indent=1))
        except OSError as error:
            _log.warning("What was learned of %s is not kept: %s", spec.model, error)

    def _read(self) -> Mapping[str, Any]:
        try:
            known = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}


def _name(spec: RemoteSpec) -> str:
    return f"{shown(spec.url)} {spec.model}"
