"""Phrases made likelier or less likely: what their weights add to the logits of the next token.

Weights are added before any sampler sees the logits, as llama.cpp's own logit bias does. One token
of a phrase gets the weight: the next, where its first ones stand before the caret, else the first.
Below zero the first gets it only if it is the whole phrase, so that “the Tower” made rare does not
make “the” rare. Runs in the engine process only.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storyforge.domain.sampling import Bias
from storyforge.engine.loaded import Vocabulary

if TYPE_CHECKING:
    from storyforge.engine.loaded import Logits

# Tokenizers treat the beginning of a text in their own ways; behind a newline they do not.
_ANCHOR = "\n"


class PhraseBiases:
    """The weights of `biases` in the tokens of one model."""

    def __init__(self, biases: Sequence[Bias], vocabulary: Vocabulary) -> None:
        self._told = [
            (tokens, bias.weight)
            for bias in biases
            for tokens in spellings(bias.phrase, vocabulary)
        ]
        #: how many tokens before the caret matter
        self.reach = max((len(tokens) - 1 for tokens, _ in self._told), default=0)

    def lean(self, logits: "Logits", written: Sequence[int]) -> None:
        """Add the weights to `logits`, in place; `written` ends at the caret."""
        tail = tuple(written[-self.reach :]) if self.reach else ()
        for tokens, weight in self._told:
            begun = _begun(tokens, tail)
            if begun or weight > 0 or len(tokens) == 1:
                logits[tokens[begun]] += weight


def _begun(tokens: tuple[int, ...], tail: tuple[int, ...]) -> int:
    """How many of `tokens` stand at the end of `tail`, but never all."""
    for count in range(min(len(tokens) - 1, len(tail)), 0, -1):
        if tail[-count:] == tokens[:count]:
            return count
    return 0


def spellings(phrase: str, vocabulary: Vocabulary) -> list[tuple[int, ...]]:
    """The tokens of `phrase` as it may stand: behind a space, and without one.

    Where a script has no spaces, or `phrase` brings its own, there is no spelling with another.
    """
    found = []
    for text in (phrase, " " + phrase.lstrip(" ")):
        tokens = _behind_a_newline(text, vocabulary)
        spaced = text != phrase
        if not tokens or (spaced and not vocabulary.piece(tokens[0]).strip(b" ")):
            continue
        if tokens not in found:
            found.append(tokens)
    return found


def _behind_a_newline(text: str, vocabulary: Vocabulary) -> tuple[int, ...]:
    """The tokens of `text` where it follows a newline; empty where they are not its own."""
    tokens = vocabulary.encode(_ANCHOR + text)
    said = b""
    for n, token in enumerate(tokens):
        said += vocabulary.piece(token)
        if said.lstrip(b" ") == _ANCHOR.encode():
            rest = tuple(tokens[n + 1 :])
            written = b"".join(vocabulary.piece(each) for each in rest)
            return rest if written == text.encode("utf-8", "replace") else ()
    return ()
