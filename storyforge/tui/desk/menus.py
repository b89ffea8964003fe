"""The menus of binder and comments: every action of the place, reached without a letter."""

from collections.abc import Callable
from functools import partial

from storyforge.tui.action import Where
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.desk.area import Area
from storyforge.tui.dialogs.menu import Menu

#: what is asked for on the desk and means the marked scene in the binder
_OF_A_SCENE = ("scene_status", "scene_label", "scene_goal")


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
        scene = where is Where.BINDER and binder.marked[0] == "scene"
        menu = Menu(self.desk.house, where, about, _OF_A_SCENE if scene else ())
        chosen = await self.ask(menu)
        if chosen == "open_scene":
            self.desk.scenes.open_marked()
        elif chosen is not None:
            self.desk.action_do(chosen)
