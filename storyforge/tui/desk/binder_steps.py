"""What was done in the binder and can be taken back there, newest first."""

from collections import deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

#: so many steps can be taken back while the story is open
STEPS = 100


@dataclass(frozen=True, slots=True)
class BinderStep:
    """One thing that was done.

    Attributes:
        back: takes it back, and says so.
        brings: the id of what would come back out of the trash; "" for none.
    """

    back: Callable[[], Awaitable[None]]
    brings: str = ""


class BinderSteps:
    """The steps since the story was opened."""

    def __init__(self) -> None:
        self._steps: deque[BinderStep] = deque(maxlen=STEPS)

    def done(self, back: Callable[[], Awaitable[None]], brings: str = "") -> None:
        """Something was done; `back` takes it back."""
        self._steps.append(BinderStep(back, brings))

    def forget(self, ids: Collection[str]) -> None:
        """These came back by another way, or are gone for good."""
        kept = [step for step in self._steps if step.brings not in ids]
        self._steps = deque(kept, maxlen=STEPS)

    async def take_back(self) -> bool:
        """Take the newest step back; False where there is none."""
        if not self._steps:
            return False
        await self._steps.pop().back()
        return True
