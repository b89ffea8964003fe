"""From pane to pane, the menu, and the way out."""

from collections.abc import Callable

from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import Where
from storyforge.tui.gallery.area import Area


class Browsing(Area):
    """What is asked for beside drawing and choosing."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            "gallery_desk": lambda: self.gallery.back(),
            MENUS[Where.GALLERY]: lambda: self.start(self._menu),
        }

    async def _menu(self) -> None:
        from storyforge.tui.dialogs.menu import Menu

        wanted = await self.ask(Menu(self.gallery.house, Where.GALLERY))
        if wanted is not None:
            self.gallery.action_do(wanted)
