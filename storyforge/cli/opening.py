"""Opening a story for one verb, and finding the scene it means."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.cli.names import story_path
from storyforge.cli.talk import note
from storyforge.errors import BadInput, Refused
from storyforge.i18n import _, ngettext

if TYPE_CHECKING:
    from storyforge.domain.story import SceneHead
    from storyforge.store.story_file import StoryFile


@contextlib.contextmanager
def opened(named: Path, *, to_write: bool = False) -> Iterator["StoryFile"]:
    """The story that `named` means, closed again behind the verb.

    Args:
        to_write: make the day's copy first, as the screen does.

    Raises:
        StoryFileError: it cannot be opened.
    """
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.other_copies import undecided
    from storyforge.studio.shelf import open_story

    path = story_path(named)
    with contextlib.closing(open_story(path) if to_write else StoryFile.open(path)) as story:
        if story.recovered:
            note(story.recovered)
        for copy in undecided(story):
            note(
                _("“{copy}” is another copy of this story: “storyforge merge” joins them.").format(
                    copy=copy.name
                )
            )
        if to_write:
            for said in story.notes:
                note(said)
        yield story


def refuse_if_read_only(story: "StoryFile") -> None:
    """Let no verb begin that would write.

    Raises:
        Refused: the story can only be read now.
    """
    if not story.read_only:
        return
    hint = (
        _("Close it there first, or copy it: storyforge export FILE --copy")
        if story.holder is not None
        else _("Put that right, or go on in a copy: storyforge export FILE --copy -o COPY.forge")
    )
    raise Refused(
        _("“{name}” can only be read now. {why}").format(
            name=story.path.name, why=story.read_only_reason
        ),
        title=_("Read only"),
        hint=hint,
    )


def scene_numbered(story: "StoryFile", number: int | None) -> "SceneHead":
    """Scene `number` of the story, from 1; None means the one open last, else the last one.

    Raises:
        BadInput: there is no such scene.
    """
    scenes = story.outline().scenes
    if number is None:
        last_open = story.recall("open_scene")
        return next((scene for scene in scenes if scene.id == last_open), scenes[-1])
    if number > len(scenes):
        raise BadInput(
            _("There is no scene {number}.").format(number=number),
            title=_("No such scene"),
            hint=ngettext(
                "The story has {count} scene; “storyforge show” lists it.",
                "The story has {count} scenes; “storyforge show” lists them.",
                len(scenes),
            ).format(count=len(scenes)),
        )
    return scenes[number - 1]
