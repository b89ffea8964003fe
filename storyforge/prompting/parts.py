"""Cuts a text that is too long for one prompt into parts of about the same size. Pure."""

from collections.abc import Callable, Sequence
from functools import partial

from storyforge.domain.generation import TokenCounter
from storyforge.domain.sentences import sentences
from storyforge.prompting.budget import chunks_of, pieces_of, words_of


def in_parts(text: str, room: int, count: TokenCounter, language: str = "en") -> tuple[str, ...]:
    """`text` in parts of at most `room` tokens: cut at paragraphs, else sentences, words, anywhere.

    White space at the parts' ends is left out; a text of white space has no parts. A part of one
    piece of 16 characters stands whatever `room` is.
    """
    splits: tuple[Callable[[str], Sequence[str]], ...] = (
        pieces_of,
        partial(sentences, language=language),
        words_of,
        chunks_of,
    )
    pieces = _fine([text], splits, room, count)
    total = sum(tokens for _text, tokens in pieces)
    # As many parts as needed, and none of them much smaller than the others.
    aim = total / max(-(-total // max(room, 1)), 1)
    parts: list[str] = []
    now, filled, before = "", 0, 0
    for piece, tokens in pieces:
        full = filled + tokens > room or before + tokens / 2 > aim * (len(parts) + 1)
        if now and full:
            parts.append(now)
            now, filled = "", 0
        now += piece
        filled += tokens
        before += tokens
    return tuple(part.strip() for part in (*parts, now) if part.strip())


def _fine(
    texts: Sequence[str],
    splits: Sequence[Callable[[str], Sequence[str]]],
    room: int,
    count: TokenCounter,
) -> list[tuple[str, int]]:
    """`texts` with their tokens; one that is larger than `room` is split by the next rule."""
    found: list[tuple[str, int]] = []
    for text, tokens in zip(texts, count(tuple(texts)), strict=True):
        if tokens > room and splits:
            found += _fine(splits[0](text), splits[1:], room, count)
        else:
            found.append((text, tokens))
    return found
