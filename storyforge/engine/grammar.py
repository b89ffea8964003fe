"""The form that one take's answer has to keep, by llama.cpp's own grammar. Engine process only.

Accepting a token that the grammar does not have ends the process: so every token is asked about
before. Asking about one costs 0.02 ms, about the whole vocabulary 8 ms: a pen draws first, and has
the others sorted out only where the grammar refuses what was drawn.
"""

import ctypes
import json
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from storyforge.engine.faults import EngineFault, Fault, FaultKind
from storyforge.engine.gbnf import gbnf_of
from storyforge.engine.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from storyforge.engine.loaded import Mask

# llama_token_data
_CANDIDATE = [("id", "i4"), ("logit", "f4"), ("p", "f4")]

# model → the tokens without any text: llama.cpp takes a control token's name for its text, so
# that the grammar would let it through.
_silent: "WeakKeyDictionary[Vocabulary, Mask]" = WeakKeyDictionary()


class Grammar:
    """How far an answer to a schema is, and what may come next.

    Args:
        schema: JSON Schema, as text.
        begun: what of the answer stands there already.

    Raises:
        EngineFault: the schema cannot be held, or `begun` does not begin an answer to it.
    """

    def __init__(self, schema: str, begun: str, vocabulary: Vocabulary) -> None:
        import llama_cpp.llama_cpp as lib
        import numpy as np

        try:
            grammar = gbnf_of(json.loads(schema))
        except (ValueError, KeyError, TypeError) as error:
            raise EngineFault(Fault(FaultKind.FORM_REFUSED, str(error))) from error
        self._lib = lib
        self._vocabulary = vocabulary
        self._one = np.zeros(1, np.dtype(_CANDIDATE))
        self._written: list[int] = []
        self._sampler: Any = lib.llama_sampler_init_grammar(
            vocabulary.pointer, grammar.encode(), b"root"
        )
        if not self._sampler:
            raise EngineFault(Fault(FaultKind.FORM_REFUSED, "llama.cpp"))
        for token in vocabulary.encode(begun):
            if not self.allows(token):
                self.close()
                raise EngineFault(Fault(FaultKind.FORM_REFUSED, "begun otherwise"))
            self.accept(token)

    @property
    def ended(self) -> bool:
        """Whether the answer is whole: nothing may come any more."""
        if self._vocabulary.endings:
            return self._passes(self._vocabulary.endings[0])
        last = self._vocabulary.piece(self._written[-1]) if self._written else b""
        return b"}" in last and bool(self.refused().all())

    def allows(self, token: int) -> bool:
        """Whether `token` may come next; an end never may: the answer ends where it is whole."""
        return bool(self._vocabulary.piece(token)) and self._passes(token)

    def refused(self) -> "Mask":
        """The tokens that may not come next."""
        import numpy as np

        everything = np.zeros(self._vocabulary.size, np.dtype(_CANDIDATE))
        everything["id"] = np.arange(self._vocabulary.size, dtype="i4")
        self._apply(everything)
        refused: Mask = ~np.isfinite(everything["logit"]) | _without_text(self._vocabulary)
        return refused

    def accept(self, token: int) -> None:
        """`token`, which was allowed, is written."""
        self._lib.llama_sampler_accept(self._sampler, token)
        self._written.append(token)

    def take_back(self, count: int) -> None:
        """The last `count` tokens were never written."""
        kept = self._written[: len(self._written) - count]
        self._lib.llama_sampler_reset(self._sampler)
        self._written = []
        for token in kept:
            self.accept(token)

    def close(self) -> None:
        """Free what it holds; safe to call twice."""
        sampler, self._sampler = self._sampler, None
        if sampler is not None:
            self._lib.llama_sampler_free(sampler)

    def _passes(self, token: int) -> bool:
        self._one["id"], self._one["logit"] = token, 0
        self._apply(self._one)
        return bool(self._one["logit"][0] == 0)

    def _apply(self, candidates: "NDArray[np.void]") -> None:
        """Set the logits of those that the grammar refuses to minus infinity."""
        lib = self._lib
        pointer = candidates.ctypes.data_as(ctypes.POINTER(lib.llama_token_data))
        among = lib.llama_token_data_array(pointer, len(candidates), -1, False)
        lib.llama_sampler_apply(self._sampler, ctypes.byref(among))


def _without_text(vocabulary: Vocabulary) -> "Mask":
    import numpy as np

    known = _silent.get(vocabulary)
    if known is None:
        known = np.array([not piece for piece in vocabulary.pieces])
        _silent[vocabulary] = known
    return known
