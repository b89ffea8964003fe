"""A story as neutral blocks, for every writer to make its format of. Knows no file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from storyforge.domain.counting import Counts
from storyforge.domain.story import Outline


@dataclass(frozen=True, slots=True)
class Front:
    """What stands before the story.

    Attributes:
        date: the day of the draft.
    """

    title: str
    author: str
    language: str
    date: date
    counts: Counts


@dataclass(frozen=True, slots=True)
class ChapterStart:
    """A chapter begins; its title may be empty."""

    title: str


@dataclass(frozen=True, slots=True)
class SceneStart:
    """A scene begins; without a title it is a mere break.

    Attributes:
        opens_chapter: it is its chapter's first, so that readers expect no break before it.
    """

    title: str
    opens_chapter: bool


@dataclass(frozen=True, slots=True)
class SceneText:
    """All the words of the scene that has just begun, to the character; may be empty."""

    text: str


Block = ChapterStart | SceneStart | SceneText


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole story, ready for a writer."""

    front: Front
    blocks: tuple[Block, ...]

    @property
    def texts(self) -> Iterator[str]:
        """The words of each scene."""
        return (block.text for block in self.blocks if isinstance(block, SceneText))


def draft_of(outline: Outline, text_of: Callable[[str], str], *, today: date) -> Draft:
    """The story of `outline`.

    Args:
        text_of: gives a scene's text by the scene's id.
    """
    front = Front(outline.title, outline.author, outline.language, today, outline.counts)
    return Draft(front, tuple(_blocks(outline, text_of)))


def _blocks(outline: Outline, text_of: Callable[[str], str]) -> Iterable[Block]:
    for chapter in outline.chapters:
        yield ChapterStart(chapter.title)
        for index, scene in enumerate(chapter.scenes):
            yield SceneStart(scene.title, opens_chapter=index == 0)
            yield SceneText(text_of(scene.id))
