"""Snapshots as a list, of one scene or of the whole story by time. It picks; others compare.

Long lists are read page by page, in a thread, as the cursor comes near their end.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from storyforge.domain.day_names import moment, whole_day
from storyforge.domain.reasons import reason_name
from storyforge.domain.story import Revision
from storyforge.i18n import _, in_quotes, ngettext
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import explained

#: snapshots that are read at once
PAGE = 200
#: rows before the end at which more are read
_NEAR = 20

#: what a replacement in the whole story keeps of every scene, within seconds
_OF_MANY_SCENES = frozenset({"before replace", "after replace"})
_AT_ONCE = timedelta(seconds=10)
#: scenes of one change that are listed without being folded
_FEW = 3
_FOLD = "fold:"

#: reads so many snapshots that are older than one, the newest first; "" for the newest of all
Load = Callable[[int, str], Sequence[Revision]]


@dataclass(frozen=True, slots=True)
class Picked:
    """What the author wants to look at.

    Attributes:
        other: another snapshot of the same scene to compare with; None for the scene as it is now.
    """

    revision: Revision
    other: Revision | None = None


class Snapshots(Dialog[Picked]):
    """Answers the snapshot to look at.

    Args:
        scenes: what each scene is called, for a list over several; one that is missing is in the
            trash.
        at: the snapshot that the cursor begins at.
    """

    AUTO_FOCUS = "RowList"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,ideographic_space", "mark", show=False)]
    DEFAULT_CSS = """
    Snapshots .box { width: 96; height: 92%; }
    Snapshots RowList { height: 1fr; }
    Snapshots #told { margin-bottom: 1; }
    """

    def __init__(
        self,
        title: str,
        load: Load,
        language: str,
        *,
        scenes: Mapping[str, str] | None = None,
        at: str = "",
    ) -> None:
        super().__init__(
            title, _("Enter: compare with now · Space: mark to compare with · Esc: back")
        )
        self._load = load
        self._language = language
        self._scenes = scenes
        self._at = at
        self._found: list[Revision] = []
        self._all = False
        self._marked: Revision | None = None
        self._unfolded: set[str] = set()

    def inside(self) -> ComposeResult:
        """A line about the mark, and the list."""
        yield said("", id="told", classes="label")
        yield RowList()

    def on_mount(self) -> None:
        """Read the newest."""
        self._tell()
        self._more()

    @property
    def marked(self) -> Revision | None:
        """The snapshot that the next one is compared with."""
        return self._marked

    @on(RowList.Marked)
    def near_the_end(self) -> None:
        """Read on before the author comes to the end."""
        rows = self.query_one(RowList)
        if not self._all and rows.cursor > len(rows.rows) - _NEAR:
            self._more()

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """Look at this one; with a mark in the same scene, at the two of them."""
        if event.row.id.startswith(_FOLD):
            self._unfolded ^= {event.row.id}
            self._show()
            return
        revision = self._of(event.row.id)
        if revision is None:
            return
        other = self._marked
        if other is not None and (other.id == revision.id or other.scene_id != revision.scene_id):
            other = None
        self.dismiss(Picked(revision, other))

    def action_mark(self) -> None:
        """Mark the snapshot under the cursor, or take the mark away."""
        row = self.query_one(RowList).row
        revision = self._of(row.id) if row is not None else None
        if revision is not None:
            same = self._marked is not None and self._marked.id == revision.id
            self._marked = None if same else revision
            self._show()
            self._tell()

    def _of(self, revision_id: str) -> Revision | None:
        return next((one for one in self._found if one.id == revision_id), None)

    @work(thread=True, exclusive=True, group="snapshots", exit_on_error=False)
    def _more(self) -> None:
        before = self._found[-1].id if self._found else ""
        try:
            found = self._load(PAGE, before)
        except Exception as error:  # the edge of a worker
            self.app.call_from_thread(self._tell, str(explained(error)))
            return
        self.app.call_from_thread(self._came, before, found)

    def _came(self, before: str, found: Sequence[Revision]) -> None:
        if not self.is_attached or before != (self._found[-1].id if self._found else ""):
            return
        self._found += found
        self._all = len(found) < PAGE
        self._show()
        self._tell()
        self.near_the_end()

    def _show(self) -> None:
        rows = self._rows()
        self.query_one(RowList).show(rows, self._at or None)
        self._at = ""

    def _tell(self, wrong: str = "") -> None:
        told = wrong
        if not told and self._all and not self._found:
            told = _("There are no snapshots yet.")
        elif not told and self._marked is not None:
            told = _("Enter compares with “{name}”.").format(name=title_of(self._marked))
        self.query_one("#told", Static).update(told or _("One is kept before every larger change."))

    def _rows(self) -> list[Row]:
        rows: list[Row] = []
        day = ""
        grown = _growth(self._found, self._language)
        for run in _runs(self._found):
            one = run[0]
            local = one.created.astimezone()
            if whole_day(local) != day:
                day = whole_day(local)
                rows.append(Row(f"day:{one.id}", day, kind="head", fixed=True))
            scenes = len({each.scene_id for each in run})
            if scenes > _FEW:
                fold = f"{_FOLD}{one.id}"
                shown = fold in self._unfolded
                rows.append(_folded(fold, run, scenes, shown))
                run = run if shown else []
            rows += [self._row(each, grown[each.id], 2 if scenes > _FEW else 1) for each in run]
        return rows

    def _row(self, one: Revision, grown: str, depth: int) -> Row:
        scene = ""
        if self._scenes is not None:
            scene = self._scenes.get(one.scene_id, _("(in the trash)")) + "  "
        name = in_quotes(one.name) if one.name else reason_name(one.reason)
        return Row(
            one.id,
            f"{one.created.astimezone():%H:%M}  {scene}{name}",
            f"{grown}{one.counts.of(self._language):,}",
            depth=depth,
            mark="●" if self._marked and one.id == self._marked.id else " ",
        )


def _runs(found: Sequence[Revision]) -> list[list[Revision]]:
    """The snapshots that one change of many scenes kept stand together, any other by itself."""
    runs: list[list[Revision]] = []
    for one in found:
        last = runs[-1][-1] if runs else None
        together = (
            last is not None
            and {last.reason, one.reason} <= _OF_MANY_SCENES
            and last.created - one.created < _AT_ONCE
        )
        if together:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _folded(fold: str, run: Sequence[Revision], scenes: int, shown: bool) -> Row:
    reasons = " · ".join(reason_name(reason) for reason in dict.fromkeys(r.reason for r in run))
    count = ngettext("{count:,} scene", "{count:,} scenes", scenes).format(count=scenes)
    time = f"{run[0].created.astimezone():%H:%M}"
    return Row(fold, f"{time}  {count}  {reasons}", "▾" if shown else "▸", depth=1, mark=" ")


def _growth(found: Sequence[Revision], language: str) -> dict[str, str]:
    """By snapshot, how much its scene had grown since the one before it: "(+62) "."""
    grown = dict.fromkeys((one.id for one in found), "")
    by_scene: dict[str, list[Revision]] = {}
    for one in found:
        by_scene.setdefault(one.scene_id, []).append(one)
    for revisions in by_scene.values():
        for newer, older in pairwise(revisions):
            more = newer.counts.of(language) - older.counts.of(language)
            if more:
                grown[newer.id] = f"({more:+,}) "
    return grown


def title_of(revision: Revision) -> str:
    """ "2026-11-23 14:02, before a continuation"."""
    name = revision.name or reason_name(revision.reason)
    return f"{moment(revision.created)}, {name}"
