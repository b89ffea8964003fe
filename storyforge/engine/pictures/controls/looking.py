"""A staging read for the author's eyes, before anything is drawn; no checkpoint is loaded."""

from collections.abc import Callable

from storyforge.domain.picture.orders import Drawn
from storyforge.domain.picture.staging import Control
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.controls.stagings import fitted, staging_of
from storyforge.engine.sequence import Interrupted
from storyforge.images.rasters import raster_of


def look(control: Control, size: tuple[int, int], stopped: Callable[[], bool]) -> Drawn:
    """The staging of `control`, as large as `size`.

    Raises:
        EngineFault: it cannot be read.
        Interrupted: it was stopped; heard before and after the reading, which takes a few seconds.
    """
    try:
        from storyforge.engine.pictures import devices

        device = devices.device_of("auto")
    except ModuleNotFoundError as error:
        raise EngineFault(Fault(FaultKind.NO_PICTURES)) from error
    if stopped():
        raise Interrupted
    found = fitted(staging_of(control, size, device), size, None)
    if stopped():
        raise Interrupted
    return Drawn(raster_of(found), 0)
