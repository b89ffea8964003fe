"""Profiles and tasks by their names: what the shell completes, and what verbs share about them."""

from typing import Annotated

import typer

from storyforge.cli.talk import note
from storyforge.domain.profile import Task
from storyforge.i18n import _


def names(incomplete: str) -> list[str]:
    """What the shell completes; settings that cannot be read complete to nothing."""
    from storyforge import settings
    from storyforge.errors import StoryforgeError
    from storyforge.studio.profiles.routing import known

    try:
        names = [profile.name for profile in known(settings.load())]
    except StoryforgeError:
        return []
    return [name for name in names if name.startswith(incomplete)]


def tasks(incomplete: str) -> list[str]:
    """What the shell completes for a task."""
    return [task.value for task in Task if task.value.startswith(incomplete)]


def say_complaints() -> None:
    """What of profiles and tasks cannot be used, on stderr, before a model is asked."""
    from storyforge import settings
    from storyforge.studio.profiles.routing import complaints

    for told in complaints(settings.load()):
        note(told)


#: of every verb about one profile
MAYBE = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME", help=_("A profile; without it the one that writes."), autocompletion=names
    ),
]
#: of every verb that asks a model
PROFILE = Annotated[
    str | None,
    typer.Option(
        "--profile",
        "-p",
        metavar="NAME",
        help=_("Another profile, this once."),
        autocompletion=names,
    ),
]
