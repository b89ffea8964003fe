"""What the engine asks of a loaded model, whichever library runs it. Types only."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from storyforge.engine.fitting import Plan
from storyforge.engine.hardware import Threads
from storyforge.engine.lanes import Kind
from storyforge.engine.sequence import CachedSequence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from storyforge.domain.sampling import Sampling

    Logits = NDArray[np.float32]
    #: one bool a token of the vocabulary
    Mask = NDArray[np.bool_]


class Vocabulary(Protocol):
    """A model's tokens. Text of a story is only ever text, whatever it looks like."""

    @property
    def size(self) -> int:
        """How many logits a row has."""
        ...

    @property
    def endings(self) -> tuple[int, ...]:
        """Every token by which the model says that its text is at an end."""
        ...

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """The bytes of every token."""
        ...

    @property
    def infills(self) -> bool:
        """Whether the model has tokens for a text that stands behind its answer."""
        ...

    def encode(self, text: str) -> list[int]:
        """The tokens of `text`, without one that only opens a prompt."""
        ...

    def encode_prompt(self, text: str) -> list[int]:
        """The tokens of a prompt: opened as the model was trained to, and never none at all."""
        ...

    def encode_gap(self, text: str, suffix: str) -> list[int]:
        """The tokens of a prompt whose answer stands between `text` and `suffix`."""
        ...

    def ends_text(self, token: int) -> bool:
        """Whether the model says by `token` that its text is at an end."""
        ...

    def piece(self, token: int) -> bytes:
        """The bytes of `token`, perhaps half a character; nothing for a control token."""
        ...


class Sampler(Protocol):
    """How the tokens of one take are drawn."""

    def choose(self, logits: "Logits", forbidden: "Mask | None" = None) -> int | None:
        """A token by its logits; None where all are forbidden. Only `accept` makes it count."""
        ...

    def accept(self, token: int) -> None:
        """`token` is written."""
        ...

    def take_back(self, count: int) -> None:
        """The last `count` tokens were never written; the random numbers go on."""
        ...

    def settle(self, written: int) -> None:
        """Nothing before the token numbered `written` (from 0) will be taken back any more."""
        ...

    def close(self) -> None:
        """Free what it holds; safe to call twice."""
        ...


class Grammar(Protocol):
    """The form that one take's answer has to keep."""

    @property
    def ended(self) -> bool:
        """Whether the answer is whole: nothing may come any more."""
        ...

    def allows(self, token: int) -> bool:
        """Whether `token` may come next."""
        ...

    def refused(self) -> "Mask":
        """The tokens that may not come next."""
        ...

    def accept(self, token: int) -> None:
        """`token`, which was allowed, is written."""
        ...

    def take_back(self, count: int) -> None:
        """The last `count` tokens were never written."""
        ...

    def close(self) -> None:
        """Free what it holds; safe to call twice."""
        ...


class States(Protocol):
    """What was read for other texts, kept to go on from."""

    def enter(
        self,
        slot: str,
        wanted: Sequence[int],
        *,
        exact: bool = False,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Put the best there is into the sequence, for `slot` to read `wanted`."""
        ...

    def reach(self, wanted: Sequence[int], *, exact: bool = False) -> int:
        """How many of `wanted` would not be read, were it entered now."""
        ...

    def leave(self, slot: str) -> None:
        """The author left `slot`: bring what is kept of it to the disk."""
        ...

    def forget(self, slots: Collection[str]) -> None:
        """Let go of all that was read for these; what it was read of is gone for good."""
        ...


class LoadedModel(Protocol):
    """A model in memory."""

    @property
    def window(self) -> int:
        """The context window in tokens."""
        ...

    @property
    def threads(self) -> Threads:
        """What it writes and reads with."""
        ...

    @property
    def gpu(self) -> bool:
        """Whether the library can use a GPU."""
        ...

    @property
    def flash_forced(self) -> bool:
        """Whether flash attention is on because the KV type needs it."""
        ...

    @property
    def plan(self) -> Plan | None:
        """Where its layers lie; None where the library does not tell."""
        ...

    @property
    def kind(self) -> Kind:
        """How it remembers."""
        ...

    @property
    def sequence(self) -> CachedSequence:
        """What it has read."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """Its tokens."""
        ...

    @property
    def states(self) -> States:
        """What was read for other texts."""
        ...

    @property
    def on_gpu(self) -> bool:
        """Whether layers may lie on a GPU, where a stop is not heard within an evaluation."""
        ...

    def takes_at_once(self, prompt: int, limit: int) -> int:
        """How many takes of `limit` tokens can be written in one batch behind `prompt` tokens."""
        ...

    def turn_to_reading(self, *, exactly: bool = False) -> None:
        """The threads and processors that a prompt is read with; `exactly` with all of them."""
        ...

    def turn_to_writing(self, *, exactly: bool = False) -> None:
        """The threads and processors that are written with; a batch of takes is writing, too."""
        ...

    def give_way(self) -> None:
        """Go on with fewer threads while other programs want their processors.

        For between two evaluations; it is nearly free.
        """
        ...

    def logits(self, row: int) -> "Logits":
        """A copy of a row that the last evaluation made; -1 for the last."""
        ...

    def sampler(self, sampling: "Sampling", story: Sequence[int]) -> Sampler:
        """Draws as `sampling` asks, whose seed is settled, behind the tokens of `story`.

        Raises:
            EngineFault: the library refused a sampler.
        """
        ...

    def grammar(self, schema: str, begun: str) -> Grammar | None:
        """Holds an answer to a JSON Schema, of which `begun` stands there; None: it cannot.

        Raises:
            EngineFault: the library refused the schema.
        """
        ...

    def close(self) -> None:
        """Give the memory back."""
        ...
