"""Makes pieces of the plain text that tools for writing with a model keep. Pure.

Their text is a page as it stands: no line is joined, nothing is read as Markdown. Some of them say
which words a model wrote; those are found again in the pieces.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from storyforge.domain.text import clean
from storyforge.importing.foreign import Piece, Words, part
from storyforge.importing.limits import Extent


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text; `model` where the file says that a model wrote it."""

    text: str
    model: bool = False


def pieces_of(passages: Iterable[Passage], file: str) -> tuple[Piece, ...]:
    """The passages as one text, parted at its headings and breaks.

    Raises:
        BadInput: it is longer than any story.
    """
    parts: list[str] = []
    written: list[tuple[int, int]] = []
    length = 0
    for passage in passages:
        # A line end that two passages share would change its length when it is cleaned.
        text = clean(passage.text.replace("\r\n", "\n"))
        if passage.model and text:
            if written and written[-1][1] == length:
                written[-1] = (written[-1][0], length + len(text))
            else:
                written.append((length, length + len(text)))
        parts.append(text)
        length += len(text)
    whole = "".join(parts)
    Extent(file).add_text(whole)
    found = part(whole.split("\n"), markdown=False, join_lines=False).pieces
    return tuple(_with_model(found, whole, written)) if written else found


def _with_model(
    pieces: Iterable[Piece], whole: str, written: list[tuple[int, int]]
) -> Iterable[Piece]:
    """Words without line joining are cuts of the whole, in order: each is found behind the last."""
    at = first = 0
    for piece in pieces:
        if not isinstance(piece, Words) or (start := whole.find(piece.text, at)) < 0:
            yield piece
            continue
        at = end = start + len(piece.text)
        while first < len(written) and written[first][1] <= start:
            first += 1
        inside = []
        for index in range(first, len(written)):
            low, high = written[index]
            if low >= end:
                break
            inside.append((max(low, start) - start, min(high, end) - start))
        yield replace(piece, model=tuple(inside))
