"""A scene's prompt as its author keeps it, in the place of the assembled one; and drafts of it.

An edit lives on while the story grows: what changed in the assembled prompt since is put into it.
Where both changed the same words the assembled one is sent, and the author hears of it.
"""

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from storyforge.backends.base import Backend
from storyforge.domain.generation import PromptEdit, Request, Section, SectionKind
from storyforge.domain.prompt_edit import applied
from storyforge.i18n import _

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the story's own setting for an edit that is neither kept nor let go, by its scene
_DRAFT = "prompt_draft:{scene}"


async def with_edit(
    story: "StoryFile", scene_id: str, request: Request, backend: Backend
) -> tuple[Request, str]:
    """(the request as the author's edit leaves it, a sentence for the author or "")."""
    edit = await asyncio.to_thread(story.prompt_edits.of_scene, scene_id)
    prompt = applied(edit, request.prompt) if edit is not None else None
    if edit is None or prompt == request.prompt:
        return request, ""
    if prompt is None:
        return request, _(
            "The prompt you keep for this scene does not fit the text any more, and was not sent. "
            "Look at it under “What the model sees”."
        )
    (tokens,) = await backend.count_tokens((prompt,))
    return edited_request(request, prompt, tokens), ""


def edited_request(request: Request, prompt: str, tokens: int) -> Request:
    """`request` with the author's own prompt of so many tokens."""
    section = Section(_("Edited prompt"), prompt, tokens, tokens, kind=SectionKind.EDITED, start=0)
    return replace(request, prompt=prompt, sections=(section,))


def draft_of(story: "StoryFile", scene_id: str) -> PromptEdit | None:
    """What the author last wrote on the scene's prompt, neither kept nor let go."""
    told = story.recall(_DRAFT.format(scene=scene_id))
    try:
        read = json.loads(told) if told else None
    except ValueError:
        return None
    if isinstance(read, list) and len(read) == 2 and all(isinstance(one, str) for one in read):
        return PromptEdit(read[0], read[1])
    return None


def keep_draft(story: "StoryFile", scene_id: str, draft: PromptEdit | None) -> None:
    """Remember what the author wrote; None forgets it."""
    told = None if draft is None else json.dumps([draft.base, draft.edited])
    story.remember(_DRAFT.format(scene=scene_id), told)
