"""What was read for other scenes, kept in memory to go on from. Engine process only.

A sequence holds one text. When another slot's is wanted, what would be lost is kept (a reference,
no copy), and the one is put back that begins most like what is wanted, whosever it is. Nothing goes
to the disk: transformers promises no format for it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyforge.domain.common_ends import shared_start
from storyforge.domain.model import Keeping
from storyforge.engine.memory import Memory, find_memory

if TYPE_CHECKING:
    from storyforge.engine.torch.pasts import TorchSequence

# What must be gained or lost, in tokens, to be worth it.
_WORTH = 16
# So much of what is free is for kept texts.
_SHARE = 4


@dataclass(frozen=True, slots=True)
class Text:
    """One text that was read.

    Attributes:
        exact: the first so many tokens were read as whole blocks.
        size: bytes.
    """

    slot: str
    tokens: list[int]
    exact: int
    past: Any
    size: int


class Texts:
    """The texts of one model's sequence; the one used longest ago goes first.

    Attributes:
        slot: whose text the sequence holds; "" where it is nobody's.
    """

    def __init__(
        self,
        sequence: "TorchSequence",
        keeping: Keeping,
        find: Callable[[], Memory] = find_memory,
    ) -> None:
        self._sequence = sequence
        self._keeping = keeping
        self._find = find
        self._kept: list[Text] = []
        self._prompt = 0
        self.slot = ""

    def enter(
        self,
        slot: str,
        wanted: Sequence[int],
        *,
        exact: bool = False,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Put the best there is into the sequence, for `slot` to read `wanted`."""
        here = self._sequence.reusable(wanted, exactly=exact)
        if self._keeping.states and len(self._sequence.tokens) - here >= _WORTH:
            self._keep()
        best = max(self._kept, key=lambda each: self._use(each, wanted, exact), default=None)
        if best is not None and self._use(best, wanted, exact) >= here + _WORTH:
            self._kept.remove(best)
            self._kept.append(best)
            self._sequence.put(best.past, best.tokens, best.exact)
        self.slot, self._prompt = slot, len(wanted)

    def reach(self, wanted: Sequence[int], *, exact: bool = False) -> int:
        """How many of `wanted` would not be read, were it entered now."""
        here = self._sequence.reusable(wanted, exactly=exact)
        best = max((self._use(each, wanted, exact) for each in self._kept), default=0)
        return best if best >= here + _WORTH else here

    def leave(self, slot: str) -> None:
        """Nothing to do: it stays in memory as long as there is room."""

    def forget(self, slots: Collection[str]) -> None:
        """Let go of all that was read for these."""
        self._kept = [each for each in self._kept if each.slot not in slots]
        if self.slot in slots:
            self._sequence.clear()
            self.slot = ""

    def close(self) -> None:
        """Let all of it go."""
        self._kept.clear()

    def _use(self, kept: Text, wanted: Sequence[int], exact: bool) -> int:
        """How many tokens of a text that is put back can stay for `wanted`."""
        most = self._sequence.most(wanted, exactly=exact)
        same = min(shared_start(kept.tokens, list(wanted)), most, kept.exact if exact else most)
        whole = self._sequence.whole and same < len(kept.tokens)
        return 0 if whole else same

    def _keep(self) -> None:
        """Keep what the sequence holds, if somebody may want it and there is room for it."""
        if not self.slot or ":" in self.slot:
            return
        tokens, exact, past, size = self._sequence.taken(self._prompt)
        self._kept = [
            each
            for each in self._kept
            if each.slot != self.slot or 2 * shared_start(each.tokens, tokens) < len(each.tokens)
        ]
        held = sum(each.size for each in self._kept)
        free = self._find().free + held
        room = free // _SHARE
        if self._keeping.memory_bytes is not None:
            room = min(self._keeping.memory_bytes, free // 2)
        while self._kept and held + size > room:
            held -= self._kept.pop(0).size
        if tokens and size <= room:
            self._kept.append(Text(self.slot, tokens, exact, past, size))
