"""What of an order its painter cannot do: refused where somebody asked for it, left out and said
where it only came along with plan and profile.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from storyforge.backends.pictures.remote import kinds
from storyforge.domain.picture.grammar import hypernets_of, loras_of
from storyforge.domain.picture.orders import Ability, Order
from storyforge.domain.picture.painters import PainterProfile
from storyforge.domain.picture.wanted import WORDS, wanted
from storyforge.errors import BadInput
from storyforge.i18n import _, listed
from storyforge.studio.pictures.abilities import lacks

if TYPE_CHECKING:
    from storyforge.studio.pictures.drawing import Wish


def fitted(order: Order, profile: PainterProfile, wish: "Wish") -> tuple[Order, tuple[str, ...]]:
    """The order as its painter can draw it, and what of it is left out, for the author.

    Raises:
        BadInput: it cannot do what was asked for by hand.
    """
    missing = lacks(profile)
    order, came_along = _without_plan(order, missing, wish)
    by_hand = [ability for ability in wanted(order) if ability in missing]
    if by_hand:
        raise BadInput(
            _("The painter “{name}” cannot do this: {what}.").format(
                name=profile.name, what=listed(_(WORDS[ability]) for ability in by_hand)
            ),
            title=_("Not with this painter"),
            hint=_("Leave it out, or draw with another painter; nothing was drawn."),
        )
    left_out = [*came_along, *_left_out(order, missing), *_unheeded(wish, missing)]
    notes = []
    if left_out:
        told = _("The painter “{name}” goes without: {what}.")
        notes.append(told.format(name=profile.name, what=listed(left_out)))
    order = _bare(order, missing)
    if profile.remote is not None:
        order = replace(order, embeddings=())  # a server calls its own
    order, sized = _sized(order, profile)
    return order, (*notes, *sized)


def _without_plan(
    order: Order, missing: frozenset[Ability], wish: "Wish"
) -> tuple[Order, list[str]]:
    """Without what plan and scene brought along, and what that was."""
    told = list[str]()
    if Ability.REFERENCE in missing and order.references and wish.references is None:
        order = replace(order, references=())
        told.append(_(WORDS[Ability.REFERENCE]))
    if Ability.CONTROL in missing and order.controls and wish.controls is None:
        order = replace(order, controls=())
        told.append(_(WORDS[Ability.CONTROL]))
    return order, told


def _left_out(order: Order, missing: frozenset[Ability]) -> list[str]:
    """What of words and settings does not count."""
    loras = [tag.name for tag in loras_of(order.prompt)[1]]
    networks = [tag.name for tag in hypernets_of(order.prompt)]
    told = {
        Ability.LORA: listed(loras),
        Ability.HYPERNETWORK: listed(networks),
        Ability.EMBEDDING: listed(each.name for each in order.embeddings),
    }
    found = [
        _("{what} ({names})").format(what=_(WORDS[ability]), names=names)
        for ability, names in told.items()
        if names and ability in missing
    ]
    if order.negative and Ability.NEGATIVE in missing:
        found.append(_(WORDS[Ability.NEGATIVE]))
    if order.freeu and Ability.FREEU in missing:
        found.append(_(WORDS[Ability.FREEU]))
    return found


def _unheeded(wish: "Wish", missing: frozenset[Ability]) -> list[str]:
    """The settings that were wished, and that it does not go by."""
    told = {
        Ability.SEED: wish.seed is not None and wish.redraw is None,
        Ability.SAMPLER: bool(wish.sampler or wish.schedule),
        Ability.STEPS: wish.steps is not None,
        Ability.SIZE: wish.width is not None or wish.height is not None,
    }
    return [_(WORDS[one]) for one, is_wished in told.items() if is_wished and one in missing]


def _bare(order: Order, missing: frozenset[Ability]) -> Order:
    """The order without what does not count."""
    if Ability.LORA in missing:
        order = replace(order, prompt=loras_of(order.prompt)[0], loras=())
    if Ability.EMBEDDING in missing:
        order = replace(order, embeddings=())
    if Ability.NEGATIVE in missing:
        order = replace(order, negative="")
    if Ability.FREEU in missing:
        order = replace(order, freeu=False)
    return order


def _sized(order: Order, profile: PainterProfile) -> tuple[Order, tuple[str, ...]]:
    """The nearest of the sizes that a server's model draws."""
    if profile.remote is None:
        return order, ()
    size = kinds.size_for(profile.remote, order.width, order.height)
    if size == (order.width, order.height):
        return order, ()
    fits = order.redraw is not None and order.redraw.is_inpaint
    note = _("“{name}” draws it in {size} pixels: the nearest of the sizes that it has.").format(
        name=profile.name, size="×".join(map(str, size))
    )
    return replace(order, width=size[0], height=size[1]), () if fits else (note,)
