"""Shortens one text to a number of tokens: whole, else by paragraphs, sentences, words. Pure."""

from dataclasses import dataclass
from functools import partial

from storyforge.domain.generation import TokenCounter
from storyforge.domain.sentences import sentences
from storyforge.prompting.budget import chunks_of, pieces_of, tokens_of, words_of

# NovelAI's: with less than this share of the room filled, finer pieces are tried.
_FILLED = 0.3
_CHUNK = 4


@dataclass(frozen=True, slots=True)
class Shortened:
    """A text's beginning, in at most the tokens that were allowed.

    Attributes:
        wanted, given: tokens of the whole text and of what is left.
    """

    text: str
    wanted: int
    given: int


def shortened(text: str, room: int, count: TokenCounter, language: str = "en") -> Shortened:
    """As much of the beginning of `text` as fits into `room` tokens, cut at the best border."""
    wanted = tokens_of(text, count)
    if wanted <= room:
        return Shortened(text, wanted, wanted)
    if room <= 0 or not text:
        return Shortened("", wanted, 0)
    best, used = _leading(pieces_of(text), room, count)
    finest = partial(chunks_of, size=_CHUNK)
    for split in (partial(sentences, language=language), words_of, finest):
        if used >= room * _FILLED:
            break
        # What was kept at the coarser step stands; the piece behind it is divided.
        piece = _first(text[len(best) :], room)
        kept, tokens = _leading(split(piece), room - used, count)
        best, used = best + kept, used + tokens
    best = best.rstrip()
    return Shortened(best, wanted, tokens_of(best, count) if best else 0)


def _first(text: str, room: int) -> str:
    """The piece that did not fit: to its paragraph's end, and not much more than could fit."""
    end = text.find("\n", len(text) - len(text.lstrip("\n")))
    return text[: min(len(text) if end < 0 else end, room * 32 + 64)]


def _leading(
    pieces: "list[str] | tuple[str, ...]", room: int, count: TokenCounter
) -> tuple[str, int]:
    """(the first pieces that fit together, their tokens)."""
    used = at = 0
    # No piece is less than a token, so no more than so many can fit.
    costs = count(tuple(pieces[: room + 1]))
    while at < len(costs) and used + costs[at] <= room:
        used += costs[at]
        at += 1
    return "".join(pieces[:at]), used
