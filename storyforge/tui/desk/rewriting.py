"""Work that changes scenes of the open story behind the page: the page and its past follow it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from storyforge.domain.story import Page

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen

Answer = TypeVar("Answer")


async def rewrite(
    desk: "DeskScreen", story: "StoryFile", work: Callable[[], Answer], *, reason: str
) -> Answer | None:
    """What `work` answers, done in a thread; None where it was not begun.

    The page is saved first and locked meanwhile; a scene with an undo history gets one more step.

    Args:
        reason: why the page is locked, as the status line says it.
    """
    async with desk.turn:
        await desk.continuing.halt()
        if not desk.may_write():
            return None
        scene = desk.scene_id
        watched = {*desk.scenes.remembered(), scene}

        def changed() -> tuple[dict[str, Page], Answer, dict[str, Page]]:
            before = {one: story.scenes.load(one) for one in watched}
            answer = work()
            return before, answer, {one: story.scenes.load(one) for one in watched}

        desk.manuscript.lock_page(reason)
        desk.say(activity=reason)
        try:
            async with desk.saving.still() as saved:
                if not saved:
                    return None
                before, answer, after = await asyncio.to_thread(changed)
                desk.manuscript.unlock_page()
                for one in watched - {scene}:
                    if before[one].text != after[one].text:
                        desk.scenes.rewritten(before[one], after[one])
                if _differ(before[scene], after[scene]):
                    desk.manuscript.rewrite(after[scene])
        finally:
            desk.manuscript.unlock_page()
            desk.say(activity="")
        for area in desk.hearing:
            await area.reread()
        await desk.saving.flush()
        await desk.saving.recount()
    if desk.outline is not None and desk.outline.scene(scene) is None:
        await desk.scenes.open(desk.outline.scenes[0].id)
    return answer


def _differ(before: Page, after: Page) -> bool:
    # Anchors alone may have come: a page without them would save them away again.
    return (before.text, before.provenance) != (after.text, after.provenance)
