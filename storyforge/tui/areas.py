"""Areas and the screens that are made of them: each area carries out some of a screen's actions and
hears what it must know. What is particular to desk, planner and gallery stands with them.
"""

import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from storyforge.errors import StoryforgeError
from storyforge.tui.screens.base import HouseScreen
from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.desk.keeper import Keeper
    from storyforge.tui.screens.desk import DeskScreen


class Area:
    """One area: its actions, and work that may ask the author something. It overrides what concerns
    it.

    Attributes:
        keepers: bring what is written in it to the disk.
    """

    keepers: "Sequence[Keeper[Any]]" = ()

    def __init__(self, host: HouseScreen) -> None:
        self._host = host

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """What the area carries out, by the action's id."""
        raise NotImplementedError

    # What an area may hear.

    def escape(self) -> bool:
        """Whether Escape stopped or closed something of this area's."""
        return False

    async def save(self) -> None:
        """The author is about to leave: bring to the disk what is not there, or raise why not."""
        for keeper in self.keepers:
            await keeper.save()

    @property
    def unsaved(self) -> bool:
        """Whether something that `rescue_into` would write is not on the disk yet."""
        return any(keeper.unsaved for keeper in self.keepers)

    def rescue_into(self, story: "StoryFile") -> None:
        """The program is about to end by a fault, or the file is another: write what is unsaved."""
        with contextlib.ExitStack() as all_of_them:  # the one that fails stops no other
            for keeper in self.keepers:
                all_of_them.callback(keeper.rescue_into, story)

    async def close(self) -> None:
        """The story is about to be closed: end what runs; nothing can be asked any more."""

    # What an area may do.

    def start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run work that may open dialogs; one such work at a time."""
        launch(self._host.house, work(), group="asking")

    async def ask(self, dialog: Any) -> Any:
        """The answer to a dialog; None when the author went back."""
        return await self._host.house.push_screen_wait(dialog)

    async def ask_until_kept(
        self,
        dialog: Callable[[str], Any],
        keep: Callable[[str], Awaitable[object]],
        words: str = "",
    ) -> None:
        """Ask for words and keep them; those that cannot be kept are asked for again, as they are.

        Args:
            dialog: asks for words, with these in it.
        """
        while (given := await self.ask(dialog(words))) is not None:
            try:
                await keep(given)
                return
            except StoryforgeError as error:
                self._host.house.tell_error(error)
                words = given


class StoryArea(Area):
    """An area of a `StoryScreen`: it goes on while the author is at the desk."""

    def __init__(self, host: "StoryScreen") -> None:
        super().__init__(host)
        self._story = host.story

    def marked(self) -> None:
        """Something else is under the cursor."""

    def may_change(self) -> bool:
        """Whether the story can be changed; says why not."""
        if self._story.read_only:
            self._host.house.tell(self._story.read_only_reason)
        return not self._story.read_only


class StoryScreen(HouseScreen):
    """A screen beside the desk, which stays as long as the desk's story is open.

    Attributes:
        areas: who carries out the actions; Escape is heard in this order.
        verbs: the actions, by their ids.
        closing: the story is about to be closed.
    """

    areas: Sequence[StoryArea]
    verbs: Mapping[str, Callable[[], object]]

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__()
        assert desk.story is not None
        self.desk = desk
        self.story: StoryFile = desk.story
        self.closing = False

    def name_keys(self) -> None:
        """The keys that work here and now."""
        raise NotImplementedError

    async def look_again(self) -> None:
        """The story was changed: read it anew, and let every area hear it."""
        raise NotImplementedError

    # Actions.

    def verbs_beside(self, own: Mapping[str, Callable[[], object]]) -> dict[str, Any]:
        """What the areas carry out, beside what the screen does itself."""
        verbs = dict(own)
        for area in self.areas:
            verbs |= area.verbs()
        return verbs

    def action_do(self, action_id: str) -> None:
        """Carry out an action of the registry."""
        self.verbs[action_id]()

    def escape(self) -> bool:
        """Whether an area had something to stop or to close."""
        return any(area.escape() for area in self.areas)

    def tell_marked(self) -> None:
        """Something else is under the cursor: let every area hear it."""
        for area in self.areas:
            area.marked()
        self.name_keys()

    # The way out.

    async def save(self) -> None:
        """Bring to the disk what is not there; raises why that is not possible."""
        for area in self.areas:
            await area.save()

    @property
    def unsaved(self) -> bool:
        """Whether something is not on the disk."""
        return any(area.unsaved for area in self.areas)

    def rescue(self) -> None:
        """The program is about to end by a fault."""
        if not self.story.read_only:
            self.rescue_into(self.story)

    def rescue_into(self, story: "StoryFile") -> None:
        """Write what is unsaved into this file."""
        with contextlib.ExitStack() as all_of_them:  # the one that fails stops no other
            for area in self.areas:
                all_of_them.callback(area.rescue_into, story)

    async def close(self) -> None:
        """The story is about to be closed."""
        self.closing = True
        for area in self.areas:
            await area.close()
        await self.save()
