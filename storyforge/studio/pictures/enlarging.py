"""What is done to a picture after it was drawn, sizes put in and limits kept."""

from dataclasses import replace
from typing import TYPE_CHECKING

from storyforge.domain.picture.enlarging import final_size, is_too_large
from storyforge.domain.picture.orders import Order, Redraw
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.passes import Person
from storyforge.engine.pictures.passes.base import usual
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.studio.pictures import order_files, profiles

if TYPE_CHECKING:
    from storyforge.domain.picture.pictures import Picture
    from storyforge.store.story_file import StoryFile
    from storyforge.studio.pictures.drawing import Wish


def settled(order: Order, profile: PainterProfile) -> tuple[Order, tuple[str, ...]]:
    """The order with what can be done to its picture, and what to say of what is left out.

    Raises:
        BadInput: the picture would become larger than any.
    """
    redraw, notes = order.redraw, list[str]()
    if order.is_kept:
        # They are of the picture that is there already.
        order = replace(order, references=(), controls=(), heat=False)
    if redraw is not None and redraw.is_inpaint and (order.hires or order.faces or order.larger):
        order = replace(order, hires=None, faces=None, larger=None)
        notes.append(_("Only a part is drawn anew: the rest stays as large and as it is."))
    if redraw is not None and order.hires is not None and not order.is_kept:
        order = replace(order, hires=None)
        notes.append(_("Hires fix is left out: it is for pictures that begin from noise."))
    if is_too_large(order):
        width, height = final_size(order)
        raise BadInput(
            _("The picture would have {width}×{height} pixels, more than any of a story.").format(
                width=width, height=height
            ),
            title=_("Too large"),
            hint=_("Draw it smaller, or enlarge it less; nothing was drawn."),
        )
    return usual(order, side_of(profile)), tuple(notes)


def side_of(profile: PainterProfile) -> int:
    """Pixels of a side that a painter draws best: those of a tile, and of a face."""
    family = profiles.family_of(profile)
    return profiles.usual(replace(profile, width=0, height=0), family).width


def kept(image: bytes) -> Redraw:
    """A picture that nothing is drawn anew of, but by what is done to it."""
    return Redraw(image, 0.0)


def people_of(story: "StoryFile", picture: "Picture") -> tuple[Person, ...]:
    """Who was drawn apart in a picture, as far as it remembers."""
    try:
        return order_files.order_of(picture.settings, story.picture_sources.read).people
    except BadInput:
        return ()  # it is drawn over in the words of all of it


def wish_over(
    wish: "Wish",
    picture: "Picture",
    image: bytes,
    *,
    people: tuple[Person, ...] = (),
) -> "Wish":
    """What is wanted of a picture that stays, but for what is done to it.

    It is told in its own words and begins at its own seed; how it is drawn, and what is done to it,
    is as wished.

    Args:
        people: who stands where in it, as `people_of` says.
    """
    return replace(
        wish,
        prompt=picture.prompt or wish.prompt,
        negative=picture.negative if picture.prompt else wish.negative,
        seed=picture.seed,
        width=picture.width // 8 * 8 or 8,
        height=picture.height // 8 * 8 or 8,
        redraw=kept(image),
        variation=None,
        references=(),
        controls=(),
        people=people,
        heat=False,
        parent_id=picture.id,
    )
