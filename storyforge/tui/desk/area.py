"""What every area of the desk has: the desk, and what it may hear of the page."""

from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from storyforge.tui import areas

if TYPE_CHECKING:
    from storyforge.domain.generation import Take
    from storyforge.tui.actions import Where
    from storyforge.tui.screens.desk import DeskScreen
    from storyforge.tui.widgets.bars import Part


class Area(areas.Area):
    """One area of the desk."""

    def __init__(self, desk: "DeskScreen") -> None:
        super().__init__(desk)
        self.desk = desk

    # What an area may hear. The first two come with every key: they must cost next to nothing.

    def page_edited(self) -> None:
        """The author changed the text."""

    def caret_moved(self) -> None:
        """The caret or the selection is elsewhere."""

    def context_changed(self) -> None:
        """What the model sees beside the text (memory, notes, lore) was changed."""

    def take_written(self, take: "Take") -> None:
        """A take has ended; its usage says what it cost."""

    def take_chosen(self) -> None:
        """Of several takes one was chosen and stands on the page now."""

    async def model_changed(self) -> None:
        """Another model writes, or what is set for it is other."""

    def page_shown(self) -> None:
        """Another scene is on the page."""

    def outlined(self) -> None:
        """The story's heads or counts were read again."""

    async def opened(self) -> None:
        """The story is open and on the screen."""

    async def reread(self) -> None:
        """The story file was changed behind the desk: read anew what you hold of it."""

    def unsaved_notes(self) -> Mapping[str, str]:
        """The notes on cards that are not on the disk yet, by their scene."""
        return {}

    def rescue(self) -> None:
        """The program is about to end by a fault: write what is unsaved, here and now."""
        story = self.desk.story
        if story is not None and not story.read_only:
            self.rescue_into(story)

    # What an area may say of keys that mean one thing here and another there.

    def where(self) -> "Where | None":
        """The place whose keys work now, while the focus is in something of this area's."""
        return None

    def keys(self) -> "list[Part] | None":
        """The left of the keys line, while the keys mean what no place's list says."""
        return None

    def undo(self) -> bool:
        """Whether Ctrl+Z takes back something of this area's, more than a step of the page."""
        return False

    # What an area may do.

    def title_of(self, scene_id: str) -> str:
        """What a dialog calls a scene; "" where there is none."""
        head = self.desk.outline.scene(scene_id) if self.desk.outline is not None else None
        return head.title if head is not None else ""

    def start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run work that may open dialogs, while a story is open; one such work at a time."""
        if self.desk.story is not None:
            super().start(work)

    def tell_context(self) -> None:
        """What the model sees beside the text was changed by this area: let all of them hear it."""
        for area in self.desk.hearing:
            area.context_changed()
