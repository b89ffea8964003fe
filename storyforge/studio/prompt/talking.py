"""How a model is asked that is talked to: the words around the prompt, and the room they take.

Which turns a conversation has, and what they say, is `prompting.chatting`'s and its templates'.
"""

import asyncio
from dataclasses import replace
from pathlib import Path

from storyforge.backends.base import Backend
from storyforge.domain.counting import counts_characters
from storyforge.domain.generation import Message, Request, Role
from storyforge.domain.sections import Section, SectionKind
from storyforge.i18n import _
from storyforge.prompting import library
from storyforge.prompting.chatting import conversation
from storyforge.prompting.library import Origin, Own
from storyforge.prompting.template import ENDING
from storyforge.studio.prompt.token_counts import counts_of

#: how stories are gone on with; a profile may name another way
CONTINUE = "continue"
#: how a page of examples is gone on with: a passage put otherwise, a summary
DOCUMENT = "document"
# Stands for the text where the words around it are shown.
_TEXT = "[…]"
# Stands for it where they are counted: its last words are told again, and more of them than these
# are not. A count that hung on the words themselves would move the cut of the story.
_WORDS, _LETTERS = "words " * 20, "言葉" * 60
# Tokens that an API puts around each turn, at the most of those that tell.
_TURN = 8


def talk(template: str, request: Request) -> tuple[Message, ...]:
    """A request as a conversation; reads a file.

    Args:
        template: how stories are gone on with, in the place of the usual way; may be empty.

    Raises:
        BadInput: the template is not there, or at fault.
    """
    name = _name(template, request.chat)
    if not request.talk:
        return conversation(request, library.find(name, request.language))
    file = Path(request.language) / f"{name}{ENDING}"
    return conversation(request, library.made(file, request.talk, request.language))


def own_talk(own: Own, backend: Backend, language: str, chat: str = CONTINUE) -> str:
    """The story's own template for how that model is asked; empty where it has none."""
    if backend.card.can.continues:
        return ""
    found = library.located(_name(backend.card.template, chat), language, own)
    return found.source(own) if found is not None and found.origin is Origin.STORY else ""


def _name(template: str, chat: str) -> str:
    return f"chat/{template if template and chat == CONTINUE else chat}"


async def around(
    backend: Backend, language: str, chat: str = CONTINUE, own: Own | None = None
) -> Section | None:
    """What is said around a prompt, with its tokens; None where the model goes on with texts.

    Args:
        own: the story's own templates.

    Raises:
        BadInput: the template is not there, or at fault.
        ModelError: the model could not count.
    """
    card = backend.card
    if card.can.continues:
        return None
    stands = _LETTERS if counts_characters(language) else _WORDS
    said = await asyncio.to_thread(own_talk, own or {}, backend, language, chat)
    bare = Request(_TEXT, language=language, chat=chat, talk=said)
    shown = await asyncio.to_thread(talk, card.template, bare)
    counted = await asyncio.to_thread(talk, card.template, replace(bare, prompt=stands))
    texts = (stands, *(turn.text for turn in counted))
    text, *told = await counts_of(backend).made(backend, lambda count: count(texts))
    tokens = max(sum(told) - text, 0) + _TURN * len(told)
    return Section(
        _("Conversation"),
        "\n\n".join(f"{_speaker(turn.role)}\n{turn.text}" for turn in shown),
        tokens,
        tokens,
        why=_("this model is talked to"),
        kind=SectionKind.CHAT,
    )


async def window_of(
    backend: Backend, language: str, chat: str = CONTINUE, own: Own | None = None
) -> int:
    """The model's window, less what is said around a prompt.

    Raises:
        BadInput, ModelError: as for `around`.
    """
    said = await around(backend, language, chat, own)
    return backend.card.context_tokens - (said.given if said is not None else 0)


def _speaker(role: Role) -> str:
    return {
        Role.SYSTEM: _("To the model, once:"),
        Role.USER: _("To the model:"),
        Role.ASSISTANT: _("What it begins with, where that is allowed:"),
    }[role]
