"""The open file is not ours any more: another program replaced it, or took it away.

What the author wrote is in a file of its own before anything is asked, and nothing is written over.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from storyforge.domain.copies import Standing
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.desk.two_copies import ask_about_both, tell_together
from storyforge.tui.dialogs.base import Choice, Choose, Tell
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.work import explained, lazily

if TYPE_CHECKING:
    from storyforge.domain.story import Page
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen


def rescue(desk: "DeskScreen", story: "StoryFile", page: "Page | None") -> Path:
    """All that the story and the desk hold, in a file of its own; where that is."""
    from storyforge.store.story_file import StoryFile

    areas = desk.hearing
    notes = {key: one for area in areas for key, one in area.unsaved_notes().items()}
    rescued = story.guard.rescue(page, notes)
    if any(area.unsaved for area in areas):
        with StoryFile.open(rescued) as copy:
            for area in areas:
                area.rescue_into(copy)
    return rescued


async def replaced(desk: "DeskScreen", story: "StoryFile", standing: Standing) -> None:
    """Bring the author's to safety, and go on in the file that they choose."""
    rescued = await _rescued(desk, story)
    # What lies there is read as it lies: our log goes from beside it with the story.
    await desk.leaving.close()
    if standing is Standing.GONE:
        await _gone(desk, story.path, rescued)
        return
    story_id = desk.outline.story_id if desk.outline is not None else ""
    glance = await lazily("storyforge.store.glance")
    copies = await lazily("storyforge.studio.other_copies")
    try:
        is_another = await asyncio.to_thread(glance.story_id, story.path) != story_id
        more = is_another or await asyncio.to_thread(copies.holds_more, story.path, rescued)
    except StoryforgeError as error:
        desk.house.tell_error(error)
        await _go_on_in(desk, rescued)
        return
    if is_another:
        await _another(desk, story.path, rescued)
    elif more:
        await _both_hold_more(desk, story.path, rescued)
    else:
        await _came_in(desk, story.path, rescued, story_id)


async def _rescued(desk: "DeskScreen", story: "StoryFile") -> Path:
    async with desk.turn:
        await desk.continuing.halt()
        # Before it is read: a word typed while the copy is made would be in neither.
        pages = (desk.manuscript, *desk.side.query(Notes))
        for one in pages:
            one.lock_page(_("Another program changed the file of this story."))
        page = desk.manuscript.page() if desk.saving.dirty else None
        try:
            rescued = await asyncio.to_thread(rescue, desk, story, page)
        except BaseException:
            for one in pages:
                one.unlock_page()
            raise
        desk.saving.kept_elsewhere()
    return rescued


async def _gone(desk: "DeskScreen", path: Path, rescued: Path) -> None:
    answer = await desk.house.push_screen_wait(
        Choose(
            _("The story file is gone"),
            _("Another program took “{name}” away. What you wrote is whole in “{copy}”.").format(
                name=path.name, copy=rescued.name
            ),
            [
                Choice("back", _("Put it back under its name, and go on")),
                Choice("copy", _("Go on in the copy")),
            ],
        )
    )
    if answer == "copy":
        await _go_on_in(desk, rescued)
    else:
        await _go_on_in(desk, await _put_back(desk, path, rescued))


async def _put_back(desk: "DeskScreen", path: Path, rescued: Path) -> Path:
    """Where the copy lies then: under the story's name, where that can be."""
    copies = await lazily("storyforge.studio.other_copies")
    try:
        found: Path = await asyncio.to_thread(copies.put_back, rescued, path)
    except OSError as error:
        desk.house.tell_error(explained(error))
        return rescued if await asyncio.to_thread(rescued.exists) else path
    return found


async def _another(desk: "DeskScreen", path: Path, rescued: Path) -> None:
    """What lies there now is not this story at all."""
    await desk.house.push_screen_wait(
        Tell(
            _("Another file lies here now"),
            _(
                "Another program put something else in the place of “{name}”. What you "
                "wrote is whole in “{copy}”, which is opened now."
            ).format(name=path.name, copy=rescued.name),
        )
    )
    await _go_on_in(desk, rescued)


async def _came_in(desk: "DeskScreen", path: Path, rescued: Path, story_id: str) -> None:
    """What came in has all of ours in it."""
    copies = await lazily("storyforge.studio.other_copies")
    try:
        await asyncio.to_thread(copies.put_away, rescued, story_id)
    except OSError as error:  # the copy stays beside the story, and is asked about there
        desk.house.tell_error(explained(error))
    await _go_on_in(desk, path)
    desk.house.tell(
        _("A newer copy of this story came in from another machine. All of yours is in it.")
    )


async def _both_hold_more(desk: "DeskScreen", path: Path, rescued: Path) -> None:
    """Each of the two has something that the other has not."""
    answer = await ask_about_both(
        desk,
        _("The story came in from another machine"),
        _(
            "A sync tool put another copy in the place of “{name}” while you wrote. Nothing "
            "was written over: yours is whole in “{copy}”."
        ).format(name=path.name, copy=rescued.name),
        _("Keep both files as they are, and go on in mine"),
        path,
        rescued,
    )
    if answer != "merge":
        await _go_on_in(desk, rescued)
        return
    copies = await lazily("storyforge.studio.other_copies")
    try:
        report, kept = await asyncio.to_thread(copies.take_in_at, path, rescued)
    except (StoryforgeError, OSError) as error:
        desk.house.tell_error(explained(error))
        await _go_on_in(desk, rescued)
        return
    await _go_on_in(desk, path)
    await tell_together(desk, report, path.name, rescued.name, kept)


async def _go_on_in(desk: "DeskScreen", path: Path) -> None:
    """A fresh desk on this file: no undo reaches behind what another program did."""
    from storyforge.tui.screens.desk import DeskScreen

    await desk.house.switch_screen(DeskScreen(path))
