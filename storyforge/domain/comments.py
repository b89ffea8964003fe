"""A comment on a piece of a scene: pure values. Its anchor, a `Place`, moves with the text."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """What an author says about a piece of a page.

    Attributes:
        id: also the id of the page's `Place` (of `PlaceKind.COMMENT`) that says which piece.
        resolved: the author is done with it; it is kept.
    """

    id: str
    scene_id: str
    created: datetime
    text: str
    resolved: bool = False
