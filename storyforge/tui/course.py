"""Work that takes a while: done by a thread, watched by a dialog once it lasts."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from storyforge.tui.dialogs.waiting import Waiting

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp

#: seconds a work may take before the author is told how far it is
_PATIENCE = 0.7

Result = TypeVar("Result")


class Stopped(Exception):
    """The author stopped the work."""


class Course:
    """How far the work is; told by a thread, looked at by the screen."""

    def __init__(self) -> None:
        self.done = (0, 0)
        self.stopped = False

    def tell(self, done: int, total: int) -> None:
        """`done` of `total` steps are done; ends the work once it was stopped."""
        self.done = (done, total)
        if self.stopped:
            raise Stopped

    def stop(self) -> None:
        """End the work at its next step."""
        self.stopped = True


async def watched(
    house: "StoryforgeApp",
    title: str,
    text: str,
    work: Callable[[Callable[[int, int], None]], Result],
) -> Result:
    """What `work` answers, which is given the way to tell how far it is.

    Raises:
        Stopped: the author stopped it; and whatever the work raises.
    """
    course = Course()
    working = asyncio.create_task(asyncio.to_thread(work, course.tell))
    await asyncio.wait([working], timeout=_PATIENCE)
    waiting = None
    if not working.done():
        waiting = Waiting(title, text, lambda: course.done, course.stop)
        await house.push_screen(waiting)
    try:
        return await working
    finally:
        if waiting is not None:
            waiting.dismiss(None)
