"""How the widgets of a screen become rows of cells, without cutting a character in two.

Textual parts every row at the edges of all widgets, those that lie below others included; a
character of two cells that stands over such an edge is drawn as blanks (Textual's issue 6357).
Here a row is parted only where another widget comes to the front. This owns that and nothing of
what the widgets draw.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

#: where the cells of one widget begin and end in a row
Run = tuple[int, int, Widget]


class WholeCompositor(Compositor):
    """Parts rows where the widget in front changes, and nowhere else."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[list[Run]] = []
        self._runs_of: object = None

    def render_partial_update(self) -> ChopsUpdate | None:
        """What changed on the screen; None when nothing did."""
        dirty = self._dirty_regions.copy()
        self._dirty_regions.clear()
        if not dirty:
            return None
        crop = Region.from_union(list(dirty)).intersection(self.size.region)
        rows = self.runs()
        spans = [
            # To the end of the run: a box over the page is not cut where the page below it ends.
            (y, start, max([end, *(right for left, right, _widget in rows[y] if left < end)]))
            for y, start, end in self._regions_to_spans(dirty)
        ]
        chops = self._render_chops(crop, {y for y, _start, _end in spans}.__contains__)
        return ChopsUpdate(chops, spans, [[end for _start, end, _widget in row] for row in rows])

    def runs(self) -> list[list[Run]]:
        """For each row, from left to right, which widget is in front where."""
        widgets = self.visible_widgets
        # A new layout makes a new mapping.
        if self._runs_of is not widgets:
            width, height = self.size
            rows: list[list[Run]] = [[] for _ in range(height)]
            free = [width] * height
            for widget, (region, clip) in widgets.items():
                seen = region.intersection(clip)
                for y in seen.line_range if seen.width else ():
                    if 0 <= y < height and free[y]:
                        free[y] -= _claim(rows[y], max(seen.x, 0), min(seen.right, width), widget)
            self._runs, self._runs_of = rows, widgets
        return self._runs

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        rows = self.runs()
        chops: list[dict[int, Strip | None]] = [{run[0]: None for run in row} for row in rows]
        wanted: dict[Widget, list[tuple[int, int, int]]] = {}
        for y in crop.line_range:
            if 0 <= y < len(rows) and is_rendered_line(y):
                for start, end, widget in rows[y]:
                    wanted.setdefault(widget, []).append((y, start, end))
        widgets = self.visible_widgets
        for widget, pieces in wanted.items():
            region, clip = widgets[widget]
            seen = region.intersection(clip)
            strips = widget.render_lines(seen.translate((-region.x, -region.y)))
            for y, start, end in pieces:
                if y - seen.y < len(strips):
                    chops[y][start] = strips[y - seen.y].crop(start - seen.x, end - seen.x)
        return cast("Sequence[Mapping[int, Strip]]", chops)


def _claim(row: list[Run], start: int, end: int, widget: Widget) -> int:
    """Give `widget` what nobody in front of it has of these cells; how many those are."""
    at, taken = start, 0
    gaps: list[Run] = []
    for left, right, _front in row:
        if left >= end:
            break
        if at < left:
            gaps.append((at, left, widget))
        at = max(at, right)
    if at < end:
        gaps.append((at, end, widget))
    if gaps:
        taken = sum(right - left for left, right, _widget in gaps)
        row.extend(gaps)
        row.sort(key=lambda run: run[0])
    return taken
