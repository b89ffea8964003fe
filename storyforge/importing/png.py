"""The texts that a PNG picture carries (`tEXt`): found by name."""

from storyforge.i18n import _
from storyforge.importing.limits import broken
from storyforge.lorebooks.packing import LAST_CHUNK, PNG, chunks


def texts(data: bytes, file: str) -> dict[str, bytes]:
    """The texts of a picture by their names; the last one of a name counts.

    Raises:
        BadInput: the picture is cut short.
    """
    found = {}
    kind, at = b"", len(PNG)
    for kind, start, end in chunks(data):
        if kind == b"tEXt":
            name, zero, text = data[start:end].partition(b"\0")
            if zero and len(name) < 80:
                found[name.decode("latin-1").lower()] = text
        at = end + 4
    if kind != LAST_CHUNK:
        raise broken(file, _("byte {at}").format(at=at), _("the picture ends too early."))
    return found
