"""What is out of date, and why. Values; the rules are `resting`'s."""

from dataclasses import dataclass

from storyforge.domain.plan.items import FactKey


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact that changed since.

    Attributes:
        source: whose it is; its item may be gone.
        was, now: its value then and now; `now` is empty where it is gone.
    """

    source: FactKey
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Stale:
    """An item that rests on something that has changed.

    Attributes:
        fields: those of its fields that do; "prose" for the text of a scene.
    """

    item_id: str
    fields: tuple[str, ...]
    reasons: tuple[Reason, ...]


#: in the place of a field: the text of a scene
PROSE = "prose"
