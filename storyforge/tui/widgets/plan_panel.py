"""The plan of the scene on the page: what it is for, who is there, its beats. Shows only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from storyforge.domain.plan.forms import FORMS, Kind
from storyforge.domain.plan.items import Item, Plan
from storyforge.i18n import _, listed
from storyforge.tui.widgets.notes_panel import NotesPanel
from storyforge.tui.widgets.wrapping import wrap_line

DONE, NEXT, TO_COME = "✓", "▸", "○"
# In the order of the panel; the beats come between them and what changes.
_FIRST = ("purpose", "place", "time", "cast", "point_of_view")


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """What the panel tells of a scene.

    Attributes:
        facts: (label, value) of what is written, but for the beats and what changes.
        beats: each with its sign: done, next or to come.
        change: what changes; may be empty.
    """

    facts: tuple[tuple[str, str], ...] = ()
    beats: tuple[tuple[str, str], ...] = ()
    change: str = ""


def scene_plan(plan: Plan, scene: Item, drafted: Sequence[int] = ()) -> ScenePlan:
    """What is planned for a scene; `drafted` are the numbers of its beats that are written."""
    form = FORMS[Kind.SCENE]
    facts = []
    for name in _FIRST:
        if form.field(name).of is None:
            told = scene.fact(name)
        else:
            told = listed([plan.told(one) for one in scene.list(name)])
        if told:
            facts.append((_(form.field(name).label), told))
    return ScenePlan(
        tuple(facts), tuple(_signed(scene.list("beats"), drafted)), scene.fact("change")
    )


def _signed(beats: Sequence[str], drafted: Sequence[int]) -> Iterator[tuple[str, str]]:
    is_next = True
    for number, beat in enumerate(beats, 1):
        if number in drafted:
            yield DONE, beat
        else:
            yield NEXT if is_next else TO_COME, beat
            is_next = False


class PlanText(Widget):
    """The plan in rows as wide as the panel; a beat's further rows stand under its first."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "PlanText { height: auto; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._plan: ScenePlan | None = None

    def show(self, plan: ScenePlan | None) -> None:
        """Show this; None where nothing is planned."""
        self._plan = plan
        self.refresh(layout=True)

    @property
    def plain(self) -> str:
        """All that is shown, without styles."""
        return str(self.render())

    def render(self) -> Content:
        """The rows."""
        return Content("\n").join(self._rows(self.content_size.width))

    def get_content_height(self, _container: object, _viewport: object, width: int) -> int:
        """As many as there are."""
        return len(list(self._rows(width)))

    def _rows(self, width: int) -> Iterator[Content]:
        plan = self._plan
        if plan is None:
            yield from _wrapped(_("Nothing is planned for this scene."), width, "$foreground-muted")
            return
        for label, told in plan.facts:
            yield from _labelled(label, told, width)
        if plan.beats:
            yield Content.styled(_("Beats"), "$foreground-muted")
        for sign, beat in plan.beats:
            style = "$foreground-muted" if sign == DONE else ""
            lead = Content.styled(sign + " ", "$accent")
            for row in _wrapped(beat, width - 2, style):
                yield lead + row
                lead = Content("  ")
        if plan.change:
            yield from _labelled(_(FORMS[Kind.SCENE].field("change").label), plan.change, width)


def _labelled(label: str, told: str, width: int) -> Iterator[Content]:
    yield Content.styled(label, "$foreground-muted")
    yield from _wrapped(told, width, "")
    yield Content()


def _wrapped(text: str, width: int, style: str) -> Iterator[Content]:
    ends = [0, *wrap_line(text, max(width, 1)), len(text)]
    for start, end in pairwise(ends):
        yield Content.styled(text[start:end].rstrip(" "), style)


class PlanPanel(NotesPanel):
    """The plan beside the page; where there is no room, over it."""

    DEFAULT_CSS = """
    PlanPanel VerticalScroll { scrollbar-size-vertical: 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="plan_panel")
        self.border_title = _("Plan of the scene")
        self.text = PlanText()
        self.view = VerticalScroll(self.text, can_focus=True)

    def compose(self) -> ComposeResult:
        """One page to read."""
        yield self.view
