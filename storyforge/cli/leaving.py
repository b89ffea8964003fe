"""What is asked before a story's text leaves this machine or costs money.

On a terminal the author is asked; elsewhere only --yes is one. What may be asked at all, the studio
decides: a story that is marked to stay here stays here.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from storyforge.i18n import _, sentences

if TYPE_CHECKING:
    from storyforge.backends.base import Backend
    from storyforge.store.story_file import StoryFile

_Ran = TypeVar("_Ran")

#: of every verb that sends a story's text to a model
YES = Annotated[
    bool, typer.Option("--yes", "-y", help=_("Yes to where the text goes, and to what it costs."))
]


def ask_model(
    story: "StoryFile",
    make: "Callable[[], Backend]",
    run: "Callable[[Backend, bool], Coroutine[None, None, _Ran]]",
    *,
    yes: bool,
) -> _Ran:
    """What `run` comes to, once the story's text may go to the model and may cost what it does.

    Args:
        make: makes the backend; again where a yes has changed its profile.
        run: asks it; is also told whether the author knows the costs.

    Raises:
        NotAllowed, NeedsYes: the author did not say yes, or it would not help.
    """
    from storyforge.studio.spending import NeedsYes

    backend = _permitted(story, make, yes)
    try:
        return asyncio.run(run(backend, yes))
    except NeedsYes as error:
        if not _said_yes(error.estimate.question):
            raise
    return asyncio.run(run(make(), True))


async def ask_painter(
    check: "Callable[[bool], Coroutine[None, None, None]]",
    read_again: Callable[[], None],
    *,
    yes: bool,
) -> None:
    """Have `check` let pictures be ordered, once the author has said yes to what it objects to.

    Args:
        check: is told whether the author knows the costs.
        read_again: reads the settings, of which a yes to an unencrypted way is one.

    Raises:
        NotAllowed, NeedsYes: the author did not say yes, or it would not help.
    """
    from storyforge.studio.permission import NotAllowed, allow
    from storyforge.studio.spending import NeedsYes

    paid = yes
    while True:
        try:
            return await check(paid)
        except NotAllowed as error:
            found = error.objection
            if not found.can_be_allowed or not (yes or _said_yes(found.told)):
                raise
            allow(found)
            read_again()
        except NeedsYes as error:
            if not _said_yes(error.estimate.question):
                raise
            paid = True


def _permitted(story: "StoryFile", make: "Callable[[], Backend]", yes: bool) -> "Backend":
    from storyforge.studio.permission import NotAllowed, allow, objection

    while True:
        backend = make()
        found = objection(story, backend.card)
        if found is None:
            return backend
        if not found.can_be_allowed or not (yes or _said_yes(found.told)):
            raise NotAllowed(found)
        allow(found)


def _said_yes(told: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return typer.confirm(sentences((told, _("Go on?"))), default=False, err=True)
