"""What was told so far, in short: of a scene, and rolled up of a chapter. Values; pure.

A summary knows by a digest what it was made from: a scene's by the scene's text, a chapter's by the
summaries of its scenes. So an edit of a scene dates that scene's summary alone, and the chapter's
follows when the scene's has been made anew; an author's edit of a scene's summary dates the
chapter's alone. White space at the ends of a text is no edit.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SummaryOf(StrEnum):
    """What a summary is of."""

    SCENE = "scene"
    CHAPTER = "chapter"


class SummaryState(StrEnum):
    """How a summary stands to what it was made from."""

    MISSING = "missing"
    #: what it was made from has changed since
    DATED = "dated"
    THERE = "there"
    #: there is no text to be summed up
    EMPTY = "empty"


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

    @property
    def own(self) -> bool:
        """Whether it is the author's: it is never replaced unasked."""
        return not self.model


def scene_source(text: str) -> str:
    """The `source` of a summary of a scene whose text, as a model sees it, is `text`."""
    return _digest(text.strip())


def chapter_source(summaries: Iterable[str]) -> str:
    """The `source` of a summary rolled up from these, in the order of the scenes."""
    return _digest("\0".join(text.strip() for text in summaries))


def is_dated(summary: Summary, source: str) -> bool:
    """Whether what `summary` was made from is not what `source` tells of."""
    return summary.source != source


def state_of(summary: Summary | None, source: str) -> SummaryState:
    """How a summary stands to what there is now."""
    if summary is None or not summary.text.strip():
        return SummaryState.MISSING
    return SummaryState.DATED if is_dated(summary, source) else SummaryState.THERE


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
