"""The takes of a place: walking through them, looking at one, going back to what stood.

A look at a take puts it on the page as one undo step and takes that step back before the next look,
so that Escape leaves the page exactly as it was.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from textual.timer import Timer

from storyforge.domain.generation import Take, TakeState
from storyforge.domain.origin import Origin, Place, Provenance, cut
from storyforge.i18n import _
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen

#: seconds the caret rests before the panel asks for the takes at it
LOOK_AFTER = 0.12


def standing_take(provenance: Provenance, place: Place) -> str | None:
    """The id of the take that stands at `place`, if one does."""
    spans = cut(provenance.spans, place.start, place.end)
    return next((span.take for span in spans if span.take), None)


class Walking:
    """What the takes panel and the walking keys do."""

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk
        self._place: Place | None = None
        self._looking = False
        self._shown: str | None = None
        self._later: Timer | None = None

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "newer_take": lambda: self.walk(newer=True),
            "older_take": lambda: self.walk(newer=False),
            "takes": self.open,
            "put_take": self.choose,
            "about_take": self.about,
        }

    @property
    def previewing(self) -> bool:
        """Whether the panel has put a take on the page that nobody has chosen yet."""
        return self._looking

    def look_again(self) -> None:
        """The caret or the page moved: show the takes of where it stands now, in a moment."""
        if self._later is None:
            self._later = self.desk.set_timer(LOOK_AFTER, self._look)
        else:
            self._later.reset()

    def walk(self, newer: bool) -> None:
        """Alt+↑ and Alt+↓."""
        if self.desk.may_write():
            launch(self.desk.house, self._walk(newer), group="turn")

    def open(self) -> None:
        """F7."""
        launch(self.desk.house, self._open(), group="turn")

    def preview(self, take: Take | None) -> None:
        """The cursor of the panel is on `take`."""
        if take is not None and self._place is not None and self.desk.may_write():
            launch(self.desk.house, self._preview(self._place, take), group="turn")

    def choose(self) -> None:
        """Enter in the panel: what is on the page stays."""
        launch(self.desk.house, self._choose(), group="turn")

    def about(self) -> None:
        """What there is to say of the marked take."""
        take = self.desk.takes.marked
        if take is None:
            self.desk.house.tell(_("There is no take here."))
            return
        from storyforge.tui.dialogs.about_take import AboutTake

        self.desk.house.push_screen(AboutTake(take))

    def back(self) -> None:
        """Escape in the panel: what stood before comes back."""
        launch(self.desk.house, self._back(), group="turn")

    def settle(self) -> None:
        """The panel was left by another way than Enter or Escape: what is on the page stays."""
        if self._place is not None and not self.desk.turn.locked():
            self._place = None
            self._looking = False
            self.desk.takes.remove_class("-over")
            self.look_again()

    async def takes_of(self, place_id: str) -> tuple[Take, ...]:
        """The takes of a place, read in a thread."""
        story = self.desk.story
        return await asyncio.to_thread(story.takes.of_place, place_id) if story else ()

    async def place_here(self) -> Place | None:
        """The place with takes that the caret is in or directly behind; says so where none is."""
        story = self.desk.story
        if story is None:
            return None
        module = await lazily("storyforge.studio.takes.walking")
        manuscript = self.desk.manuscript
        found = await asyncio.to_thread(
            module.place_to_retry, story, manuscript.provenance, manuscript.caret
        )
        if found is None:
            self.desk.house.tell(
                _(
                    "There are no takes at the caret. Put it into a continuation, or directly "
                    "behind one."
                )
            )
        return cast("Place | None", found)

    async def keep_changed(self, place: Place) -> None:
        """Keep what stands at `place` as a take where the author has changed it."""
        desk = self.desk
        if desk.story is None:
            return
        module = await lazily("storyforge.studio.takes.walking")
        standing = desk.manuscript.text_at(place.id)
        await asyncio.to_thread(
            module.keep_if_changed, desk.story, desk.scene_id, place.id, standing
        )

    async def _walk(self, newer: bool) -> None:
        async with self.desk.turn:
            await self.desk.continuing.halt()
            place = await self.place_here()
            if place is None:
                return
            await self.keep_changed(place)
            takes = await self.takes_of(place.id)
            module = await lazily("storyforge.studio.takes.walking")
            take = module.neighbour(
                takes,
                self.desk.manuscript.text_at(place.id),
                self._standing(place.id),
                1 if newer else -1,
            )
            if take is None:
                self.desk.house.tell(
                    _("This is the newest take.") if newer else _("This is the oldest take.")
                )
                return
            self._put(place, take)
            await self._show(place)

    def _standing(self, place_id: str) -> str | None:
        """The id of the take on the page at a place."""
        place = self.desk.manuscript.provenance.place(place_id)
        return standing_take(self.desk.manuscript.provenance, place) if place else None

    def _put(self, place: Place, take: Take) -> None:
        origin = Origin.EDITED if take.state is TakeState.EDITED else Origin.MODEL
        self.desk.manuscript.put_take(place.id, take.id, take.standing, origin)
        self.desk.saving.touched()

    async def _open(self) -> None:
        async with self.desk.turn:
            await self.desk.continuing.halt()
            place = await self.place_here()
            if place is None:
                return
            self._place = place
            await self._show(place)
            self.desk.takes.add_class("-over")
            self.desk.takes.focus()

    async def _preview(self, place: Place, take: Take) -> None:
        async with self.desk.turn:
            if take is not self.desk.takes.marked:
                return
            manuscript = self.desk.manuscript
            if self._looking:
                manuscript.undo()
                self._looking = False
            else:
                await self.keep_changed(place)
            if manuscript.text_at(place.id) != take.standing:
                self._put(place, take)
                self._looking = True

    async def _choose(self) -> None:
        async with self.desk.turn:
            self._looking = False
            await self._leave_panel()

    async def _back(self) -> None:
        async with self.desk.turn:
            if self._looking:
                self._looking = False
                self.desk.manuscript.undo()
                self.desk.saving.touched()
            await self._leave_panel()

    async def _leave_panel(self) -> None:
        place, self._place = self._place, None
        self.desk.takes.remove_class("-over")
        self.desk.manuscript.focus()
        if place is not None:
            await self._show(place)

    def _look(self) -> None:
        self._later = None
        if self._place is None and self.desk.story is not None:
            launch(self.desk.house, self._look_at_caret(), group="look", exclusive=True)

    async def _look_at_caret(self) -> None:
        place = self.desk.manuscript.place_at_caret()
        if place is not None and place.id == self._shown and self.desk.continuing.running:
            return  # The running take grows; nothing else changes, and each look paints.
        self._shown = None
        if place is None:
            self.desk.takes.show_takes((), None, self.desk.language)
        else:
            await self._show(place)

    async def _show(self, place: Place) -> None:
        takes = await self.takes_of(place.id)
        self._shown = place.id
        standing = self._standing(place.id)
        if self.desk.manuscript.provenance.place(place.id) is not None:
            # A sum of several takes holds the words of those, and is a take of its own.
            text = self.desk.manuscript.text_at(place.id)
            same = [take.id for take in takes if take.standing == text != ""]
            if same and standing not in same:
                standing = same[-1]
        self.desk.takes.show_takes(takes, standing, self.desk.language)
