"""What every area of the gallery has: the screen, and what it may hear of the pictures."""

from typing import TYPE_CHECKING

from storyforge.tui.areas import StoryArea

if TYPE_CHECKING:
    from storyforge.tui.screens.gallery import GalleryScreen


class Area(StoryArea):
    """One area. What is marked is `gallery.picture` and `gallery.place`."""

    def __init__(self, gallery: "GalleryScreen") -> None:
        super().__init__(gallery)
        self.gallery = gallery

    def shown(self) -> None:
        """The pictures were read again: `gallery.look`."""
