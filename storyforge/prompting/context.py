"""Story and caret → Request. Pure: what the model is shown, what was left out and why.

The same value is what a context viewer shows. It never asks a model or a file for anything: token
counts and the template come in from outside.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storyforge.domain.generation import Length, Request, Section, SectionState, TokenCounter
from storyforge.domain.sampling import Sampling
from storyforge.domain.seam import for_the_model
from storyforge.domain.story import EarlierScene
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.prompting.budget import Block, Fitted, fit, tokens_of
from storyforge.prompting.library import Template

# Stands for a scene's text while the template is asked what it puts between them; from the private
# use area, so no story holds it but on purpose.
_MARK = "\ue000\ue001"
# Fewer tokens of story than this are no use to any model.
_LEAST_ROOM = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a continuation is made from.

    Attributes:
        earlier: the scenes before, in story order.
        here: the scene being written; its `text` ends at the caret.
        window: the model's context window in tokens; the answer comes out of it too.
        language: the story's; it says where sentences end.
    """

    title: str
    author: str
    earlier: tuple[EarlierScene, ...]
    here: EarlierScene
    window: int
    length: Length
    sampling: Sampling
    language: str = "en"

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


def assemble(wanted: Wanted, template: Template, count: TokenCounter) -> Request:
    """The request that continues the story at the caret (`draft/continue`).

    The oldest text is left out where the window is full; the prompt always fits.

    Raises:
        BadInput: the template fails, or what it adds leaves no room for the story.
    """
    scenes = _readable(wanted.earlier, wanted.here)
    frame = _frame(scenes, template, wanted)
    headings = [tokens_of(text, count) for text in frame]
    blocks = [
        Block(scene.text, scene.start, heading)
        for scene, heading in zip(scenes, [0, *headings[1:-1]], strict=True)
    ]
    room = wanted.room - headings[0] - headings[-1]
    while room >= _LEAST_ROOM:
        fitted = fit(blocks, room, count, wanted.language)
        kept = _kept(scenes, fitted)
        prompt = _render(kept, template, wanted)
        over = tokens_of(prompt, count) - wanted.room
        if over <= 0:
            return _request(wanted, prompt, template, _sections(scenes, kept, fitted))
        # Only a template that treats the first scene in its own way gets here.
        room -= over
    raise BadInput(
        _(
            "The prompt {file} leaves no room for the story in a window of {window:,} tokens."
        ).format(file=template.path, window=wanted.window),
        title=_("Prompt too long"),
        hint=_("Shorten it, or give the model a larger window."),
    )


def assemble_opening(
    wanted: Wanted, template: Template, chapter: str, count: TokenCounter
) -> Request:
    """The request that opens a story without text from its title (`draft/opening`).

    Raises:
        BadInput: the template fails.
    """
    prompt = template.render(title=wanted.title, author=wanted.author, chapter=chapter)
    tokens = tokens_of(prompt, count)
    section = Section(_("Title"), prompt, tokens, tokens)
    return _request(wanted, prompt, template, (section,))


def _request(
    wanted: Wanted, prompt: str, template: Template, sections: tuple[Section, ...]
) -> Request:
    return Request(
        prompt=prompt,
        max_tokens=wanted.answer,
        sampling=wanted.sampling,
        sections=sections,
        template_hash=template.hash,
    )


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


def _render(scenes: Sequence[EarlierScene], template: Template, wanted: Wanted) -> str:
    return template.render(scenes=tuple(scenes), title=wanted.title, author=wanted.author)


def _frame(scenes: Sequence[EarlierScene], template: Template, wanted: Wanted) -> list[str]:
    """What the template puts before, between and behind the scenes' texts."""
    marked = [replace(scene, text=_MARK) for scene in scenes]
    frame = _render(marked, template, wanted).split(_MARK)
    if len(frame) != len(scenes) + 1:
        # It does not show every scene once: then what it adds is found by measuring the whole.
        return [""] * (len(scenes) + 1)
    return frame


def _kept(scenes: Sequence[EarlierScene], fitted: Fitted) -> tuple[EarlierScene, ...]:
    first = scenes[fitted.block]
    if fitted.offset:
        text = first.text[fitted.offset :]
        first = replace(first, text=text, start=first.start + fitted.offset, cut=True)
    return (first, *scenes[fitted.block + 1 :])


def _sections(
    scenes: Sequence[EarlierScene], kept: Sequence[EarlierScene], fitted: Fitted
) -> tuple[Section, ...]:
    """One section a scene, top to bottom; `kept` are the last of `scenes`."""
    full = _("The model's window is full: the oldest text is left out.")
    sections = []
    for n, scene in enumerate(scenes):
        shown = kept[n - fitted.block] if n >= fitted.block else None
        if shown is None:
            state, text = SectionState.LEFT_OUT, ""
        else:
            state = SectionState.TRIMMED if shown.text != scene.text else SectionState.WHOLE
            text = shown.text
        name = _("This scene") if n == len(scenes) - 1 else scene.title or _("Earlier scene")
        why = "" if state is SectionState.WHOLE else full
        sections.append(Section(name, text, fitted.wanted[n], fitted.given[n], state, why))
    return tuple(sections)
