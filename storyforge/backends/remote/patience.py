"""How often, and after how long, a request is sent once more. Pure but for chance."""

import random
from dataclasses import dataclass

from storyforge.backends.remote.faults import Fault, FaultKind
from storyforge.i18n import N_, _

#: kind → how often it is tried again, and what the author reads meanwhile. A server that loads its
#: model says that it is busy for a minute; who does not answer at all is given up after a second.
_AGAIN: dict[FaultKind, tuple[int, str]] = {
    FaultKind.CONNECTION_REFUSED: (2, N_("nothing answers there")),
    FaultKind.CUT_OFF: (2, N_("the connection broke")),
    FaultKind.TOO_MANY: (4, N_("too many requests")),
    FaultKind.SERVER: (2, N_("an error on the other side")),
    FaultKind.BUSY: (10, N_("the server is busy")),
}


@dataclass(frozen=True, slots=True)
class Patience:
    """Pauses that double.

    Attributes:
        first: seconds before the second attempt, of which chance takes off up to a half: many
            takes that were turned away together do not come back together.
        most: seconds that no pause of our own exceeds.
        asked: seconds that the other side may ask for; more is told to the author instead.
    """

    first: float = 0.5
    most: float = 8.0
    asked: float = 60.0

    def pause(self, fault: Fault, before: int) -> float | None:
        """Seconds until the next attempt, `before` of which were repeated; None gives up."""
        if before >= _AGAIN.get(fault.kind, (0, ""))[0] or fault.retry_after > self.asked:
            return None
        ours = min(self.most, self.first * 2.0**before) * random.uniform(0.5, 1.0)
        return max(ours, fault.retry_after)


def why(fault: Fault) -> str:
    """Why it waits, for the status line."""
    if fault.kind is FaultKind.BUSY and "load" in fault.told.lower():
        return _("the server loads its model")
    return _(_AGAIN[fault.kind][1])
