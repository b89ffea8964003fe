"""A long run that its author can pause, go on with and end. What it does is its own business."""

import asyncio


class Pausable:
    """What a run through many things has in common.

    Before each thing it looks whether it has `_ended`, waits until it `_may_go`, and makes a new
    `_stop`, which ends what the model does for that thing.
    """

    def __init__(self) -> None:
        self._may_go = asyncio.Event()
        self._may_go.set()
        self._ended = asyncio.Event()
        self._stop = asyncio.Event()

    @property
    def paused(self) -> bool:
        """Whether it waits for the author's word."""
        return not self._may_go.is_set()

    def pause(self) -> None:
        """Stop the model and wait; what is half done is begun again later."""
        self._may_go.clear()
        self._stop.set()

    def resume(self) -> None:
        """Go on."""
        self._may_go.set()

    def cancel(self) -> None:
        """End the run; what is done stays, and what is left can be gone on with."""
        self._ended.set()
        self._stop.set()
        self._may_go.set()
