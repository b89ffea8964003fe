"""A story as neutral blocks, for every writer to make its format of. Knows no file.

Two views of one story. A `Draft` holds its words to the character, for the writers that give the
page itself away (Markdown, texts for sites). A `Book` (made by `export.book`) is what readers see:
chapters of scenes of paragraphs of runs, with what stands before and behind them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from storyforge.domain.counting import Counts
from storyforge.domain.hidden import visible
from storyforge.domain.inline import Run
from storyforge.domain.story import Outline


@dataclass(frozen=True, slots=True)
class Front:
    """What stands before the story.

    Attributes:
        date: the day of the draft.
        identifier: the story's own, the same in every export; may be empty.
    """

    title: str
    author: str
    language: str
    date: date
    counts: Counts
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class ChapterStart:
    """A chapter begins; its title may be empty.

    Attributes:
        id: the chapter's own; may be empty.
    """

    title: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Illustration:
    """A scene's picture, a PNG.

    Attributes:
        name: of its file; Latin letters and digits, always the same for a scene.
        alt: what it shows, for who cannot see it; may be empty.
        width, height: pixels.
        load: gives the file's bytes, which are large: asked for when they are written.
    """

    name: str
    alt: str
    width: int
    height: int
    load: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class SceneStart:
    """A scene begins; without a title it is a mere break.

    Attributes:
        opens_chapter: it is its chapter's first, so that readers expect no break before it.
        picture: stands at its head.
    """

    title: str
    opens_chapter: bool
    picture: Illustration | None = None


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
    def pictures(self) -> tuple[Illustration, ...]:
        """The scenes' pictures, in their order."""
        starts = (block for block in self.blocks if isinstance(block, SceneStart))
        return tuple(start.picture for start in starts if start.picture is not None)

    @property
    def texts(self) -> Iterator[str]:
        """The words of each scene."""
        return (block.text for block in self.blocks if isinstance(block, SceneText))


def draft_of(
    outline: Outline,
    text_of: Callable[[str], str],
    *,
    today: date,
    commands: bool = False,
    picture_of: Callable[[str], Illustration | None] = lambda _scene_id: None,
) -> Draft:
    """The story of `outline`.

    Args:
        text_of: gives a scene's text by the scene's id.
        commands: in-text commands stay, with what they hide; else no reader sees them.
        picture_of: gives a scene's picture by the scene's id.
    """
    front = Front(
        outline.title, outline.author, outline.language, today, outline.counts, outline.story_id
    )
    shown = text_of if commands else lambda scene_id: visible(text_of(scene_id))
    return Draft(front, tuple(_blocks(outline, shown, picture_of)))


def _blocks(
    outline: Outline,
    text_of: Callable[[str], str],
    picture_of: Callable[[str], Illustration | None],
) -> Iterable[Block]:
    for chapter in outline.chapters:
        yield ChapterStart(chapter.title, chapter.id)
        for index, scene in enumerate(chapter.scenes):
            yield SceneStart(scene.title, index == 0, picture_of(scene.id))
            yield SceneText(text_of(scene.id))


# What readers see.


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph.

    Attributes:
        lines: its lines; more than one where the author broke it by hand, as in a poem. None of
            them is empty.
        gap: the author left room above it.
    """

    lines: tuple[tuple[Run, ...], ...]
    gap: bool = False

    @property
    def text(self) -> str:
        """What is read of it, line by line."""
        return "\n".join("".join(run.text for run in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Break:
    """A break that the author set on the page; `sign` is what stood there."""

    sign: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene.

    Attributes:
        heading: empty where a mere break (or nothing, for a chapter's first) comes before it.
        picture: stands above its first paragraph.
    """

    heading: str
    body: tuple[Paragraph | Break, ...]
    picture: Illustration | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter.

    Attributes:
        name: what a list of contents calls it; never empty.
        heading: what stands above it; empty where the author wants no headings.
    """

    name: str
    heading: str
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """Something before or behind the story.

    Attributes:
        kind: "dedication", "copyright", "afterword" or "about".
        name: what a list of contents calls it.
        heading: what stands above it; empty for a dedication and a copyright page.
    """

    kind: str
    name: str
    heading: str
    paragraphs: tuple[Paragraph | Break, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A story as its readers will see it, nothing in it that XML could not hold.

    Attributes:
        front: what the story is called; its counts are those of the chapters that go out.
        indented: the author indents paragraphs by hand, with U+3000.
    """

    front: Front
    before: tuple[Matter, ...]
    chapters: tuple[Chapter, ...]
    behind: tuple[Matter, ...]
    indented: bool

    @property
    def pictures(self) -> tuple[Illustration, ...]:
        """The scenes' pictures, in their order."""
        scenes = (scene for chapter in self.chapters for scene in chapter.scenes)
        return tuple(scene.picture for scene in scenes if scene.picture is not None)


Progress = Callable[[int, int], None]


def watched(chapters: tuple[Chapter, ...], progress: Progress | None) -> Iterator[Chapter]:
    """The chapters one by one; `progress` hears how many of how many are done."""
    for done, chapter in enumerate(chapters):
        yield chapter
        if progress is not None:
            progress(done + 1, len(chapters))
