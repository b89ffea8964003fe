"""Sampler and size of an order: as wished, else as the painter has them."""

from typing import TYPE_CHECKING

from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.samplers import SAMPLERS, Unknown, sampling_of
from storyforge.errors import BadInput
from storyforge.i18n import _, in_quotes
from storyforge.studio.pictures.redrawing import drawable_size

if TYPE_CHECKING:
    from storyforge.studio.pictures.drawing import Wish


def sampling_for(profile: PainterProfile, wish: "Wish") -> tuple[str, str]:
    """Sampler and schedule by their names here; a server knows its own.

    Raises:
        BadInput: one of them is not known; the nearest one is named.
    """
    sampler, schedule = wish.sampler or profile.sampler, wish.schedule or profile.schedule
    if profile.remote is not None:
        return sampler, schedule
    try:
        known = sampling_of(sampler, schedule)
    except Unknown as error:
        raise BadInput(
            _("There is no sampler or schedule called “{name}” here.").format(name=error.name),
            title=_("No such sampler"),
            hint=_("The nearest one is {name}.").format(name=in_quotes(error.nearest)),
        ) from error
    if sampler in SAMPLERS:
        return sampler, schedule
    return known.sampler, known.schedule or schedule


def size_for(profile: PainterProfile, wish: "Wish") -> tuple[int, int]:
    """Pixels: as wished, else those of what is redrawn, else the painter's own."""
    width, height = profile.width, profile.height
    again = wish.redraw
    if again is not None and not (again.is_inpaint and again.only_masked):
        width, height = drawable_size(again.image)
    return wish.width or width, wish.height or height
