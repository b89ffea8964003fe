"""The planner's panes: they show what they are given and keep the cursor; they know no file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import TextArea

from storyforge.domain.origin import Origin, Provenance
from storyforge.domain.plan.fields import Kind
from storyforge.domain.plan.items import FactKey
from storyforge.domain.plan.stages import Stage, StageState
from storyforge.domain.story import Page
from storyforge.i18n import N_, _
from storyforge.studio.planning.telling import STAGE_NAMES
from storyforge.tui.planner.entries import Shown, entries, key_of, unfolded
from storyforge.tui.planner.looking import Look
from storyforge.tui.widgets.manuscript import Manuscript
from storyforge.tui.widgets.notes import Notes
from storyforge.tui.widgets.plan_entries import Entry
from storyforge.tui.widgets.plan_view import PlanView
from storyforge.tui.widgets.rows import Row, RowList

_STATE_NAMES = {
    StageState.EMPTY: "",
    StageState.IN_WORK: N_("in work"),
    StageState.SETTLED: "",
    StageState.STALE: N_("out of date"),
}
_STATE_MARKS = {
    StageState.EMPTY: "○",
    StageState.IN_WORK: "▸",
    StageState.SETTLED: "✓",
    StageState.STALE: "!",
}
#: the stages that have as many items as the author wants
_COUNTED = (Stage.CHARACTERS, Stage.WORLD, Stage.SCENES)
# Rows of the pane that stay in sight around a text that is being written.
_AROUND = 2


class StageList(RowList):
    """The stages with how far they are."""

    def __init__(self) -> None:
        super().__init__(choose=False)

    def show_stages(self, look: Look, at: Stage) -> None:
        """Show them; the cursor stands on the one that is shown beside."""
        self.show([_stage_row(look, stage) for stage in Stage], at.value)


def _stage_row(look: Look, stage: Stage) -> Row:
    state = look.states.get(stage, StageState.EMPTY)
    count = sum(item.kind is not Kind.LOOK for item in look.plan.of_stage(stage))
    told = _(_STATE_NAMES[state]) if _STATE_NAMES[state] else ""
    if stage in _COUNTED and state is StageState.SETTLED:
        told = f"{count:,}"
    kind = "muted" if state is StageState.EMPTY else ""
    return Row(stage.value, _(STAGE_NAMES[stage]), told, kind=kind, mark=_STATE_MARKS[state])


class FieldEditor(Notes):
    """A field that is being written in, in its place.

    Attributes:
        ends_at_enter: the field has one line.
    """

    DEFAULT_CSS = """
    FieldEditor {
        position: absolute;
        layer: above;
        padding: 0;
        height: 1;
        display: none;
        background: $panel;
        &:focus { background: $panel-lighten-1; }
    }
    """

    class Left(Message):
        """The author is done with the field; `steps` further to the next one."""

        def __init__(self, steps: int = 0) -> None:
            super().__init__()
            self.steps = steps

    ends_at_enter = False

    async def _on_key(self, event: events.Key) -> None:
        ends = event.key == "escape" or (event.key == "enter" and self.ends_at_enter)
        if ends or event.key in ("tab", "shift+tab"):
            event.stop()
            event.prevent_default()
            steps = {"tab": 1, "shift+tab": -1}.get(event.key, 0)
            self.post_message(self.Left(steps))
            return
        await super()._on_key(event)


class FieldsPane(Vertical):
    """The items of a stage and the form of the one at the cursor, written on in its place.

    Attributes:
        written: hears the text with each key.
        left: hears that the author is done, and how many fields further to go.
        broken: hears that a paragraph was too long to type in.
    """

    DEFAULT_CSS = """
    FieldsPane { layers: below above; }
    FieldsPane PlanView { height: 1fr; layer: below; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.view = PlanView(id="fields_view")
        self.editor = FieldEditor(id="field_editor")
        self.written: Callable[[str], None] | None = None
        self.left: Callable[[int], None] | None = None
        self.broken: Callable[[], None] | None = None
        self._editing = ""

    def compose(self) -> ComposeResult:
        """The list, and the editor over it."""
        yield self.view
        yield self.editor

    @property
    def at(self) -> str:
        """The entry under the cursor; empty where there is none."""
        entry = self.view.entry
        return entry.id if entry is not None and not entry.fixed else ""

    @property
    def editing(self) -> str:
        """The entry that is being written in; empty for none."""
        return self._editing

    def show_stage(self, look: Look, stage: Stage, at: FactKey, keys: Mapping[str, str]) -> None:
        """Show a stage; `at` is unfolded and has the cursor."""
        wanted = key_of(*at)
        open_ = unfolded(look.plan, wanted)
        shown = Shown(look.plan, stage, *open_, look.stale, look.written, look.waiting, keys)
        told = entries(shown)
        ids = {entry.id for entry in told}
        if wanted not in ids and not at[0]:
            # On an empty premise Enter is to write, not to go into the form.
            deep = stage is Stage.PREMISE and look.plan.premise.is_empty
            free = (entry for entry in told if not entry.fixed and (entry.level or not deep))
            first = next(free, None)
            if first is not None:
                told = entries(_unfolded(shown, first.id))
                wanted = first.id
        self.border_title = _(STAGE_NAMES[stage])
        self.view.show(told, wanted if wanted in {e.id for e in told} else at[0])
        self._place()

    # Writing.

    def edit(self, text: str, *, one_line: bool, locked: str = "") -> None:
        """Write in the field under the cursor."""
        self._editing = self.at
        self.editor.ends_at_enter = one_line
        self.editor.show(Page(self.at, text, Provenance.whole(len(text), Origin.TYPED), len(text)))
        if locked:
            self.editor.lock_page(locked)
        else:
            self.editor.unlock_page()
        self.editor.display = True
        self._place()
        self.editor.focus()

    def end_edit(self) -> str:
        """The editor goes; what was written."""
        text = self.editor.text
        if self._editing:
            self._editing = ""
            self.editor.display = False
            self.view.hold()
        return text

    def _place(self) -> None:
        """Let the editor stand where its field is, as high as its text or the pane allows."""
        if not self._editing:
            return
        place = self.view.place_of(self._editing)
        if not place.width:
            return
        self.editor.styles.width = place.width
        most = max(self.view.size.height - _AROUND, 1)
        rows = min(max(self.editor.page_wrap.height, 1), most)
        self.view.hold(self._editing, rows)
        place = self.view.place_of(self._editing)
        self.editor.styles.height = rows
        self.editor.styles.offset = (place.x, place.y)

    def on_resize(self) -> None:
        """Another width: the editor goes along."""
        self.call_after_refresh(self._place)

    @on(Manuscript.Edited)
    def _edited(self, event: Manuscript.Edited) -> None:
        event.stop()
        self._place()
        if self._editing and self.written is not None:
            self.written(self.editor.text)

    @on(FieldEditor.Left)
    def _left(self, event: FieldEditor.Left) -> None:
        event.stop()
        if self._editing and self.left is not None:
            self.left(event.steps)

    @on(Manuscript.ParagraphTooLong)
    def _too_long(self, event: Manuscript.ParagraphTooLong) -> None:
        event.stop()
        if self._editing and self.broken is not None:
            self.editor.break_long_paragraphs()
            self.broken()

    @on(TextArea.SelectionChanged)
    @on(TextArea.Changed)
    @on(Manuscript.StreamInterrupted)
    @on(Manuscript.ContinueRequested)
    def _of_the_editor(self, event: Message) -> None:
        event.stop()


def _unfolded(shown: Shown, item_id: str) -> Shown:
    return replace(shown, at=item_id.partition(" ")[0])


class VariantsPane(Vertical):
    """What models propose, variant under variant."""

    DEFAULT_CSS = """
    VariantsPane PlanView { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.view = PlanView(id="variants_view")
        self.border_title = _("Variants")

    def compose(self) -> ComposeResult:
        """The list."""
        yield self.view

    def show(self, entries: Sequence[Entry], subtitle: str = "", at: str | None = None) -> None:
        """Show these."""
        self.border_subtitle = subtitle.replace("[", r"\[")
        self.view.show(entries, at)
