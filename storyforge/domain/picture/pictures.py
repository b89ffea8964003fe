"""A picture as the story knows it. Frozen values."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Picture:
    """One that was drawn; its bytes are read apart.

    Attributes:
        scene_id: what it shows; empty for one of the whole story, or of a character.
        item_id: the plan's item it shows where it is no scene's: a character; may be empty.
        chosen: the scene's picture: it lies in the story file and is exported.
        rating: 0 is none, to 5.
        deleted: when; empty while it is there.
        prompt, negative: as they were sent.
        alt: a text for who cannot see it.
        parts: the compiled prompt's parts at that time, JSON (`compiling.Part`).
        plan_hash: of all that the prompt was compiled from.
        text_hash: of the scene's text.
        settings: order and facts, all that it takes to draw it again, by name.
        digest: SHA-256 of the file's bytes, hex.
        beside: it lies in NAME.pictures/; else in the story file.
        parent_id: the picture it was redrawn from.
    """

    id: str
    scene_id: str
    created: datetime
    width: int
    height: int
    seed: int
    painter: str = ""
    place: str = ""
    prompt: str = ""
    negative: str = ""
    alt: str = ""
    item_id: str = ""
    chosen: bool = False
    rating: int = 0
    deleted: str = ""
    parts: str = "[]"
    plan_hash: str = ""
    text_hash: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    beside: bool = True
    size: int = 0
    parent_id: str = ""
    flaw: str = ""

    @property
    def called(self) -> str:
        """What copies of its file are called: hex digits, whatever a stranger's story says."""
        if _DIGEST.fullmatch(self.digest):
            return self.digest
        return hashlib.sha256(f"{self.id} {self.digest}".encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class QueuedPicture:
    """One that is still to be drawn: kept, so that a kill costs no queue.

    Attributes:
        order: JSON (`studio.pictures.order_files`).
        state: "waiting", "drawing" or "failed".
        why: what failed, for the author.
        sources: pictures that the order names, by their digests, until the story has them.
    """

    id: str
    scene_id: str
    created: datetime
    order: str
    state: str = "waiting"
    item_id: str = ""
    parts: str = "[]"
    plan_hash: str = ""
    text_hash: str = ""
    parent_id: str = ""
    why: str = ""
    sources: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)
