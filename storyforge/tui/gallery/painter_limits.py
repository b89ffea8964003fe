"""Which rows of the form the painter in use does not go by: they are grey, and say why."""

from storyforge.domain.picture.orders import Ability
from storyforge.i18n import _

# The rows of each ability; a server that takes no steps has no use for a guidance either.
_ROWS = {
    Ability.STEPS: ("steps", "guidance"),
    Ability.SAMPLER: ("sampler", "schedule", "clip_skip"),
    Ability.SEED: ("seed",),
    Ability.SIZE: ("width", "height"),
    Ability.FREEU: ("freeu",),
    Ability.HEAT: ("heat",),
    Ability.CONTROL: ("staging",),
    Ability.HIRES: ("hires",),
    Ability.FACES: ("faces",),
    Ability.LARGER: ("larger",),
    Ability.PEOPLE: ("people",),
}


def rows(lacks: frozenset[Ability]) -> frozenset[str]:
    """The rows that mean nothing to a painter that lacks these."""
    return frozenset(name for ability in lacks for name in _ROWS.get(ability, ()))


def why(painter: str) -> str:
    """What is said where one of them is to be changed."""
    return _("The painter “{name}” does not go by this.").format(name=painter)
