"""What tidying a scene would change: the rules to switch, and below them every change."""

from dataclasses import replace

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from storyforge.domain.tidying import Tidied, TidyOptions, tidy
from storyforge.domain.tidying_rules import Change, Rule, labels
from storyforge.i18n import _, ngettext
from storyforge.tui.dialogs.base import Dialog
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import explained

#: changes shown; the rest are told by number
SHOWN = 400
# Characters shown on either side of a change.
_AROUND = 10
_GO = "go"


class Tidying(Dialog[TidyOptions]):
    """Answers the rules that were agreed to; Enter on a rule switches it."""

    DEFAULT_CSS = """
    Tidying .box { width: 84; height: 80%; }
    Tidying VerticalScroll {
        height: 1fr;
        margin-top: 1;
        padding: 0 1;
        border-top: solid $border-blurred;
        &:focus { border-top: solid $border; }
    }
    Tidying #changes { height: auto; }
    """

    def __init__(self, text: str, options: TidyOptions) -> None:
        super().__init__(
            _("Tidy up this scene"),
            _("Enter: switch a rule, or go on · Tab: the changes · Esc: leave it"),
        )
        self._text = text
        self._options = options
        self._counts: dict[Rule, int] = {}
        self._total: int | None = None

    def inside(self) -> ComposeResult:
        """The rules over the changes."""
        yield RowList()
        with VerticalScroll():
            yield Static("", id="changes")

    def on_mount(self) -> None:
        """Look at once."""
        self._show_rules(_GO)
        self._look(self._options)

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """Switch the rule, or agree where there is something to do."""
        if event.row.id != _GO:
            self._options = replace(self._options, rules=self._options.rules ^ {Rule(event.row.id)})
            self._total = None
            self._show_rules(event.row.id)
            self._look(self._options)
        elif self._total:
            self.dismiss(self._options)

    @work(thread=True, exclusive=True, group="tidying", exit_on_error=False)
    def _look(self, options: TidyOptions) -> None:
        """Tidy beside the screen; a worker that was overtaken says nothing."""
        try:
            found: Tidied | str = tidy(self._text, options)
        except Exception as error:  # the edge of a worker
            found = str(explained(error))
        self.app.call_from_thread(self._found, options, found)

    def _found(self, options: TidyOptions, found: Tidied | str) -> None:
        if options != self._options:
            return
        shown = self.query_one("#changes", Static)
        if isinstance(found, str):
            shown.update(Content(found))
            return
        self._total = len(found.changes)
        self._counts = {
            rule: sum(change.rule is rule for change in found.changes) for rule in options.rules
        }
        row = self.query_one(RowList).row
        self._show_rules(row.id if row is not None else _GO)
        shown.update(listed(self._text, found.changes))

    def _show_rules(self, at: str) -> None:
        if self._total is None:
            go = _("Looking …")
        elif self._total:
            go = ngettext("Make {count} change", "Make {count} changes", self._total)
            go = go.format(count=f"{self._total:,}")
        else:
            go = _("Nothing to tidy up")
        rows = [Row(_GO, go, kind="head")]
        for rule, label in labels(self._options.language).items():
            on = rule in self._options.rules
            count = self._counts.get(rule, 0)
            note = f"{count:,}" if on and count else ""
            rows.append(Row(rule.value, _(label), note, mark="✓" if on else " "))
        self.query_one(RowList).show(rows, at)


def listed(text: str, changes: tuple[Change, ...]) -> Content:
    """A line a change: its paragraph's number, what goes struck through, what comes coloured."""
    pieces: list[tuple[str, str]] = []
    line = at = 0
    for change in changes[:SHOWN]:
        line += text.count("\n", at, change.start)
        at = change.start
        start = max(text.rfind("\n", 0, change.start) + 1, change.start - _AROUND)
        end = text.find("\n", change.end)
        end = min(len(text) if end < 0 else end, change.end + _AROUND)
        pieces += [
            (f"{line + 1:>4}  ", "$foreground-muted"),
            (text[start : change.start], ""),
            (_seen(text[change.start : change.end]), "$error strike"),
            (_seen(change.text), "$success bold"),
            (text[change.end : end] + "\n", ""),
        ]
    more = len(changes) - SHOWN
    if more > 0:
        told = ngettext("… and {count} more", "… and {count} more", more)
        pieces.append((told.format(count=f"{more:,}"), "$foreground-muted"))
    return Content.assemble(*pieces)


def _seen(text: str) -> str:
    """White space as signs, so that it can be seen to come and go."""
    return text.replace("\u3000", "□").replace(" ", "␣").replace("\t", "⇥")
