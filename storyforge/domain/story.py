"""The story as its author sees it: heads are cheap, text is asked for apart."""

from dataclasses import dataclass, field
from datetime import datetime

from storyforge.domain.counting import Counts
from storyforge.domain.origin import Provenance


@dataclass(frozen=True, slots=True)
class SceneHead:
    """A scene without its text.

    Attributes:
        id: a UUID in hex; stays the same for the scene's whole life.
        length: code points of the text.
    """

    id: str
    chapter_id: str
    title: str
    counts: Counts = field(default_factory=Counts)
    length: int = 0


@dataclass(frozen=True, slots=True)
class ChapterHead:
    """A chapter and its scenes, in story order."""

    id: str
    title: str
    scenes: tuple[SceneHead, ...] = ()

    @property
    def counts(self) -> Counts:
        """The sum over the scenes."""
        return sum((scene.counts for scene in self.scenes), Counts())


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole story without its text.

    Attributes:
        language: a BCP 47 tag, such as "en" or "ja".
    """

    story_id: str
    title: str
    author: str
    language: str
    created: datetime
    chapters: tuple[ChapterHead, ...] = ()

    @property
    def counts(self) -> Counts:
        """The sum over the chapters."""
        return sum((chapter.counts for chapter in self.chapters), Counts())

    @property
    def scenes(self) -> tuple[SceneHead, ...]:
        """Every scene in story order."""
        return tuple(scene for chapter in self.chapters for scene in chapter.scenes)

    @property
    def written(self) -> frozenset[str]:
        """The ids of the scenes that have a text."""
        return frozenset(scene.id for scene in self.scenes if scene.length)

    def scene(self, scene_id: str) -> SceneHead | None:
        """The scene of that id, if it is in the story."""
        return next((scene for scene in self.scenes if scene.id == scene_id), None)

    def chapter_of(self, scene_id: str) -> ChapterHead | None:
        """The chapter that holds the scene."""
        return next((c for c in self.chapters if any(s.id == scene_id for s in c.scenes)), None)


@dataclass(frozen=True, slots=True)
class Page:
    """One scene's text with all that belongs to it.

    Attributes:
        text: cleaned (`domain.text.clean`).
        provenance: covers `text` exactly.
        caret: the offset where the author last stood, 0 to len(text).
    """

    scene_id: str
    text: str
    provenance: Provenance
    caret: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """The text around the caret at the moment the author asked for a continuation."""

    scene_id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EarlierScene:
    """A scene (or its end) that stands before the one being written.

    Attributes:
        opens_chapter: the chapter's title where this is a chapter's first scene, else None.
        text: the whole text, or only its end when `cut`.
        start: the offset of `text` in the whole story, counted in code points of scene text.
    """

    scene_id: str
    title: str
    opens_chapter: str | None
    text: str
    start: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """A snapshot of a scene.

    Attributes:
        name: given by the author; empty for the automatic ones.
        reason: "named", "recovered", "after replace", or before what it was kept: "before
            continuation", "before restore", "before import", "before replace", "before undo",
            "before split" or "before join".
    """

    id: str
    scene_id: str
    created: datetime
    name: str
    reason: str
    counts: Counts
