"""Where a picture is drawn anew: a rectangle on it, or a mask, and how much of it is new.

Asks; carries nothing out.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.binding import Binding, BindingType

from storyforge.domain.picture import regions
from storyforge.domain.picture.orders import Redraw
from storyforge.errors import StoryforgeError
from storyforge.i18n import _, ngettext
from storyforge.images import masks
from storyforge.studio.pictures.redrawing import read_picture
from storyforge.tui.dialogs.base import AskText, Choice, Choose
from storyforge.tui.gallery.part import Marking
from storyforge.tui.gallery.region_view import RegionView
from storyforge.tui.graphics import Mode
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.work import explained, launch, typed_path

if TYPE_CHECKING:
    from storyforge.tui.app import StoryforgeApp

#: of what is masked, so much is new where nobody says otherwise
STRENGTH = 0.4
_STEP = 0.05
_MOST = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the author wants: the part, and in how many candidates."""

    redraw: Redraw
    count: int


class MarkRegion(Marking[Wanted]):
    """The picture with a rectangle on it; Enter has the part drawn anew.

    Args:
        picture: the file's bytes. count: candidates to begin with.
        paint: opens a copy in the system's editor; answers its path.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "strength(-1)", show=False),
        Binding("right_square_bracket", "strength(1)", show=False),
        Binding("comma", "count(-1)", show=False),
        Binding("full_stop", "count(1)", show=False),
        Binding("o", "whole", show=False),
        Binding("m", "mask", show=False),
    ]

    def __init__(
        self,
        picture: bytes,
        size: tuple[int, int],
        mode: Mode,
        cell: tuple[int, int],
        count: int,
        paint: Callable[[bytes], Awaitable[Path]],
    ) -> None:
        title, foot = _("Draw a part anew"), _("Enter: draw · Esc: leave it")
        super().__init__(title, foot, picture, size, mode, cell)
        self._count = count
        self._paint = paint
        self._strength = STRENGTH
        self._only = True
        self._mask: bytes | None = None

    def keys(self) -> str:
        """The keys, in words."""
        return _(
            "arrows move · Shift+arrows or w a s d size · + - all sides · mouse drags · "
            "[ ] how much is new · , . how many · o whole picture or part · n numbers · m mask"
        )

    @on(RegionView.Moved)
    def tell(self) -> None:
        """What is marked, and how it is drawn."""
        where = _("a mask") if self._mask is not None else regions.told(self.view.region_marked)
        how = _("in full size, then put back") if self._only else _("with all around it")
        parts = (
            where,
            _("{share} new").format(share=f"{self._strength:.0%}"),
            how,
            ngettext("{n} candidate", "{n} candidates", self._count).format(n=self._count),
        )
        self.query_one("#told", Prose).update(" · ".join(parts))

    def action_strength(self, steps: int) -> None:
        """[ and ]."""
        self._strength = round(min(max(self._strength + steps * _STEP, _STEP), 1.0), 2)
        self.tell()

    def action_count(self, steps: int) -> None:
        """, and ."""
        self._count = min(max(self._count + steps, 1), _MOST)
        self.tell()

    def action_whole(self) -> None:
        """The part by itself in full size, or within the whole picture."""
        self._only = not self._only
        self.tell()

    def action_mask(self) -> None:
        """A mask in the place of the rectangle."""
        launch(self._house, self._find_mask(), group="form")

    def action_decide(self) -> None:
        """Enter."""
        view, masked = self.view, self._mask is not None
        redraw = Redraw(
            self._picture,
            self._strength,
            mask=self._mask,
            region=None if masked else view.region_marked,
            only_masked=self._only,
        )
        self.dismiss(Wanted(redraw, self._count))

    def marked(self) -> None:
        """A rectangle goes before a mask."""
        self._mask = None

    async def _find_mask(self) -> None:
        choices = [
            Choice("paint", _("Paint it over a copy, in the system's own program")),
            Choice("file", _("Take a mask from a file")),
            Choice("none", _("No mask: the rectangle")),
        ]
        chosen = await self.app.push_screen_wait(
            Choose(_("Mask"), _("White is drawn anew, black stays."), choices)
        )
        try:
            if chosen == "paint":
                await self._painted()
            elif chosen == "file":
                given = await self.app.push_screen_wait(AskText(_("Mask"), _("The mask's file")))
                if given is not None:
                    self._mask = await self._read(typed_path(given))
            elif chosen == "none":
                self._mask = None
        except (StoryforgeError, OSError) as error:
            self._house.tell_error(explained(error))
        self.tell()

    @property
    def _house(self) -> "StoryforgeApp":
        return cast("StoryforgeApp", self.app)

    async def _painted(self) -> None:
        copy = await self._paint(self._picture)
        done = await self.app.push_screen_wait(
            Choose(
                _("Paint the mask"),
                _(
                    "Paint over what is to be drawn anew, save the file, and come back here: {file}"
                ).format(file=copy),
                [Choice("done", _("It is painted and saved")), Choice("not", _("Leave it"))],
            )
        )
        if done == "done":
            self._mask = await self._read(copy)

    async def _read(self, file: Path) -> bytes:
        """The mask that a file is, or that was painted in it."""
        return await asyncio.to_thread(lambda: masks.mask_of(self._picture, read_picture(file)))
