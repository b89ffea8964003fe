"""Hires fix: a picture drawn at the size that the checkpoint knows, enlarged, and drawn over.

Its numbers are AUTOMATIC1111's. It is enlarged as pixels (Lanczos), so that a strength below 0.5,
where enlarged latents stay blurred, is of use too.
"""

from storyforge.domain.picture.enlarging import enlarged
from storyforge.domain.picture.orders import Drawn, Order, PainterNote
from storyforge.domain.picture.passes import Hires
from storyforge.engine.pictures.painter import Say
from storyforge.engine.pictures.passes.base import Once, again, steps_over
from storyforge.engine.pictures.passes.pixels import done, redraw_of
from storyforge.i18n import N_
from storyforge.images.rasters import image_of


class HiresFix:
    """Draws all of a picture over, larger."""

    def works(self, order: Order) -> int:
        """Its steps."""
        if order.hires is None:
            return 0
        return steps_over(order, order.hires.strength, order.hires.steps)

    def run(self, order: Order, drawn: Drawn, once: Once, say: Say) -> Drawn:
        """The picture at its new size."""
        hires = order.hires or Hires()
        before = image_of(drawn.raster)
        width, height = enlarged(before.size, hires.scale)
        wish = again(
            order,
            drawn,
            redraw_of(before, hires.strength),
            steps=hires.steps or order.steps,
            width=width,
            height=height,
        )
        made = once(wish, PainterNote(N_("hires fix")))
        return done(drawn, [made], image_of(made.raster))


HIRES = HiresFix()
