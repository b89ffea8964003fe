"""What stands above the window, by its summaries: a chapter's where all of it is out. Pure."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from storyforge.domain.generation import TokenCounter
from storyforge.domain.sections import Section, SectionKind, SectionState
from storyforge.i18n import _
from storyforge.prompting.budget import pieces_of
from storyforge.prompting.trimming import shortened

# Of the last summary that still finds room less than this share is no use.
_LEAST_SHARE = 0.3
# More characters than a token of prose has: enough summaries to fill any room are looked at.
_CHARACTERS_A_TOKEN = 8


@dataclass(frozen=True, slots=True)
class PastScene:
    """A scene before the one being written.

    Attributes:
        name: how the author knows it; models are not told.
        summary: empty where there is none.
        dated: it was made from another text than the scene has now.
    """

    id: str
    name: str
    summary: str = ""
    dated: bool = False


@dataclass(frozen=True, slots=True)
class PastChapter:
    """A chapter with its scenes before the one being written, in story order.

    Attributes:
        whole: none of its scenes is the one being written or stands behind it.
    """

    id: str
    name: str
    scenes: tuple[PastScene, ...]
    summary: str = ""
    dated: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Summary:
    source: str
    name: str
    text: str
    dated: bool


def retold(
    past: Sequence[PastChapter], out: Set[str], room: int, count: TokenCounter, language: str
) -> tuple[Section, ...]:
    """The summaries of the scenes in `out`, in story order: the nearest that fit into `room`."""
    near: list[_Summary] = []
    left = room * _CHARACTERS_A_TOKEN
    for one in _backwards(past, out):
        near.append(one)
        left -= len(one.text)
        if left < 0:
            break
    count(tuple(piece for one in near for piece in pieces_of(one.text)))
    sections: list[Section] = []
    full = False
    for one in near:
        cut = shortened(one.text, 0 if full else room, count, language)
        why = _("its text is not in the prompt")
        if one.dated:
            why = _("its text is not in the prompt; it changed since this was written")
        section = Section(
            _("Summary: {name}").format(name=one.name),
            cut.text,
            cut.wanted,
            cut.given,
            why=why,
            kind=SectionKind.SUMMARY,
            source=one.source,
        )
        if cut.given < cut.wanted:
            full = True
            if cut.given < cut.wanted * _LEAST_SHARE:
                cut = replace(cut, text="", given=0)
            state = SectionState.TRIMMED if cut.given else SectionState.LEFT_OUT
            section = replace(
                section, text=cut.text, given=cut.given, state=state, why=_("no room")
            )
        # Each stands on a line of its own.
        room -= cut.given + 1 if cut.given else 0
        sections.append(section)
    return tuple(reversed(sections))


def _backwards(past: Sequence[PastChapter], out: Set[str]) -> Iterator[_Summary]:
    for chapter in reversed(past):
        gone = [scene for scene in chapter.scenes if scene.id in out]
        if chapter.summary and chapter.whole and len(gone) == len(chapter.scenes):
            yield _Summary(chapter.id, chapter.name, chapter.summary, chapter.dated)
            continue
        for scene in reversed(gone):
            if scene.summary:
                yield _Summary(scene.id, scene.name, scene.summary, scene.dated)
