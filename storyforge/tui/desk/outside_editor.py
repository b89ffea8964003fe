"""The scene in the author's own editor and back, as one step of the page.

While the editor is open the terminal is its own and the program waits. What it leaves is compared
with the page word by word, so that what stayed keeps its writers, its takes and its comments.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from storyforge.domain.story import Page
from storyforge.errors import BadInput
from storyforge.i18n import _, sentences
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.base import Choice, Choose
from storyforge.tui.handing_over import run, that_waits
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.studio.outside import Parcel
    from storyforge.tui.screens.desk import DeskScreen


class OutsideEditor(Area):
    """What "Edit in $EDITOR" does."""

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        # What is out just now must not be taken for something an earlier session left.
        self._one_at_a_time = asyncio.Lock()

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"outside_editor": lambda: self.start(self.edit)}

    async def opened(self) -> None:
        """Offer what an editor left when the program ended too early."""
        self.start(self._look_for_left_over)

    async def edit(self) -> None:
        """Hand the scene to the editor, wait, take it back."""
        desk = self.desk
        if desk.story is None or not desk.may_write():
            return
        outside = await lazily("storyforge.studio.outside")
        words = await asyncio.to_thread(outside.command)
        if not words:
            desk.house.tell(_("Name your editor first, in a shell: export EDITOR=nano"))
            return
        words = await that_waits(desk.house, words, outside.waiting_flag(words))
        if words is None:
            return
        async with self._one_at_a_time, self._held() as held:
            if not held:
                return
            if not await desk.saving.flush():
                desk.house.tell(_("This scene is not saved yet. It is tried again."))
                return
            parcel = await self._packed(outside)
            try:
                status = run(desk.house, outside, words, parcel)
            except (SuspendNotSupported, BadInput) as error:
                await asyncio.to_thread(outside.forget, parcel)
                desk.house.tell_error(_explained(error))
                return
            await self._take_back(outside, parcel, status)

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[bool]:
        """Nobody writes on the page: what the editor gets, and brings back, is all of it.

        False where the page cannot be written on at all.
        """
        desk = self.desk
        async with desk.turn:
            await desk.continuing.halt()
            if not desk.may_write():
                yield False
                return
            desk.manuscript.lock_page(_("saving"))
            try:
                yield True
            finally:
                desk.manuscript.unlock_page()

    async def _packed(self, outside: Any) -> "Parcel":
        desk = self.desk
        assert desk.story is not None
        assert desk.outline is not None
        page, head = desk.manuscript.page(), desk.outline.scene(desk.scene_id)
        await asyncio.to_thread(desk.story.revisions.keep, page, reason="before editor")
        title = head.title if head is not None else ""
        parcel: Parcel = await asyncio.to_thread(
            outside.pack, desk.outline.story_id, desk.scene_id, title, page.text
        )
        return parcel

    async def _take_back(self, outside: Any, parcel: "Parcel", status: int) -> None:
        desk = self.desk
        page = desk.manuscript.page()
        if status != 0:
            await self._failed(outside, parcel, status)
            return
        text = await asyncio.to_thread(outside.unpack, parcel)
        if text == page.text:
            await asyncio.to_thread(outside.forget, parcel)
            desk.house.tell(_("Nothing was changed."))
            return
        await self._put(outside, parcel, await self._retyped(page, text))

    @staticmethod
    async def _retyped(page: Page, text: str) -> Page:
        retyping = await lazily("storyforge.domain.retyping")
        done: Page = await asyncio.to_thread(retyping.retyped, page, text)
        return done

    async def _failed(self, outside: Any, parcel: "Parcel", status: int) -> None:
        why = (
            _("The editor was ended by signal {number}.").format(number=-status)
            if status < 0
            else _("The editor ended with an error ({status}).").format(status=status)
        )
        told = sentences((why, _("The scene is as it was.")))
        try:
            changed = await asyncio.to_thread(outside.unpack, parcel) != parcel.base
        except BadInput:
            changed = False
        if changed:
            saved = _("What it had saved is in {file}.").format(file=parcel.file)
            told = sentences((told, saved))
        else:
            await asyncio.to_thread(outside.forget, parcel)
        self.desk.house.tell(told)

    async def _put(self, outside: Any, parcel: "Parcel", page: Page) -> None:
        """Onto the page and to the disk; only then is the file let go."""
        desk = self.desk
        desk.manuscript.unlock_page()
        desk.manuscript.restore(page)
        desk.saving.touched()
        if await desk.saving.flush():
            await asyncio.to_thread(outside.forget, parcel)
        desk.house.tell(
            _("The scene is as you left it in the editor. {key} undoes that.").format(
                key=desk.house.key_of("undo")
            )
        )

    # What was left.

    async def _look_for_left_over(self) -> None:
        async with self._one_at_a_time:
            await self._offer_left_over()

    async def _offer_left_over(self) -> None:
        story, outline = self.desk.story, self.desk.outline
        if story is None or outline is None or story.read_only:
            return
        outside = await lazily("storyforge.studio.outside")
        for parcel in await asyncio.to_thread(outside.left_over, outline.story_id):
            head = outline.scene(parcel.scene_id)
            if head is None:
                continue  # in the trash, perhaps: the parcel stays
            try:
                text = await asyncio.to_thread(outside.unpack, parcel)
            except BadInput:
                continue
            now = (await asyncio.to_thread(story.scenes.load, parcel.scene_id)).text
            if text in (parcel.base, now):
                await asyncio.to_thread(outside.forget, parcel)
                continue
            answer = await self.ask(
                Choose(
                    _("From your editor"),
                    _(
                        "“{title}” was open in another editor when storyforge ended. What the "
                        "editor saved is not in the scene yet."
                    ).format(title=head.title or _("A scene")),
                    [
                        Choice("take", _("Put it into the scene; undo takes it back")),
                        Choice("later", _("Ask again next time")),
                        Choice("drop", _("Throw it away")),
                    ],
                )
            )
            if answer == "take":
                await self._take_left_over(outside, parcel, text)
            elif answer == "drop":
                await asyncio.to_thread(outside.forget, parcel)

    async def _take_left_over(self, outside: Any, parcel: "Parcel", text: str) -> None:
        desk = self.desk
        await desk.scenes.open(parcel.scene_id)
        if desk.story is None or desk.scene_id != parcel.scene_id:
            return
        async with self._held() as held:
            if not held:
                return
            page = desk.manuscript.page()
            await asyncio.to_thread(desk.story.revisions.keep, page, reason="before editor")
            await self._put(outside, parcel, await self._retyped(page, text))


def _explained(error: Exception) -> BadInput:
    if isinstance(error, BadInput):
        return error
    return BadInput(
        _("This terminal cannot be handed to another program."), title=_("Not opened outside")
    )
