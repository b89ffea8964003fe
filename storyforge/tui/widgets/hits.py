"""Places that were found, as rows: a heading a scene, a line a place, what was found lit up.

It makes rows and draws them. It refuses to search.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from storyforge.domain.replacing import Edit
from storyforge.domain.searching import Hit, line_around
from storyforge.domain.story import Outline
from storyforge.domain.text import one_line
from storyforge.tui.widgets.binder import scene_title
from storyforge.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from storyforge.studio.searching import Searched

#: rows of a list; who looks for more looks for something else
MOST_ROWS = 3_000
#: signs of what an edit brings that are shown
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class HitRow(Row):
    """A row with lit pieces.

    Attributes:
        pieces: (text, "", "hit", "gone" or "came"); together they are `text`.
    """

    pieces: tuple[tuple[str, str], ...] = ()


class HitList(RowList):
    """A list that lights up pieces of its rows."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"hits--hit", "hits--gone", "hits--came"}
    DEFAULT_CSS = """
    HitList {
        .hits--hit { color: $accent; text-style: bold; }
        .hits--gone { color: $text-error; text-style: strike; }
        .hits--came { color: $text-success; text-style: bold; }
        &:nocolor {
            .hits--hit { text-style: bold underline; }
            .hits--came { text-style: bold; }
        }
    }
    """

    def render_line(self, y: int) -> Strip:
        """The row, its pieces lit where they are in sight."""
        strip = super().render_line(y)
        index = y + self.scroll_offset.y
        row = self.rows[index] if index < len(self.rows) else None
        if not isinstance(row, HitRow) or not row.pieces:
            return strip
        at = 1 + 2 * row.depth + (2 if row.mark else 0)
        room = strip.cell_length - (cell_len(row.note) + 2 if row.note else 1)
        edges = [at, *(at + end for end in accumulate(cell_len(text) for text, _ in row.pieces))]
        parts: list[Segment] = list(strip.crop(0, at))
        for (_text, kind), start, end in zip(row.pieces, edges, edges[1:], strict=False):
            piece = list(strip.crop(min(start, room), min(end, room)))
            if kind:
                over = self.get_component_rich_style(f"hits--{kind}", partial=True)
                if index == self.cursor and self.has_focus:
                    over = over.without_color
                piece = list(Segment.apply_style(piece, post_style=over))
            parts += piece
        parts += strip.crop(min(edges[-1], room), strip.cell_length)
        return Strip(parts, strip.cell_length)


def scene_names(outline: Outline) -> dict[str, str]:
    """ "2.3 Lanterns" by the scene's id."""
    return {
        scene.id: f"{number}.{place} {scene_title(scene, place)}"
        for number, chapter in enumerate(outline.chapters, 1)
        for place, scene in enumerate(chapter.scenes, 1)
    }


def found_rows(searched: Sequence["Searched"], names: Mapping[str, str]) -> list[Row]:
    """What a search found."""
    rows: list[Row] = []
    for one in searched:
        if one.hits and len(rows) < MOST_ROWS:
            rows.append(_heading(one, names, fixed=True))
            rows += [_found(one, number, hit) for number, hit in enumerate(one.hits)]
    return rows[:MOST_ROWS]


def edit_rows(
    searched: Sequence["Searched"], names: Mapping[str, str], off: set[tuple[str, int]]
) -> list[Row]:
    """What a replacement would do.

    Args:
        off: the places that are left as they are: the scene's id, the number in it.
    """
    rows: list[Row] = []
    for one in searched:
        if one.edits and len(rows) < MOST_ROWS:
            rows.append(_heading(one, names, off=off))
            for number, edit in enumerate(one.edits):
                rows.append(_edit(one, number, edit, (one.scene_id, number) not in off))
    return rows[:MOST_ROWS]


def _heading(
    one: "Searched",
    names: Mapping[str, str],
    *,
    fixed: bool = False,
    off: set[tuple[str, int]] | None = None,
) -> Row:
    count = len(one.hits)
    note = f"{count:,}"
    if off:
        on = sum((one.scene_id, number) not in off for number in range(count))
        note = note if on == count else f"{on:,}/{count:,}"
    return Row(one.scene_id, names.get(one.scene_id, ""), note, kind="head", fixed=fixed)


def _found(one: "Searched", number: int, hit: Hit) -> Row:
    before, text, behind = line_around(one.text, hit)
    return _row(f"{one.scene_id}:{number}", ((before, ""), (text or "¦", "hit"), (behind, "")), "")


def _edit(one: "Searched", number: int, edit: Edit, on: bool) -> Row:
    before, text, behind = line_around(one.text, Hit(edit.start, edit.end))
    came = edit.text if len(edit.text) <= _LONGEST else edit.text[: _LONGEST - 1] + "…"
    gone = "gone" if on else ""
    pieces = ((before, ""), (text, gone), (came if on else "", "came"), (behind, ""))
    return _row(f"{one.scene_id}:{number}", pieces, "[x]" if on else "[ ]")


def _row(key: str, pieces: tuple[tuple[str, str], ...], mark: str) -> HitRow:
    lead = ((mark + " ", ""),) if mark else ()
    told = tuple((_plain(text), kind) for text, kind in (*lead, *pieces) if text)
    return HitRow(key, "".join(text for text, _ in told), depth=1, pieces=told)


def _plain(text: str) -> str:
    """One line, its spaces as they are; a new paragraph shows as a sign."""
    return one_line(f"|{text.replace(chr(10), '⏎')}|")[1:-1]
