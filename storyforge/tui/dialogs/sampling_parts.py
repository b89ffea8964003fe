"""Parts of the samplers' form: presets, their order, what is typed into it. They keep nothing."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from storyforge.domain.dials import BY_FIELD, MOST_WEIGHT, SAMPLER_TITLES, shown, title_of
from storyforge.domain.presets import Preset
from storyforge.domain.sampling import ORDER, Bias
from storyforge.errors import BadInput
from storyforge.i18n import _
from storyforge.tui.dialogs.base import Dialog, said
from storyforge.tui.typed import decimal
from storyforge.tui.widgets.rows import Row, RowList

_GO, _RESET = "\0go", "\0reset"


class ChoosePreset(Dialog[Preset]):
    """The presets; the marked one says what it is for and how it differs from what is in use.

    Args:
        about: says that of a preset.
    """

    DEFAULT_CSS = """
    ChoosePreset .box { width: 70; }
    ChoosePreset RowList { max-height: 12; }
    ChoosePreset #about { height: 4; margin-top: 1; color: $foreground-muted; }
    """

    def __init__(self, presets: Sequence[Preset], about: Callable[[Preset], str], at: str) -> None:
        super().__init__(_("Preset"), _("↑ ↓ Enter · Esc: leave it"))
        self._presets = {preset.name: preset for preset in presets}
        self._about = about
        self._at = at

    def inside(self) -> ComposeResult:
        """The list over what the marked one is."""
        yield RowList()
        yield said("", id="about", classes="")

    def on_mount(self) -> None:
        """All of them."""
        rows = self.query_one(RowList)
        rows.styles.height = min(12, len(self._presets))
        rows.show(
            [
                Row(name, each.title, _("your own") if each.own else "")
                for name, each in self._presets.items()
            ],
            self._at,
        )
        self.marked()

    @on(RowList.Marked)
    def marked(self) -> None:
        """Say what it is."""
        row = self.query_one(RowList).row
        if row is not None:
            self.query_one("#about", Static).update(self._about(self._presets[row.id]))

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """Answer with the marked one."""
        self.dismiss(self._presets[event.row.id])


class OrderSamplers(Dialog[tuple[str, ...]]):
    """The samplers, first to last; ← and → move the marked one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "shift(-1)", show=False),
        Binding("right", "shift(1)", show=False),
    ]
    DEFAULT_CSS = """
    OrderSamplers .box { width: 60; }
    """

    def __init__(self, order: Sequence[str]) -> None:
        super().__init__(
            _("Order of the samplers"), _("← earlier · → later · Enter · Esc: leave it")
        )
        self._order = [*order, *(each for each in ORDER if each not in order)]

    def inside(self) -> ComposeResult:
        """What the order means, over the list."""
        yield said(_("Each sampler sees only what those before it have left."), classes="label")
        yield RowList()

    def on_mount(self) -> None:
        """The order as it is."""
        self.query_one(RowList).styles.height = len(self._order) + 2
        self._show(_GO)

    @on(RowList.Chosen)
    def decide(self, event: RowList.Chosen) -> None:
        """Agree, or go back to the usual; a click on a sampler moves it up."""
        if event.row.id == _GO:
            self.dismiss(tuple(self._order))
        elif event.row.id == _RESET:
            self._order = list(ORDER)
            self._show(_RESET)
        else:
            self.action_shift(-1)

    def action_shift(self, steps: int) -> None:
        """Move the marked sampler."""
        row = self.query_one(RowList).row
        if row is None or row.id not in self._order:
            return
        at = self._order.index(row.id)
        self._order.remove(row.id)
        self._order.insert(max(0, at + steps), row.id)
        self._show(row.id)

    def _show(self, at: str) -> None:
        rows = [Row(_GO, _("Keep this order"), "↵", kind="head")]
        rows += [
            Row(name, f"{number}  {_(SAMPLER_TITLES[name])}")
            for number, name in enumerate(self._order, 1)
        ]
        rows.append(Row(_RESET, _("The usual order"), kind="muted"))
        self.query_one(RowList).show(rows, at)


def lines_of(phrases: Sequence[str]) -> str:
    """Phrases as they are typed: one a line, a new line in one as `\\n`."""
    return "\n".join(each.replace("\n", "\\n") for each in phrases)


def phrases_of(text: str) -> tuple[str, ...]:
    """The phrases of a text, one a line; spaces at their ends count."""
    lines = (line.replace("\\n", "\n") for line in text.split("\n") if line.strip())
    return tuple(dict.fromkeys(lines))


def bias_lines(biases: Sequence[Bias]) -> str:
    """Weighted phrases as they are typed: `Captain Ahab = 2.5`."""
    return "\n".join(f"{each.phrase} = {shown(each.weight)}" for each in biases)


def biases_typed(text: str) -> tuple[Bias, ...] | str:
    """The weighted phrases of a text; the first line that is none, where there is one."""
    found = []
    for line in filter(str.strip, text.split("\n")):
        sign = max(line.rfind("="), line.rfind("\uff1d"))
        phrase, weight = line[: max(sign, 0)].strip(), decimal(line[sign + 1 :])
        if not phrase or weight is None or not -MOST_WEIGHT <= weight <= MOST_WEIGHT:
            return line
        found.append(Bias(phrase, weight))
    return tuple(found)


def wrong_biases(text: str) -> str:
    """What is wrong with weighted phrases as they are typed; "" for nothing."""
    found = biases_typed(text)
    if not isinstance(found, str):
        return ""
    return _("“{line}” is not a phrase with a weight from -100 to 100.").format(line=found)


def number_typed(name: str, given: str) -> float:
    """The value of a field as it is typed.

    Raises:
        BadInput: it is none.
    """
    dial = BY_FIELD.get(name)
    whole = dial is None or dial.whole
    # In a whole number a comma parts thousands, as everywhere (`typed.whole_number`).
    value = decimal(given.replace(",", "") if whole else given)
    if value is None or (whole and not value.is_integer()):
        raise BadInput(
            _("“{given}” is not a number that fits here.").format(given=given),
            title=title_of(name),
        )
    return int(value) if whole else value
