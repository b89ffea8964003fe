"""The staging of a picture as a picture: to look at before it is kept, or to draw over."""

import asyncio

from storyforge.backends.pictures.staging_reader import read_staging
from storyforge.domain.picture.staging import Control, Staging
from storyforge.images import png
from storyforge.images.folders import Found
from storyforge.studio.pictures.redrawing import drawable_size
from storyforge.studio.pictures.stagings import NO_NET, reader_for


async def read(kind: Staging, image: bytes, found: Found, stop: asyncio.Event) -> bytes | None:
    """What `kind` keeps of a picture, as large, a PNG file's bytes; None where it was stopped.

    Raises:
        BadInput: what reads it is not in the folders, or cannot; or nobody is in the picture.
        ModelError: the process that reads it ended.
    """

    def asked() -> tuple[Control, tuple[int, int]]:
        control = Control(kind, NO_NET, image, reader=reader_for(kind, found))
        return control, drawable_size(image)

    control, size = await asyncio.to_thread(asked)
    raster = await read_staging(control, size, stop)
    return None if raster is None else await asyncio.to_thread(png.encoded, raster)
