"""How a story's prompt is laid out, as a short form. Asks; keeps nothing."""

from dataclasses import dataclass, replace

from textual import on
from textual.app import ComposeResult

from storyforge.domain.lore import ContextRules
from storyforge.i18n import N_, _
from storyforge.tui.dialogs.base import AskText, Dialog
from storyforge.tui.typed import whole_number
from storyforge.tui.widgets.rows import Row, RowList
from storyforge.tui.work import launch

_GO = "go"


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    label: str
    help: str
    percent: bool = False
    most: int = 10_000_000


_RULES = (
    _Rule("note_lines", N_("Author's note, lines up"), N_("Lines above the caret"), most=1000),
    _Rule("scan", N_("Keys are looked for in"), N_("Characters before the caret")),
    _Rule(
        "recursion", N_("Entries call others"),
        N_("How many times over; 0 is never"), most=10,
    ),
    _Rule(
        "memory_share", N_("Memory, at the most"),
        N_("Percent of the prompt"), percent=True, most=100,
    ),
    _Rule(
        "lore_share", N_("Lorebook, at the most"),
        N_("Percent of the prompt"), percent=True, most=100,
    ),
    _Rule(
        "summary_share", N_("Summaries, at the most"),
        N_("Percent of the prompt"), percent=True, most=100,
    ),
    _Rule(
        "plan_share", N_("Plan, at the most"),
        N_("Percent of the prompt; 0 leaves it out"), percent=True, most=100,
    ),
)  # fmt: skip


class AskRules(Dialog[ContextRules]):
    """Answers the rules; Enter on the first row agrees."""

    def __init__(self, rules: ContextRules) -> None:
        super().__init__(
            _("Room for memory and lore"), _("Enter: change, or agree · Esc: leave it")
        )
        self._rules = rules

    def inside(self) -> ComposeResult:
        """The list."""
        yield RowList()

    def on_mount(self) -> None:
        """The rules as they are."""
        self._show(_GO)

    @on(RowList.Chosen)
    def chosen(self, event: RowList.Chosen) -> None:
        """Change one rule, or agree."""
        if event.row.id == _GO:
            self.dismiss(self._rules)
            return
        rule = next(rule for rule in _RULES if rule.id == event.row.id)
        launch(self.app, self._change(rule), group="form")  # type: ignore[arg-type]

    async def _change(self, rule: _Rule) -> None:
        value = getattr(self._rules, rule.id)
        stands = str(round(value * 100) if rule.percent else value)
        given = await self.app.push_screen_wait(AskText(_(rule.label), _(rule.help), stands))
        if given is None:
            return
        number = whole_number(given)
        if number is None:
            self.notify(_("That is no whole number; nothing was changed."), markup=False)
            return
        number = min(number, rule.most)
        changed: float = number / 100 if rule.percent else number
        self._rules = replace(self._rules, **{rule.id: changed})  # type: ignore[arg-type]
        self._show(rule.id)

    def _show(self, at: str) -> None:
        rows = [Row(_GO, _("Lay it out so"), "↵", kind="head")]
        for rule in _RULES:
            value = getattr(self._rules, rule.id)
            told = f"{round(value * 100)} %" if rule.percent else f"{value:,}"
            rows.append(Row(rule.id, _(rule.label), told))
        listed = self.query_one(RowList)
        listed.show(rows, at)
        listed.styles.height = len(rows)
