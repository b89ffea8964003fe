"""The takes of one request to the AI Horde, in the order in which strangers write them."""

import time
from collections import Counter

from storyforge.backends.remote.estimating import Estimator
from storyforge.backends.remote.faults import Fault, FaultKind, RemoteFault
from storyforge.backends.remote.horde_api import Generation, State
from storyforge.domain.generation import Delta, Finish, Request, StopReason, Text, Usage
from storyforge.engine.outflow import Outflow


class Takes:
    """The takes of one request, in the order in which they are written.

    Attributes:
        open: how many have not ended.
    """

    def __init__(self, request: Request, estimate: Estimator) -> None:
        self.request = request
        self.open = request.takes
        self._estimate = estimate
        self._known: Counter[Generation] = Counter()
        self._began = time.monotonic()

    def hear(self, state: State) -> list[Delta]:
        """What is new in `state`."""
        fresh = Counter(state.written) - self._known
        self._known += fresh
        deltas = list[Delta]()
        for generation in fresh.elements():
            if self.open:
                deltas.extend(self._take(generation))
        return deltas

    def rest(self, *, stopped: bool) -> list[Delta]:
        """The ends of those that were not written.

        Raises:
            RemoteFault: all are done, and one of them is not there.
        """
        if self.open and not stopped:
            raise RemoteFault(Fault(FaultKind.EMPTY))
        first, self.open = self.request.takes - self.open, 0
        return [
            Finish(StopReason.STOPPED, Usage(), take) for take in range(first, self.request.takes)
        ]

    def _take(self, generation: Generation) -> list[Delta]:
        take = self.request.takes - self.open
        self.open -= 1
        out = Outflow(self.request.stop)
        text = out.feed(generation.text.encode("utf-8", "replace")) + out.close()
        usage = Usage(
            read=0 if take else self._estimate.of(self.request.prompt),
            written=self._estimate.of(generation.text),
            write_seconds=time.monotonic() - self._began,
            seed=generation.seed,
            estimated=True,
        )
        if generation.held_back:
            return [Finish(StopReason.FILTERED, usage, take)]
        # Why a text ended the Horde does not tell: most are cut at the length that was asked for.
        reason = StopReason.STOP_STRING if out.ended else StopReason.LENGTH
        return [Text(text, take), Finish(reason, usage, take)]
