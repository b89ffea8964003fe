"""What the story map's keys do: who is in a scene, who sees it, which plot line it is of."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from storyforge.domain.plan.forms import Kind
from storyforge.domain.plan.items import lines
from storyforge.domain.plan.stages import Stage
from storyforge.i18n import N_, _, listed, ngettext
from storyforge.tui.planner.area import Area
from storyforge.tui.widgets.bars import Part
from storyforge.tui.widgets.story_grid import GridRow
from storyforge.tui.work import lazily

if TYPE_CHECKING:
    from storyforge.domain.plan.items import Item
    from storyforge.studio.story_map import Column, Line, Mark, StoryMap
    from storyforge.tui.screens.planner import PlannerScreen
    from storyforge.tui.screens.story_map import StoryMapScreen

#: (sign, kind in the style sheet, what it means) by the mark
_SIGNS = {
    "there": ("●", "there", N_("in the scene")),
    "sees": ("◆", "sees", N_("seen by")),
    "unnamed": ("○", "warning", N_("not in the text")),
    "unplanned": ("+", "warning", N_("only in the text")),
}
# A line from one scene to the next that somebody is in, over those that they are not.
_BETWEEN, _NOTHING = ("│", "quiet"), ("", "")
# Scenes in a row without somebody that are worth a word.
_GAP = 3


class StoryMapping(Area):
    """Opens the map, and changes the plan from it."""

    def __init__(self, planner: "PlannerScreen") -> None:
        super().__init__(planner)
        self._screen: StoryMapScreen | None = None
        self._map: StoryMap | None = None
        self._changing = asyncio.Lock()

    def verbs(self) -> dict[str, Callable[[], object]]:
        """The actions this area carries out."""
        return {"plan_map": lambda: self.start(self._open)}

    def on_map(self) -> dict[str, Callable[[], object]]:
        """What it carries out on the map's screen."""
        return {
            "map_toggle": lambda: self.start(partial(self._change, self._toggled)),
            "map_sees": lambda: self.start(partial(self._change, self._seen)),
            "map_open": self._to_page,
            "map_plan": self._to_plan,
            "map_undo": lambda: self.start(partial(self._step, "plan_undo")),
            "map_redo": lambda: self.start(partial(self._step, "plan_redo")),
            "map_back": self._back,
        }

    @property
    def title(self) -> str:
        """The story's."""
        return self.planner.plan.title

    def planned(self) -> None:
        """The plan changed: the map follows while it is open."""
        if self._screen is not None and not self._changing.locked():
            self.start(self._reread)

    # The screen.

    async def _open(self) -> None:
        from storyforge.tui.screens.story_map import StoryMapScreen

        await self.planner.save()
        await self.planner.desk.saving.flush()
        await self._read()
        if self._map is None or not self._map.columns:
            told = _("There is nobody to be shown yet: the map has the cast and the plot lines.")
            self.planner.house.tell(told)
            return
        self._screen = StoryMapScreen(self)
        await self.planner.house.push_screen(self._screen)

    async def _read(self) -> None:
        studio = await lazily("storyforge.studio.story_map")
        self._map = await asyncio.to_thread(studio.story_map, self.planner.story)

    async def _reread(self) -> None:
        await self._read()
        self.show()

    def show(self) -> None:
        """Show the map; the cursor stays, and begins at the scene that is marked in the plan."""
        screen, told = self._screen, self._map
        if screen is None or told is None or not screen.is_attached:
            return
        item = self.planner.item
        at = item.id if item is not None and not screen.grid.row_id else ""
        screen.grid.show([column.name for column in told.columns], list(_rows(told)), at)
        signs = [
            Part(f"{sign} {_(meaning)}", 5, "muted") for sign, _kind, meaning in _SIGNS.values()
        ]
        screen.legend.put(signs)
        self.tell_cell()

    def tell_cell(self) -> None:
        """Say in words what the cursor is at."""
        screen, here = self._screen, self._here()
        if screen is None or here is None:
            return
        line, column, mark = here
        number = _("Scene {number}").format(number=line.number)
        scene = listed((number, line.name)) if line.name not in ("", number) else number
        meaning = _(_SIGNS[mark.value][2]) if mark.value else _("not in the scene")
        told = _("{name}: {value}").format(name=column.name, value=meaning)
        screen.cell.put(
            [Part(told, 9), Part(scene, 7), Part(line.chapter, 3), Part(_often(column), 5, "muted")]
        )

    def _here(self) -> "tuple[Line, Column, Mark] | None":
        """The scene and the column under the cursor, and the mark where they meet."""
        screen, told = self._screen, self._map
        if screen is None or told is None or not told.columns:
            return None
        line = next((line for line in told.lines if line.id == screen.grid.row_id), None)
        if line is None:
            return None
        at = screen.grid.column
        return line, told.columns[at], line.marks[at]

    def _back(self) -> None:
        screen, self._screen = self._screen, None
        if screen is not None and self.planner.house.screen is screen:
            self.planner.house.pop_screen()

    # What changes the plan.

    async def _change(self, facts_of: "Callable[[Item, Column], dict[str, str]]") -> None:
        """Write what a key means for the cell under the cursor; one key after the other."""
        from storyforge.studio.planning.editing import write

        if not self.may_change():
            return
        async with self._changing:
            here = self._here()
            scene = self.planner.plan.item(here[0].id) if here is not None else None
            if here is None or scene is None:
                return
            facts = facts_of(scene, here[1])
            if facts:
                await asyncio.to_thread(write, self.planner.story, scene.id, facts)
                await self.planner.look_again()
                await self._reread()

    def _toggled(self, scene: "Item", column: "Column") -> dict[str, str]:
        """Into the scene, or out of it."""
        field = "plot_lines" if column.kind is Kind.PLOT_LINE else "cast"
        there = lines(self.planner.plan.references(column.kind, scene.list(field)))
        kept = [one for one in there if one != column.id]
        sees = field == "cast" and self._sees(scene, column)
        if sees or len(kept) < len(there):
            return {field: "\n".join(kept)} | ({"point_of_view": ""} if sees else {})
        return {field: "\n".join((*kept, column.id))}

    def _seen(self, scene: "Item", column: "Column") -> dict[str, str]:
        """Seen by them, or by nobody in particular."""
        if column.kind is Kind.PLOT_LINE:
            self.planner.house.tell(_("A scene is seen by a character, not by a plot line."))
            return {}
        sees = self._sees(scene, column)
        cast = self.planner.plan.references(Kind.CHARACTER, (*scene.list("cast"), column.id))
        return {"point_of_view": "" if sees else column.id, "cast": cast}

    def _sees(self, scene: "Item", column: "Column") -> bool:
        seen_by = self.planner.plan.referred(scene, "point_of_view")
        return column.id in (one.id for one in seen_by)

    async def _step(self, action: str) -> None:
        """Take a change back, or do it again; the plan's own steps."""
        self.planner.action_do(action)

    # Where it leads.

    def _to_page(self) -> None:
        here = self._here()
        scene = self.planner.plan.item(here[0].id) if here is not None else None
        if scene is not None:
            self._back()
            self.planner.to_desk(scene)

    def _to_plan(self) -> None:
        here = self._here()
        if here is not None:
            self._back()
            self.planner.to_stage(Stage.SCENES, here[0].id)


def _rows(told: "StoryMap") -> "list[GridRow]":
    """A heading for each chapter, then its scenes."""
    spans = [_span(told, at) for at in range(len(told.columns))]
    rows = []
    chapters = 0
    for index, line in enumerate(told.lines):
        if line.first:
            chapters += 1
            # A line goes on through the heading, where it comes from the chapter before.
            between = tuple(_BETWEEN if index in span[1:] else _NOTHING for span in spans)
            rows.append(GridRow("", f"{chapters}  {line.chapter}", between))
        cells = tuple(
            _SIGNS[mark.value][:2] if mark.value else _BETWEEN if index in span else _NOTHING
            for mark, span in zip(line.marks, spans, strict=True)
        )
        rows.append(GridRow(line.id, f"{line.number} {line.name}", cells))
    return rows


def _span(told: "StoryMap", column: int) -> range:
    """From the first scene that somebody is in to the last."""
    there = [index for index, line in enumerate(told.lines) if line.marks[column].value]
    return range(there[0], there[-1] + 1) if there else range(0)


def _often(column: "Column") -> str:
    count = ngettext("in {count} scene", "in {count} scenes", column.scenes).format(
        count=column.scenes
    )
    if column.gap < _GAP:
        return count
    away = ngettext("away for {count} in a row", "away for {count} in a row", column.gap)
    return listed((count, away.format(count=column.gap)))
