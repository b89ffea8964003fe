"""What every area of the desk has: the desk, dialogs over it, and the actions it carries out."""

from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.tui.screens.desk import DeskScreen


class Area:
    """One area: its actions, and work that may ask the author something."""

    def __init__(self, desk: "DeskScreen") -> None:
        self.desk = desk

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """What the area carries out, by the action's id."""
        raise NotImplementedError

    def start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run work that may open dialogs; one such work at a time."""
        if self.desk.story is not None:
            launch(self.desk.house, work(), group="asking")

    async def ask(self, dialog: Any) -> Any:
        """The answer to a dialog; None when the author went back."""
        return await self.desk.house.push_screen_wait(dialog)
