"""How status and label of a scene look in a list. Pure; every sign is legible without colour."""

from collections.abc import Mapping
from dataclasses import dataclass

from storyforge.domain.cards import Card, Status
from storyforge.domain.kept_json import read_json
from storyforge.i18n import N_, _

#: one cell each
SIGNS = {Status.IDEA: "○", Status.DRAFT: "◐", Status.REVISED: "●", Status.DONE: "✓"}
STATUS_NAMES = {
    Status.NONE: N_("none"),
    Status.IDEA: N_("idea"),
    Status.DRAFT: N_("draft"),
    Status.REVISED: N_("revised"),
    Status.DONE: N_("done"),
}
#: the colours a label may have, in the order in which new labels get them
COLOURS = {
    "red": N_("red"),
    "blue": N_("blue"),
    "green": N_("green"),
    "orange": N_("orange"),
    "violet": N_("violet"),
    "teal": N_("teal"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A sign of one or two cells beside a row; `colour` is one of `COLOURS`, or empty."""

    text: str
    colour: str = ""


def status_name(status: Status) -> str:
    """ "◐ draft" """
    return f"{SIGNS.get(status, '')} {_(STATUS_NAMES[status])}".strip(" ")


def badges(card: Card, colours: Mapping[str, str]) -> tuple[Badge, ...]:
    """The label's first letter in its colour, and the status's sign."""
    found = []
    if card.label:
        found.append(Badge(card.label[0], colours.get(card.label, "")))
    if card.status in SIGNS:
        found.append(Badge(SIGNS[card.status]))
    return tuple(found)


def against(count: int, goal: int) -> str:
    """ "480/800", or the count alone where there is no aim."""
    return f"{count:,}/{goal:,}" if goal else f"{count:,}"


def colours_of(told: str) -> dict[str, str]:
    """The colours of labels as a story remembers them; none where nothing can be read."""
    read = read_json(told)
    if not isinstance(read, dict):
        return {}
    return {str(label): str(one) for label, one in read.items() if str(one) in COLOURS}
