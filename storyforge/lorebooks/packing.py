"""How a card is packed in a picture or an archive, and the chunks of a PNG. Pure."""

import struct
from collections.abc import Iterator

#: the part of a CHARX archive that is the card
CARD_PART = "card.json"
#: the texts of a picture (`tEXt`) that hold a card, by its version, the newer one first
CARD_TEXTS = {3: "ccv3", 2: "chara"}
PNG = b"\x89PNG\r\n\x1a\n"
#: how the last chunk of a picture is called
LAST_CHUNK = b"IEND"

# Pictures have a handful, or one a block of 8 KB.
_MOST_CHUNKS = 100_000


def is_png(data: bytes) -> bool:
    """Whether `data` begins as a PNG picture does."""
    return data.startswith(PNG)


def chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start and end of what it holds) of every whole chunk up to the last one.

    A picture that is cut short ends with another than `LAST_CHUNK`.
    """
    at = len(PNG)
    for _number in range(_MOST_CHUNKS):
        if at + 12 > len(data):
            return
        (length,) = struct.unpack_from(">I", data, at)
        kind, start = data[at + 4 : at + 8], at + 8
        if start + length + 4 > len(data):
            return
        yield kind, start, start + length
        if kind == LAST_CHUNK:
            return
        at = start + length + 4
