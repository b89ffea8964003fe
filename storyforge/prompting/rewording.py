"""A passage to be put otherwise → Request. Pure: counts and the template come in from outside."""

from dataclasses import dataclass

from storyforge.domain.generation import Request, TokenCounter
from storyforge.domain.sampling import Sampling
from storyforge.domain.sections import Section, SectionKind, SectionState
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.prompting.budget import Block, fit, tokens_of
from storyforge.prompting.template import Template

#: where an answer ends: the templates set a line that begins so, with one more, before each piece
STOP = ("\n##",)
# An answer may be three times as long as the passage ("expand"), and never less than a paragraph.
_LONGER, _LEAST = 3, 64
# Tokens of story around a passage: for names and the voice; more is only read for nothing.
_AROUND = 1024
# Characters behind the passage that a template is given.
_BEHIND = 400


@dataclass(frozen=True, slots=True)
class Reworded:
    """What is to be put otherwise, and how.

    Attributes:
        before, after: the scene around the passage.
        wish: the author's line; may be empty.
        window: the model's context window in tokens.
    """

    passage: str
    before: str
    after: str
    wish: str
    title: str
    author: str
    window: int
    sampling: Sampling
    language: str = "en"


def assemble_rewording(
    wanted: Reworded, verb: str, template: Template, count: TokenCounter
) -> Request:
    """The request for a verb on a passage; the story before it is cut where it does not fit.

    Raises:
        BadInput: the template fails, or the passage does not fit into the window.
    """
    passage = tokens_of(wanted.passage, count)
    answer = max(passage * _LONGER, _LEAST)
    frame = tokens_of(_render(wanted, template, ""), count)
    # As for continuations, a hundredth is kept back for how a tokenizer joins pieces.
    room = wanted.window - frame - wanted.window // 100 - 2
    if room - answer < 0:
        answer = passage + _LEAST
    if room - answer < 0:
        raise BadInput(
            _("The selected text is too long for the model's window of {window:,} tokens.").format(
                window=wanted.window
            ),
            title=_("Too much selected"),
            hint=_("Select less, or give the model a larger window."),
        )
    around = min(room - answer, _AROUND)
    fitted = fit([Block(wanted.before, 0)], around, count, wanted.language)
    before = wanted.before[fitted.offset :]
    prompt = _render(wanted, template, before)
    state = SectionState.TRIMMED if fitted.offset else SectionState.WHOLE
    return Request(
        prompt=prompt,
        max_tokens=answer,
        stop=STOP,
        sampling=wanted.sampling,
        sections=(
            Section(_("This scene"), before, sum(fitted.wanted), sum(fitted.given), state),
            Section(verb, wanted.passage, frame, frame, kind=SectionKind.WISH),
        ),
        template_hash=template.hash,
    )


def _render(wanted: Reworded, template: Template, before: str) -> str:
    return template.render(
        passage=wanted.passage,
        before=before,
        after=wanted.after[:_BEHIND],
        wish=wanted.wish,
        title=wanted.title,
        author=wanted.author,
    )
