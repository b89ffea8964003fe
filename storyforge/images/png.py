"""PNG files: pixels in, texts in and out, without a pixel touched.

Pillow packs the pixels; texts are chunks that are put in and read here, so that nothing else of a
file changes. A file may come from anywhere: what is unpacked is bounded, and a chunk that is broken
is passed over.

Source: the PNG specification, third edition, 11.3.3.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storyforge.domain.picture.orders import Raster
from storyforge.domain.picture.png_head import LARGEST_FILE, SIGNATURE, is_fair
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.images.rasters import image_of

if TYPE_CHECKING:
    from PIL.Image import Image

# Bytes that the texts of one file may have, unpacked: a kilobyte can hold a gigabyte of blanks.
_LARGEST_TEXT = 1 << 24
_FORMATS = ("PNG", "JPEG", "WEBP")


def encoded(raster: Raster) -> bytes:
    """A picture as a PNG file with nothing but its pixels."""
    out = io.BytesIO()
    image_of(raster).save(out, "PNG")
    return out.getvalue()


def opened(data: bytes) -> "Image":
    """A picture file of any kind we read, looked at but not yet unpacked; close it.

    Raises:
        BadInput: it is none, or has more pixels than a picture of ours may have.
    """
    from PIL import Image

    try:
        image = looked_at(data, _FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (OSError, ValueError, SyntaxError, struct.error) as error:
        raise not_a_picture() from error
    if not is_fair(*image.size):
        image.close()
        raise _too_large()
    return image


@contextmanager
def unpacked(data: bytes) -> "Iterator[Image]":
    """A picture file of any kind we read, with its pixels.

    Raises:
        BadInput: it is none, is damaged, or has more pixels than a picture of ours may have.
    """
    with opened(data) as image:
        try:
            image.load()
        # a damaged file may raise any of them, whatever its kind
        except (OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
            raise not_a_picture() from error
        yield image


def looked_at(data: bytes, formats: tuple[str, ...]) -> "Image":
    """A picture file of one of these kinds, not unpacked, of any size; as Pillow raises.

    Other kinds are passed over: some are programs, which Pillow would have run.
    """
    from PIL import Image

    with warnings.catch_warnings():
        # It only warns of what is not quite a bomb: who called judges the size.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(data), formats=formats)


def not_a_picture() -> BadInput:
    """The refusal for a file that no picture can be read from."""
    return BadInput(
        _("This is no picture that can be read, or a damaged one."),
        title=_("No picture"),
        hint=_("PNG, JPEG and WebP can be read."),
    )


def with_texts(data: bytes, texts: Mapping[str, str]) -> bytes:
    """A PNG file with these texts behind its head, in the place of others of these names.

    Names are Latin letters. A text that is all Latin-1 is a tEXt chunk, as other programs look for
    it, any other an iTXt chunk.
    """
    pieces = [SIGNATURE]
    for number, (kind, body) in enumerate(chunks(data)):
        if _keyword(kind, body) not in texts:
            pieces.append(_chunk(kind, body))
        if number == 0:
            pieces += [_text_chunk(name, told) for name, told in texts.items()]
    return b"".join(pieces)


def without_texts(data: bytes) -> bytes:
    """A PNG file without its texts: for readers, whom it does not concern how it was made."""
    kept = (each for each in chunks(data) if _keyword(*each) is None)
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in kept)


def texts_of(data: bytes) -> dict[str, str]:
    """The texts of a PNG file by their names; of two of one name the first."""
    found: dict[str, str] = {}
    left = _LARGEST_TEXT
    for kind, body in chunks(data):
        name = _keyword(kind, body)
        if name is None or name in found:
            continue
        told = _told(kind, body[len(name) + 1 :], left)
        if told is not None:
            found[name] = told
            left -= len(told)
    return found


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG file, (kind, body), as far as it is whole; nothing for another file."""
    at = len(SIGNATURE)
    if not data.startswith(SIGNATURE):
        return
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if len(body) < length or at + 12 + length > len(data):
            return
        yield kind, body
        at += 12 + length


def _keyword(kind: bytes, body: bytes) -> str | None:
    if kind not in (b"tEXt", b"zTXt", b"iTXt"):
        return None
    name, zero, _rest = body[:80].partition(b"\0")
    return name.decode("latin-1") if zero and name else None


def _told(kind: bytes, body: bytes, left: int) -> str | None:
    """The text behind a keyword; None where it is broken, or longer than `left`."""
    if kind == b"tEXt":
        return body.decode("latin-1") if len(body) <= left else None
    if kind == b"zTXt":
        unpacked = _unpacked(body[1:], left) if body[:1] == b"\0" else None
        return None if unpacked is None else unpacked.decode("latin-1")
    # iTXt: packed or not, how, language, the keyword in it, the text.
    head, rest = body[:2], body[2:].split(b"\0", 2)
    if len(head) < 2 or len(rest) < 3 or head[0] > 1 or head[1] != 0:
        return None
    text = _unpacked(rest[2], left) if head[0] else rest[2]
    return None if text is None or len(text) > left else text.decode("utf-8", "replace")


def _unpacked(packed: bytes, left: int) -> bytes | None:
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed, max(left, 1))
    except zlib.error:
        return None
    return data if unpacker.eof else None


def _text_chunk(name: str, told: str) -> bytes:
    told = told.replace("\0", "")
    key = name.encode("latin-1")
    try:
        return _chunk(b"tEXt", key + b"\0" + told.encode("latin-1"))
    except UnicodeEncodeError:
        return _chunk(b"iTXt", key + b"\0\0\0\0\0" + told.encode("utf-8", "replace"))


def _chunk(kind: bytes, body: bytes) -> bytes:
    checked = kind + body
    return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))


def _too_large() -> BadInput:
    return BadInput(
        _("This picture has more pixels than any picture of a story."),
        title=_("No picture"),
        hint=_("Files of up to {size} MB and 16,384 pixels a side can be read.").format(
            size=LARGEST_FILE >> 20
        ),
    )
