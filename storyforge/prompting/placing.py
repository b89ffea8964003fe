"""Where something stands that belongs some lines above the caret. Pure.

A line is one with words in it; the one the caret is in counts. What is put in stands between two
lines, never within one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storyforge.domain.sections import SectionKind
from storyforge.domain.story import EarlierScene

#: lines above the caret for lore that was just called, and for the wish: above the line that is
#: being written, so that little else is read again
NEAR_LINES = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a scene as a template sees it: of its text, or what is put in between.

    Attributes:
        kind: "story", "lore", "note", "wish" or "beat".
        gap: the line ends that part it from what follows; empty behind a piece of the text.
    """

    kind: str
    text: str
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A scene as a template sees it; `parts` put together are its text and what is put in."""

    scene_id: str
    title: str
    opens_chapter: str | None
    text: str
    cut: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Insert:
    """What is put in: before the character `offset` of the scene with that index."""

    scene: int
    offset: int
    kind: SectionKind
    text: str


_NAMES = {
    SectionKind.LORE: "lore",
    SectionKind.NOTE: "note",
    SectionKind.WISH: "wish",
    SectionKind.PLAN: "beat",
}


def line_up(text: str, lines: int) -> tuple[int, int]:
    """(the offset of the line that has so many lines at and behind it, how many are missing).

    Where the text has fewer, the offset is 0.
    """
    if lines <= 0 and (not text or text.endswith("\n")):
        return len(text), 0
    left, at = max(lines, 1), len(text)
    while True:
        start = text.rfind("\n", 0, at) + 1
        left -= bool(text[start:at].strip())
        if left == 0 or start == 0:
            return start, left
        at = start - 1


def lines_up(scenes: Sequence[EarlierScene], lines: int) -> tuple[int, int]:
    """(scene, offset) of that line, counted over the scenes' borders; else their beginning."""
    left = lines
    for index in range(len(scenes) - 1, -1, -1):
        offset, left = line_up(scenes[index].text, left)
        if left == 0:
            return index, offset
    return 0, 0


def line_border(text: str, offset: int) -> int:
    """The offset, or the beginning of the line that it lies within."""
    return text.rfind("\n", 0, offset) + 1


def shown(scenes: Sequence[EarlierScene], inserts: Iterable[Insert]) -> tuple[Shown, ...]:
    """The scenes with what is put into them, in the order it is given where the place is one."""
    by_scene: dict[int, list[Insert]] = {}
    for one in inserts:
        by_scene.setdefault(one.scene, []).append(one)
    return tuple(
        Shown(
            scene.scene_id,
            scene.title,
            scene.opens_chapter,
            scene.text,
            scene.cut,
            tuple(_parts(scene.text, by_scene.get(index, ()))),
        )
        for index, scene in enumerate(scenes)
    )


def _parts(text: str, inserts: Iterable[Insert]) -> Iterable[Part]:
    at = 0
    for one in sorted(inserts, key=lambda one: one.offset):
        if one.offset > at:
            yield Part("story", text[at : one.offset])
            at = one.offset
        yield Part(_NAMES[one.kind], one.text, _gap(text, one.offset))
    yield Part("story", text[at:])


def _gap(text: str, offset: int) -> str:
    """The line ends that part paragraphs there."""
    if offset:
        return "\n\n" if text.endswith("\n\n", 0, offset) else "\n"
    return "\n" if "\n" in text and "\n\n" not in text else "\n\n"
