"""What an author wrote on a scene's prompt that is neither kept nor let go.

An edit that is kept is put into the prompt where that is made (`prompting.edited`).
"""

import json
from typing import TYPE_CHECKING

from storyforge.domain.kept_json import read_json
from storyforge.domain.sections import PromptEdit

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

#: the story's own setting for an edit that is neither kept nor let go, by its scene
_DRAFT = "prompt_draft:{scene}"


def draft_of(story: "StoryFile", scene_id: str) -> PromptEdit | None:
    """What the author last wrote on the scene's prompt, neither kept nor let go."""
    read = read_json(story.recall(_DRAFT.format(scene=scene_id)))
    if isinstance(read, list) and len(read) == 2 and all(isinstance(one, str) for one in read):
        return PromptEdit(read[0], read[1])
    return None


def keep_draft(story: "StoryFile", scene_id: str, draft: PromptEdit | None) -> None:
    """Remember what the author wrote; None forgets it."""
    told = None if draft is None else json.dumps([draft.base, draft.edited])
    story.remember(_DRAFT.format(scene=scene_id), told)
