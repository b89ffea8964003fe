"""Story and caret → Request. Pure: what the model is shown, what was left out and why.

The same value is what a context viewer shows. It never asks a model or a file for anything: token
counts and the template come in from outside. Top to bottom stand what changes seldom (memory,
style, lore of the scene, summaries), the story, and in its last lines what changes often.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from storyforge.domain.generation import Request, TokenCounter
from storyforge.domain.length import Length
from storyforge.domain.sampling import Sampling
from storyforge.domain.seam import for_the_model
from storyforge.domain.sections import Section, SectionState
from storyforge.domain.story import EarlierScene
from storyforge.i18n import _
from storyforge.prompting.allotting import STORY_SHARE, Told, allot
from storyforge.prompting.budget import Block, Fitted, fit, no_room, pieces_of, tokens_of
from storyforge.prompting.laying_out import frame, laid_out, opened, overhead
from storyforge.prompting.retelling import PastChapter, retold
from storyforge.prompting.template import Template
from storyforge.prompting.trimming import shortened

# Fewer tokens of story than this are no use to any model.
_LEAST_ROOM = 16
# What stands beside the story is rounded up to such a part of the prompt: a word more in the
# author's note must not move the story's beginning.
_STEPS = 32
# The most that the text behind the caret may take.
_SUFFIX_SHARE = 0.125


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a continuation is made from.

    Attributes:
        earlier: the scenes before, in story order, as a model may see them.
        here: the scene being written; its `text` ends at the caret.
        window: the model's context window in tokens; the answer comes out of it too.
        language: the story's; it says where sentences end.
        told: what the model is told beside the story.
        past: the chapters before the caret with their summaries; empty where there are none.
        begins: the offset of `here.text` in the scene's visible text.
        behind: the text after the caret that the answer is to lead to; empty where it need not.
    """

    title: str
    author: str
    earlier: tuple[EarlierScene, ...]
    here: EarlierScene
    window: int
    length: Length
    sampling: Sampling
    language: str = "en"
    told: Told = field(default_factory=Told)
    past: tuple[PastChapter, ...] = ()
    begins: int = 0
    behind: str = ""

    @property
    def is_opening(self) -> bool:
        """Whether there is no word to go on from."""
        return not any(scene.text.strip() for scene in (*self.earlier, self.here))

    @property
    def answer(self) -> int:
        """Tokens kept free for the answer: as many as it may take, at most half of the window."""
        return min(self.length.tokens, self.window // 2)

    @property
    def room(self) -> int:
        """Tokens for the prompt.

        An eighth of the window is kept free for the answer even when it is to be short: then
        another length does not move the cut, and nothing is read again for it. A hundredth is kept
        back: pieces are counted one by one and a tokenizer may join or divide where they meet, and
        some models set a token before the text.
        """
        free = max(self.answer, self.window // 8)
        return self.window - free - self.window // 100 - 2


def assemble(wanted: Wanted, template: Template, count: TokenCounter, less: int = 0) -> Request:
    """The request that continues the story at the caret (`draft/continue`).

    The oldest text is left out where the window is full; the prompt always fits.

    Args:
        less: tokens of the prompt to leave free.

    Raises:
        BadInput: the template fails, or what it adds leaves no room for the story.
    """
    # What changed since the last time is mostly this: better asked for before the rest is made.
    count(pieces_of(for_the_model(wanted.here.text)))
    suffix = shortened(wanted.behind, int(wanted.room * _SUFFIX_SHARE), count, wanted.language)
    whole = wanted.room - less - suffix.given
    allotted = allot(wanted.told, whole, count, wanted.language)
    scenes = _readable(wanted.earlier, wanted.here)
    headings = [tokens_of(text, count) for text in frame(scenes, template, wanted)]
    blocks = [
        Block(scene.text, scene.start, heading)
        for scene, heading in zip(scenes, [0, *headings[1:-1]], strict=True)
    ]
    least = int(whole * STORY_SHARE)
    room = whole - headings[0] - headings[-1]
    room -= _in_steps(overhead(scenes, template, wanted, allotted, count), whole, room - least)
    summaries, less_each = 0, 1
    if wanted.past and (_is_beyond(wanted) or not _fits(blocks, room, count)):
        most = int(whole * wanted.told.rules.summary_share)
        summaries = max(min(most, room - least), 0)
        room -= summaries
    while room >= _LEAST_ROOM:
        fitted = fit(blocks, room, count, wanted.language)
        kept = _kept(scenes, fitted)
        past = retold(wanted.past, _out(wanted, kept), summaries, count, wanted.language)
        begins = wanted.begins + kept[-1].start - scenes[-1].start
        laid = laid_out(kept, begins, template, wanted, allotted, past)
        over = tokens_of(laid.prompt, count) - whole
        if over <= 0:
            story = _sections(scenes, kept, fitted, least)
            sections = laid.sections(story, allotted.absent)
            return _request(wanted, laid.prompt, template, sections, suffix.text)
        # Only a template that treats the first scene in its own way gets here; it may be one that
        # is too long whatever it is given.
        room -= max(over, less_each)
        less_each *= 2
    raise no_room(template.path, wanted.window)


def assemble_opening(
    wanted: Wanted, template: Template, chapter: str, count: TokenCounter
) -> Request:
    """The request that opens a story without text from its title (`draft/opening`).

    Raises:
        BadInput: the template fails.
    """
    allotted = allot(wanted.told, wanted.room, count, wanted.language)
    laid = opened(template, wanted, allotted, chapter)
    tokens = tokens_of(laid.prompt, count)
    beside = sum(
        one.section.given for one in (*allotted.given.values(), *allotted.plan, *allotted.lore)
    )
    title = Section(_("Title"), wanted.title, tokens - beside, tokens - beside)
    sections = laid.sections((title,), allotted.absent)
    return _request(wanted, laid.prompt, template, sections)


def _request(
    wanted: Wanted,
    prompt: str,
    template: Template,
    sections: tuple[Section, ...],
    suffix: str = "",
) -> Request:
    return Request(
        prompt=prompt,
        max_tokens=wanted.answer,
        sampling=wanted.sampling,
        sections=sections,
        template_hash=template.hash,
        suffix=suffix,
        slot=wanted.here.scene_id,
    )


def _in_steps(tokens: int, whole: int, most: int) -> int:
    """The tokens, rounded up to a step where there is room for it."""
    step = max(whole // _STEPS, 1)
    rounded = -(-tokens // step) * step
    return rounded if rounded <= most else tokens


def _is_beyond(wanted: Wanted) -> bool:
    """Whether the story has more than was gathered of it."""
    if wanted.here.cut or any(scene.cut for scene in wanted.earlier[:1]):
        return True
    known = {scene.scene_id for scene in wanted.earlier} | {wanted.here.scene_id}
    return any(scene.id not in known for chapter in wanted.past for scene in chapter.scenes)


def _fits(blocks: Sequence[Block], room: int, count: TokenCounter) -> bool:
    return sum(tokens_of(block.text, count) + block.heading for block in blocks) <= room


def _out(wanted: Wanted, kept: Sequence[EarlierScene]) -> set[str]:
    """The scenes of which no half is kept."""
    lengths = {scene.scene_id: len(scene.text) for scene in (*wanted.earlier, wanted.here)}
    there = {scene.scene_id for scene in kept[1:]}
    if len(kept[0].text) * 2 >= lengths[kept[0].scene_id]:
        there.add(kept[0].scene_id)
    return {s.id for chapter in wanted.past for s in chapter.scenes if s.id not in there}


def _readable(earlier: Sequence[EarlierScene], here: EarlierScene) -> tuple[EarlierScene, ...]:
    """The scenes as a reader meets them: empty ones passed over, white space at their ends gone.

    A chapter that begins with an empty scene begins with its next one.
    """
    scenes = []
    opening: str | None = None
    for scene in earlier:
        opening = scene.opens_chapter if scene.opens_chapter is not None else opening
        lead = len(scene.text) - len(scene.text.lstrip(" \n"))
        text = scene.text.strip(" \n")
        if text:
            start = scene.start + lead
            scenes.append(replace(scene, text=text, start=start, opens_chapter=opening))
            opening = None
    opening = here.opens_chapter if here.opens_chapter is not None else opening
    return (*scenes, replace(here, text=for_the_model(here.text), opens_chapter=opening))


def _kept(scenes: Sequence[EarlierScene], fitted: Fitted) -> tuple[EarlierScene, ...]:
    first = scenes[fitted.block]
    if fitted.offset:
        text = first.text[fitted.offset :]
        first = replace(first, text=text, start=first.start + fitted.offset, cut=True)
    return (first, *scenes[fitted.block + 1 :])


def _sections(
    scenes: Sequence[EarlierScene],
    kept: Sequence[EarlierScene],
    fitted: Fitted,
    reserved: int,
) -> tuple[Section, ...]:
    """One section a scene, top to bottom; `kept` are the last of `scenes`."""
    full = _("The model's window is full: the oldest text is left out.")
    sections = []
    for n, scene in enumerate(scenes):
        given = kept[n - fitted.block] if n >= fitted.block else None
        if given is None:
            state, text = SectionState.LEFT_OUT, ""
        else:
            state = SectionState.TRIMMED if given.text != scene.text else SectionState.WHOLE
            text = given.text
        last = n == len(scenes) - 1
        name = _("This scene") if last else scene.title or _("Earlier scene")
        why = "" if state is SectionState.WHOLE else full
        sections.append(
            Section(
                name,
                text,
                fitted.wanted[n],
                fitted.given[n],
                state,
                why,
                source=scene.scene_id,
                reserved=min(reserved, fitted.wanted[n]) if last else 0,
            )
        )
    return tuple(sections)
