"""What an author is told once: the key that works here, what the small model is good for."""

import asyncio
from typing import TYPE_CHECKING

from storyforge.i18n import _
from storyforge.tui import seen
from storyforge.tui.widgets.model_words import language_warning

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen

FIRST_RUN = "first run"


class Hinting:
    """Hints under the page, and the word about a language."""

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk

    async def first_run(self) -> None:
        """Name the key that continues here; be honest about the small model. Once for good."""
        if await asyncio.to_thread(seen.told, FIRST_RUN):
            return
        house = self.desk.house
        lines = [
            _(
                "{key} continues your text from the caret; {stop} stops, {retry} tries again."
            ).format(
                key=house.key_of("continue"),
                stop=house.key_of("stop"),
                retry=house.key_of("retry"),
            )
        ]
        writer = await (await house.backends()).profile_of()
        came_along = writer.backend == "llama.cpp" and not writer.model
        if house.needs_engine and came_along:
            lines.append(
                _(
                    "The small model that came along (135M) only shows the keys, in English. For "
                    "real prose choose another: {key} lists the models."
                ).format(key=house.key_of("model"))
            )
        lines.append(_("{key} closes this.").format(key=house.key_of("stop")))
        self.desk.hint.tell("\n".join(lines))
        await asyncio.to_thread(seen.remember, FIRST_RUN)

    async def once(self, text: str) -> None:
        """Tell `text` if it was never told before."""
        if not await asyncio.to_thread(seen.told, text):
            self.desk.hint.tell(text)
            await asyncio.to_thread(seen.remember, text)

    async def language(self) -> None:
        """Warn where the model does not know the story's language."""
        card = (await self.desk.house.backend()).card
        warning = language_warning(card, self.desk.language)
        if warning:
            self.desk.hint.tell(warning)
