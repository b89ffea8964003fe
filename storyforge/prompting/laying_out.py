"""The pieces put together by a template, and what each became in the prompt. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from storyforge.domain.generation import TokenCounter
from storyforge.domain.lore import LorePosition
from storyforge.domain.sections import Section, SectionKind, SectionState
from storyforge.domain.story import EarlierScene
from storyforge.i18n import _
from storyforge.prompting.allotting import Allotted, Granted, Told
from storyforge.prompting.budget import tokens_of
from storyforge.prompting.placing import NEAR_LINES, Insert, line_border, lines_up, shown
from storyforge.prompting.template import Template

# Stands for a scene's text while the template is asked what it puts between them; from the private
# use area, so no story holds it but on purpose.
_MARK = "\ue000\ue001"


class Layout(Protocol):
    """What of a continuation concerns the layout."""

    @property
    def title(self) -> str:
        """The story's."""
        ...

    @property
    def author(self) -> str:
        """The story's; may be empty."""
        ...

    @property
    def told(self) -> Told:
        """What the model is told beside the story."""
        ...


@dataclass(frozen=True, slots=True)
class Laid:
    """A prompt and what stands in it beside the story.

    Attributes:
        above, within: sections above the story, and put between its lines; in their order.
        divided: the scenes into which something was put, by their index.
    """

    prompt: str
    above: tuple[Section, ...]
    within: tuple[Section, ...]
    divided: frozenset[int]

    def sections(self, story: Sequence[Section], absent: Sequence[Section]) -> tuple[Section, ...]:
        """All of them, top to bottom, each with its place in the prompt; then what is not there."""
        found, at = [], 0
        for section in self.above:
            found.append(_located(section, self.prompt, at))
            at = max(at, found[-1].start + len(section.text))
        story_at = at
        first = len(story) - sum(1 for one in story if one.state is not SectionState.LEFT_OUT)
        for index, section in enumerate(story, start=-first):
            start = self.prompt.find(section.text, at) if section.text else -1
            if index in self.divided or start < 0:
                found.append(section)
                continue
            found.append(replace(section, start=start))
            at = start + len(section.text)
        found += [_located(section, self.prompt, story_at) for section in self.within]
        return (*found, *absent)


def laid_out(
    kept: Sequence[EarlierScene],
    begins: int,
    template: Template,
    layout: Layout,
    allotted: Allotted,
    past: Sequence[Section] = (),
) -> Laid:
    """The prompt of the scenes that are kept and all that was allotted.

    Args:
        begins: the offset of the last scene's text in that scene's visible text.
        past: summaries of what is not kept.

    Raises:
        BadInput: the template fails.
    """
    inserts, within, slipped = _inserts(kept, begins, layout.told, allotted)
    top = [one for one in allotted.lore if one.on_top and _is_top(one)]
    before = [one for one in allotted.lore if one.on_top and not _is_top(one)] + slipped
    told = [one for one in past if one.text]
    prompt = template.render(
        scenes=shown(kept, inserts),
        title=layout.title,
        author=layout.author,
        memory=_text(allotted, SectionKind.MEMORY),
        style=_text(allotted, SectionKind.STYLE),
        plan=[one.text for one in allotted.plan],
        beat=layout.told.beat,
        lore_top=[one.text for one in top],
        summaries=[one.text for one in told],
        lore=[one.text for one in before],
    )
    above = [_given(allotted, SectionKind.MEMORY), _given(allotted, SectionKind.STYLE)]
    plan = [one.section for one in allotted.plan]
    sections = (*(s for s in above if s), *plan, *(o.section for o in top), *past)
    return Laid(
        prompt,
        (*sections, *(one.section for one in before)),
        tuple(within),
        frozenset(one.scene for one in inserts if one.offset > 0),
    )


def opened(template: Template, layout: Layout, allotted: Allotted, chapter: str) -> Laid:
    """The prompt that opens a story.

    Raises:
        BadInput: the template fails.
    """
    top = [one for one in allotted.lore if one.on_top and _is_top(one)]
    other = [one for one in allotted.lore if one not in top]
    kinds = (SectionKind.MEMORY, SectionKind.STYLE, SectionKind.NOTE, SectionKind.WISH)
    memory, style, note, wish = (_text(allotted, kind) for kind in kinds)
    prompt = template.render(
        title=layout.title,
        author=layout.author,
        chapter=chapter,
        memory=memory,
        style=style,
        note=note,
        wish=wish,
        plan=[one.text for one in allotted.plan],
        lore_top=[one.text for one in top],
        lore=[one.text for one in other],
    )
    given = [_given(allotted, kind) for kind in kinds]
    lore = [one.section for one in (*allotted.plan, *top, *other)]
    above = [*(s for s in given[:2] if s), *lore, *(s for s in given[2:] if s)]
    return Laid(prompt, tuple(above), (), frozenset())


def frame(scenes: Sequence[EarlierScene], template: Template, layout: Layout) -> list[str]:
    """What the template puts before, between and behind the scenes' texts, with nothing else."""
    return _framed(scenes, template, layout, Allotted({}, (), ()))


def overhead(
    scenes: Sequence[EarlierScene],
    template: Template,
    layout: Layout,
    allotted: Allotted,
    count: TokenCounter,
) -> int:
    """The tokens of what stands beside the story and of what the template puts around it."""
    if not allotted.given and not allotted.lore and not allotted.plan:
        return 0
    # One scene will do: what stands between others is the same with it and without.
    bare, full = (
        sum(tokens_of(text, count) for text in _framed(scenes[-1:], template, layout, one))
        for one in (Allotted({}, (), ()), allotted)
    )
    return max(full - bare, 0)


def _framed(
    scenes: Sequence[EarlierScene], template: Template, layout: Layout, allotted: Allotted
) -> list[str]:
    marked = [replace(scene, text=_MARK) for scene in scenes]
    parts = laid_out(marked, 0, template, layout, allotted).prompt.split(_MARK)
    if len(parts) != len(scenes) + 1:
        # It does not show every scene once: then what it adds is found by measuring the whole.
        return [""] * (len(scenes) + 1)
    return parts


def _inserts(
    kept: Sequence[EarlierScene], begins: int, told: Told, allotted: Allotted
) -> tuple[list[Insert], list[Section], list[Granted]]:
    """(what is put between lines, its sections, lore whose line is above the window)."""
    inserts: list[Insert] = []
    sections: list[Section] = []
    slipped: list[Granted] = []

    def put(granted: Granted, place: tuple[int, int]) -> None:
        inserts.append(Insert(*place, granted.section.kind, granted.text))
        sections.append(granted.section)

    for one in allotted.lore:
        if one.on_top or one.called is None:
            continue
        if one.called.up is not None:
            put(one, lines_up(kept, one.called.up))
        elif one.called.at < begins:
            slipped.append(one)
        elif one.called.at > begins + len(kept[-1].text):
            put(one, lines_up(kept, NEAR_LINES))
        else:
            put(one, (len(kept) - 1, line_border(kept[-1].text, one.called.at - begins)))
    for kind, lines in ((SectionKind.NOTE, told.rules.note_lines), (SectionKind.WISH, NEAR_LINES)):
        if kind in allotted.given:
            put(allotted.given[kind], lines_up(kept, lines))
    if told.beat is not None and SectionKind.PLAN in allotted.given:
        begins_at = max(len(kept[-1].text) - told.beat.back, 0)
        put(allotted.given[SectionKind.PLAN], (len(kept) - 1, begins_at))
    return inserts, sections, slipped


def _is_top(one: Granted) -> bool:
    return one.called is not None and one.called.entry.position is LorePosition.TOP


def _text(allotted: Allotted, kind: SectionKind) -> str:
    return allotted.given[kind].text if kind in allotted.given else ""


def _given(allotted: Allotted, kind: SectionKind) -> Section | None:
    return allotted.given[kind].section if kind in allotted.given else None


def _located(section: Section, prompt: str, at: int) -> Section:
    """The section with its place; left out where an author's own template does not show it."""
    if not section.text:
        return section
    start = prompt.find(section.text, at)
    if start < 0:
        start = prompt.find(section.text)
    if start >= 0:
        return replace(section, start=start)
    why = _("your own prompt template does not show it")
    return replace(section, text="", given=0, state=SectionState.LEFT_OUT, why=why)
