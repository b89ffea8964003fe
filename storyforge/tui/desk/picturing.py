"""The way from the desk, or the plan, to the pictures and back.

The gallery stays as long as the story is open: what is drawn goes on while the author writes.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.screens.gallery import GalleryScreen

_NAME = "gallery"


class Picturing(Area):
    """Opens the gallery, and takes its author back."""

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self._screen: GalleryScreen | None = None

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"pictures": lambda: self.show()}

    @property
    def screen(self) -> "GalleryScreen":
        """The gallery; made where it is not there yet."""
        from storyforge.tui.screens.gallery import GalleryScreen

        if self._screen is None:
            self._screen = GalleryScreen(self.desk, self.back)
            self.desk.house.install_screen(self._screen, _NAME)
        return self._screen

    def show(self, scene_id: str = "") -> None:
        """The pictures of a scene; of the one on the page without."""
        launch(self.desk.house, self._open(scene_id or self.desk.scene_id), group="gallery")

    async def _open(self, scene_id: str) -> None:
        if self.desk.story is None or not await self.desk.saving.flush():
            return
        for area in self.desk.hearing:
            await area.save()
        screen = self.screen
        if screen not in self.desk.house.screen_stack:
            screen.scene_id = scene_id
            await self.desk.house.push_screen(screen)

    def back(self) -> None:
        """To where the author came from."""
        launch(self.desk.house, self._back(), group="gallery")

    async def _back(self) -> None:
        if self.desk.house.screen is self.screen:
            await self.screen.save()
            await self.desk.house.pop_screen()

    async def save(self) -> None:
        """Bring what is being written to the disk."""
        if self._screen is not None:
            await self._screen.save()

    @property
    def unsaved(self) -> bool:
        """Whether something that was written is not on the disk."""
        return self._screen is not None and self._screen.unsaved

    def rescue(self) -> None:
        """The program is about to end by a fault."""
        if self._screen is not None:
            self._screen.rescue()

    def rescue_into(self, story: "StoryFile") -> None:
        """The story's file is another."""
        if self._screen is not None:
            self._screen.rescue_into(story)

    async def close(self) -> None:
        """End what is drawn; the rest is offered the next time."""
        screen, self._screen = self._screen, None
        if screen is not None:
            await screen.close()
        if screen is not None and screen not in self.desk.house.screen_stack:
            self.desk.house.uninstall_screen(_NAME)
