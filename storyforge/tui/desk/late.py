"""Areas that hear nothing of the page: imported and made when the author first asks for one.

Their modules and dialogs take longer than Textual's own start allows for; a first asking takes some
10 ms of it. Areas that hear something are made with the desk.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from storyforge.tui.desk.area import Area

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.actions import Where
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.widgets.bars import Part


class Late(Area):
    """Stands for an area until one of its actions is asked for, and hands them on.

    Args:
        make: imports the area and makes it.
        actions: what its `verbs` will be.
    """

    def __init__(
        self, desk: "DeskScreen", make: "Callable[[DeskScreen], Area]", *actions: str
    ) -> None:
        super().__init__(desk)
        self._make = make
        self._actions = actions
        self._made: Area | None = None

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions of the area."""
        return {action: partial(self._carry_out, action) for action in self._actions}

    @property
    def made(self) -> Area | None:
        """The area itself, where it was asked for."""
        return self._made

    @property
    def area(self) -> Area:
        """The area itself; made where it is not there yet."""
        if self._made is None:
            self._made = self._make(self.desk)
        return self._made

    def _carry_out(self, action: str) -> object:
        return self.area.verbs()[action]()


class LateHearing(Late):
    """Stands for an area that hears of the page from its first action on.

    Args:
        wake: says at the opening of a story whether the area is wanted at once.
    """

    def __init__(
        self,
        desk: "DeskScreen",
        make: "Callable[[DeskScreen], Area]",
        *actions: str,
        wake: "Callable[[DeskScreen], Awaitable[bool]] | None" = None,
    ) -> None:
        super().__init__(desk, make, *actions)
        self._wake = wake

    def page_edited(self) -> None:
        """The author changed the text."""
        if self._made is not None:
            self._made.page_edited()

    def caret_moved(self) -> None:
        """The caret is elsewhere."""
        if self._made is not None:
            self._made.caret_moved()

    def page_shown(self) -> None:
        """Another scene is on the page."""
        if self._made is not None:
            self._made.page_shown()

    def outlined(self) -> None:
        """The heads were read again."""
        if self._made is not None:
            self._made.outlined()

    async def opened(self) -> None:
        """The story is open: the area may be wanted at once."""
        if self._wake is not None and await self._wake(self.desk):
            await self.area.opened()

    async def reread(self) -> None:
        """The file was changed behind the desk."""
        if self._made is not None:
            await self._made.reread()

    async def save(self) -> None:
        """Bring to the disk what is not there."""
        if self._made is not None:
            await self._made.save()

    @property
    def unsaved(self) -> bool:
        """Whether something is not on the disk."""
        return self._made is not None and self._made.unsaved

    def rescue(self) -> None:
        """Write what is unsaved, here and now."""
        if self._made is not None:
            self._made.rescue()

    def rescue_into(self, story: "StoryFile") -> None:
        """Write what is unsaved into this copy."""
        if self._made is not None:
            self._made.rescue_into(story)

    async def close(self) -> None:
        """The story is about to be closed."""
        if self._made is not None:
            await self._made.close()

    def where(self) -> "Where | None":
        """The place whose keys work now."""
        return self._made.where() if self._made is not None else None

    def keys(self) -> "list[Part] | None":
        """The left of the keys line."""
        return self._made.keys() if self._made is not None else None

    def escape(self) -> bool:
        """Whether Escape closed something."""
        return self._made is not None and self._made.escape()

    def undo(self) -> bool:
        """Whether Ctrl+Z took something back."""
        return self._made is not None and self._made.undo()


def keeping(desk: "DeskScreen") -> Area:
    """Snapshots under a name."""
    from storyforge.tui.desk.keeping import Keeping

    return Keeping(desk)


def wishes(desk: "DeskScreen") -> Area:
    """Small settings."""
    from storyforge.tui.desk.wishes import Wishes

    return Wishes(desk)


def story(desk: "DeskScreen") -> Area:
    """The story's facts."""
    from storyforge.tui.desk.story import StoryDesk

    return StoryDesk(desk)


def exporting(desk: "DeskScreen") -> Area:
    """The story's way out."""
    from storyforge.tui.desk.exporting import Exporting

    return Exporting(desk)


def menus(desk: "DeskScreen") -> Area:
    """What binder and comments can do."""
    from storyforge.tui.desk.menus import Menus

    return Menus(desk)


def planning(desk: "DeskScreen") -> Area:
    """The plan."""
    from storyforge.tui.desk.planning import PlanningDesk

    return PlanningDesk(desk)


def jumping(desk: "DeskScreen") -> Area:
    """Another scene by a few letters."""
    from storyforge.tui.desk.jumping import Jumping

    return Jumping(desk)


def tidying(desk: "DeskScreen") -> Area:
    """The scene by the customs of its language."""
    from storyforge.tui.desk.tidying import TidyDesk

    return TidyDesk(desk)


def clipping(desk: "DeskScreen") -> Area:
    """The chapter's way out without a file."""
    from storyforge.tui.desk.clipping import Clipping

    return Clipping(desk)


def looking_back(desk: "DeskScreen") -> Area:
    """Earlier versions."""
    from storyforge.tui.desk.looking_back import LookingBack

    return LookingBack(desk)


def trashing(desk: "DeskScreen") -> Area:
    """What was deleted."""
    from storyforge.tui.desk.trashing import Trashing

    return Trashing(desk)


def foldering(desk: "DeskScreen") -> Area:
    """The story as a folder."""
    from storyforge.tui.desk.foldering import Foldering

    return Foldering(desk)


def contexting(desk: "DeskScreen") -> Area:
    """What the model is told beside the story."""
    from storyforge.tui.desk.contexting import Contexting

    return Contexting(desk)
