"""The menus of binder and comments: every action of the place, reached without a letter."""

from collections.abc import Callable
from functools import partial

from storyforge.tui.action import Where
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.menu import Menu


class Menus(Area):
    """What Enter, Space and the right button bring up where there is more than one thing to do."""

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {
            MENUS[Where.BINDER]: partial(self.show, Where.BINDER),
            MENUS[Where.COMMENTS]: partial(self.show, Where.COMMENTS),
        }

    def show(self, where: Where) -> None:
        """The menu of one place."""
        self.start(partial(self._show, where))

    async def _show(self, where: Where) -> None:
        binder = self.desk.binder
        about = binder.row.text.strip(" ") if where is Where.BINDER and binder.row else ""
        chosen = await self.ask(Menu(self.desk.house, where, about))
        if chosen == "open_scene":
            self.desk.scenes.open_marked()
        elif chosen is not None:
            self.desk.action_do(chosen)
