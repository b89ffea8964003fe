"""A part of a picture marked: by arrows, by the mouse, or typed in pixels.

Asks; carries nothing out.
"""

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size

from storyforge.domain.picture import regions
from storyforge.domain.picture.orders import Region
from storyforge.i18n import _
from storyforge.tui.dialogs.base import Answer, AskText, Dialog
from storyforge.tui.gallery.region_view import RegionView
from storyforge.tui.gallery.showing import Shown, show
from storyforge.tui.graphics import Mode
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.work import launch


class Marking(Dialog[Answer]):
    """A picture with a rectangle on it; what Enter means, subclasses say (`action_decide`).

    Args:
        picture: the file's bytes. size: its pixels.
        region: what is marked to begin with; None marks the middle.
    """

    AUTO_FOCUS = "RegionView"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "decide", show=False),
        Binding("n", "numbers", show=False),
    ]
    DEFAULT_CSS = """
    Marking .box { width: 96%; height: 92%; }
    Marking RegionView { height: 1fr; }
    Marking #told { height: auto; margin-top: 1; }
    Marking #keys { height: auto; color: $foreground-muted; }
    """

    def __init__(
        self,
        title: str,
        foot: str,
        picture: bytes,
        size: tuple[int, int],
        mode: Mode,
        cell: tuple[int, int],
        region: Region | None = None,
    ) -> None:
        super().__init__(title, foot)
        self._picture = picture
        self._pixels = size
        self._mode = Mode.SHADES if mode is Mode.SHADES or mode is Mode.NONE else Mode.BLOCKS
        self._cell = cell
        self._region = region

    def inside(self) -> ComposeResult:
        """The picture, what is marked, and the keys."""
        yield RegionView(self._pixels)
        yield Prose("", id="told")
        yield Prose(self.keys(), id="keys")

    def keys(self) -> str:
        """The keys, in words."""
        return _(
            "arrows move · Shift+arrows or w a s d size · + - all sides · mouse drags · n numbers"
        )

    def on_mount(self) -> None:
        """What is marked, to begin with."""
        if self._region is not None:
            self.view.mark(self._region)
        self.tell()

    def on_resize(self) -> None:
        """The picture comes as soon as its room is known, and again in another one."""
        self.call_after_refresh(self._make)

    @property
    def view(self) -> RegionView:
        """The picture."""
        return self.query_one(RegionView)

    def _make(self) -> None:
        launch(self.app, self._made(self.view.size), group="region")  # type: ignore[arg-type]

    async def _made(self, room: Size) -> None:
        from storyforge.images.png import opened

        def made() -> Shown:
            with opened(self._picture) as image:
                return show(image, room, self._mode, self._cell)

        if room.width and room.height:
            shown = await asyncio.to_thread(made)
            if self.is_attached and room == self.view.size:
                self.view.show(shown)

    @on(RegionView.Moved)
    def tell(self) -> None:
        """What is marked."""
        self.query_one("#told", Prose).update(regions.told(self.view.region_marked))

    def action_numbers(self) -> None:
        """Type the rectangle."""
        launch(self.app, self._type(), group="form")  # type: ignore[arg-type]

    def marked(self) -> None:
        """A rectangle was typed."""

    async def _type(self) -> None:
        def wrong(text: str) -> str:
            if regions.typed(text, self._pixels) is not None:
                return ""
            return _("Four numbers within {width}×{height}: left, top, width, height.").format(
                width=self._pixels[0], height=self._pixels[1]
            )

        label = _("left, top, width, height in pixels")
        now = regions.told(self.view.region_marked)
        given = await self.app.push_screen_wait(AskText(_("The part"), label, now, wrong=wrong))
        region = regions.typed(given or "", self._pixels)
        if region is not None:
            self.marked()
            self.view.mark(region)


class MarkPart(Marking[Region]):
    """A part of a picture; answers its pixels."""

    def action_decide(self) -> None:
        """Enter."""
        self.dismiss(self.view.region_marked)
