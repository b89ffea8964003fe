"""A request as a conversation, for models that are talked to instead of going on with a text. Pure.

What is said around the prompt is a template of `prompts/chat` with a block for each turn: `system`,
`user`, and `assistant` for what the answer is to begin with. A block that comes out empty is no
turn. Turns are blocks and no marks in the text, so nothing in a story can become one.
"""

from storyforge.domain.generation import Message, Request, Role
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.prompting.template import Template

# Characters of the text's end that are told again: enough to be found, too few to be a sentence's
# worth of tokens for nothing.
_ENDING = 120


def conversation(request: Request, template: Template) -> tuple[Message, ...]:
    """The turns that have a model go on with `request.prompt`.

    Raises:
        BadInput: the template fails, or it says nothing to the model.
    """
    told = template.blocks(
        text=request.prompt,
        ending=ending(request.prompt),
        new_line=request.prompt.endswith("\n"),
    )
    turns = tuple(
        Message(role, text) for role in Role if (text := told.get(role.value, "").strip())
    )
    if not any(turn.role is Role.USER for turn in turns):
        raise BadInput(
            _("The prompt {file} says nothing to the model.").format(file=template.path),
            title=_("Prompt not usable"),
            hint=_("It needs a block called “user”; or move the file away to use ours."),
        )
    return turns


def ending(text: str) -> str:
    """The last words of a text, whole ones, out of one paragraph."""
    line = text.rstrip().rpartition("\n")[2].strip()
    if len(line) <= _ENDING:
        return line
    cut = line[-_ENDING:]
    return cut.partition(" ")[2] or cut
