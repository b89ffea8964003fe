"""Sixel pictures over a widget's cells: written right behind the frame that drew the cells.

In the frame itself they would be cut: Textual measures what it writes in cells, and cuts it at
the edges of what has changed.
"""

from typing import TYPE_CHECKING

from textual.geometry import Offset, Region

if TYPE_CHECKING:
    from textual.widget import Widget

    from storyforge.tui.gallery.showing import Shown


class Overlay:
    """What lies over one widget. Whenever cells of a picture are drawn, it is told to `put` it."""

    def __init__(self, widget: "Widget") -> None:
        self._widget = widget
        self._due: dict[Offset, Shown] = {}

    def put(self, place: Offset, shown: "Shown | str | None") -> None:
        """A picture whose cells begin at `place` of the widget; nothing where it is no sixel."""
        if shown is None or isinstance(shown, str) or not shown.sixel:
            return
        if not self._due:
            self._widget.call_after_refresh(self._send)
        self._due[place] = shown

    def _send(self) -> None:
        due, self._due = self._due, {}
        widget = self._widget
        driver = widget.app._driver
        if driver is None or not widget.is_attached or not widget.screen.is_active:
            return
        window = widget.screen.find_widget(widget).region
        over = [toast.region for toast in widget.screen.query("Toast")]
        told = ""
        for place, shown in due.items():
            region = Region(*(window.offset + place), *shown.size)
            if window.contains_region(region) and not any(map(region.overlaps, over)):
                told += f"\x1b7\x1b[{region.y + 1};{region.x + 1}H{shown.sixel}\x1b8"
        if told:
            driver.write(told)
