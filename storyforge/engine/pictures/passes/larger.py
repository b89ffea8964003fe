"""SD upscale: a picture enlarged, drawn over tile by tile, and put together without a seam.

Grid and seeds are AUTOMATIC1111's (scripts/sd_upscale.py): the seed counts up from tile to tile.
Where two tiles lie over each other, one goes over into the other along all that they share.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storyforge.domain.picture.enlarging import enlarged, final_size, share_of, tiles
from storyforge.domain.picture.orders import Drawn, Order, PainterNote, Raster, Region
from storyforge.domain.picture.passes import Larger, Person
from storyforge.domain.picture.seeds import SEEDS
from storyforge.engine.pictures.painter import Say
from storyforge.engine.pictures.passes.base import Once, again, steps_over
from storyforge.engine.pictures.passes.pixels import done, redraw_of
from storyforge.engine.pictures.passes.standing import alone_at, theirs
from storyforge.i18n import N_
from storyforge.images.rasters import image_of

if TYPE_CHECKING:
    from PIL.Image import Image


class ByTiles:
    """Draws a picture over, larger, with no more memory than a tile takes."""

    def works(self, order: Order) -> int:
        """The steps of all tiles."""
        if order.larger is None:
            return 0
        return tile_count(order) * steps_over(order, order.larger.strength)

    def run(self, order: Order, drawn: Drawn, once: Once, say: Say) -> Drawn:
        """The picture at its new size."""
        from PIL.Image import Resampling

        larger = order.larger or Larger()
        before = image_of(drawn.raster)
        size = enlarged(before.size, larger.scale)
        whole = before.resize(size, Resampling.LANCZOS)
        grid = tiles(size, larger.tile, larger.overlap)
        boxes = [box for row in grid for box in row]
        made = self._drawn_over(order, larger, drawn, whole, boxes, once)
        pictures = iter(made)
        rows = [[(box, _fitted(next(pictures).raster, box)) for box in row] for row in grid]
        return done(drawn, made, put_together(rows, size), tiles=str(len(made)))

    def _drawn_over(
        self,
        order: Order,
        larger: Larger,
        drawn: Drawn,
        whole: "Image",
        boxes: Sequence[Region],
        once: Once,
    ) -> list[Drawn]:
        """Each tile, without stagings and references: they are of the whole picture."""
        people = [alone_at(order, share_of(box, whole.size)) for box in boxes]
        made = dict[int, Drawn]()
        # Those with the same LoRAs in turn: to change them costs a pass over the weights.
        for number in sorted(range(len(boxes)), key=lambda at: _name(people[at])):
            box = boxes[number]
            wish = again(
                order,
                drawn,
                redraw_of(whole.crop(box), larger.strength),
                width=box[2] - box[0],
                height=box[3] - box[1],
                seed=(order.seed + number) % SEEDS,
                controls=(),
                references=(),
                **theirs(order, people[number]),
            )
            told = {"number": str(len(made) + 1), "count": str(len(boxes))}
            made[number] = once(wish, PainterNote(N_("tile {number} of {count}"), told))
        return [made[number] for number in range(len(boxes))]


def _name(person: Person | None) -> str:
    return "" if person is None else person.who


def _fitted(raster: Raster, box: Region) -> "Image":
    """A tile as large as its place; a family may have rounded its sides to a wider grid."""
    image, size = image_of(raster), (box[2] - box[0], box[3] - box[1])
    return image if image.size == size else image.resize(size)


def tile_count(order: Order) -> int:
    """The tiles of an order with all sizes said."""
    if order.larger is None:
        return 0
    size = final_size(order)
    return sum(map(len, tiles(size, order.larger.tile, order.larger.overlap)))


def put_together(
    rows: "Sequence[Sequence[tuple[Region, Image]]]", size: tuple[int, int]
) -> "Image":
    """One picture of tiles: rows of them first, so that corners go over both ways at once."""
    from PIL import Image

    whole = Image.new("RGB", size)
    reach = 0
    for row in rows:
        (_left, top, _right, bottom), first = row[0]
        strip = Image.new("RGB", (size[0], first.height))
        across = 0
        for (left, _top, right, _bottom), tile in row:
            strip.paste(tile, (left, 0), _ramp(tile.size, across - left, upright=False))
            across = right
        whole.paste(strip, (0, top), _ramp(strip.size, reach - top, upright=True))
        reach = bottom
    return whole


def _ramp(size: tuple[int, int], shared: int, *, upright: bool) -> "Image":
    """How much of a tile is seen: from none at its first edge to all behind what it shares."""
    import numpy
    from PIL import Image

    width, height = size
    length = height if upright else width
    shared = max(shared, 0)
    line = numpy.full(length, 255.0)
    line[:shared] = (numpy.arange(shared) + 0.5) * 255 / max(shared, 1)
    grey = line.round().astype(numpy.uint8)
    spread = grey[:, None] if upright else grey[None, :]
    return Image.fromarray(numpy.broadcast_to(spread, (height, width)).copy())


LARGER = ByTiles()
