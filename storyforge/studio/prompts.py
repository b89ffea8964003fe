"""The prompt templates for their author: which there are, whose they are, how a copy is kept.

A copy of the author's lies in the config folder, for all stories, or in a story, for that one. What
is taken back goes to a folder beside the copies. Finding and compiling is `prompting.library`'s.
"""

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge import paths
from storyforge.borrowed import reason
from storyforge.domain.plan.tasks import TASKS
from storyforge.domain.text import clean
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.prompting import library
from storyforge.prompting.library import Located, Origin, Own
from storyforge.prompting.template import ENDING
from storyforge.small_files import put
from storyforge.studio.prompt.trying import Flaw, flaw, own_of

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile

# In the order in which a story is made; other folders come behind, by name.
_STAGES = ("premise", "characters", "world", "outline", "scenes", "item", "field", "picture")
_OTHERS = ("read_in", "draft", "rewrite", "summary", "chat")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template as it is used now.

    Attributes:
        name: "<stage>/<task>". language: of its folder.
        origin: whose it is: packaged, yours, this story's.
        path: its file; of a story's own copy its name only.
        text: what stands in it; empty where it cannot be read.
        packaged: the one that ships; empty where none does.
        flaw: what is wrong with it; packaged ones are not looked at.
    """

    name: str
    language: str
    origin: Origin
    path: Path
    text: str
    packaged: str = ""
    flaw: Flaw | None = None

    @property
    def stage(self) -> str:
        """The folder it lies in."""
        return self.name.partition("/")[0]

    @property
    def is_own(self) -> bool:
        """Whether it is a copy of the author's."""
        return self.origin is not Origin.PACKAGED


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A copy that is used no more; `file` keeps it."""

    name: str
    language: str
    origin: Origin
    text: str
    file: Path


def prompts(story: "StoryFile | None" = None, language: str = "") -> tuple[Prompt, ...]:
    """Every template in its order, each as it would be used; reads files.

    Args:
        story: with its own copies.
        language: a folder's, such as "en"; empty for all.
    """
    own = own_of(story)
    found = (
        prompt(name, folder, story)
        for folder, name in library.all_names(own)
        if not language or folder == language
    )
    return tuple(sorted(found, key=_order))


def languages(story: "StoryFile | None" = None) -> tuple[str, ...]:
    """The languages that there are templates in; those of the story first."""
    there = {folder for folder, _name in library.all_names(own_of(story))}
    asked: list[str] = []
    if story is not None:
        plan = story.plan.read()
        for tag in (plan.plan_language, plan.language):
            asked += [folder for folder in library.folders(tag) if folder in there][:1]
    return tuple(dict.fromkeys((*asked, *sorted(there))))


def prompt(name: str, language: str, story: "StoryFile | None" = None) -> Prompt:
    """The template of that name, as it would be used.

    Raises:
        BadInput: there is none.
    """
    own = own_of(story)
    every = list(library.all_located(name, language, own))
    if not every:
        raise _unknown(name)
    used = every[0]
    packaged = next((one for one in every if one.origin is Origin.PACKAGED), None)
    try:
        text = used.source(own)
    except BadInput as error:
        return _prompt(used, "", packaged, own, Flaw(used.path, 0, error.message))
    shipped = used.origin is Origin.PACKAGED
    fault = None if shipped else flaw(name, used.language, text, story)
    return _prompt(used, text, packaged, own, fault)


def difference(found: Prompt) -> str:
    """What was changed, as a unified diff; empty where nothing was."""
    lines = difflib.unified_diff(
        found.packaged.splitlines(keepends=True),
        found.text.splitlines(keepends=True),
        f"{Origin.PACKAGED}/{found.name}",
        f"{found.origin}/{found.name}",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def check_all(story: "StoryFile | None" = None) -> tuple[Flaw, ...]:
    """What is wrong with any template, packaged ones included."""
    found = (
        one.flaw if one.is_own else flaw(one.name, one.language, one.text, story)
        for one in prompts(story)
    )
    return tuple(dict.fromkeys(one for one in found if one is not None))


def write(
    name: str, language: str, text: str, origin: Origin, story: "StoryFile | None" = None
) -> Prompt:
    """Keep a copy of the author's, whatever is wrong with it; it is used from now on.

    Raises:
        BadInput: it cannot be written, or there is no story that could have it.
    """
    text = clean(text)
    if origin is Origin.STORY and story is not None:
        story.prompt_copies.put(language, name, text)
    elif origin is Origin.YOURS:
        file = library.own_file(name, language)
        try:
            put(file, text)
        except OSError as error:
            raise _not_written(file, error) from error
    else:
        raise BadInput(
            _("Templates that ship are not changed: a copy of “{name}” is.").format(name=name),
            title=_("Not kept"),
        )
    return prompt(name, language, story)


def take_back(
    name: str, language: str, origin: Origin, story: "StoryFile | None" = None
) -> TakenBack:
    """Use a copy no more; it is kept in a folder beside the others.

    Raises:
        BadInput: there is no such copy, or it cannot be put away.
    """
    own = own_of(story)
    every = library.all_located(name, language, own)
    found = next((one for one in every if one.origin is origin and one.language == language), None)
    if found is None or origin is Origin.PACKAGED:
        raise _unknown(name)
    text = found.source(own)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    file = trash() / language / f"{name}.{stamp}{ENDING}"
    try:
        put(file, text)
        if origin is Origin.YOURS:
            found.path.unlink()
    except OSError as error:
        raise _not_written(file, error) from error
    if origin is Origin.STORY and story is not None:
        story.prompt_copies.put(language, name, "")
    return TakenBack(name, language, origin, text, file)


def bring_back(taken: TakenBack, story: "StoryFile | None" = None) -> Prompt:
    """Use a copy again that was taken back.

    Raises:
        BadInput: it cannot be written.
    """
    return write(taken.name, taken.language, taken.text, taken.origin, story)


def trash() -> Path:
    """Where copies lie that were taken back."""
    return paths.config_dir() / "prompts-taken-back"


def _prompt(
    used: Located, text: str, packaged: Located | None, own: Own, fault: Flaw | None
) -> Prompt:
    shipped = packaged.source(own) if packaged is not None else ""
    return Prompt(used.name, used.language, used.origin, used.path, text, shipped, fault)


def _order(found: Prompt) -> tuple[int, str, int, str, str]:
    stages, tasks = (*_STAGES, *_OTHERS), list(TASKS)
    at = stages.index(found.stage) if found.stage in stages else len(stages)
    task = tasks.index(found.name) if found.name in TASKS else len(tasks)
    return (at, found.stage, task, found.name, found.language)


def _unknown(name: str) -> BadInput:
    return BadInput(
        _("There is no prompt “{name}”.").format(name=name),
        title=_("Prompt missing"),
        hint=_("All of them: storyforge prompts list"),
    )


def _not_written(file: Path, error: OSError) -> BadInput:
    return BadInput(
        _("The prompt {file} cannot be written: {why}.").format(file=file, why=reason(error)),
        title=_("Not kept"),
        hint=_("What is used now has not changed."),
    )
