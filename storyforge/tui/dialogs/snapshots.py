"""The snapshots of a scene: a list, and beside it what differs from the page now."""

import difflib
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from storyforge.domain.reasons import reason_name
from storyforge.domain.story import Page, Revision
from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import explained

#: words compared one by one up to this many characters; longer paragraphs are shown whole
_WORD_BY_WORD = 20_000


class Snapshots(Dialog[str]):
    """Answers the id of the revision to restore.

    Args:
        load: reads a revision's page in a thread of this dialog's choosing.
    """

    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS = """
    Snapshots .box { width: 110; height: 90%; }
    Snapshots RowList { width: 42; height: 1fr; }
    Snapshots VerticalScroll { width: 1fr; padding: 0 1; border-left: solid $border-blurred; }
    """

    def __init__(
        self, revisions: Sequence[Revision], now: str, language: str, load: Callable[[str], Page]
    ) -> None:
        super().__init__(
            _("Snapshots of this scene"), _("↑ ↓ compare · Enter: go back to it · Esc: leave it")
        )
        self._revisions = revisions
        self._now = now
        self._language = language
        self._load = load

    def inside(self) -> ComposeResult:
        """The list and the difference."""
        with Horizontal():
            yield RowList()
            with VerticalScroll(can_focus=False):
                yield Static("", id="difference")

    def on_mount(self) -> None:
        """Show them, newest first, and compare with the newest."""
        rows = [
            Row(
                revision.id,
                f"{revision.created.astimezone():%d %b %H:%M}  {_name(revision)}",
                f"{revision.counts.of(self._language):,}",
            )
            for revision in self._revisions
        ]
        self.query_one(RowList).show(rows)
        if rows:
            self.compare(rows[0].id)

    @on(RowList.Marked)
    def look(self, event: RowList.Marked) -> None:
        """Compare with the marked one."""
        self.compare(event.row.id)

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """Go back to the chosen one."""
        self.dismiss(event.row.id)

    @work(thread=True, exclusive=True, group="compare", exit_on_error=False)
    def compare(self, revision_id: str) -> None:
        """Read and compare beside the screen; a worker that was overtaken says nothing."""
        try:
            shown = difference(self._load(revision_id).text, self._now)
        except Exception as error:  # the edge of a worker
            shown = Content(str(explained(error)))
        self.app.call_from_thread(self._show, revision_id, shown)

    def _show(self, revision_id: str, shown: Content) -> None:
        row = self.query_one(RowList).row
        if row is not None and row.id == revision_id:
            self.query_one("#difference", Static).update(shown)


def _name(revision: Revision) -> str:
    return revision.name or reason_name(revision.reason)


def difference(then: str, now: str) -> Content:
    """What has changed from `then` to `now`: paragraphs, and the words within a changed one."""
    if then == now:
        return Content.styled(_("The page is the same as this snapshot."), "$foreground-muted")
    before, after = then.split("\n"), now.split("\n")
    pieces: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pieces += _unchanged(before[a:b])
        elif kind == "replace" and b - a == d - c:
            for old, new in zip(before[a:b], after[c:d], strict=True):
                pieces += _words(old, new)
        else:
            pieces += [(f"- {line}\n", _GONE) for line in before[a:b] if line]
            pieces += [(f"+ {line}\n", _CAME) for line in after[c:d] if line]
    return Content.assemble(*pieces)


_GONE = "$error strike"
_CAME = "$success"


def _unchanged(lines: list[str]) -> list[tuple[str, str]]:
    told = [line for line in lines if line.strip()]
    if len(told) <= 2:
        return [(f"  {line}\n", "$foreground-muted") for line in told]
    skipped = _("  … {count} unchanged paragraphs …\n").format(count=len(told) - 2)
    return [
        (f"  {told[0]}\n", "$foreground-muted"),
        (skipped, "$foreground-disabled"),
        (f"  {told[-1]}\n", "$foreground-muted"),
    ]


def _words(old: str, new: str) -> list[tuple[str, str]]:
    if max(len(old), len(new)) > _WORD_BY_WORD:
        return [(f"- {old}\n", _GONE), (f"+ {new}\n", _CAME)]
    a, b = old.split(" "), new.split(" ")
    pieces: list[tuple[str, str]] = [("~ ", "$accent")]
    for kind, i, j, k, m in difflib.SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append((" ".join(a[i:j]) + " ", ""))
            continue
        if j > i:
            pieces.append((" ".join(a[i:j]) + " ", _GONE))
        if m > k:
            pieces.append((" ".join(b[k:m]) + " ", _CAME))
    return [*pieces, ("\n", "")]
