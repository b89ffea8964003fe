"""Faces, which have few pixels in a picture of a whole scene, drawn anew at full size each.

They are found by the boosted cascade of local binary patterns that scikit-image brings: it knows
faces that look out of the picture, drawn ones as far as they are like photographed ones. What it
does not find is said by hand.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.enlarging import pixels_of, share_of
from storyforge.domain.picture.orders import Drawn, Order, PainterNote, Redraw, Region
from storyforge.domain.picture.passes import Faces
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.canvases import around
from storyforge.engine.pictures.painter import Say
from storyforge.engine.pictures.passes.base import Once, again, steps_over
from storyforge.engine.pictures.passes.pixels import done, image_of, raster_of
from storyforge.engine.pictures.passes.standing import alone_at, theirs
from storyforge.i18n import N_
from storyforge.images import png

if TYPE_CHECKING:
    from PIL.Image import Image

# Looked for in a picture of so many pixels a side at most, from so many on: a quarter of a second.
_LOOKED_AT, _LEAST = 640, 24
# With so many neighbours 95 of 100 faces of scikit-image's own photographs are found, and none in
# its eighteen pictures without any; with half of them, 98, and five that are none.
_NEIGHBOURS, _FINER = 8, 1.1
# The cascade's squares end at chin and brows: hair and jaw are drawn with them.
_GROWN = 0.15
# Its edge is blended over this part of a side.
_BLENDED = 8
_SEEDS = 1 << 32


class FacePass:
    """Cuts faces out, draws them over, and puts them back."""

    def works(self, order: Order) -> int:
        """The steps of the faces that are known, or of one: how many there are, is seen later."""
        if order.faces is None:
            return 0
        return max(len(order.faces.regions), 1) * steps_over(order, order.faces.strength)

    def run(self, order: Order, drawn: Drawn, once: Once, say: Say) -> Drawn:
        """The picture with its faces drawn over.

        Raises:
            EngineFault: there is none, and nothing else was to be done to a picture as it is.
        """
        faces = order.faces or Faces()
        image = image_of(drawn.raster)
        found = _wanted(faces, image)
        if not found:
            if order.is_kept and order.larger is None:
                raise EngineFault(Fault(FaultKind.NO_FACE))
            text = N_("No face was found in the picture that would gain by being drawn larger.")
            say(PainterNote(text))
            return drawn
        made: list[Drawn] = []
        for number, face in enumerate(found):
            told = {"number": str(number + 1), "count": str(len(found))}
            box = _seen(faces, face, image.size)
            wish = self._order(order, faces, drawn, image, face, box, number)
            made.append(once(wish, PainterNote(N_("face {number} of {count}"), told)))
            image.paste(image_of(made[-1].raster), box[:2])
        return done(drawn, made, image, faces=str(len(found)))

    def _order(
        self,
        order: Order,
        faces: Faces,
        drawn: Drawn,
        image: "Image",
        face: Region,
        box: Region,
        number: int,
    ) -> Order:
        """One face, in the words of whoever stands there alone."""
        person = alone_at(order, share_of(face, image.size))
        left, top = box[:2]
        within = (face[0] - left, face[1] - top, face[2] - left, face[3] - top)
        side = min(face[2] - face[0], face[3] - face[1])
        words: dict[str, Any] = {"seed": (order.seed + number) % _SEEDS}
        references = tuple(each for each in order.references if each.region is None)
        if person is not None:
            words |= {"prompt": person.prompt, "negative": person.negative or order.negative}
            references = () if person.reference is None else (person.reference,)
        return again(
            order,
            drawn,
            Redraw(
                png.encoded(raster_of(image.crop(box))),
                faces.strength,
                region=within,
                only_masked=False,
                blur=side // _BLENDED,
            ),
            width=faces.size,
            height=faces.size,
            controls=(),
            references=tuple(replace(each, region=None) for each in references),
            **words,
            **theirs(order, person),
        )


def _wanted(faces: Faces, image: "Image") -> list[Region]:
    """Those that were said, else those found that have fewer pixels than they would be drawn in."""
    said = [pixels_of(each, image.size) for each in faces.regions]
    if said:
        return said
    seen = ((face, _seen(faces, face, image.size)) for face in found_in(image))
    small = [face for face, box in seen if box[2] - box[0] < faces.size]
    return small[: faces.most]


def _seen(faces: Faces, face: Region, size: tuple[int, int]) -> Region:
    """The square around a face that is drawn."""
    return around(face, size, (1, 1), round(faces.padding * (face[2] - face[0])))


def found_in(image: "Image") -> list[Region]:
    """Faces, the largest first, each with the hair and the jaw around it."""
    import numpy

    small = image.convert("RGB")
    small.thumbnail((_LOOKED_AT, _LOOKED_AT))
    if min(small.size) < _LEAST:
        return []
    squares = _cascade().detect_multi_scale(
        img=numpy.asarray(small),
        scale_factor=_FINER,
        step_ratio=1,
        min_size=(_LEAST, _LEAST),
        max_size=small.size[::-1],
        min_neighbor_number=_NEIGHBOURS,
    )
    squares.sort(key=lambda each: -each["width"])
    faces: list[Region] = []
    for square in squares:
        face = _grown(square, image.width / small.width, image.size)
        if not any(_holds(other, face) for other in faces):
            faces.append(face)
    return faces


def _holds(face: Region, other: Region) -> bool:
    """Whether the middle of `other` lies in `face`: they are one, found at two sizes."""
    across, down = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return face[0] <= across < face[2] and face[1] <= down < face[3]


def _grown(square: dict[str, int], scale: float, size: tuple[int, int]) -> Region:
    side = square["width"]
    more = side * _GROWN
    left, top = square["c"] - more, square["r"] - more
    edges = (left, top, left + side + 2 * more, top + side + 2 * more)
    left, top, right, bottom = (round(edge * scale) for edge in edges)
    return max(left, 0), max(top, 0), min(right, size[0]), min(bottom, size[1])


@cache
def _cascade() -> Any:
    import skimage
    from skimage.feature import Cascade

    data = Path(skimage.__file__).with_name("data")
    return Cascade(str(data / "lbpcascade_frontalface_opencv.xml"))


FACES = FacePass()
