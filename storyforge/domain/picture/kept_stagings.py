"""The staging that a scene keeps for its next pictures, and how its kinds are called. Values."""

from dataclasses import dataclass

from storyforge.domain.picture.staging import Staging
from storyforge.i18n import N_, _

#: how an author calls what is kept
NAMES = {
    Staging.POSE: N_("pose"),
    Staging.DEPTH: N_("depth"),
    Staging.LINES: N_("lines"),
    Staging.EDGES: N_("edges"),
    Staging.SOFT_EDGES: N_("soft edges"),
}
#: what each of them keeps
MEANS = {
    Staging.POSE: N_("how people stand; faces, clothes and place are free"),
    Staging.DEPTH: N_("what is near and what is far; surfaces are free"),
    Staging.LINES: N_("all that a drawing in lines would show; colours are free"),
    Staging.EDGES: N_("every hard edge, the most of all"),
    Staging.SOFT_EDGES: N_("the large shapes; small things are free"),
}
#: of weights
LEAST, MOST, STEP = 0.05, 2.0, 0.05


def told_of(kind: Staging, weight: float) -> str:
    """A staging as it is shown: “pose 0.8”."""
    return _("{staging} {weight:g}").format(staging=_(NAMES[kind]), weight=weight)


@dataclass(frozen=True, slots=True)
class KeptStaging:
    """A staging that is kept.

    Attributes:
        source: the digest of its picture.
        ready: whether that picture is the staging itself, or what it is read from.
        weight: how much it counts, 0 to 2.
        begin, end: from which part of the steps to which, 0 to 1.
        picture_id: the picture that it was read from; may be empty.
    """

    kind: Staging
    source: str
    ready: bool = True
    weight: float = 1.0
    begin: float = 0.0
    end: float = 1.0
    picture_id: str = ""
