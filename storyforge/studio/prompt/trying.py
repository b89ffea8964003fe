"""A template that is tried: what is wrong with it, what it makes of a story, and its tokens."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.backends.base import Backend
from storyforge.domain.counting import counts_characters
from storyforge.domain.generation import TokenCounter
from storyforge.domain.sampling import Sampling
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.prompting import library
from storyforge.prompting.budget import tokens_of
from storyforge.prompting.library import Own
from storyforge.prompting.planning import assemble_plan
from storyforge.prompting.template import ENDING, FaultyTemplate, Template
from storyforge.studio.permission import check as may_send
from storyforge.studio.prompt.samples import (
    PLANNED,
    known_variables,
    plan_of,
    planning_of,
    values_of,
)
from storyforge.studio.prompt.token_counts import counts_of

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# The window and the answer that are looked at where there is no model.
_WINDOW, _ANSWER = 8192, 1024
# Characters of a token of prose: about four in English, about one in scripts without spaces.
_CHARACTERS = 4
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a template.

    Attributes:
        line: where, 0 where that is not known.
        path: of the template that is at fault: one that it shows may be.
    """

    path: Path
    line: int
    why: str

    @property
    def sentence(self) -> str:
        """All of it, as editors and compilers say it."""
        where = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{where}: {self.why}"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template makes of a story.

    Attributes:
        tokens: of the text; `estimated` where no model counted them.
        flaw: why there is no text.
    """

    text: str
    tokens: int
    estimated: bool = True
    flaw: Flaw | None = None


def flaw(name: str, language: str, text: str, story: "StoryFile | None" = None) -> Flaw | None:
    """What is wrong with a template of that text; None where nothing is. Some milliseconds.

    It is compiled, its variables are looked at, and it is rendered with the story's data, within
    the limits of the sandbox.
    """
    own = own_of(story)
    path = _path(name, language, own)
    try:
        template = library.made(path, text, language, own)
        unknown = template.variables - known_variables(name)
        if unknown:
            first = min(unknown, key=lambda variable: (_line_of(variable, text), variable))
            why = _("“{name}” is nothing that it is given").format(name=first)
            return Flaw(path, _line_of(first, text), why)
        _text(name, language, template, story, _estimating(language), _WINDOW)
    except FaultyTemplate as error:
        return Flaw(error.path, error.line, error.why)
    except BadInput as error:
        return Flaw(path, 0, error.message)
    return None


def render(name: str, language: str, text: str, story: "StoryFile | None" = None) -> Rendered:
    """What a template of that text makes of the story, its tokens estimated."""
    own = own_of(story)
    path = _path(name, language, own)
    count = _estimating(language)
    try:
        template = library.made(path, text, language, own)
        made = _text(name, language, template, story, count, _WINDOW)
    except FaultyTemplate as error:
        return Rendered("", 0, flaw=Flaw(error.path, error.line, error.why))
    except BadInput as error:
        return Rendered("", 0, flaw=Flaw(path, 0, error.message))
    return Rendered(made, tokens_of(made, count))


async def render_for(
    backend: Backend, name: str, language: str, text: str, story: "StoryFile"
) -> Rendered:
    """The same as a model would be given it, counted in its own tokens.

    Raises:
        NotAllowed: the story's text may not go to that model.
        BadInput: the template is at fault.
        ModelError: the model could not count.
    """
    await may_send(story, backend.card)
    own = own_of(story)
    template = library.made(_path(name, language, own), text, language, own)

    def make(count: TokenCounter) -> tuple[str, int]:
        window = backend.card.context_tokens
        made = _text(name, language, template, story, count, window)
        return made, tokens_of(made, count)

    made, tokens = await counts_of(backend).made(backend, make)
    return Rendered(made, tokens, estimated=False)


def own_of(story: "StoryFile | None") -> Own:
    """The story's own templates."""
    return story.prompt_copies.all() if story is not None else {}


def _path(name: str, language: str, own: Own) -> Path:
    found = library.located(name, language, own)
    return found.path if found is not None else Path(language) / f"{name}{ENDING}"


def _text(
    name: str,
    language: str,
    template: Template,
    story: "StoryFile | None",
    count: TokenCounter,
    window: int,
) -> str:
    """What it makes of the story; of a conversation its turns, one below the other."""
    stage = name.partition("/")[0]
    if stage == "chat":
        turns = template.blocks(**values_of(name, template, story))
        return "\n\n".join(turn for turn in turns.values() if turn.strip())
    if stage in PLANNED:
        planning = planning_of(name, plan_of(story, language))
        answer = min(_ANSWER, window // 4)
        return assemble_plan(planning, template, window, answer, Sampling(), count).prompt
    return template.render(**values_of(name, template, story))


def _estimating(language: str) -> TokenCounter:
    letters = 1 if counts_characters(language) else _CHARACTERS

    def count(texts: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(-(-len(text) // letters) for text in texts)

    return count


def _line_of(variable: str, text: str) -> int:
    """The line on which a template first names a variable; 0 where one that it shows does."""
    bare = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    named = re.compile(rf"\b{re.escape(variable)}\b")
    lines = enumerate(bare.split("\n"), start=1)
    return next((number for number, line in lines if named.search(line)), 0)
