"""Recorded answers, read without a server."""

from storyforge.backends.remote.api import Api, Framing, Piece
from storyforge.backends.remote.reading import Body
from storyforge.domain.generation import Text


def pieces_of(api: Api, framing: Framing, *parts: bytes) -> list[Piece]:
    """What `api` reads in the bytes of one answer, which come in parts."""
    decoder, body = api.decoder(), Body(framing, "")
    found = list[Piece]()
    for part in parts:
        for event in body.feed(part):
            found += decoder.feed(event)
    for event in body.end():
        found += decoder.feed(event)
    return [*found, *decoder.end()]


def written(pieces: list[Piece]) -> str:
    """The text of it."""
    return "".join(piece.text for piece in pieces if isinstance(piece, Text))
