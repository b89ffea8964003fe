"""A prompt as chunks of CLIP's tokens, each with its weight: what one reading takes in.

As AUTOMATIC1111 cuts: 75 tokens a chunk, behind a comma if one is near its end, and wherever BREAK
stands. A word that calls an embedding is as many tokens as the embedding has vectors. What the
tokens mean is not known here. Pure.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from storyforge.domain.picture.grammar import Weighted, weighted

#: tokens of a chunk, without those that begin and end it
ROOM = 75
# A chunk ends behind a comma that is less than so many tokens from its end.
_BACK = 20

#: a text's tokens, without those that begin and end it
Tokenise = Callable[[str], list[int]]


@dataclass(frozen=True, slots=True)
class Chunk:
    """At most `ROOM` tokens.

    Attributes:
        weights: one a token.
        embedded: (the token at which it begins, the word) of each embedding; its tokens are 0.
    """

    tokens: tuple[int, ...] = ()
    weights: tuple[float, ...] = ()
    embedded: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class _Open:
    """A chunk that is being filled; `comma` is the place behind its last comma, 0 for none."""

    tokens: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    embedded: list[tuple[int, str]] = field(default_factory=list)
    comma: int = 0

    def add(self, tokens: Sequence[int], weight: float) -> None:
        self.tokens += tokens
        self.weights += [weight] * len(tokens)

    def cut(self) -> "_Open":
        """Keep what stands up to the last comma if it is near; what stood behind it."""
        near = self.comma and len(self.tokens) - self.comma < _BACK
        place = self.comma if near else len(self.tokens)
        rest = _Open(self.tokens[place:], self.weights[place:])
        rest.embedded = [(at - place, word) for at, word in self.embedded if at >= place]
        self.tokens, self.weights = self.tokens[:place], self.weights[:place]
        self.embedded = [(at, word) for at, word in self.embedded if at < place]
        return rest

    def closed(self) -> Chunk:
        return Chunk(tuple(self.tokens), tuple(self.weights), tuple(self.embedded))


def chunks(prompt: str, tokenise: Tokenise, vectors: Mapping[str, int]) -> tuple[Chunk, ...]:
    """`prompt`, without schedules and LoRAs, in chunks: at least one, which may be empty.

    Args:
        vectors: how many an embedding has, by the word that calls it.
    """
    spelled = {word: tuple(tokenise(word)) for word in vectors}
    longest = sorted((word for word in spelled if spelled[word]), key=lambda w: -len(spelled[w]))
    (comma,) = tokenise(",")
    done: list[Chunk] = []
    now = _Open()
    for index, part in enumerate(weighted(prompt)):
        if index:
            done.append(now.closed())
            now = _Open()
        for tokens, word, weight in _pieces(part, tokenise, {w: spelled[w] for w in longest}):
            filled = [0] * min(vectors[word], ROOM) if word else tokens
            while len(now.tokens) + len(filled) > ROOM:
                rest = now.cut() if filled != [comma] else _Open()
                done.append(now.closed())
                now = rest
            if word:
                now.embedded.append((len(now.tokens), word))
            now.add(filled, weight)
            if filled == [comma]:
                now.comma = len(now.tokens)
    return (*done, now.closed()) if now.tokens or not done else tuple(done)


def _pieces(
    part: Sequence[Weighted], tokenise: Tokenise, spelled: Mapping[str, tuple[int, ...]]
) -> Iterator[tuple[list[int], str, float]]:
    """The tokens of `part`, one at a time; those of an embedding's word together, with the word."""
    for piece in part:
        tokens = tokenise(piece.text)
        at = 0
        while at < len(tokens):
            word = next(
                (w for w, own in spelled.items() if tuple(tokens[at : at + len(own)]) == own), ""
            )
            size = len(spelled[word]) if word else 1
            yield tokens[at : at + size], word, piece.weight
            at += size
