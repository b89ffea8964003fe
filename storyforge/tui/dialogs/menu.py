"""What can be done in one place, as a list: each action of the registry with its key."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storyforge.i18n import _
from storyforge.tui.action import WHERE_TITLES, Where
from storyforge.tui.action_lists.menus import MENUS
from storyforge.tui.actions import BY_ID, of
from storyforge.tui.dialogs.base import Choice, Choose

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp


class Menu(Choose):
    """Answers the id of the action that is wanted."""

    def __init__(
        self, house: "StoryforgeApp", where: Where, about: str = "", more: Sequence[str] = ()
    ) -> None:
        here = [action for action in of(where) if action.id not in MENUS.values()]
        choices = [
            Choice(action.id, _(action.label), house.key_of(action.id))
            for action in (*here, *(BY_ID[name] for name in more))
        ]
        super().__init__(_(WHERE_TITLES[where]), about, choices)
