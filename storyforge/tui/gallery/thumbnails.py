"""Small pictures for what is in sight: made one after the other in a thread, and kept.

A picture's file is read once: what is kept of it in the cache folder, by the digest of its bytes,
is small. In memory are only as many as a few screens show.
"""

import asyncio
import contextlib
import os
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.geometry import Size

from storyforge import paths
from storyforge.domain.picture.pictures import Picture
from storyforge.errors import StoryforgeError
from storyforge.i18n import _
from storyforge.tui.gallery.showing import Shown, show
from storyforge.tui.graphics import Mode

if TYPE_CHECKING:
    from PIL.Image import Image


# Pixels of the longer side of what is kept in the cache folder.
_SIDE = 320
# In memory: some screens full. Wanted: what went out of sight before it was made is left out.
_KEPT, _WANTED = 160, 60
# Files in the cache folder, some 20 KB each; it is looked through when a story is closed.
_FILES = 4000

Key = tuple[str, Size, Mode, tuple[int, int]]


class Thumbnails:
    """Gives small pictures, at once or later.

    Args:
        read: gives a picture's bytes, in a thread; raises `StoryforgeError` where they are gone.
        arrived: hears, by its id, that a picture is there now.
        send: writes to the terminal.
        kept: pictures in memory.
        whole: made from the pictures themselves, for more room than the small ones have pixels.
    """

    def __init__(
        self,
        read: Callable[[str], bytes],
        arrived: Callable[[str], object],
        send: Callable[[str], object],
        *,
        kept: int = _KEPT,
        whole: bool = False,
    ) -> None:
        self._read = read
        self._arrived = arrived
        self._send = send
        self._most = kept
        self._whole = whole
        self._kept: OrderedDict[Key, Shown | str] = OrderedDict()
        self._wanted: OrderedDict[Key, str] = OrderedDict()
        self._making: Key | None = None
        self._work: asyncio.Task[None] | None = None

    def get(
        self, picture: Picture, room: Size, mode: Mode, cell: tuple[int, int]
    ) -> Shown | str | None:
        """The picture in so many cells; why there is none; None while it is being made."""
        key = (picture.called, room, mode, cell)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key == self._making:
            return None
        self._wanted[key] = picture.id
        self._wanted.move_to_end(key)
        while len(self._wanted) > _WANTED:
            self._wanted.popitem(last=False)
        if self._work is None:
            self._work = asyncio.create_task(self._make_all())
        return None

    async def close(self) -> None:
        """Let all go, in the terminal too."""
        self._wanted.clear()
        if self._work is not None:
            await self._work
        while self._kept:
            self._let_go()
        await asyncio.to_thread(_sweep)

    async def _make_all(self) -> None:
        # The last that was asked for is looked at now.
        while self._wanted:
            key, picture_id = self._wanted.popitem()
            self._making = key
            made = await asyncio.to_thread(self._make, key, picture_id)
            self._kept[key] = made
            if isinstance(made, Shown) and made.sent:
                self._send(made.sent)
            while len(self._kept) > self._most:
                self._let_go()
            self._making = None
            self._arrived(picture_id)
        self._work = None

    def _make(self, key: Key, picture_id: str) -> Shown | str:
        digest, room, mode, cell = key
        try:
            return show(self._image(digest, picture_id), room, mode, cell)
        except StoryforgeError as error:
            return str(error.message)
        except (OSError, SyntaxError, ValueError):  # what PIL says of a file that is none
            return _("This picture cannot be read.")

    def _image(self, digest: str, picture_id: str) -> "Image":
        if self._whole:
            return pixels(self._read(picture_id))
        return small(digest, lambda: self._read(picture_id))

    def _let_go(self) -> None:
        _key, made = self._kept.popitem(last=False)
        if isinstance(made, Shown) and made.forgotten:
            self._send(made.forgotten)


def pixels(data: bytes) -> "Image":
    """A picture's pixels.

    Raises:
        BadInput, OSError, SyntaxError, ValueError: it is none that can be read.
    """
    from storyforge.images.png import opened

    with opened(data) as whole:
        return whole.convert("RGB")


def small(digest: str, read: Callable[[], bytes]) -> "Image":
    """A picture of a few hundred pixels, from the cache folder or made now.

    Raises:
        BadInput, OSError, SyntaxError, ValueError: it is none that can be read.
    """
    from PIL import Image

    file = paths.thumbnails_dir() / f"{digest}.jpg"
    with (
        contextlib.suppress(OSError, SyntaxError, ValueError),
        Image.open(file, formats=("JPEG",)) as kept,
    ):
        return kept.convert("RGB")
    image = pixels(read())
    image.thumbnail((_SIDE, _SIDE))
    with contextlib.suppress(OSError):  # without a cache it is made again
        file.parent.mkdir(parents=True, exist_ok=True)
        building = file.with_suffix(f".{os.getpid()}")
        image.save(building, "JPEG", quality=88)
        building.replace(file)
    return image


def _sweep() -> None:
    """Let the oldest go, where there are very many."""
    with contextlib.suppress(OSError):
        files = sorted(paths.thumbnails_dir().iterdir(), key=lambda file: file.stat().st_mtime)
        for file in files[:-_FILES]:
            file.unlink(missing_ok=True)
