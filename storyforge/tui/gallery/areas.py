"""The gallery's areas, for the screen's own list."""

from typing import TYPE_CHECKING

from storyforge.tui.gallery.area import Area
from storyforge.tui.gallery.browsing import Browsing
from storyforge.tui.gallery.explaining import Explaining
from storyforge.tui.gallery.finding import Finding
from storyforge.tui.gallery.heat import Heating
from storyforge.tui.gallery.larger import Enlarging
from storyforge.tui.gallery.loras import Loras
from storyforge.tui.gallery.networks import Networks
from storyforge.tui.gallery.queueing import Queueing
from storyforge.tui.gallery.redrawing import Redrawing
from storyforge.tui.gallery.referring import Referring
from storyforge.tui.gallery.sharpening import Sharpening
from storyforge.tui.gallery.staging import StagingKeeping
from storyforge.tui.gallery.value_asking import ValueAsking
from storyforge.tui.gallery.workflow import WorkflowShowing

if TYPE_CHECKING:
    from storyforge.tui.screens.gallery import GalleryScreen


def areas(gallery: "GalleryScreen") -> tuple[Area, ...]:
    """All but those that the screen knows by name."""
    return (
        Queueing(gallery),
        Loras(gallery),
        Networks(gallery),
        Explaining(gallery),
        Heating(gallery),
        Sharpening(gallery),
        Redrawing(gallery),
        Enlarging(gallery),
        StagingKeeping(gallery),
        Referring(gallery),
        ValueAsking(gallery),
        Finding(gallery),
        Browsing(gallery),
        WorkflowShowing(gallery),
    )
