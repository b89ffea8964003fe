"""One small picture in a dialog, of a file or of anything. It knows no stories."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from storyforge.errors import BadInput
from storyforge.tui.gallery.overlay import Overlay
from storyforge.tui.gallery.showing import Shown, centred, show
from storyforge.tui.gallery.thumbnails import small
from storyforge.tui.graphics import Mode

if TYPE_CHECKING:
    from PIL.Image import Image

# Seconds after which a picture is made: who runs down a list does not want each on the way.
_PAUSE = 0.03


class Preview(Widget):
    """A picture; empty where there is none that can be read.

    Args:
        mode, cell: of the terminal.
        send: writes to it.
    """

    ALLOW_SELECT = False

    def __init__(self, mode: Mode, cell: tuple[int, int], send: Callable[[str], object]) -> None:
        super().__init__()
        self._mode = mode
        self._cell = cell
        self._send = send
        self._wanted: object = None
        self._soon: Timer | None = None
        self._open: Callable[[], Image | None] = lambda: None
        self._shown: Shown | None = None
        self._overlay = Overlay(self)

    def show(self, file: Path | None) -> None:
        """Show the picture of this file, as soon as it is made."""
        self.look_at(file, lambda: None if file is None else _opened(file))

    def look_at(self, name: object, made: "Callable[[], Image | None]") -> None:
        """Show what `made` gives in a thread, or nothing where that is no picture.

        The same name is the same picture.
        """
        if name != self._wanted:
            self._wanted, self._open = name, made
            self._put(None)
            if self._soon is not None:
                self._soon.stop()
            self._soon = self.set_timer(_PAUSE, lambda: self.run_worker(self._make(name)))

    def on_resize(self) -> None:
        """The same in another room."""
        name, self._wanted = self._wanted, None
        self.look_at(name, self._open)

    def on_unmount(self) -> None:
        """Let it go, in the terminal too."""
        self._put(None)

    async def _make(self, name: object) -> None:
        room, opened = self.size, self._open
        if name is None or self._mode is Mode.NONE or not room.width or not room.height:
            return

        def made() -> Shown | None:
            try:
                image = opened()
            except (BadInput, OSError, SyntaxError, ValueError):
                return None  # it is none, or damaged
            return None if image is None else show(image, room, self._mode, self._cell)

        shown = await asyncio.to_thread(made)
        if name == self._wanted:
            self._put(shown)

    def _put(self, shown: Shown | None) -> None:
        if self._shown is not None and self._shown.forgotten:
            self._send(self._shown.forgotten)
        self._shown = shown
        if shown is not None and shown.sent:
            self._send(shown.sent)
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """All lines; what is drawn over them comes behind."""
        if self._shown is not None:
            wide = Size(self.size.width, self._shown.size.height)
            self._overlay.put(centred(self._shown.size, wide), self._shown)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of it, in the middle."""
        plain, width, shown = self.rich_style, self.size.width, self._shown
        if shown is None or not 0 <= y < shown.size.height:
            return Strip.blank(width, plain)
        return Strip(shown.line(y, Size(width, shown.size.height), plain))


def _opened(file: Path) -> "Image":
    stat = file.stat()
    name = f"{file}\0{stat.st_size}\0{stat.st_mtime_ns}"
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
    return small(digest, file.read_bytes)
