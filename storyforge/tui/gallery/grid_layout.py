"""Where each tile of a grid stands: rows of tiles under heads. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from storyforge.domain.picture.pictures import Picture


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture of the grid.

    Attributes:
        signs: at the left of its caption; note: at the right.
        words: what is told where no picture can be shown.
    """

    picture: Picture
    signs: str = ""
    note: str = ""
    words: str = ""

    @property
    def id(self) -> str:
        """The picture's."""
        return self.picture.id


@dataclass(frozen=True, slots=True)
class Group:
    """What stands under one head.

    Attributes:
        id: what it stands for: a scene, an item of the plan.
        warning: before the note, in its own colour.
        kind: "" for one that the cursor can stand on, "head" for a heading over groups.
    """

    id: str
    title: str
    note: str = ""
    warning: str = ""
    tiles: tuple[Tile, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row: a head, or the tiles from `start` to `end` of the group at `group`."""

    group: int
    start: int = -1
    end: int = -1

    @property
    def is_head(self) -> bool:
        """Whether it is the group's head."""
        return self.start < 0


class GridLayout:
    """Rows, and what the cursor can stand on: tiles, and the heads of groups without any.

    Args:
        columns: tiles beside each other.
        height: lines of a row of tiles.
    """

    def __init__(self, groups: Sequence[Group], columns: int, height: int) -> None:
        self.groups = tuple(groups)
        rows, heights = list[GridRow](), list[int]()
        #: by place of the cursor: (row, column)
        self.places: list[tuple[int, int]] = []
        for number, group in enumerate(self.groups):
            rows.append(GridRow(number))
            heights.append(1)
            if not group.tiles and not group.kind:
                self.places.append((len(rows) - 1, 0))
            for start in range(0, len(group.tiles), columns):
                end = min(start + columns, len(group.tiles))
                self.places += [(len(rows), column) for column in range(end - start)]
                rows.append(GridRow(number, start, end))
                heights.append(height)
        self.rows = tuple(rows)
        self.tops = [0, *accumulate(heights)]
        self._first = {place[0]: at for at, place in reversed(list(enumerate(self.places)))}

    @property
    def height(self) -> int:
        """Lines of all."""
        return self.tops[-1]

    def row_at(self, line: int) -> tuple[int, int] | None:
        """(row, line in it); None below the last."""
        if not 0 <= line < self.height:
            return None
        row = bisect_right(self.tops, line) - 1
        return row, line - self.tops[row]

    def group_of(self, place: int) -> Group:
        """The group under the cursor."""
        return self.groups[self.rows[self.places[place][0]].group]

    def tile_of(self, place: int) -> Tile | None:
        """The tile under the cursor; None on a head."""
        row, column = self.places[place]
        found = self.rows[row]
        return None if found.is_head else self.groups[found.group].tiles[found.start + column]

    def find(self, key: str) -> int | None:
        """The place of a tile, or the first of a group."""
        for at in range(len(self.places)):
            tile = self.tile_of(at)
            if tile is not None and tile.id == key:
                return at
        return next((at for at in range(len(self.places)) if self.group_of(at).id == key), None)

    def beside(self, place: int, steps: int) -> int:
        """The place so many rows further down, in the same column where that is there."""
        row, column = self.places[place]
        rows = sorted(self._first)
        wanted = rows[min(max(rows.index(row) + steps, 0), len(rows) - 1)]
        found = self.rows[wanted]
        across = 0 if found.is_head else min(column, found.end - found.start - 1)
        return self._first[wanted] + across

    def at(self, row: int, column: int) -> int | None:
        """The place at a row and column; None where there is none."""
        first = self._first.get(row)
        if first is None:
            return None
        found = self.rows[row]
        many = 1 if found.is_head else found.end - found.start
        return first + column if column < many else None
