"""People drawn one by one, each over their own region and with nothing of anybody else's.

Two LoRAs of people in one picture blend. So the picture is drawn without any of them, and each
person once more over their place in it, by inpainting. What one is drawn over is the picture as it
was before all of them: a change of one person's LoRA leaves the others as they are, bit for bit.
"""

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storyforge.domain.picture.adapters import Reference
from storyforge.domain.picture.enlarging import pixels_of
from storyforge.domain.picture.orders import Drawn, Family, Order, PainterNote, Region
from storyforge.domain.picture.passes import Person
from storyforge.engine.faults import FaultKind
from storyforge.engine.pictures.canvases import opened
from storyforge.engine.pictures.loras import fitting
from storyforge.engine.pictures.painter import Say
from storyforge.engine.pictures.passes.base import Once, again, steps_over
from storyforge.engine.pictures.passes.pixels import done, redraw_of
from storyforge.engine.pictures.passes.standing import theirs
from storyforge.engine.pictures.references import seeing
from storyforge.i18n import N_
from storyforge.images.rasters import image_of

if TYPE_CHECKING:
    from PIL.Image import Image

# Sides of what is drawn: the U-Net's levels have whole halves of them.
_GRID = 64
# Of a region's shorter side: what is seen around it, and over how much its edge is blended.
_PADDING, _BLUR = 1 / 8, 1 / 16
_LEAST_PADDING, _LEAST_BLUR, _MOST_BLUR = 32, 4, 24
# Facts that are one person's.
_THEIRS = ("lora hashes", "embedding hashes", "references")


class People:
    """`Pass`: an inpaint pass a person."""

    def works(self, order: Order) -> int:
        """The steps of all of them; who is in a picture that is kept, was drawn there already."""
        if order.is_kept and order.hires is None:
            return 0
        return sum(steps_over(order, person.strength) for person in order.people)

    def run(self, order: Order, drawn: Drawn, once: Once, say: Say) -> Drawn:
        """The picture with each of them drawn; outside their regions not a byte changes."""
        first = image_of(drawn.raster)
        now, taken, made = first.copy(), list[Region](), list[Drawn]()
        for number, person in enumerate(order.people, start=1):
            region = pixels_of(person.region, first.size)
            # Where two overlap there is no way but one over the other.
            below = now if any(_overlap(region, other) for other in taken) else first
            values = {"name": person.name, "number": str(number), "count": str(len(order.people))}
            doing = PainterNote(N_("{name}, person {number} of {count}"), values)
            made.append(once(_order(order, drawn, person, below, region), doing))
            now.paste(image_of(made[-1].raster).crop(region), region)
            taken.append(region)
        told = [_fact(*each) for each in zip(order.people, made, strict=True)]
        common = [_without_theirs(each) for each in made]
        return done(drawn, common, now, people=json.dumps(told, ensure_ascii=False))


PEOPLE = People()


def check(order: Order, family: Family) -> None:
    """Refuse what one of them cannot be drawn with, before the picture is begun; heads are read.

    Raises:
        EngineFault: a LoRA or a reference does not go with the family, or cannot be read.
    """
    for person in order.people:
        for use in person.loras:
            fitting.check_base(use, family)
        if (one := person.reference) is not None:
            opened(one.image, FaultKind.NO_REFERENCE)
            seeing.look(one, family)


def size_for(region: Region, padding: int, area: int) -> tuple[int, int]:
    """Width and height that a region is drawn in: its proportions, and never less than it has.

    Args:
        area: pixels that the painter draws best.
    """
    wide, high = (region[at + 2] - region[at] + 2 * padding for at in (0, 1))
    larger = max(1.0, math.sqrt(area / (wide * high)))
    width, height = (max(_GRID, round(each * larger / _GRID) * _GRID) for each in (wide, high))
    return width, height


def _order(order: Order, drawn: Drawn, person: Person, below: "Image", region: Region) -> Order:
    """One of them; what belongs to the picture as a whole, a style's LoRA, is theirs too."""
    shorter = min(region[2] - region[0], region[3] - region[1])
    padding = max(_LEAST_PADDING, round(shorter * _PADDING))
    width, height = size_for(region, padding, order.width * order.height)
    redraw = redraw_of(
        below,
        person.strength,
        region=region,
        padding=padding,
        blur=min(max(_LEAST_BLUR, round(shorter * _BLUR)), _MOST_BLUR),
    )
    alone: dict[str, Any] = {
        **theirs(order, person),
        "prompt": person.prompt,
        "negative": person.negative or order.negative,
        "references": _references(order, person),
        "seed": order.seed if person.seed is None else person.seed,
    }
    return again(order, drawn, redraw, width=width, height=height, **alone)


def _references(order: Order, person: Person) -> tuple[Reference, ...]:
    """Theirs, which counts in all of what is drawn, behind those that are nobody's."""
    common = tuple(each for each in order.references if each.region is None and not each.who)
    own = person.reference
    return common if own is None else (*common, replace(own, region=None))


def _fact(person: Person, part: Drawn) -> dict[str, Any]:
    """What it takes to draw them again, beside the order."""
    facts = {name: json.loads(part.facts[name]) for name in _THEIRS if name in part.facts}
    return {"who": person.who, "seed": part.seed, **facts}


def _without_theirs(part: Drawn) -> Drawn:
    """What it tells of the picture as a whole."""
    facts = {name: told for name, told in part.facts.items() if name not in _THEIRS}
    return replace(part, facts=facts)


def _overlap(one: Region, other: Region) -> bool:
    return all(one[at] < other[at + 2] and other[at] < one[at + 2] for at in (0, 1))
