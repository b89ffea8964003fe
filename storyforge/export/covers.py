"""Looks at the picture that an author gives for a cover before it goes into a book."""

import struct
from dataclasses import dataclass
from pathlib import Path

from storyforge.borrowed import reason
from storyforge.errors import BadInput
from storyforge.i18n import _

#: shops ask for less than 5 MB; a picture above this is a mistake
LIMIT = 20 * 1024 * 1024

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# Start-of-frame segments hold the size; C4, C8 and CC are none of them.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture that has been looked at.

    Attributes:
        width, height: in pixels.
    """

    data: bytes
    media_type: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """The file's name inside the book."""
        return "cover.png" if self.media_type == "image/png" else "cover.jpg"


def read_cover(path: Path) -> Cover:
    """The JPEG or PNG at `path`.

    Raises:
        BadInput: it is not there, too big, another format or damaged.
    """
    try:
        if path.stat().st_size > LIMIT:
            raise _refused(path, _("it is larger than 20 MB"))
        data = path.read_bytes()
    except OSError as error:
        raise _refused(path, reason(error)) from error
    if data.startswith(_PNG):
        size, media_type = _png_size(data), "image/png"
    elif data.startswith(_JPEG):
        size, media_type = _jpeg_size(data), "image/jpeg"
    else:
        raise _refused(path, _("it is neither a JPEG nor a PNG"))
    if size is None or 0 in size:
        raise _refused(path, _("it is damaged or cut off"))
    return Cover(data, media_type, *size)


def _png_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] != b"IHDR" or len(data) < 24 or b"IEND" not in data[-64:]:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return int(width), int(height)


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    if data.rfind(b"\xff\xd9") < 0:
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:  # markers that stand alone
            at += 2
        elif marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _refused(path: Path, why: str) -> BadInput:
    return BadInput(
        _("The cover “{path}” cannot be used: {why}. Nothing was written.").format(
            path=path, why=why
        ),
        title=_("Not exported"),
        hint=_("Choose a JPEG or PNG file, or export without a cover."),
    )
