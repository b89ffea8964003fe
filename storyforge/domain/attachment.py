"""A file kept with a story because what was imported had no other place. Pure values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attached file without its bytes.

    Attributes:
        media_type: such as "application/json".
        source: where it came from, in words an author understands.
        size: bytes.
    """

    id: str
    name: str
    media_type: str
    source: str
    created: datetime
    size: int
