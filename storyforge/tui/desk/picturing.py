"""Pictures from the desk and the plan: the way to the gallery and back, and the scene drawn without
leaving the page.

The run stays as long as the story is open: what is drawn goes on while the author writes, says in
the status line how far it is, and announces itself when it is there.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.i18n import _, ngettext
from storyforge.tui.desk.beside import Beside
from storyforge.tui.gallery.ordering import Ordering
from storyforge.tui.gallery.running import PictureRun
from storyforge.tui.work import launch, lazily

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import Picture
    from storyforge.studio.pictures.queue import Progress
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.screens.gallery import GalleryScreen


class Picturing(Beside["GalleryScreen"]):
    """Opens the gallery, draws scenes, and takes the author back.

    Attributes:
        drawn: how many pictures were drawn since the story was opened.
    """

    NAME = "gallery"

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self._run: PictureRun | None = None
        self._ordering: Ordering | None = None
        self.drawn = 0

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "pictures": lambda: self.show(),
            "illustrate": lambda: self.start(lambda: self.draw(self.desk.scene_id)),
        }

    # What draws.

    @property
    def run(self) -> PictureRun:
        """The run of the queue; made where it is not there yet."""
        if self._run is None:
            assert self.desk.story is not None
            self._run = PictureRun(
                self.desk, self.desk.story, drawn=self._is_drawn, ended=self._has_ended
            )
        return self._run

    async def ordering(self) -> Ordering:
        """What is wanted of the pictures; made where it is not there yet."""
        if self._ordering is None:
            assert self.desk.story is not None
            made = Ordering(self.desk.house, self.desk.story)
            await made.read()
            self._ordering = made
        return self._ordering

    @property
    def wanted(self) -> Ordering:
        """The same, where it was made before."""
        assert self._ordering is not None
        return self._ordering

    async def draw(self, key: str) -> None:
        """Alt+I: the scene, or the item, as it is planned, or as the author has its prompt."""
        desk, story = self.desk, self.desk.story
        if story is None:
            return
        if story.read_only:
            desk.house.tell(story.read_only_reason)
            return
        if not await self.has_painter() or not await desk.saving.flush():
            return
        await self.save()
        ordering = await self.ordering()
        planned, orders = await ordering.of_place(key)
        for note in planned.notes:
            desk.house.tell(note)
        await self.run.order(orders, await ordering.profile())

    def stay_here(self) -> None:
        """The story was marked to never leave this machine."""
        if self._run is not None:
            self._run.stay_here()

    async def has_painter(self) -> bool:
        """Whether one is set up; where none is, the author is helped to one."""
        from storyforge.tui.gallery.first_painter import find_painter

        return await find_painter(self.desk.house)

    def _is_drawn(self, picture: "Picture") -> None:
        self.drawn += 1
        if self._screen is not None and self._run is not None:  # else the story is being closed
            self._screen.picture_came(picture)

    def _has_ended(self, progress: "Progress", told: str) -> None:
        house = self.desk.house
        if self._screen is not None and house.screen is self._screen and not progress.failed:
            return
        if len(progress.drawn) == 1 and not progress.failed:
            scene = self.title_of(progress.drawn[0].scene_id)
            told = _("The picture of “{scene}” is drawn.").format(scene=scene) if scene else told
        if progress.drawn and house.screen is not self._screen:
            key = house.key_of("pictures")
            shows = ngettext("{key} shows it.", "{key} shows them.", len(progress.drawn))
            told = f"{told}\n{shows.format(key=key)}"
        house.tell(told, _("Pictures"))

    async def opened(self) -> None:
        """Offer what was stopped, or was cut off with the program."""
        self.start(self._go_on_later)

    async def _go_on_later(self) -> None:
        from storyforge.tui.dialogs.base import Choice, Choose

        story = self.desk.story
        if story is None or story.read_only:
            return
        studio = await lazily("storyforge.studio.pictures.queue")
        left = await asyncio.to_thread(studio.left_over, story)
        if not left:
            return
        told = ngettext(
            "{count} picture that you ordered was not drawn.",
            "{count} pictures that you ordered were not drawn.",
            len(left),
        ).format(count=len(left))
        answer = await self.ask(
            Choose(
                _("Pictures"),
                told,
                [
                    Choice("on", _("Go on drawing")),
                    Choice("later", _("Later: they stay in the queue of the gallery")),
                    Choice("drop", _("Forget them")),
                ],
            )
        )
        if answer == "on" and await self.has_painter():
            await self.run.go_on()
        elif answer == "drop":
            for order in left:
                await asyncio.to_thread(story.picture_queue.remove, order.id)

    # The gallery.

    def make(self) -> "GalleryScreen":
        """The gallery."""
        from storyforge.tui.screens.gallery import GalleryScreen

        return GalleryScreen(self.desk, self)

    def show(self, scene_id: str = "") -> None:
        """The pictures of a scene; of the one on the page without."""
        launch(self.desk.house, self._open(scene_id or self.desk.scene_id), group="gallery")

    async def _open(self, scene_id: str) -> None:
        if not await self.all_saved():
            return
        await self.ordering()
        house, screen = self.desk.house, self.screen
        if screen in house.screen_stack:
            return
        if house._driver is not None and not house.is_headless:
            house.terminal.graphics.ask(house._driver)
        await screen.look_again()
        await house.push_screen(screen)
        screen.open_at(scene_id)

    def back(self) -> None:
        """To where the author came from."""
        launch(self.desk.house, self._back(), group="gallery")

    async def _back(self) -> None:
        if self.desk.house.screen is self.screen:
            await self.screen.save()
            await self.desk.house.pop_screen()

    async def to_plan(self, item_id: str, field: str) -> None:
        """To the line of the plan that some words of a prompt are from."""
        from storyforge.tui.desk.by_plan import planning_of

        await self._back()
        await planning_of(self.desk).open_at(item_id, field)

    async def close(self) -> None:
        """End what is drawn; the rest is offered the next time."""
        run, self._run = self._run, None
        if run is not None:
            await run.close()
        await super().close()
        # The gallery asks for it until it is closed.
        self._ordering = None
