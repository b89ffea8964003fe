"""How long a prompt is for CLIP, counted as its tokenizer counts: for the n/75 beside a prompt.

CLIP's byte pairs are few enough to be joined here, so the count is exact and needs no library.
"""

import heapq
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import regex

from storyforge.domain.picture.chunks import ROOM, chunks
from storyforge.domain.picture.grammar import loras_of, schedule
from storyforge.images import clip_vocabulary

_WORD = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+")
_MARKS = (clip_vocabulary.START, clip_vocabulary.END)
_MARK = regex.compile("(" + "|".join(regex.escape(mark) for mark in _MARKS) + ")")
_END = "</w>"


@dataclass(frozen=True, slots=True)
class Length:
    """A prompt's length, as AUTOMATIC1111 shows it: `tokens` of `room`.

    Attributes:
        tokens: those of its longest step; a chunk that was ended before counts as full.
        room: a multiple of 75.
    """

    tokens: int
    room: int


def length(prompt: str, vectors: Mapping[str, int] | None = None, steps: int = 20) -> Length:
    """How long `prompt` is; the first call reads CLIP's vocabulary, 0.1 s.

    Args:
        vectors: of embeddings, by the word that calls one.
    """
    longest = Length(0, ROOM)
    for _until, text in schedule(loras_of(prompt)[0], steps):
        cut = chunks(text, tokens, vectors or {})
        tokens_of_it = ROOM * (len(cut) - 1) + len(cut[-1].tokens)
        if tokens_of_it > longest.tokens:
            longest = Length(tokens_of_it, ROOM * len(cut))
    return longest


def tokens(text: str) -> list[int]:
    """CLIP's tokens of `text`, without those that begin and end it."""
    numbers = clip_vocabulary.numbers()
    found: list[int] = []
    for place, piece in enumerate(_MARK.split(text)):
        if place % 2:
            found.append(numbers[piece])
            continue
        # letter by letter: a Greek sigma at a word's end is no other one for CLIP
        small = "".join(sign.lower() for sign in unicodedata.normalize("NFC", piece))
        for word in _WORD.findall(small):
            found += _joined(word)
    return found


@lru_cache(maxsize=4096)
def _joined(word: str) -> tuple[int, ...]:
    """The tokens of a word: its bytes, pair by pair joined, the first merge first."""
    ranks, letters, numbers = _ranks(), clip_vocabulary.letters(), clip_vocabulary.numbers()
    parts = [letters[byte] for byte in word.encode("utf-8", "replace")]
    parts[-1] += _END
    behind, before = list(range(1, len(parts) + 1)), list(range(-1, len(parts) - 1))
    # A pair of a joined one was learned after it: what is found later never goes before.
    waiting = [
        (ranks[pair], place, pair) for place, pair in enumerate(pairwise(parts)) if pair in ranks
    ]
    heapq.heapify(waiting)
    while waiting:
        _rank, place, pair = heapq.heappop(waiting)
        other = behind[place]
        if other == len(parts) or (parts[place], parts[other]) != pair:
            continue
        parts[place], parts[other] = "".join(pair), ""
        behind[place] = behind[other]
        if behind[place] < len(parts):
            before[behind[place]] = place
        for left in (before[place], place):
            if left >= 0 and behind[left] < len(parts):
                both = parts[left], parts[behind[left]]
                if both in ranks:
                    heapq.heappush(waiting, (ranks[both], left, both))
    return tuple(numbers[part] for part in parts if part)


@cache
def _ranks() -> dict[tuple[str, str], int]:
    return {pair: rank for rank, pair in enumerate(clip_vocabulary.merges())}
