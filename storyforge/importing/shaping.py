"""Makes chapters and scenes of parted texts. Pure.

Files become chapters unless their headings say otherwise; a sub-folder becomes a chapter whose
files are scenes. Headings below a chapter's open scenes; those above it (parts) go before the names
of their chapters.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from storyforge.importing.foreign import Break, Heading, Piece, Words
from storyforge.importing.marks import is_chapter_line
from storyforge.importing.values import ImportedChapter, ImportedScene


@dataclass(frozen=True, slots=True)
class Text:
    """One parted file.

    Attributes:
        name: what to call it where it has no heading.
        group: the sub-folder it lies in, or None.
        finished: the chapters of a file that needs no shaping; `pieces` is empty then.
    """

    name: str
    group: str | None
    pieces: tuple[Piece, ...] = ()
    finished: tuple[ImportedChapter, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What the headings mean.

    Attributes:
        chapter_level: headings of this level open chapters; None where none does.
        title: the one heading above all chapters; None where there is none.
        levels: every level found.
    """

    chapter_level: int | None
    title: str | None = None
    levels: tuple[int, ...] = ()


def plan(texts: Sequence[Text], chapter_level: int | None, *, titled: bool) -> Plan:
    """Decide what the headings of `texts` mean.

    Args:
        chapter_level: the author's choice; None takes the highest level that occurs more than once.
        titled: the story has a title already, so that a lone heading is a chapter's.
    """
    headings = [
        piece
        for text in texts
        if text.group is None
        for piece in text.pieces
        if isinstance(piece, Heading)
    ]
    counted = Counter(heading.level for heading in headings)
    levels = tuple(sorted(counted))
    if not levels:
        return Plan(chapter_level)
    chosen = chapter_level
    if chosen is None:
        repeated = [level for level in levels if counted[level] > 1]
        chosen = (
            min(repeated) if repeated else _level_of_single_ones(texts, levels, headings, titled)
        )
    above = [heading for heading in headings if chosen is None or heading.level < chosen]
    # One heading at the very top, above all chapters, is the title; several are parts.
    title = above[0].title if len(above) == 1 and above[0] is headings[0] else None
    return Plan(chosen, title, levels)


def _level_of_single_ones(
    texts: Sequence[Text], levels: tuple[int, ...], headings: list[Heading], titled: bool
) -> int | None:
    """The chapters' level where no level occurs twice."""
    top_is_chapter = titled or len(texts) > 1 or is_chapter_line(headings[0].title)
    top_is_first = headings[0].level == levels[0]
    if top_is_chapter or not top_is_first:
        return levels[0]
    return levels[1] if len(levels) > 1 else None


def shape(texts: Sequence[Text], plan: Plan) -> tuple[ImportedChapter, ...]:
    """The chapters of `texts`, in order; empty ones keep one empty scene to write in."""
    builder = _Builder(plan, several=len(texts) > 1)
    for text in texts:
        builder.add(text)
    return builder.chapters()


@dataclass(slots=True)
class _Chapter:
    title: str
    scenes: list[ImportedScene] = field(default_factory=list)


class _Builder:
    def __init__(self, plan: Plan, *, several: bool) -> None:
        self._plan = plan
        self._several = several
        self._chapters: list[_Chapter] = []
        self._finished: dict[int, ImportedChapter] = {}
        self._group: str | None = None
        self._waiting: str | None = None  # the name of a chapter that opens with its first words
        self._scene: str | None = None  # the title of a scene without words yet
        self._part = ""

    def add(self, text: Text) -> None:
        self._end_scene()
        if text.finished:
            self._waiting = None
            for chapter in text.finished:
                self._finished[len(self._chapters)] = chapter
                self._chapters.append(_Chapter(chapter.title))
            self._group = None
            return
        if text.group is None:
            self._waiting = text.name if self._several else (None if self._chapters else "")
            pieces: Iterator[Piece] = iter(text.pieces)
        else:
            if text.group != self._group:
                self._open_chapter(text.group)
            pieces = iter(self._grouped(text))
        self._group = text.group
        for piece in pieces:
            self._take(piece, grouped=text.group is not None)

    def chapters(self) -> tuple[ImportedChapter, ...]:
        """Everything added."""
        self._end_scene()
        return tuple(
            self._finished.get(index)
            or ImportedChapter(chapter.title, tuple(chapter.scenes) or (ImportedScene("", ""),))
            for index, chapter in enumerate(self._chapters)
        )

    @staticmethod
    def _grouped(text: Text) -> list[Piece]:
        """A file in a sub-folder is a scene; its first heading names it, else its file name."""
        named = bool(text.pieces) and isinstance(text.pieces[0], Heading)
        name = "" if text.name.isdecimal() else text.name
        return list(text.pieces) if named else [Heading(6, name), *text.pieces]

    def _take(self, piece: Piece, *, grouped: bool) -> None:
        if isinstance(piece, Words):
            self._write(piece)
        elif isinstance(piece, Break):
            self._end_scene()
        elif grouped:
            self._end_scene()
            self._scene = piece.title
        elif self._plan.chapter_level is None or piece.level < self._plan.chapter_level:
            self._end_scene()
            if piece.title != self._plan.title:
                self._part = self._waiting = piece.title
        elif piece.level > self._plan.chapter_level:
            self._end_scene()
            self._need_chapter()
            self._scene = piece.title
        else:
            self._open_chapter(f"{self._part} · {piece.title}" if self._part else piece.title)

    def _open_chapter(self, title: str) -> None:
        self._end_scene()
        self._chapters.append(_Chapter(title))
        self._waiting = None

    def _need_chapter(self) -> None:
        if self._waiting is not None or not self._chapters:
            self._open_chapter(self._waiting or "")

    def _write(self, words: Words) -> None:
        title, self._scene = self._scene or "", None
        self._need_chapter()
        self._chapters[-1].scenes.append(
            ImportedScene(title, words.text, words.card, words.comments, words.model)
        )

    def _end_scene(self) -> None:
        """A scene that has a title is one, even without words."""
        if self._scene:
            self._need_chapter()
            self._chapters[-1].scenes.append(ImportedScene(self._scene, ""))
        self._scene = None
