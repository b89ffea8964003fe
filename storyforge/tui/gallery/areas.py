"""The gallery's areas, for the screen's own list."""

from typing import TYPE_CHECKING

from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.browsing import Browsing

if TYPE_CHECKING:
    from storyforge.tui.screens.gallery import GalleryScreen


def areas(gallery: "GalleryScreen") -> tuple[Area, ...]:
    """All of them."""
    return (Browsing(gallery),)
