"""How fast a queue of pictures goes, and so how long what waits will take."""

import time
from collections.abc import Iterable

from storyforge.domain.picture.orders import Order, PainterCard
from storyforge.domain.picture.pictures import QueuedPicture
from storyforge.errors import BadInput
from storyforge.studio.pictures import estimates, order_files
from storyforge.studio.pictures.progress import Now


class Pace:
    """Measures pictures as they are drawn; where none was drawn yet, what is remembered counts."""

    def __init__(self) -> None:
        self._works: dict[str, float] = {}
        self._rate: float | None = None
        self._began = 0.0

    def expect(self, orders: Iterable[QueuedPicture]) -> None:
        """These will be drawn."""
        self._works |= {order.id: _work(order) for order in orders}

    def let_go(self, order_id: str) -> None:
        """One is drawn, or will not be."""
        self._works.pop(order_id, None)

    def remember(self, card: PainterCard) -> None:
        """How fast the painter was, where nothing was measured. It reads a small file."""
        self._rate = self._rate or estimates.rate(card)

    def begin(self) -> None:
        """A picture is begun: its first step is on its way, or made."""
        self._began = time.monotonic()

    def end(self, order: Order, now: Now | None) -> float:
        """A picture is drawn; how many seconds it took."""
        took = time.monotonic() - self._began
        if now is not None and now.steps > 1:
            # The first step's time is not in it: what was measured began behind it.
            took *= now.steps / (now.steps - 1)
        self._rate = took / max(estimates.work(order), 1e-9)
        return took

    def left(self, now: Now, waiting: Iterable[QueuedPicture]) -> float | None:
        """Seconds for what waits: as this picture goes, or as the last ones went."""
        works = sum(self._works.get(order.id, 0.0) for order in waiting)
        mine = self._works.get(now.id, 0.0)
        if now.step > 1 and now.steps:
            rate = (time.monotonic() - self._began) / (mine * (now.step - 1) / now.steps or 1e-9)
        elif self._rate is not None:
            rate = self._rate
        else:
            return None
        return rate * (works - mine * now.step / max(now.steps, 1))


def _work(order: QueuedPicture) -> float:
    try:
        return estimates.work(order_files.outline(order.order).order)
    except BadInput:
        return 0.0
