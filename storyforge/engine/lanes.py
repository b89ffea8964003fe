"""What is known of the sequences in a KV cache. Pure; the cache itself is `sequence`'s."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Lane:
    """The record of one sequence.

    Invariant: the cache holds exactly `tokens` for it, at positions 0 … len(tokens) − 1.

    Attributes:
        exact: the first so many of them were read as whole aligned blocks and lie in the cache as
            in an empty one: the order of the cells changes the last bits, too.
    """

    tokens: list[int] = field(default_factory=list)
    exact: int = 0

    def copy(self) -> "Lane":
        """The same record, to go its own way."""
        return Lane(list(self.tokens), self.exact)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a model remembers.

    Attributes:
        recurrent: it has a state that cannot be taken back (hybrid models too).
        sliding: some layers see only a window of what was read.
        alone: its takes are written one after the other.
    """

    recurrent: bool = False
    sliding: bool = False
    alone: bool = False

    @property
    def takes(self) -> int:
        """Takes written in one batch: each needs a state, which is 0.1 GB in a hybrid of 7B."""
        return 1 if self.alone else 4 if self.recurrent else 8

    @property
    def sequences(self) -> int:
        """Sequences that the context must hold: the takes', and one more."""
        return self.takes + 1
