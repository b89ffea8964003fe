"""The words of a prompt and the tokens that they are heard as."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from storyforge.domain.picture.chunks import ROOM, Chunk, chunks

# The end of a word among CLIP's tokens.
_END = "</w>"
_NETWORK = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"\w")
_LETTER = r"[^\W\d_]"


@dataclass(frozen=True, slots=True)
class Place:
    """A word of the prompt.

    Attributes:
        start, end: in characters of the prompt as it was ordered.
        tokens: their numbers among all that the model hears, each chunk's begin and end counted.
    """

    word: str
    start: int
    end: int
    tokens: tuple[int, ...]


def places(
    ordered: str, told: str, tokenizer: Any, vectors: Mapping[str, int]
) -> tuple[Place, ...]:
    """The words of `told` as they are heard, and where they stand in `ordered`.

    Args:
        ordered: the whole prompt, with schedules and LoRAs.
        told: what of it is heard in these steps, without LoRAs.
        vectors: how many an embedding has, by the word that calls it.
    """

    def tokenise(text: str) -> list[int]:
        given = tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)
        return list(given.input_ids)

    # LoRAs are no words, and keep their room.
    bare = _NETWORK.sub(lambda found: " " * len(found[0]), ordered)
    found, behind = list[Place](), 0
    for number, chunk in enumerate(chunks(told, tokenise, vectors)):
        first = number * (ROOM + 2) + 1
        for word, at, count in _words(chunk, tokenizer, vectors):
            where = _find(word, bare, behind)
            if where is not None:
                tokens = tuple(range(first + at, first + at + count))
                found.append(Place(where[0], *where.span(), tokens))
                behind = where.end()
    return tuple(found)


def _words(
    chunk: Chunk, tokenizer: Any, vectors: Mapping[str, int]
) -> Iterator[tuple[str, int, int]]:
    """Each word of a chunk, the token at which it begins, and how many it is."""
    embedded, at, begun = dict(chunk.embedded), 0, 0
    pieces = tokenizer.convert_ids_to_tokens(list(chunk.tokens))
    while at < len(pieces):
        if at in embedded:
            count = min(vectors[embedded[at]], ROOM)
            yield embedded[at], at, count
            at = begun = at + count
            continue
        at += 1
        if pieces[at - 1].endswith(_END):
            word = tokenizer.decode(list(chunk.tokens[begun:at])).strip()
            if _WORD.search(word):
                yield word, begun, at - begun
            begun = at


def _find(word: str, text: str, start: int) -> re.Match[str] | None:
    """Where a word stands in `text`: CLIP's are runs of letters, or a digit, large or small."""
    pattern = (
        rf"(?<!{_LETTER}){re.escape(word)}(?!{_LETTER})" if word.isalpha() else re.escape(word)
    )
    return re.compile(pattern, re.IGNORECASE).search(text, start)
