"""What was told so far, in short: of a scene, and rolled up of a chapter. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SummaryOf(StrEnum):
    """What a summary is of."""

    SCENE = "scene"
    CHAPTER = "chapter"


@dataclass(frozen=True, slots=True)
class Summary:
    """One summary.

    Attributes:
        target_id: the scene's or chapter's id.
        source: digest of what it was made from; another one there now dates it.
        model: who wrote it; empty where the author did.
    """

    of: SummaryOf
    target_id: str
    text: str
    source: str
    changed: datetime
    model: str = ""
