"""What every area of the gallery has: the screen, dialogs over it, the actions it carries out, and
what it may hear. An area overrides what concerns it.

Areas live as long as the story is open: they go on while the author is at the desk.
"""

from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from storyforge.tui.work import launch

if TYPE_CHECKING:
    from storyforge.store.story_file import StoryFile
    from storyforge.tui.screens.gallery import GalleryScreen


class Area:
    """One area: its actions, and work that may ask the author something."""

    def __init__(self, gallery: "GalleryScreen") -> None:
        self.gallery = gallery

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """What the area carries out, by the action's id."""
        raise NotImplementedError

    # What an area may hear.

    def shown(self) -> None:
        """The pictures were read again: `gallery.look`."""

    def marked(self) -> None:
        """Another picture or scene is under the cursor: `gallery.picture`, `gallery.scene_id`."""

    def escape(self) -> bool:
        """Whether Escape stopped or closed something of this area's."""
        return False

    async def save(self) -> None:
        """The author is about to leave: bring to the disk what is not there, or raise why not."""

    @property
    def unsaved(self) -> bool:
        """Whether something that `rescue_into` would write is not on the disk yet."""
        return False

    def rescue_into(self, story: "StoryFile") -> None:
        """The program is about to end by a fault, or the file is another: write what is unsaved."""

    async def close(self) -> None:
        """The story is about to be closed: end what runs; nothing can be asked any more."""

    # What an area may do.

    def start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run work that may open dialogs; one such work at a time."""
        launch(self.gallery.house, work(), group="asking")

    async def ask(self, dialog: Any) -> Any:
        """The answer to a dialog; None when the author went back."""
        return await self.gallery.house.push_screen_wait(dialog)

    def may_change(self) -> bool:
        """Whether the story can be changed; says why not."""
        if self.gallery.story.read_only:
            self.gallery.house.tell(self.gallery.story.read_only_reason)
        return not self.gallery.story.read_only
