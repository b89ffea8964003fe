"""What a model has read: its sequences, and an exact record of their tokens.

Lane 0 is the one that is read into; the others are copies of it that takes are written in. Copies
cost nothing with attention, and one state with recurrent models. How a library holds them,
`cells` and `torch.pasts` know.

Only what changed since the longest common prefix is evaluated. A reused prefix differs from a cold
one in the last bits (reading in blocks and writing token by token round differently): the total
variation of the next token is 0.02 on average. Where it must be exact, only whole blocks that were
read as such are reused. Runs in the engine process only.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from storyforge.domain.common_ends import shared_start
from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.lanes import Kind, Lane

#: an evaluation was stopped within
ABORTED = 2
# Fewer tokens at once are hardly faster.
_SMALLEST = 8


class Interrupted(Exception):
    """The work was stopped on purpose, between two evaluations or within one."""


class CachedSequence(ABC):
    """The lanes of one model.

    Args:
        block: tokens evaluated in one call at the most.
    """

    def __init__(self, block: int, kind: Kind) -> None:
        self._block = block
        self._kind = kind
        # The lane behind the takes': a state that cannot be cut, from before the last token, to go
        # back to; with other models a copy to try something in.
        self._base = kind.takes
        self._lanes = {0: Lane()}
        # Where the lanes part, while there are several.
        self._forked: int | None = None

    @property
    def tokens(self) -> list[int]:
        """What lane 0 holds; not to be changed."""
        return self._lanes[0].tokens

    @property
    def exact(self) -> int:
        """How many of `tokens` were read as whole blocks."""
        return self._lanes[0].exact

    def keepable(self, prompt: int) -> tuple[int, Lane]:
        """The lane whose state is worth keeping, with its number; not to be changed.

        A recurrent model cannot cut it, and what is wanted next has perhaps no more than the
        `prompt` tokens of before: so it is the base, once lane 0 has come to their end.
        """
        number = self._base if self._base in self._lanes and len(self.tokens) >= prompt else 0
        return number, self._lanes[number]

    def lane(self, number: int) -> list[int]:
        """What a lane holds; not to be changed."""
        return self._lanes[number].tokens

    @abstractmethod
    def watch(self, stopped: Callable[[], bool] | None) -> None:
        """Ask `stopped` within an evaluation too, or no longer."""

    @abstractmethod
    def close(self) -> None:
        """Free what the record is of, where that does not go with the model."""

    def most(self, wanted: Sequence[int], *, exactly: bool = False) -> int:
        """How many tokens of `wanted` can be reused at the most, had they been read before."""
        most = len(wanted) - 1
        return most // self._block * self._block if exactly else most

    def reusable(self, wanted: Sequence[int], *, exactly: bool = False) -> int:
        """How many tokens `keep_prefix` would leave; nothing changes."""
        return max(self._usable(number, wanted, exactly) for number in self._lanes)

    def keep_prefix(self, wanted: Sequence[int], *, exactly: bool = False) -> int:
        """Drop what is not a beginning of `wanted`, in the best lane; the tokens that remain.

        The last token of `wanted` never remains: it is evaluated again for its logits. Recurrent
        models cannot drop a tail; they go on from their base, or from empty.

        Args:
            exactly: leave only what the same reading from empty would give, bit for bit.
        """
        best = max(self._lanes, key=lambda number: self._usable(number, wanted, exactly))
        length = self._usable(best, wanted, exactly)
        if best not in (0, self._base):
            self._replace(0, best)
        for number in [each for each in self._lanes if each not in (0, self._base)]:
            self.drop(number)
        if best == self._base:
            self._replace(0, self._base)
        if length < len(self.tokens):
            self._cut(0, length)
        base = self._lanes.get(self._base)
        if base is not None and base.tokens != self.tokens[: len(base.tokens)]:
            self.drop(self._base)
        self._forked = None
        return len(self.tokens)

    def read(
        self,
        wanted: Sequence[int],
        stopped: Callable[[], bool],
        say: Callable[[int], None],
        *,
        exactly: bool = False,
        pace: float | None = None,
    ) -> None:
        """Evaluate `wanted` from where the cache ends; logits of the last token are ready then.

        Args:
            say: hears after each block how many tokens of `wanted` are in the cache.
            exactly: whole blocks only, and a recurrent model's base is put between them.
            pace: seconds a block may take, by the speed of the one before; for a GPU, which does
                not hear a stop within.

        Raises:
            Interrupted: `stopped` said so; whole blocks stay in the cache.
            EngineFault: the library refused; the cache is empty then.
        """
        block = self._block
        while len(self.tokens) < len(wanted):
            if stopped():
                raise Interrupted
            start, began = len(self.tokens), time.monotonic()
            end = min(start + block, len(wanted))
            if self._stuck(0):
                self._hold()
                if not exactly and start < len(wanted) - 1:
                    end = min(end, len(wanted) - 1)
            self.evaluate(wanted[start:end])
            if pace is not None and not exactly:
                speed = (end - start) / max(time.monotonic() - began, 1e-9)
                block = max(_SMALLEST, min(self._block, int(speed * pace)))
            say(len(self.tokens))

    def evaluate(self, tokens: Sequence[int]) -> None:
        """Evaluate at most a block of `tokens` behind lane 0's end.

        Raises:
            Interrupted: the watcher stopped it; these tokens are not in the cache.
            EngineFault: the library refused; the cache is empty then.
        """
        lane = self._lanes[0]
        start = len(lane.tokens)
        self._run([(0, start + at, token) for at, token in enumerate(tokens)], 1)
        lane.tokens.extend(tokens)
        alone = all(number in (0, self._base) for number in self._lanes)
        if alone and len(tokens) == self._block and start == lane.exact:
            lane.exact += self._block

    def fork(self, lanes: int) -> None:
        """Make lanes 1 … `lanes` − 1 copies of lane 0.

        Only what was read into one lane is copied: an abort within tokens that belong to several
        leaves states that are false.
        """
        if lanes > 1:
            self._forked = len(self.tokens)
        for number in range(1, lanes):
            self._copy(0, number)
            self._lanes[number] = self._lanes[0].copy()

    def step(self, tokens: Sequence[tuple[int, int]]) -> None:
        """Evaluate one token behind the end of each of some lanes, in one batch.

        Args:
            tokens: (lane, token), each lane once; the logits of the nth are in row n.

        Raises:
            Interrupted: the watcher stopped it; these tokens are not in the cache.
            EngineFault: the library refused; the cache is empty then.
        """
        rows = [(lane, len(self._lanes[lane].tokens), token) for lane, token in tokens]
        self._run(rows, len(rows))
        for lane, token in tokens:
            self._lanes[lane].tokens.append(token)

    def rewind(self, lane: int, length: int) -> None:
        """Leave the first `length` tokens of `lane`; the logits of all rows may be gone then."""
        wanted = self._lanes[lane].tokens[:length]
        self._cut(lane, length)
        record = self._lanes[lane]
        while missing := wanted[len(record.tokens) :][: self._block]:
            start = len(record.tokens)
            self._run([(lane, start + at, token) for at, token in enumerate(missing)], 1)
            record.tokens.extend(missing)

    def aside(self, wanted: Sequence[int]) -> int | None:
        """A copy that holds `wanted` and no more, to try something in, if a lane has it all.

        `drop` gives it up; the lanes are as they were then, but for one take of recurrent models.
        """
        number = 1 if self._kind.recurrent else self._base
        if self._kind.alone:
            number = self._base + 1  # the base is the only state to go back to
        for source in [each for each in self._lanes if each != number]:
            if self._usable(source, [*wanted, 0], exactly=False) == len(wanted):
                self._replace(number, source)
                self._cut(number, len(wanted))
                return number
        return None

    def drop(self, lane: int) -> None:
        """Forget `lane`; its record is gone, too."""
        del self._lanes[lane]
        self._remove_from(lane, 0)

    def adopt(self, tokens: Sequence[int], exact: int) -> None:
        """Take down what a saved state has brought into lane 0 of an empty cache."""
        self._lanes = {0: Lane(list(tokens), exact)}
        self._forked = None

    def clear(self) -> None:
        """Forget everything that was read."""
        self._empty()
        self._lanes = {0: Lane()}
        self._forked = None

    def _usable(self, number: int, wanted: Sequence[int], exactly: bool) -> int:
        lane = self._lanes[number]
        most = min(len(lane.tokens), self.most(wanted, exactly=exactly))
        if self._kind.sliding and self._forked is not None:
            # Lanes lie among each other: cells behind one's window may hold another's tokens.
            most = min(most, self._forked)
        if exactly:
            most = min(most, lane.exact)
        same = shared_start(lane.tokens[:most], wanted[:most])
        if exactly:
            same = same // self._block * self._block
        return 0 if same < len(lane.tokens) and self._stuck(number) else same

    def _stuck(self, number: int) -> bool:
        """Whether a lane can drop no tail: a recurrent model's, or one whose window was saved."""
        return self._kind.recurrent or (self._kind.sliding and self._torn(number))

    def _hold(self) -> None:
        """Keep the state of lane 0 as it is now, to go back to."""
        if self.tokens:
            self._replace(self._base, 0)

    def _replace(self, lane: int, source: int) -> None:
        """Make `lane` a copy of `source`."""
        if lane in self._lanes:
            self.drop(lane)
        self._copy(source, lane)
        self._lanes[lane] = self._lanes[source].copy()

    def _cut(self, number: int, length: int) -> None:
        """Leave the first `length` tokens in a lane, or its base, or none: what the model can."""
        lane = self._lanes[number]
        if length and self._remove_from(number, length) and not self._torn(number):
            del lane.tokens[length:]
            lane.exact = min(lane.exact, length // self._block * self._block)
            return
        self.drop(number)
        base = self._lanes.get(self._base)
        if base is not None and base.tokens == lane.tokens[:length][: len(base.tokens)]:
            self._replace(number, self._base)
        else:
            self._lanes[number] = Lane()

    def _torn(self, number: int) -> bool:
        """Whether cells that the rest would look at are gone: sliding windows drop them."""
        return not self._kind.recurrent and self._first(number) > 0

    def _run(self, rows: Sequence[tuple[int, int, int]], outputs: int) -> None:
        """Evaluate (lane, position, token) rows; the last `outputs` have logits."""
        code = self._decode(rows, outputs)
        if code == ABORTED:
            for lane in {lane for lane, _position, _token in rows}:
                self._cut(lane, len(self._lanes[lane].tokens))
            raise Interrupted
        if code:
            self.clear()
            raise EngineFault(Fault(FaultKind.NOT_READ, self._why(code)))

    @abstractmethod
    def _empty(self) -> None:
        """Forget every lane."""

    @abstractmethod
    def _copy(self, source: int, lane: int) -> None:
        """Make `lane`, which is empty, hold what `source` holds."""

    @abstractmethod
    def _remove_from(self, lane: int, position: int) -> bool:
        """Forget what `lane` holds from `position` on; False where it cannot, and has not."""

    @abstractmethod
    def _first(self, lane: int) -> int:
        """The first position that `lane` still holds."""

    @abstractmethod
    def _decode(self, rows: Sequence[tuple[int, int, int]], outputs: int) -> int:
        """Evaluate (lane, position, token) rows; 0, `ABORTED`, or the library's own number."""

    @abstractmethod
    def _why(self, code: int) -> str:
        """What the library said, or its number."""
