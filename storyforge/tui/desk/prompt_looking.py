"""One look at what the model would see at the desk's caret, and how long a prompt is that an author
writes on. Nothing is written by looking.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from storyforge.domain.generation import Loading
from storyforge.domain.sections import PromptEdit
from storyforge.errors import ModelError
from storyforge.i18n import _
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.studio.prompt.looking import Look
    from storyforge.tui.screens.desk import DeskScreen


async def looked(
    desk: "DeskScreen", draft: PromptEdit | None, heard: Callable[[Loading], object]
) -> "Look | None":
    """What the model would see; None where the story is closed, or must not be told to the model.

    Args:
        draft: what the author wrote on the scene's prompt.
        heard: is told how far the loading of the model is.
    """
    story = desk.story
    if story is None or not await desk.abroad.may_send():
        return None
    looking = await lazily("storyforge.studio.prompt.looking")
    settings = await desk.house.ready_settings()
    backend = await desk.house.backend()
    wish = await desk.continuing.wish()
    passage = desk.manuscript.passage()
    profile = await (await desk.house.backends()).profile_of()
    window = profile.context_tokens or settings.model.context_tokens
    # A model that writes counts nothing until it has finished.
    writes = _("The model is writing: until it has finished, tokens are estimates.")
    busy = writes if desk.continuing.running else ""
    async for told in looking.look(story, passage, backend, wish, window, draft=draft, busy=busy):
        if not isinstance(told, Loading):
            return cast("Look", told)
        heard(told)
    return None


async def counted(desk: "DeskScreen", text: str) -> int | None:
    """The tokens of a prompt that is written on; None where no model may or can count it."""
    permission = await lazily("storyforge.studio.permission")
    story, backend = desk.story, await desk.house.backend()
    if story is None:
        return None
    try:
        # The writer may have been changed since the screen was opened.
        await permission.check(story, backend.card)
        (tokens,) = await backend.count_tokens((text,))
    except (ModelError, permission.NotAllowed):
        return None  # the sentence that there is no model stands on the screen
    return int(tokens)
