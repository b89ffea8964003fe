"""What of a prompt Anthropic is asked to keep for the next request. Pure.

A page grows at its end, and what stands before it is sent with each continuation. So it is told in
pieces that begin and end where they did the time before, and the last whole one is marked: what
stands up to there is kept for five minutes from each use, and costs a tenth of its reading then.
"""

from typing import Any

from storyforge.domain.model import KeptPrice

#: keeping costs a quarter of reading beside it, what is kept a tenth in its place
PRICE = KeptPrice(first=0.25, again=0.1)

# Characters of a piece, a thousand tokens of English: of less nothing is kept.
_PIECE = 4_000
# The last characters are no piece: the author's note and called lore move there with the caret.
_MOVING = 3_000


def in_pieces(text: str) -> str | list[dict[str, Any]]:
    """`text` as a turn's content; as it is where it is too short to be kept."""
    pieces: list[str] = []
    begun = 0
    for goal in range(_PIECE, len(text) - _MOVING + 1, _PIECE):
        end = text.rfind("\n", begun, goal) + 1
        # A piece of nothing but white space is refused.
        if text[begun:end].strip():
            pieces.append(text[begun:end])
            begun = end
    rest = text[begun:]
    if not pieces or not rest.strip():
        return text
    told: list[dict[str, Any]] = [{"type": "text", "text": each} for each in (*pieces, rest)]
    told[-2] |= {"cache_control": {"type": "ephemeral"}}
    return told
