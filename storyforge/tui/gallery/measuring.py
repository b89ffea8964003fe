"""How long the prompts are for CLIP, beside them: 31/75, as AUTOMATIC1111 shows it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from storyforge.i18n import _
from storyforge.tui.gallery.area import Area
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from textual.timer import Timer

    from storyforge.images.folders import Found
    from storyforge.tui.screens.gallery import GalleryScreen

# Seconds without a letter before it is counted anew.
_REST = 0.2


class Measuring(Area):
    """Counts in a thread: CLIP's vocabulary takes a tenth of a second to read."""

    def __init__(self, gallery: "GalleryScreen") -> None:
        super().__init__(gallery)
        self._rest: Timer | None = None
        self._found: Found | None = None

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """Nothing that is asked for."""
        return {}

    def written(self) -> None:
        """A prompt is another."""
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.gallery.set_timer(_REST, self._begin)

    def _begin(self) -> None:
        if not self.gallery.closing:
            launch(self.gallery.house, self._count(), group="gallery-length")

    async def _count(self) -> None:
        clip = await lazily("storyforge.images.clip_tokens")
        resolving = await lazily("storyforge.studio.pictures.resolving")
        settings = await self.gallery.house.ready_settings()
        here = resolving.Folders(settings, self._found)
        editor = self.gallery.prompt_editor
        steps = self.gallery.prompting.values.steps

        def told(text: str) -> str:
            length = clip.length(text, here.vectors(text), steps=steps)
            return f"{length.tokens}/{length.room}"

        prompt = await asyncio.to_thread(told, editor.text)
        if editor.negative.strip():
            negative = await asyncio.to_thread(told, editor.negative)
            prompt = _("{prompt} · negative {negative}").format(prompt=prompt, negative=negative)
        self._found = here.found
        self.gallery.tell_length(prompt)
