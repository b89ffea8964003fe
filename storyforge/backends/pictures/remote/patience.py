"""How often a picture is asked for: again only where certainly nothing was drawn and paid for."""

from dataclasses import dataclass

from storyforge.backends.remote.faults import Fault, FaultKind
from storyforge.backends.remote.patience import Patience

_UNDONE = frozenset({FaultKind.CONNECTION_REFUSED, FaultKind.TOO_MANY, FaultKind.BUSY})


@dataclass(frozen=True, slots=True)
class OnceDrawn(Patience):
    """A broken connection or a failing server may have drawn already: the author decides then."""

    def pause(self, fault: Fault, before: int) -> float | None:
        """Seconds until the next attempt; None gives up."""
        if fault.kind not in _UNDONE:
            return None
        # Not `super()`: a dataclass with slots is made anew, and its cell names the first one.
        return Patience.pause(self, fault, before)
