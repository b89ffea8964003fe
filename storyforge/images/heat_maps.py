"""Word heat maps as pictures: kept as one strip, and laid over the picture that they tell of."""

import io
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from storyforge.domain.kept_json import read_json
from storyforge.domain.picture.heat import Heat
from storyforge.domain.picture.png_head import MOST_PIXELS
from storyforge.domain.text import one_line
from storyforge.images import png

if TYPE_CHECKING:
    from PIL.Image import Image

# Cold, warm, hot: those that are told apart by who sees no red or green, too.
_COLD, _WARM, _HOT = "#000004", "#bb3754", "#fcffa4"
# So much of the picture is seen through its heat.
_SEEN = 0.35
# Of one map: a point has eight by eight pixels at least.
_MOST_POINTS = MOST_PIXELS // 64
_DAMAGE = (OSError, ValueError, TypeError, OverflowError, SyntaxError)


def strip_of(heats: Sequence[Heat]) -> bytes:
    """All maps below each other: a PNG file in grey."""
    from PIL import Image

    first = heats[0]
    joined = b"".join(heat.grey for heat in heats)
    image = Image.frombytes("L", (first.width, first.height * len(heats)), joined)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def told_of(heats: Iterable[Heat]) -> str:
    """What is kept beside the strip: a word a line of JSON."""
    return json.dumps(
        [[heat.word, heat.start, heat.end, round(heat.share, 6)] for heat in heats],
        ensure_ascii=False,
    )


def read(told: str, strip: bytes) -> tuple[Heat, ...]:
    """What `told_of` and `strip_of` kept; nothing where it is damaged."""
    from PIL import Image

    words = read_json(told)
    if not isinstance(words, list) or not words:
        return ()
    try:
        with png.looked_at(strip, ("PNG",)) as image:
            width, height = image.width, image.height // len(words)
            if not 0 < width * height <= _MOST_POINTS or image.mode != "L":
                return ()
            points = image.tobytes()
        size = width * height
        heats = tuple(
            Heat(
                one_line(str(word)),
                int(start),
                int(end),
                width,
                height,
                points[at * size : (at + 1) * size],
                float(share),
            )
            for at, (word, start, end, share) in enumerate(words)
        )
    except (*_DAMAGE, Image.DecompressionBombError):
        return ()
    fair = all(0 <= heat.start <= heat.end and 0 <= heat.share <= 1 for heat in heats)
    return heats if fair else ()


def over(picture: "Image", heats: Sequence[Heat]) -> "Image":
    """The picture in grey with the heat of these words over it, as hot as the hottest of them."""
    from PIL import Image, ImageChops, ImageOps

    grey = Image.new("L", (heats[0].width, heats[0].height))
    for heat in heats:
        grey = ImageChops.lighter(grey, Image.frombytes("L", grey.size, heat.grey))
    grey = ImageOps.autocontrast(grey).resize(picture.size, Image.Resampling.BICUBIC)
    coloured = ImageOps.colorize(grey, _COLD, _HOT, mid=_WARM)
    return Image.blend(coloured, picture.convert("L").convert("RGB"), _SEEN)
