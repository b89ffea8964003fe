"""Faces, which have few pixels in a picture of a whole scene, drawn anew at full size each.

Those that are not found (`face_finder`) can be said by hand.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.enlarging import pixels_of, share_of
from storyforge.domain.picture.orders import Drawn, Order, PainterNote, Region
from storyforge.domain.picture.passes import Faces
from storyforge.domain.picture.seeds import SEEDS
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.pictures.canvases import around
from storyforge.engine.pictures.drawing_words import WORDS
from storyforge.engine.pictures.face_finder import found_in
from storyforge.engine.pictures.painter import Say
from storyforge.engine.pictures.passes.base import Once, again, steps_over
from storyforge.engine.pictures.passes.pixels import done, redraw_of
from storyforge.engine.pictures.passes.standing import alone_at, theirs
from storyforge.i18n import N_
from storyforge.images.rasters import image_of

if TYPE_CHECKING:
    from PIL.Image import Image

# Its edge is blended over this part of a side.
_BLENDED = 8


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
        try:
            found = _wanted(faces, image)
        except (ImportError, OSError) as error:
            # What is drawn already is worth more than its faces.
            return _without(order, drawn, FaultKind.NO_FACE_FINDER, say, about=str(error))
        if not found:
            return _without(order, drawn, FaultKind.NO_FACE, say)
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
        words: dict[str, Any] = {"seed": (order.seed + number) % SEEDS}
        references = tuple(each for each in order.references if each.region is None)
        if person is not None:
            words |= {"prompt": person.prompt, "negative": person.negative or order.negative}
            references = () if person.reference is None else (person.reference,)
        return again(
            order,
            drawn,
            redraw_of(
                image.crop(box),
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


def _without(order: Order, drawn: Drawn, kind: FaultKind, say: Say, about: str = "") -> Drawn:
    """The picture as it is, and why; nothing at all where only its faces were to be drawn."""
    if order.is_kept and order.larger is None and order.hires is None:
        raise EngineFault(Fault(kind, about))
    say(PainterNote(WORDS[kind][1], {"about": about}))
    return drawn


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


FACES = FacePass()
