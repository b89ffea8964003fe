"""What the first bytes of a PNG file say of it. Pure.

Source: the PNG specification, third edition, 5.2 and 11.2.1.
"""

import struct

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: bytes that a picture file may have: 64 MiB
LARGEST_FILE = 1 << 26
#: pixels a side, and in all, that a picture may have: SDXL's largest, upscaled four times
LONGEST_SIDE = 16_384
MOST_PIXELS = 1 << 26
#: what a picture may be begun from, by Pillow's names
DRAWN_ON = ("PNG", "JPEG", "WEBP", "BMP", "GIF")


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None where it is no PNG, or larger than any picture of ours."""
    if not data.startswith(SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return (width, height) if is_fair(width, height) else None


def is_fair(width: int, height: int) -> bool:
    """Whether a picture of this size may be opened: a small file can say that it is a huge one."""
    return (
        0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE and width * height <= MOST_PIXELS
    )
