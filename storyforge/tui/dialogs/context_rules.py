"""How a story's prompt is laid out, as a short form. Asks; keeps nothing."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult

from storyforge.domain.lore import ContextRules, given, is_share, ruled
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


_RULES = (
    _Rule("note_lines", N_("Author's note, lines up"), N_("Lines above the caret")),
    _Rule("scan", N_("Keys are looked for in"), N_("Characters before the caret")),
    _Rule("recursion", N_("Entries call others"), N_("How many times over; 0 is never")),
    _Rule("memory_share", N_("Memory, at the most"), N_("Percent of the prompt")),
    _Rule("lore_share", N_("Lorebook, at the most"), N_("Percent of the prompt")),
    _Rule("summary_share", N_("Summaries, at the most"), N_("Percent of the prompt")),
    _Rule("plan_share", N_("Plan, at the most"), N_("Percent of the prompt; 0 leaves it out")),
)


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
        stands = str(given(self._rules, rule.id))
        typed = await self.app.push_screen_wait(AskText(_(rule.label), _(rule.help), stands))
        if typed is None:
            return
        number = whole_number(typed)
        if number is None:
            self.notify(_("That is no whole number; nothing was changed."), markup=False)
            return
        self._rules = ruled(self._rules, rule.id, number)
        self._show(rule.id)

    def _show(self, at: str) -> None:
        rows = [Row(_GO, _("Lay it out so"), "↵", kind="head")]
        for rule in _RULES:
            value = given(self._rules, rule.id)
            told = f"{value} %" if is_share(rule.id) else f"{value:,}"
            rows.append(Row(rule.id, _(rule.label), told))
        listed = self.query_one(RowList)
        listed.show(rows, at)
        listed.styles.height = len(rows)
