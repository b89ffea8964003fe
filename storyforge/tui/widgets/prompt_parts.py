"""The parts of a prompt as a list, and what of it the model has read already. Shows only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from storyforge.domain.generation import Cached
from storyforge.domain.sections import Section, SectionKind, SectionState
from storyforge.i18n import _, listed
from storyforge.tui.widgets.labels import Badge
from storyforge.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from storyforge.studio.prompt.looking import Part

SIGNS = {SectionState.WHOLE: "✓", SectionState.TRIMMED: "~", SectionState.LEFT_OUT: "–"}
#: in the cache: all of it, some of it
_READ, _HALF = "▪", "▫"
_LONGEST_BAR = 30


class PartList(RowList):
    """Two rows a part: its name and tokens, and why it is there or not."""

    def __init__(self) -> None:
        super().__init__(id="parts", choose=False)

    def show_parts(self, parts: "Sequence[Part]") -> None:
        """Show these, top to bottom."""
        rows = []
        for number, part in enumerate(parts):
            rows.append(_row(number, part))
            if told := _told(part.section):
                rows.append(Row(f"{number} why", told, kind="muted", depth=1, fixed=True))
        self.show(rows)

    @property
    def marked(self) -> int | None:
        """The number of the part under the cursor."""
        return int(self.row.id) if self.row is not None and not self.row.fixed else None


def _row(number: int, part: "Part") -> Row:
    section = part.section
    given, wanted = f"{section.given:,}", f"{section.wanted:,}"
    tokens = given if section.given == section.wanted else f"{given} / {wanted}"
    sign = _READ if part.cached >= 1 else _HALF if part.cached > 0 else " "
    return Row(
        str(number),
        _name(section),
        tokens,
        kind="muted" if section.state is SectionState.LEFT_OUT else "",
        mark=SIGNS[section.state],
        badges=(Badge(sign, "teal"),),
    )


def _name(section: Section) -> str:
    if section.kind is SectionKind.LORE and section.source:
        return _("Lore: {name}").format(name=section.name)
    return section.name


def _told(section: Section) -> str:
    told = [section.why] if section.why else []
    if section.reserved:
        told.append(_("{tokens:,} reserved").format(tokens=section.reserved))
    return listed(told) if told else ""


class CacheBar(Widget):
    """How much of the prompt need not be read again, as a bar."""

    DEFAULT_CSS = """
    CacheBar { height: auto; padding: 0 1; color: $foreground-muted; }
    """
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._cached: Cached | None = None
        self._otherwise = ""

    def show(self, cached: Cached | None, otherwise: str = "") -> None:
        """Show what is cached, or `otherwise` where that is not known."""
        self._cached, self._otherwise = cached, otherwise
        self.refresh(layout=True)

    def render(self) -> Content:
        """The words and the bar: in one line where there is room, else one over the other."""
        cached = self._cached
        if cached is None or not cached.total:
            return Content(self._otherwise)
        width = self.size.width
        gap = "  " if self._in_one_line(width) else "\n"
        room = min(_LONGEST_BAR, max(width, 1))
        full = room * cached.reused // cached.total
        return Content.assemble(
            self._words + gap, ("━" * full, "$accent"), ("─" * (room - full), "$border-blurred")
        )

    def get_content_height(self, _container: object, _viewport: object, width: int) -> int:
        """One line or two."""
        known = self._cached is not None and self._cached.total > 0
        return 2 if known and not self._in_one_line(width) else 1

    @property
    def _words(self) -> str:
        cached = self._cached or Cached(0, 0)
        told = _("{reused:,} of {total:,} read already")
        return f"{_READ} {told.format(reused=cached.reused, total=cached.total)}"

    def _in_one_line(self, width: int) -> bool:
        return width >= cell_len(self._words) + 2 + _LONGEST_BAR
