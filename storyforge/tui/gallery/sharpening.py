"""The prompt in the editor sharpened by a model: one step, which Ctrl+Z takes back."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.generation import Noted
from storyforge.domain.picture.painters import Dialect
from storyforge.domain.plan.items import Item
from storyforge.domain.profile import Task
from storyforge.i18n import _
from storyforge.tui.gallery.area import Area
from storyforge.tui.terminal import key_name
from storyforge.tui.work import Idle, launch, lazily, stood_still

if TYPE_CHECKING:
    from storyforge.domain.plan.proposals import Proposal
    from storyforge.tui.screens.gallery import GalleryScreen

_TASK = Task.PICTURE_PROMPT


@dataclass(frozen=True, slots=True)
class _Asked:
    """A prompt on its way to a model."""

    item: Item
    prompt: str
    dialect: Dialect
    wish: str


class Sharpening(Area):
    """Asks for a sharper prompt, and puts it into the editor."""

    def __init__(self, gallery: "GalleryScreen") -> None:
        super().__init__(gallery)
        self._stop = asyncio.Event()
        self._idle = Idle()
        self._wish = ""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"gallery_sharpen": lambda: self.start(self._ask_for_it)}

    @property
    def running(self) -> bool:
        """Whether a model is at work."""
        return not self._idle.is_set()

    def escape(self) -> bool:
        """The model is to stop."""
        stops = self._idle.missed() or (self.running and not self._stop.is_set())
        self._stop.set()
        return stops

    async def close(self) -> None:
        """The story is about to be closed."""
        self._stop.set()
        await stood_still(self._idle)

    async def _ask_for_it(self) -> None:
        from storyforge.tui.dialogs.base import AskText

        gallery = self.gallery
        item = (await asyncio.to_thread(gallery.story.plan.read)).item(gallery.prompting.key)
        editor = gallery.prompt_editor
        if item is None or not editor.text.strip():
            gallery.house.tell(_("There is no prompt of the plan here that could be sharpened."))
            return
        if self.running or not self.may_change():
            return
        label = _("What you want, such as “more fog”; it may be empty")
        wish = await self.ask(AskText(_("Sharpen the prompt"), label, self._wish, blank=True))
        if wish is not None:
            self._wish = wish
            await self._begin(_Asked(item, editor.text, editor.written_on.dialect, wish))

    async def _begin(self, asked: _Asked) -> None:
        desk = self.gallery.desk
        if await desk.engine.refuses(_TASK) or not await desk.abroad.may_send(_TASK):
            return
        if not self.running:
            self._idle.clear()
            self._stop = asyncio.Event()
            launch(self.gallery.house, self._guarded(asked), group="sharpening")

    async def _guarded(self, asked: _Asked) -> None:
        try:
            await self.gallery.desk.abroad.carry(
                _TASK,
                lambda agreed: self._follow(asked, agreed),
                lambda: self.start(lambda: self._begin(asked)),
            )
        finally:
            self._idle.set()

    async def _follow(self, asked: _Asked, agreed: bool) -> None:
        gallery, house = self.gallery, self.gallery.house
        asking = await lazily("storyforge.studio.planning.asking")
        sharpening = await lazily("storyforge.studio.pictures.sharpening")
        wanted = sharpening.sharpening(asked.item, asked.prompt, asked.dialect, asked.wish)
        backend = await house.backend(_TASK)
        house.tell(
            _("The model sharpens the prompt; {key} stops it.").format(key=key_name("escape"))
        )
        events = asking.propose(
            gallery.story,
            backend,
            replace(wanted, agreed=agreed),
            await self._sampling(),
            self._stop,
        )
        last: Proposal | None = None
        async with aclosing(events) as stream:
            async for event in stream:
                if backend.card.is_local and gallery.desk.continuing.running:
                    self._stop.set()
                if isinstance(event, asking.VariantFinished):
                    last = event.proposal
                elif isinstance(event, Noted):
                    house.tell(event.message)
        if last is not None and not self._stop.is_set():
            await self._put(asked, last)

    async def _put(self, asked: _Asked, proposal: "Proposal") -> None:
        """What came, into the editor; nothing that the author wrote meanwhile is replaced."""
        gallery, editor = self.gallery, self.gallery.prompt_editor
        sharpening = await lazily("storyforge.studio.pictures.sharpening")
        told = await asyncio.to_thread(sharpening.sharpened, asked.prompt, proposal, asked.dialect)
        if proposal.flaw or not proposal.value:
            gallery.house.tell(proposal.flaw or _("Nothing could be read in this answer."))
        elif gallery.prompting.key != asked.item.id or editor.text != asked.prompt:
            gallery.house.tell(_("You went on with another prompt; the sharper one was not used."))
        else:
            editor.rewrite(told, editor.negative)
            gallery.house.tell(_("The prompt is sharper; Ctrl+Z in it brings the old one back."))

    async def _sampling(self) -> Any:
        presets = await lazily("storyforge.studio.presets")
        settings = await self.gallery.house.ready_settings()
        return await asyncio.to_thread(presets.sampling_of, settings, story=self.gallery.story)
