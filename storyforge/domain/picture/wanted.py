"""What an order wants of a painter beyond a prompt, and what is left of it without. Pure."""

from collections.abc import Iterator

from storyforge.domain.picture.orders import Ability, Order
from storyforge.i18n import N_

#: what an author reads of each
WORDS: dict[Ability, str] = {
    Ability.NEGATIVE: N_("negative prompt"),
    Ability.SEED: N_("seed"),
    Ability.SAMPLER: N_("sampler"),
    Ability.STEPS: N_("steps"),
    Ability.SIZE: N_("size"),
    Ability.PREVIEW: N_("preview"),
    Ability.REDRAW: N_("redrawing"),
    Ability.MASK: N_("redrawing a part"),
    Ability.VARIATION: N_("variation"),
    Ability.LORA: N_("LoRA"),
    Ability.EMBEDDING: N_("embedding"),
    Ability.HYPERNETWORK: N_("hypernetwork"),
    Ability.REFERENCE: N_("reference picture"),
    Ability.CONTROL: N_("staging"),
    Ability.PEOPLE: N_("people apart"),
    Ability.FREEU: N_("FreeU"),
    Ability.HIRES: N_("hires fix"),
    Ability.FACES: N_("face pass"),
    Ability.LARGER: N_("larger by tiles"),
    Ability.HEAT: N_("word heat"),
}


def wanted(order: Order) -> Iterator[Ability]:
    """What somebody asked for by hand: a painter that lacks it must not draw it otherwise."""
    told = {
        Ability.MASK: order.redraw is not None and order.redraw.is_inpaint,
        Ability.REDRAW: order.redraw is not None,
        Ability.VARIATION: order.variation is not None,
        Ability.HYPERNETWORK: bool(order.hypernetworks),
        Ability.REFERENCE: bool(order.references),
        Ability.CONTROL: bool(order.controls),
        Ability.PEOPLE: bool(order.people),
        Ability.HIRES: order.hires is not None,
        Ability.FACES: order.faces is not None,
        Ability.LARGER: order.larger is not None,
        Ability.HEAT: order.heat,
    }
    yield from (ability for ability, is_wanted in told.items() if is_wanted)
