"""What an author deleted and may have back. Pure values."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storyforge.domain.counting import Counts


class TrashKind(StrEnum):
    """What was deleted."""

    SCENE = "scene"
    CHAPTER = "chapter"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Trashed:
    """A deleted scene or picture, or a deleted chapter with the scenes it went with.

    Attributes:
        title: its own, of a picture that of its scene; may be empty.
        beginning: how a scene's text begins, one line; what a picture shows; empty for a chapter.
        chapter_title, chapter_id: the chapter a scene belongs to; empty for a chapter.
        scenes: how many scenes come back with it; 1 for a scene.
        chapter_deleted: a scene's chapter is in the trash too and has to come back first.
    """

    kind: TrashKind
    id: str
    title: str
    deleted: datetime
    counts: Counts = field(default_factory=Counts)
    beginning: str = ""
    chapter_title: str = ""
    scenes: int = 1
    chapter_deleted: bool = False
    chapter_id: str = ""
