"""The texts that a PNG picture carries (`tEXt`): found by name. Looks at no pixel."""

import struct
from collections.abc import Iterator

from storyforge.i18n import _
from storyforge.importing.limits import broken

MAGIC = b"\x89PNG\r\n\x1a\n"
# Pictures have a handful, or one a block of 8 KB.
_MOST_CHUNKS = 100_000


def is_png(data: bytes) -> bool:
    """Whether `data` begins as a PNG picture does."""
    return data.startswith(MAGIC)


def texts(data: bytes, file: str) -> dict[str, bytes]:
    """The texts of a picture by their names; the last one of a name counts.

    Raises:
        BadInput: the picture is cut short.
    """
    found = {}
    for kind, start, end in chunks(data, file):
        if kind == b"tEXt":
            name, zero, text = data[start:end].partition(b"\0")
            if zero and len(name) < 80:
                found[name.decode("latin-1").lower()] = text
    return found


def chunks(data: bytes, file: str) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start and end of what it holds) of every chunk up to the last one.

    Raises:
        BadInput: the picture is cut short.
    """
    at = len(MAGIC)
    for _number in range(_MOST_CHUNKS):
        if at + 12 > len(data):
            break
        (length,) = struct.unpack_from(">I", data, at)
        kind, start = data[at + 4 : at + 8], at + 8
        if start + length + 4 > len(data):
            break
        yield kind, start, start + length
        if kind == b"IEND":
            return
        at = start + length + 4
    raise broken(file, _("byte {at}").format(at=at), _("the picture ends too early."))
