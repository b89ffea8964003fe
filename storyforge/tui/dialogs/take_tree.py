"""All takes of the story as a tree: browsed by scene, looked at, named. It picks; others go back.

Scenes are read when they are unfolded, and of a take only its head until the cursor comes to it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from storyforge.domain.day_names import moment
from storyforge.domain.generation import Take, TakeKind, TakeState
from storyforge.domain.take_tree import Node, TakeHead
from storyforge.i18n import N_, _, in_quotes, listed, ngettext
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.widgets.model_words import cost_told, writer_told
from storyforge.tui.widgets.prose import Prose
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.widgets.take_column import TakeColumn
from storyforge.tui.widgets.takes import STATES
from storyforge.tui.work import explained

_SCENE = "scene:"
# Branches that are set in further than this would leave no room for their words.
_DEEPEST = 8
_MARKS = {
    TakeKind.REWRITE: N_("changed"),
    TakeKind.INFILL: N_("filled in"),
    TakeKind.CHOICE: N_("another word"),
    TakeKind.DRAFT: N_("drafted"),
}


@dataclass(frozen=True, slots=True)
class Tree:
    """The takes of one scene.

    Attributes:
        standing: the ids of those whose words are on its page.
    """

    nodes: tuple[Node, ...]
    standing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the dialog reads; every call is made in a thread.

    Attributes:
        numbers: how many takes each scene has.
        tree: a scene's takes.
        bookmarked: those with a name, of all scenes.
        look: one with its text, and the words that stood before it.
    """

    numbers: Callable[[], Mapping[str, int]]
    tree: Callable[[str], Tree]
    bookmarked: Callable[[], Sequence[TakeHead]]
    look: Callable[[str], tuple[Take, str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the author wants of a take: to go back to it ("go"), to name it ("name"), or to know
    about it ("about").
    """

    what: str
    take: Take


class TakeTree(Dialog[Wanted]):
    """Answers what is wanted of which take.

    Args:
        scenes: what each scene is called, in story order; one that is missing is in the trash.
        open_scene: the scene that is unfolded first. at: the take that the cursor begins at.
        bookmarks: only those with a name.
    """

    AUTO_FOCUS = "RowList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "name", show=False),
        Binding("l", "bookmarks", show=False),
        Binding("i", "about", show=False),
    ]
    DEFAULT_CSS = """
    TakeTree .box { width: 100%; max-width: 150; height: 96%; padding: 0 1; }
    TakeTree #trees { height: 1fr; }
    TakeTree RowList { width: 3fr; height: 1fr; }
    TakeTree TakeColumn { width: 2fr; height: 1fr; }
    TakeTree #facts { height: auto; max-height: 3; color: $foreground-muted; }
    TakeTree.-narrow #trees { layout: vertical; }
    TakeTree.-narrow RowList { width: 100%; height: 3fr; }
    TakeTree.-narrow TakeColumn { width: 100%; height: 2fr; }
    """

    def __init__(
        self,
        source: Source,
        scenes: Mapping[str, str],
        open_scene: str,
        *,
        at: str = "",
        bookmarks: bool = False,
    ) -> None:
        super().__init__(_("All takes of the story"), _hint(bookmarks))
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (96, "-wide")]
        self._source = source
        self._scenes = scenes
        self._unfolded = {open_scene}
        self._numbers: Mapping[str, int] = {}
        self._trees: dict[str, Tree] = {}
        self._named: Sequence[TakeHead] = ()
        self._at: str | None = at or _SCENE + open_scene
        self._bookmarks = bookmarks
        self._looked: Take | None = None
        self._asked = "", ""
        self._read_once = False

    def inside(self) -> ComposeResult:
        """What the marked take is, the tree, and its text."""
        yield said("", id="facts")
        with Horizontal(id="trees"):
            yield RowList()
            yield TakeColumn()

    def on_mount(self) -> None:
        """Read how many there are, and the open scene's."""
        self._read()

    # Reading.

    @work(thread=True, exclusive=True, group="tree", exit_on_error=False)
    def _read(self) -> None:
        try:
            numbers = self._numbers or self._source.numbers()
            missing = [s for s in self._unfolded if s in numbers and s not in self._trees]
            trees = {scene: self._source.tree(scene) for scene in missing}
            named = self._source.bookmarked()
        except Exception as error:  # the edge of a worker
            self.app.call_from_thread(self._tell, str(explained(error)))
            return
        self.app.call_from_thread(self._came, numbers, trees, named)

    def _came(
        self, numbers: Mapping[str, int], trees: dict[str, Tree], named: Sequence[TakeHead]
    ) -> None:
        if not self.is_attached:
            return
        self._numbers, self._named, self._read_once = numbers, named, True
        self._trees |= trees
        self._show()

    @work(thread=True, exclusive=True, group="look", exit_on_error=False)
    def _look(self, take_id: str) -> None:
        try:
            take, before = self._source.look(take_id)
        except Exception as error:  # the edge of a worker
            self.app.call_from_thread(self._tell, str(explained(error)))
            return
        self.app.call_from_thread(self._looked_at, take, before)

    def _looked_at(self, take: Take, before: str) -> None:
        row = self.query_one(RowList).row if self.is_attached else None
        if row is None or row.id != take.id:
            return
        self._looked = take
        if self._asked[1] == take.id:
            self.dismiss(Wanted(self._asked[0], take))
            return
        text = self.query_one(TakeColumn)
        cut = take.text[take.kept :]
        # The take begins in sight, and some of what stood before it.
        text.show([(before.lstrip(" \n"), "muted"), (take.standing, "here"), (cut, "muted")])
        text.border_title = f"{take.number}"
        self._tell(_facts(take))

    def _tell(self, told: str) -> None:
        if self.is_attached:
            self.query_one("#facts", Prose).update(told)

    # Rows.

    def _show(self) -> None:
        rows = self._named_rows() if self._bookmarks else self._tree_rows()
        shown = self.query_one(RowList)
        shown.show(rows, self._at)
        self._at = None
        if not rows:
            none = _("No take has a bookmark yet.") if self._bookmarks else _("No takes yet.")
            self._tell(none)
        elif shown.row is not None:
            self._mark(shown.row)

    def _named_rows(self) -> list[Row]:
        return [
            Row(head.id, f"★ {head.bookmark}", self._scenes.get(head.scene_id, _("(in the trash)")))
            for head in self._named
        ]

    def _tree_rows(self) -> list[Row]:
        rows: list[Row] = []
        away = [scene for scene in self._numbers if scene not in self._scenes]
        for scene in (*(s for s in self._scenes if s in self._numbers), *away):
            opened = scene in self._unfolded
            count = self._numbers[scene]
            note = ngettext("{count:,} take", "{count:,} takes", count).format(count=count)
            name = self._scenes.get(scene, _("(in the trash)"))
            mark = "▾" if opened else "▸"
            rows.append(Row(_SCENE + scene, name, note, kind="head", mark=mark))
            if opened and scene in self._trees:
                tree = self._trees[scene]
                rows += [_row(node, tree.standing) for node in tree.nodes]
        return rows

    # Keys.

    @on(RowList.Marked)
    def marked(self, event: RowList.Marked) -> None:
        """Look at the take under the cursor."""
        self._mark(event.row)

    def _mark(self, row: Row) -> None:
        if self._asked[1] != row.id:
            self._asked = "", ""
        if row.id.startswith(_SCENE):
            self._looked = None
            self.query_one(TakeColumn).show(())
            self._tell(_("● stands on the page · ★ has a bookmark · ╰ another in its place"))
        else:
            self._look(row.id)

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """Unfold a scene, or go back to a take."""
        if event.row.id.startswith(_SCENE):
            self._unfolded ^= {event.row.id.removeprefix(_SCENE)}
            self._show()
            self._read()
        else:
            self._answer("go", event.row.id)

    def action_name(self) -> None:
        """Give the take under the cursor a bookmark."""
        self._want("name")

    def action_about(self) -> None:
        """Who wrote the take under the cursor, what it cost, what was thought."""
        self._want("about")

    def _want(self, what: str) -> None:
        row = self.query_one(RowList).row
        if row is not None and not row.id.startswith(_SCENE):
            self._answer(what, row.id)

    def action_bookmarks(self) -> None:
        """Only those with a name, or all."""
        self._bookmarks = not self._bookmarks
        self.query_one(".box").border_subtitle = _hint(self._bookmarks)
        self._show()

    def _answer(self, what: str, take_id: str) -> None:
        """Answer with the take; one that is still being read is waited for."""
        if self._looked is not None and self._looked.id == take_id:
            self.dismiss(Wanted(what, self._looked))
        else:
            self._asked = what, take_id
            self._look(take_id)


def _hint(bookmarks: bool) -> str:
    if bookmarks:
        return _("Enter: go back · B: rename · L: all takes · I: about it · Esc: back")
    return _("Enter: go back · B: bookmark · L: bookmarks · I: about it · Esc: back")


def _row(node: Node, standing: frozenset[str]) -> Row:
    head = node.head
    branch = "╰ " if node.branch else ""
    named = f"★ {head.bookmark}  " if head.bookmark else ""
    wish = f"{in_quotes(head.wish)}  " if head.wish else ""
    note = _(_MARKS[head.kind]) if head.kind in _MARKS else ""
    if head.state is not TakeState.FINISHED and (state := STATES.get(head.state)):
        note = _(state)
    return Row(
        head.id,
        f"{branch}{named}{wish}{head.opening.strip() or '–'}",
        f"{note}  {head.created.astimezone():%H:%M}".strip(),
        depth=min(node.depth, _DEEPEST),
        mark="●" if head.id in standing else " ",
    )


def _facts(take: Take) -> str:
    """Where and when, by whom, with what wish."""
    told = [moment(take.created)]
    if take.model:
        told.append(writer_told(take))
    if cost := cost_told(take.usage):
        told.append(cost)
    if take.bookmark:
        told.append(f"★ {take.bookmark}")
    if take.wish:
        told.append(in_quotes(take.wish))
    return listed(told)
