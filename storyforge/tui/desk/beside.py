"""The ways from the desk to the screens beside it, and what those hear of the desk."""

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from storyforge.tui.desk.area import Area

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.areas import StoryScreen
    from storyforge.tui.screens.desk import DeskScreen

_Screen = TypeVar("_Screen", bound="StoryScreen")


class Beside(Area, Generic[_Screen]):
    """An area with a screen of its own. It stays as long as the story is open: what works for it
    goes on while the author writes, and it is found again as it was left.

    Attributes:
        NAME: what the app knows the screen by.
    """

    NAME: ClassVar[str]

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self._screen: _Screen | None = None

    def make(self) -> _Screen:
        """The screen; it and all that it shows is imported here."""
        raise NotImplementedError

    @property
    def screen(self) -> _Screen:
        """The screen; made where it is not there yet."""
        if self._screen is None:
            self._screen = self.make()
            self.desk.house.install_screen(self._screen, self.NAME)
        return self._screen

    async def all_saved(self) -> bool:
        """Bring all that the desk holds to the disk; whether there is a story, and it was done."""
        return self.desk.story is not None and await self.desk.saving.flush_all()

    # What is heard.

    async def reread(self) -> None:
        """The story file was changed behind the desk."""
        if self._screen is not None:
            await self._screen.look_again()

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
        """End what works for the screen; all that came is kept."""
        screen, self._screen = self._screen, None
        if screen is not None:
            await screen.close()
            if screen not in self.desk.house.screen_stack:
                self.desk.house.uninstall_screen(self.NAME)
