"""Templates that do not work yet: kept as they were typed, while the one from before is used.

Those for all stories lie in a folder beside the copies, those for one story in its settings.
"""

import contextlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.domain.kept_json import read_json
from storyforge.domain.text import clean
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.prompting.library import Origin
from storyforge.prompting.template import ENDING
from storyforge.small_files import put

if TYPE_CHECKING:
    from pathlib import Path

    from storyforge.store.story_file import StoryFile

#: (language, name) of a template
Key = tuple[str, str]
# The story's setting: JSON, "language name" → text.
_SETTING = "prompts_unfinished"


def unfinished(origin: Origin, story: "StoryFile | None" = None) -> Mapping[Key, str]:
    """Those that are to become a copy of this origin; reads files."""
    if origin is Origin.STORY:
        return _in_story(story) if story is not None else {}
    found: dict[Key, str] = {}
    for file in folder().glob(f"*/*/*{ENDING}"):
        # One that cannot be read is left where it is.
        with contextlib.suppress(OSError, UnicodeDecodeError):
            language, *parts = file.relative_to(folder()).parts
            found[language, "/".join(parts).removesuffix(ENDING)] = clean(file.read_text("utf-8"))
    return found


def keep(key: Key, text: str, origin: Origin, story: "StoryFile | None" = None) -> None:
    """Keep one as it was typed.

    Raises:
        BadInput: it cannot be written.
    """
    if origin is Origin.STORY and story is not None:
        _put(story, {**_in_story(story), key: text})
        return
    file = _file(key)
    try:
        put(file, text)
    except OSError as error:
        raise BadInput(
            _("The prompt {file} cannot be written: {why}.").format(file=file, why=reason(error)),
            title=_("Not kept"),
            hint=_("What is used now has not changed."),
        ) from error


def forget(key: Key, origin: Origin, story: "StoryFile | None" = None) -> None:
    """It works now, or is wanted no more."""
    if origin is Origin.STORY and story is not None:
        left = {one: text for one, text in _in_story(story).items() if one != key}
        if left != _in_story(story):
            _put(story, left)
    elif origin is not Origin.STORY:
        _file(key).unlink(missing_ok=True)


def folder() -> "Path":
    """Where those for all stories lie."""
    return paths.config_dir() / "prompts-unfinished"


def _file(key: Key) -> "Path":
    language, name = key
    return folder() / language / f"{name}{ENDING}"


def _in_story(story: "StoryFile") -> dict[Key, str]:
    read = read_json(story.recall(_SETTING))
    told = read.items() if isinstance(read, dict) else ()
    found: dict[Key, str] = {}
    for key, text in told:
        language, _space, name = str(key).partition(" ")
        if name and isinstance(text, str):
            found[language, name] = clean(text)
    return found


def _put(story: "StoryFile", found: Mapping[Key, str]) -> None:
    told = {f"{language} {name}": text for (language, name), text in found.items()}
    story.remember(_SETTING, json.dumps(told, ensure_ascii=False) if told else None)
