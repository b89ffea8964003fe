"""Prompts of pictures as an author has changed them: kept for each scene, until they are let go.

They are settings of the story, so they go where it goes; each remembers the plan it came from.
"""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from storyforge.domain.kept_json import read_json

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

_PROMPT = "picture_prompt:"
_FORM = "picture_form"


@dataclass(frozen=True, slots=True)
class HandPrompt:
    """A prompt that was changed by hand.

    Attributes:
        base: the hash of the compiled prompt that it was made from.
    """

    prompt: str
    negative: str = ""
    base: str = ""


def of_scene(story: "StoryFile", key: str) -> HandPrompt | None:
    """The one that is kept for a scene, or an item of the plan; None where the plan's counts."""
    told = read_json(story.recall(_PROMPT + key))
    if not isinstance(told, dict) or not isinstance(told.get("prompt"), str):
        return None
    texts = {name: told.get(name) for name in ("prompt", "negative", "base")}
    return HandPrompt(**{name: text for name, text in texts.items() if isinstance(text, str)})


def keep(story: "StoryFile", key: str, prompt: HandPrompt | None) -> None:
    """Keep it in the place of an older one; None lets it go."""
    story.remember(_PROMPT + key, None if prompt is None else json.dumps(asdict(prompt)))


def form_of(story: "StoryFile") -> dict[str, object]:
    """What the author has set in the gallery's form, by name; whoever uses it checks it."""
    told = read_json(story.recall(_FORM))
    return dict(told) if isinstance(told, dict) else {}


def keep_form(story: "StoryFile", form: dict[str, object]) -> None:
    """Keep what is set in the form."""
    story.remember(_FORM, json.dumps(form) if form else None)
